"""Many pictures through a small network, beside the same loop in PyTorch: `python -m tests.benchmarks.many_files`.

Every contender is a process that is started, reads 1,000 grey pictures of 224×224, runs a network of the size of the
digit classifier, and writes a file of 10 shares for each. They take turns. Printed are the seconds that passed, those
of the processor, of all processes of a contender together, and how many times ours PyTorch takes. All results are
compared. PyTorch takes part where it is installed; its loop does not wait for the disk, and ours does.
"""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from convstudio.files.projects.documents import save_document
from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

SIDE = 224
PYTORCH = """
import json, sys
from pathlib import Path
import numpy as np, torch
from PIL import Image
from torch import nn

if sys.argv[2] != "all":
    torch.set_num_threads(int(sys.argv[2]))
weights = np.load("weights.npz")
net = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10), nn.Softmax(1),
).eval()
net.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
out = Path(sys.argv[1])
out.mkdir()
with torch.inference_mode():
    for path in sorted(Path("in").iterdir()):
        with Image.open(path) as picture:
            pixels = np.asarray(picture, np.float32) / 255
        np.save(out / f"{path.stem}.npy", net(torch.from_numpy(pixels)[None, None])[0].numpy())
"""

Contender = Callable[[str], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.chdir(folder)
        write_pictures(options.count)
        write_network()
        contenders = {"--jobs 1": ours("--jobs", "1"), "--jobs 2": ours("--jobs", "2")}
        workers: list[int] = []
        if importlib.util.find_spec("distributed"):
            address, workers = stack.enter_context(cluster(2))
            contenders["cluster of two workers"] = ours("--cluster", address)
        if importlib.util.find_spec("torch"):
            for name, threads in (("PyTorch, one thread", "1"), ("PyTorch, all threads", "all")):
                contenders[name] = pytorch(threads)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
        for turn in range(options.turns):
            for place, (name, command) in enumerate(contenders.items()):
                taken[name].append(timed(command(f"out-{turn}-{place}"), workers))
        check({name: f"out-0-{place}" for place, name in enumerate(contenders)})
        print_table(
            {name: [statistics.median(one) for one in zip(*times, strict=True)] for name, times in taken.items()}
        )
        os.chdir("/")


def ours(*options: str) -> Contender:
    program = [sys.executable, "-m", "convstudio", "apply", "in", "--project", "net.convstudio", "--format", "npy"]
    return lambda out: [*program, *options, "-o", out]


def pytorch(threads: str) -> Contender:
    return lambda out: [sys.executable, "-c", PYTORCH, out, threads]


def write_pictures(count: int) -> None:
    """Draw waves in noise, which a PNG packs about as well as photographs."""
    Path("in").mkdir()
    drawn = np.random.default_rng(1)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for number in range(count):
        a, b, c, d = drawn.uniform(0.02, 0.3, 4)
        levels = 128 + 60 * np.sin(a * columns + b * rows) + 40 * np.sin(c * columns - d * rows)
        noise = drawn.normal(0, 6, levels.shape)
        Image.fromarray(np.clip(levels + noise, 0, 255).astype(np.uint8)).save(f"in/{number:04}.png")


def write_network() -> None:
    """Write the digit classifier with a global mean before its last layer, for both programs."""
    layers = load_example("digits")[0].layers
    dense = Dense(frozen(layers[6].weights[:16]), layers[6].bias)
    network = Network((*layers[:5], GlobalPool("average"), dense, layers[7]))
    save_document("net.convstudio", Document(Sample.of("grey", np.zeros((SIDE, SIDE, 1), np.float32)), network))
    tensors = {}
    for place, layer in ((0, layers[0]), (3, layers[3]), (7, dense)):
        tensors[f"{place}.weight"] = np.ascontiguousarray(np.moveaxis(layer.weights, (-1, -2), (0, 1)))
        tensors[f"{place}.bias"] = layer.bias
    np.savez("weights.npz", **tensors)


def timed(command: list[str], workers: list[int]) -> tuple[float, float]:
    """Run a contender; return the seconds that passed, and those of the processor, its workers' included."""
    before, start = processor_time(workers), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start, processor_time(workers) - before


def processor_time(workers: list[int]) -> float:
    """Return the seconds that all ended children, and the workers of the cluster so far, have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in workers]
    return used.ru_utime + used.ru_stime + sum(int(one[11]) + int(one[12]) for one in ticks) / os.sysconf("SC_CLK_TCK")


@contextmanager
def cluster(count: int) -> Iterator[tuple[str, list[int]]]:
    """Start a scheduler and workers of one thread each, and yield its address and the processes."""
    told = Path("scheduler.json")
    program = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    local = ("--no-dashboard", "--host", "127.0.0.1")
    scheduler = [*program, "distributed.cli.dask_scheduler", *local, "--port", "0", "--scheduler-file", str(told)]
    processes = [subprocess.Popen(scheduler, **quiet)]
    try:
        while not told.exists() or not told.read_text():
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        worker = [*program, "distributed.cli.dask_worker", address, *local, "--no-nanny", "--nthreads", "1"]
        processes += [subprocess.Popen(worker, **quiet) for _ in range(count)]
        await_workers(address, count)
        yield address, [process.pid for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def await_workers(address: str, count: int) -> None:
    """Ask the scheduler until so many workers have come; raise TimeoutError after a minute."""
    from distributed import Client  # here, and not above: who has no Dask measures the others

    with Client(address) as client:
        client.wait_for_workers(count, timeout=60)


def check(folders: dict[str, str]) -> None:
    """See that all of ours are the same bytes, and PyTorch's the same numbers."""
    mine = Path(next(iter(folders.values())))
    for path in mine.glob("*.npy"):
        for name, folder in folders.items():
            other = Path(folder) / path.name
            if is_rival(name):
                np.testing.assert_allclose(np.load(path), np.load(other), atol=1e-5)
            else:
                assert path.read_bytes() == other.read_bytes(), other


def is_rival(name: str) -> bool:
    return name.startswith("PyTorch")


def print_table(seconds: dict[str, list[float]]) -> None:
    rivals = [name for name in seconds if is_rival(name)]
    heads = [head for what in ("passed, s", "of the processor, s") for head in (what, *rivals)]
    print(f"| contender | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    for name, own in seconds.items():
        cells = []
        for place, one in enumerate(own):
            ratios = ["" if is_rival(name) else f"×{seconds[rival][place] / one:.2f}" for rival in rivals]
            cells += [f"{one:.1f}", *ratios]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
