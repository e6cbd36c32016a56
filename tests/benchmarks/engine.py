"""The engine beside what a user would pick instead: `python -m tests.benchmarks.engine`.

With `--more`, the operations around the convolution: gradients, transposed convolution, pooling.

Prints a table of medians and ratios, and everything again as JSON. PyTorch, SciPy and OpenCV take part
where they are installed and can express the workload; a missing one is reported as missing. Every result is
compared with ours before it is timed. All contenders take turns in one process, so that what disturbs one
disturbs all.
"""

import argparse
import importlib.util
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from convstudio.ops import conv, conv_gradients, conv_transpose, multiplication_count, pool, pool_gradient

RIVALS = ("PyTorch", "PyTorch channels last", "SciPy signal", "SciPy ndimage", "OpenCV")
MODULES = {"PyTorch": "torch", "SciPy signal": "scipy", "OpenCV": "cv2"}
SECONDS, TURNS, FEWEST, MOST, PAUSE = 1.0, 3, 3, 500, 0.05


class Workload(NamedTuple):
    name: str
    x: tuple[int, ...]
    weights: tuple[int, ...]
    stride: int = 1
    padding: str = "valid"
    dilation: int = 1
    groups: int = 1

    @property
    def rank(self) -> int:
        return len(self.weights) - 2

    @property
    def keywords(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("stride", "padding", "dilation", "groups")}

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        source = np.random.default_rng(1)
        return source.random(self.x, dtype=np.float32), source.random(self.weights, dtype=np.float32) - 0.5


WORKLOADS = (
    Workload("8²×1 → 1, 3×3", (8, 8, 1), (3, 3, 1, 1)),
    Workload("28²×1 → 8, 3×3", (28, 28, 1), (3, 3, 1, 8)),
    Workload("224²×3 → 32, 3×3", (224, 224, 3), (3, 3, 3, 32)),
    Workload("224²×64 → 64, 3×3", (224, 224, 64), (3, 3, 64, 64)),
    Workload("1080p×1 → 1, 3×3", (1080, 1920, 1), (3, 3, 1, 1)),
    Workload("1080p×3 → 8, 5×5", (1080, 1920, 3), (5, 5, 3, 8)),
    Workload("512²×1 → 1, 31×31", (512, 512, 1), (31, 31, 1, 1)),
    Workload("224²×3 → 512, 3×3", (224, 224, 3), (3, 3, 3, 512)),
    Workload("224²×3 → 64, 7×7 stride 2", (224, 224, 3), (7, 7, 3, 64), stride=2),
    Workload("224²×32 depthwise, 3×3", (224, 224, 32), (3, 3, 1, 32), groups=32),
    Workload("256²×16 → 16, 3×3 dilation 2, same", (256, 256, 16), (3, 3, 16, 16), padding="same", dilation=2),
    Workload("10⁶×1 → 1, 64 taps", (10**6, 1), (64, 1, 1)),
    Workload("10⁵×8 → 16, 9 taps", (10**5, 8), (9, 8, 16)),
    Workload("64³×1 → 8, 3×3×3", (64, 64, 64, 1), (3, 3, 3, 1, 8)),
    Workload("32 images of 28²×1 → 16, 5×5", (32, 28, 28, 1), (5, 5, 1, 16)),
    Workload("4096²×1 → 1, 5×5", (4096, 4096, 1), (5, 5, 1, 1)),
)


class Task(NamedTuple):
    """An operation around the convolution; for pooling the weights are the window, without channels."""

    kind: str
    name: str
    x: tuple[int, ...]
    weights: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def keywords(self) -> dict[str, Any]:
        return {"stride": self.stride, "padding": self.padding, "groups": self.groups}

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        source = np.random.default_rng(1)
        x, weights = source.random(self.x, dtype=np.float32), source.random(self.weights, dtype=np.float32) - 0.5
        shape = np.shape(OURS_FORWARD[self.kind](self, x, weights)) if self.kind in OURS_FORWARD else ()
        return x, weights, source.random(shape, dtype=np.float32)


OURS_FORWARD: dict[str, Callable[..., Any]] = {
    "gradients": lambda task, x, weights: conv(x, weights, **task.keywords),
    "gradient of max pool": lambda task, x, _: pool(x, "max", task.weights, stride=task.stride, padding=task.padding),
}
OURS: dict[str, Callable[..., tuple[np.ndarray, ...]]] = {
    "gradients": lambda task, x, weights, grad: conv_gradients(x, weights, grad, **task.keywords),
    "transposed": lambda task, x, weights, _: (conv_transpose(x, weights, **task.keywords),),
    "max pool": lambda task, x, *_: (pool(x, "max", task.weights, stride=task.stride, padding=task.padding),),
    "average pool": lambda task, x, *_: (pool(x, "average", task.weights, stride=task.stride, padding=task.padding),),
    "gradient of max pool": lambda task, x, _, grad: (
        pool_gradient(x, grad, "max", task.weights, stride=task.stride, padding=task.padding),
    ),
}
TASKS = (
    Task("gradients", "224²×3 → 32, 3×3", (224, 224, 3), (3, 3, 3, 32)),
    Task("gradients", "112²×32 → 64, 3×3", (112, 112, 32), (3, 3, 32, 64)),
    Task("gradients", "32 images of 28²×8 → 16, 3×3", (32, 28, 28, 8), (3, 3, 8, 16)),
    Task("gradients", "224²×3 → 64, 7×7 stride 2", (224, 224, 3), (7, 7, 3, 64), stride=2),
    Task("gradients", "112²×32 depthwise, 3×3", (112, 112, 32), (3, 3, 1, 32), groups=32),
    Task("gradients", "14²×512 → 512, 3×3 padding 1", (14, 14, 512), (3, 3, 512, 512), padding=1),
    Task("transposed", "112²×32 → 16, 3×3 stride 2", (112, 112, 32), (3, 3, 16, 32), stride=2),
    Task("transposed", "56²×64 → 32, 4×4 stride 2 padding 1", (56, 56, 64), (4, 4, 32, 64), stride=2, padding=1),
    Task("max pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
    Task("max pool", "224²×32, 3×3 stride 1", (224, 224, 32), (3, 3)),
    Task("max pool", "1080p×3, 2×2", (1080, 1920, 3), (2, 2), stride=2),
    Task("average pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
    Task("average pool", "224²×32, 3×3 stride 1", (224, 224, 32), (3, 3)),
    Task("gradient of max pool", "224²×32, 2×2", (224, 224, 32), (2, 2), stride=2),
)
GROWTH = {
    "pixels (n²×1 → 1, 5×5)": [Workload(f"{n}²", (n, n, 1), (5, 5, 1, 1)) for n in (256, 512, 1024, 2048, 4096, 8192)],
    "kernel size (512²×1 → 1, k×k)": [
        Workload(f"{k}×{k}", (512, 512, 1), (k, k, 1, 1)) for k in (3, 5, 7, 9, 11, 15, 21, 31, 45, 63)
    ],
    "kernel size (224²×3 → 8, k×k)": [
        Workload(f"{k}×{k}", (224, 224, 3), (k, k, 3, 8)) for k in (3, 5, 7, 9, 11, 15, 21, 31, 45, 63)
    ],
    "filters (224²×3 → f, 3×3)": [
        Workload(f"{f}", (224, 224, 3), (3, 3, 3, f)) for f in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="run the workloads whose name contains this")
    parser.add_argument("--no-growth", action="store_true", help="leave out time against size")
    parser.add_argument("--more", action="store_true", help="time gradients, transposed convolutions and pooling")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.more:
        print_more(options)
        return
    if options.memory_of is not None:
        print(json.dumps(memory_here(WORKLOADS[options.memory_of])))
        return
    chosen = [workload for workload in WORKLOADS if options.only in workload.name]
    report = {"machine": machine(), "workloads": [measured(workload) for workload in chosen]}
    report["means"] = means(report["workloads"])
    if not options.no_growth:
        report["growth"] = {name: growth(series) for name, series in GROWTH.items()}
    print_report(report)
    print(json.dumps(report, ensure_ascii=False))


def machine() -> dict[str, Any]:
    found = {name: module for name, module in MODULES.items() if importlib.util.find_spec(module)}
    versions = {name: importlib.import_module(module).__version__ for name, module in found.items()}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": processor(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        **{name: versions.get(name, "missing") for name in MODULES},
    }


def processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def measured(workload: Workload) -> dict[str, Any]:
    x, weights = workload.arrays()
    ours = conv(x, weights, **workload.keywords)
    contenders = {"ConvStudio": lambda: conv(x, weights, **workload.keywords)} | rivals(workload, x, weights)
    for name, contender in contenders.items():
        np.testing.assert_allclose(contender(), ours, rtol=1e-3, atol=2e-3, err_msg=f"{name}, {workload.name}")
    medians = take_turns(contenders)
    spatial = ours.shape[-1 - workload.rank : -1]
    return {
        "name": workload.name,
        "Mflop": 2e-6 * multiplication_count(spatial, workload.weights) * math.prod(x.shape[: -1 - workload.rank]),
        "ms": medians,
        "ratio": {name: medians[name] / medians["ConvStudio"] for name in medians if name != "ConvStudio"},
        "MB over input and output": memory(workload),
    }


def take_turns(contenders: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Time the contenders in turns of a few runs each and give the medians in milliseconds.

    Each turn starts with a pause and a run that is not counted: threads of the one before may still be
    spinning.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(TURNS):
        for name, contender in contenders.items():
            if sum(times[name]) < SECONDS:
                time.sleep(PAUSE)
                times[name] += turn(contender)
    return {name: 1000 * statistics.median(taken) for name, taken in times.items()}


def turn(contender: Callable[[], Any]) -> list[float]:
    taken: list[float] = []
    while len(taken) < FEWEST or (sum(taken) < SECONDS / TURNS and len(taken) < MOST):
        start = time.perf_counter()
        contender()
        taken.append(time.perf_counter() - start)
        if taken[-1] > SECONDS:
            return taken
    return taken[1:]


def rivals(workload: Workload, x: np.ndarray, weights: np.ndarray) -> dict[str, Callable[[], Any]]:
    entered: dict[str, Callable[[], Any]] = {}
    if importlib.util.find_spec("torch"):
        entered["PyTorch"] = pytorch(workload, x, weights, channels_last=False)
        if workload.rank == 2:
            entered["PyTorch channels last"] = pytorch(workload, x, weights, channels_last=True)
    plain = workload.stride == workload.dilation == workload.groups == 1 and x.ndim == workload.rank + 1
    if plain and importlib.util.find_spec("scipy"):
        entered["SciPy signal"] = scipy_signal(x, weights)
        entered["SciPy ndimage"] = scipy_ndimage(x, weights)
    if plain and weights.shape[2:] == (1, 1) and importlib.util.find_spec("cv2"):
        entered["OpenCV"] = opencv(x, weights)
    return entered


def pytorch(workload: Workload, x: np.ndarray, weights: np.ndarray, *, channels_last: bool) -> Callable[[], Any]:
    import torch

    rank = workload.rank
    batch = torch.from_numpy(np.moveaxis(x if x.ndim == rank + 2 else x[None], -1, 1).copy())
    filters = torch.from_numpy(np.moveaxis(weights, (-1, -2), (0, 1)).copy())
    if channels_last:
        batch, filters = (tensor.to(memory_format=torch.channels_last) for tensor in (batch, filters))
    function = getattr(torch.nn.functional, f"conv{rank}d")

    def call() -> Any:
        with torch.inference_mode():
            y = function(batch, filters, **workload.keywords)
        return np.moveaxis(y.numpy(), 1, -1).reshape(*x.shape[: -1 - rank], *y.shape[2:], y.shape[1])

    return call


def print_more(options: argparse.Namespace) -> None:
    """Print the second table, or the memory of one of its rows."""
    if options.memory_of is not None:
        print(json.dumps(memory_of_task(TASKS[options.memory_of])))
        return
    rows = [measured_task(task) for task in TASKS if options.only in f"{task.kind} {task.name}"]
    report = {"machine": machine(), "tasks": rows}
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()), end="\n\n")
    rivals_here = RIVALS[:2]
    print("| operation | ConvStudio, ms |", *(f" {name}, ms (×) |" for name in rivals_here), " MB over |", sep="")
    print("|---|---|", "---|" * len(rivals_here), "---|", sep="")
    for row in rows:
        cells = [row["name"], f"{row['ms']['ConvStudio']:.3f}"]
        for name in rivals_here:
            cells.append(f"{row['ms'][name]:.3f} ({row['ratio'][name]:.2f})" if name in row["ratio"] else "")
        print("| " + " | ".join([*cells, f"{row['MB over input and output']:.1f}"]) + " |")
    print(json.dumps(report, ensure_ascii=False))


def measured_task(task: Task) -> dict[str, Any]:
    arrays = task.arrays()
    contenders: dict[str, Callable[[], Any]] = {"ConvStudio": lambda: OURS[task.kind](task, *arrays)}
    if importlib.util.find_spec("torch"):
        contenders |= {name: pytorch_task(task, arrays, channels_last=name != RIVALS[0]) for name in RIVALS[:2]}
    for name, contender in contenders.items():
        for one, ours in zip(contender(), OURS[task.kind](task, *arrays), strict=True):
            scale = float(np.abs(ours).max())
            np.testing.assert_allclose(one, ours, rtol=1e-3, atol=1e-5 * scale, err_msg=f"{name}, {task.name}")
    medians = take_turns(contenders)
    command = [sys.executable, "-m", "tests.benchmarks.engine", "--more", "--memory-of", str(TASKS.index(task))]
    return {
        "name": f"{task.kind} {task.name}",
        "ms": medians,
        "ratio": {name: medians[name] / medians["ConvStudio"] for name in medians if name != "ConvStudio"},
        "MB over input and output": float(
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        ),
    }


def memory_of_task(task: Task) -> float:
    arrays = task.arrays()
    clear_peak()
    before = peak_bytes()
    made = OURS[task.kind](task, *arrays)
    return max(peak_bytes() - before - sum(array.nbytes for array in made), 0) / 2**20


def clear_peak() -> None:
    """Forget this process's highest memory so far, where the system can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def pytorch_task(task: Task, arrays: tuple[np.ndarray, ...], *, channels_last: bool) -> Callable[[], Any]:
    import torch

    layout = {"memory_format": torch.channels_last if channels_last else torch.contiguous_format}
    learns = "gradient" in task.kind

    def maps(array: np.ndarray) -> Any:
        return torch.from_numpy(np.moveaxis(array.reshape(-1, *array.shape[-3:]), -1, 1).copy()).to(**layout)

    def back(maps: Any) -> np.ndarray:
        return np.moveaxis(maps.detach().numpy(), 1, -1).reshape(*task.x[:-3], *maps.shape[2:], maps.shape[1])

    read = [maps(arrays[0])]
    if len(task.weights) > 2:
        read.append(torch.from_numpy(np.moveaxis(arrays[1], (-1, -2), (0, 1)).copy()).to(**layout))
    if task.kind == "gradients":
        read.append(torch.zeros(task.weights[-1]))
    for one in read:
        one.requires_grad_(learns)

    def forward() -> Any:
        functional, steps = torch.nn.functional, {"stride": task.stride, "padding": task.padding}
        match task.kind:
            case "gradients":
                return functional.conv2d(*read, groups=task.groups, **steps)
            case "transposed":
                return functional.conv_transpose2d(*read, groups=task.groups, **steps)
            case "average pool":
                return functional.avg_pool2d(*read, task.weights, **steps)
        return functional.max_pool2d(*read, task.weights, **steps)

    def call() -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            return (back(forward()),)

    def backward() -> tuple[np.ndarray, ...]:
        grad_x, *others = torch.autograd.grad(y, read, grads, retain_graph=True)
        return back(grad_x), *(np.moveaxis(one.numpy(), (0, 1), (-1, -2)) if one.ndim > 1 else one for one in others)

    if not learns:
        return call
    y, grads = forward(), maps(arrays[2])
    return backward


def scipy_signal(x: np.ndarray, weights: np.ndarray) -> Callable[[], Any]:
    from scipy import signal

    return lambda: np.concatenate(
        [signal.correlate(x, weights[..., f], mode="valid") for f in range(weights.shape[-1])], axis=-1
    )


def scipy_ndimage(x: np.ndarray, weights: np.ndarray) -> Callable[[], Any]:
    from scipy import ndimage

    inside = tuple(slice(k // 2, k // 2 + n - k + 1) for n, k in zip(x.shape[:-1], weights.shape[:-2], strict=True))

    def one_filter(f: int) -> Any:
        channels = (
            ndimage.correlate(x[..., c], weights[..., c, f], mode="constant")[inside] for c in range(x.shape[-1])
        )
        return sum(channels)

    return lambda: np.stack([one_filter(f) for f in range(weights.shape[-1])], axis=-1)


def opencv(x: np.ndarray, weights: np.ndarray) -> Callable[[], Any]:
    import cv2

    rows, columns = weights.shape[:2]
    image, kernel = x[..., 0], weights[..., 0, 0]

    def call() -> Any:
        full = cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_CONSTANT)
        inside = full[rows // 2 : rows // 2 + x.shape[0] - rows + 1, columns // 2 :]
        return inside[:, : x.shape[1] - columns + 1, None]

    return call


def memory(workload: Workload) -> float:
    """Measure a workload's peak in a fresh process, in MB over input and output."""
    command = [sys.executable, "-m", "tests.benchmarks.engine", "--memory-of", str(WORKLOADS.index(workload))]
    return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def memory_here(workload: Workload) -> float:
    x, weights = workload.arrays()
    before = peak_bytes()
    y = conv(x, weights, **workload.keywords)
    return max(peak_bytes() - before - y.nbytes, 0) / 2**20


def peak_bytes() -> int:
    """Ask for this process's highest memory so far; Linux's rusage would count its parent's, too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def means(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Average the ratios of each rival geometrically, over the workloads from 1 Mflop up."""
    ratios = {
        name: [row["ratio"][name] for row in rows if name in row["ratio"] and row["Mflop"] >= 1] for name in RIVALS
    }
    return {name: statistics.geometric_mean(values) for name, values in ratios.items() if values}


def growth(series: list[Workload]) -> dict[str, float]:
    points = {}
    for workload in series:
        x, weights = workload.arrays()
        contender = {"": lambda x=x, weights=weights: conv(x, weights)}
        contender[""]()
        points[workload.name] = take_turns(contender)[""]
    return points


def print_report(report: dict[str, Any]) -> None:
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()), end="\n\n")
    print(
        "| workload | Mflop | ConvStudio, ms |",
        *(f" {name}, ms (×) |" for name in RIVALS),
        " MB over |",
        sep="",
    )
    print("|---|---|---|", "---|" * len(RIVALS), "---|", sep="")
    for row in report["workloads"]:
        print(table_row(row))
    averages = (f" × {report['means'][name]:.2f} |" if name in report["means"] else " |" for name in RIVALS)
    print("| geometric mean from 1 Mflop up | | |", *averages, " |", sep="", end="\n\n")
    for name, points in report.get("growth", {}).items():
        print(f"{name}:", ", ".join(f"{at}: {value:.2f} ms" for at, value in points.items()))
    print()


def table_row(row: dict[str, Any]) -> str:
    cells = [row["name"], f"{row['Mflop']:.2f}", f"{row['ms']['ConvStudio']:.3f}"]
    for name in RIVALS:
        cells.append(f"{row['ms'][name]:.3f} ({row['ratio'][name]:.2f})" if name in row["ratio"] else "")
    return "| " + " | ".join([*cells, f"{row['MB over input and output']:.1f}"]) + " |"


if __name__ == "__main__":
    main()
