"""What this machine is, what it can do at best, and how much memory a call takes."""

import importlib
import math
import os
import platform
import resource
import statistics
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from convstudio.ops.threads import cores, share
from tests.benchmarks.operations.rivals import MODULES, installed

SIDE = 640
"""The length of the matrices whose product is timed: large enough for full speed, small enough for milliseconds."""

CHANNELS, MAP = 256, 28
"""Of a 3×3 convolution that oneDNN computes at full speed."""

MEGABYTES = 256
REPEATS = 7

Clock = Callable[[], float]


def description() -> dict[str, str]:
    versions = {
        name: importlib.import_module(module).__version__ if installed(name) else "missing"
        for name, module in MODULES.items()
    }
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor(),
        "cores": str(cores()),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        **versions,
    }


def processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def multiplying() -> dict[str, tuple[int, Callable[[], object]]]:
    """Return the quickest ways to multiply that are here, each with its multiplications and additions.

    NumPy's product of matrices knows no wide registers on some machines; oneDNN's convolution, in PyTorch, does.
    """
    source = np.random.default_rng(1)
    pairs = [(source.random((SIDE, SIDE), np.float32), np.empty((SIDE, SIDE), np.float32)) for _ in range(cores())]

    def work(taken: Iterable[tuple[np.ndarray, np.ndarray]]) -> None:
        for matrix, product in taken:
            np.matmul(matrix, matrix, out=product)

    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "product of matrices": (2 * SIDE**3 * len(pairs), lambda: share(pairs, work, len(pairs)))
    }
    if installed("PyTorch"):
        ways["dense convolution"] = (2 * 9 * CHANNELS**2 * MAP**2, dense_convolution())
    return ways


def dense_convolution() -> Callable[[], object]:
    import torch

    layout = {"memory_format": torch.channels_last}
    x = torch.rand(1, CHANNELS, MAP + 2, MAP + 2).to(**layout)
    weights = torch.rand(CHANNELS, CHANNELS, 3, 3).to(**layout)

    def call() -> object:
        with torch.inference_mode():
            return torch.nn.functional.conv2d(x, weights)

    return call


def gigaflops(clock: Clock) -> float:
    """Measure the quickest of them: 10⁹ multiplications and additions a second."""
    return max(1e-9 * flop / best(call, clock) for flop, call in multiplying().values())


def gigabytes(clock: Clock) -> float:
    """Measure copying memory that fits no cache, on every core: 10⁹ bytes a second, read or written."""
    copy = copying(MEGABYTES * 2**20)
    return 1e-9 * MEGABYTES * 2**20 / best(copy, clock)


def copying(moved: int) -> Callable[[], None]:
    """Return a call that copies so many bytes, half read and half written, on every core where that is worth it."""
    source = np.ones(max(moved // 8, 1), np.float32)
    target = np.zeros_like(source)
    step = math.ceil(len(source) / cores()) if moved >= 2**20 else len(source)
    parts = [slice(at, at + step) for at in range(0, len(source), step)]

    def work(taken: Iterable[slice]) -> None:
        for part in taken:
            np.copyto(target[part], source[part])

    return lambda: share(parts, work, len(parts))


def best(call: Callable[[], object], clock: Clock) -> float:
    """Return the median seconds of a call after one that is not counted."""
    call()
    taken = []
    for _ in range(REPEATS):
        start = clock()
        call()
        taken.append(clock() - start)
    return statistics.median(taken)


def peak_over(call: Callable[[], tuple[np.ndarray, ...]]) -> float:
    """Return how many MB a call takes at its peak over what was there before and over what it returns."""
    clear_peak()
    before = peak_bytes()
    made = call()
    return max(peak_bytes() - before - sum(array.nbytes for array in made), 0) / 2**20


def clear_peak() -> None:
    """Forget this process's highest memory so far, where the system can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def peak_bytes() -> int:
    """Ask for this process's highest memory so far; Linux's rusage would count its parent's, too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
