"""Training beside PyTorch on the CPU: `python -m tests.benchmarks.training`.

The same network, data, batches and first weights in both, with Adam; PyTorch works eagerly, with all threads. The two
take turns of a few epochs, or of many steps, in one process, so that what disturbs one disturbs both; the losses of the
first step are compared before anything is timed. Also: how many steps a second one filter on 8×8 cells makes, and how
long the bundled digits take to 95 % of the held-out ones.

On a machine that is busy with other work, `--one-thread` counts processor time of one thread.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from convstudio.files.datasets.loading import digit_data
from convstudio.files.projects.documents import decode_document
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.learning.training import advance, begin, plan
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops.native.engine import found, numpy_only
from convstudio.ops.threads import limited
from tests.benchmarks.operations.turns import take_turns

TURNS, SECONDS = 7, 2.0
UNTRAINED = Path(__file__).parents[2] / "resources" / "networks" / "digits-untrained.convstudio"
DRAW = np.random.default_rng(1)


def conv(channels: int, filters: int) -> Conv:
    weights = DRAW.normal(0, (2 / (9 * channels)) ** 0.5, (3, 3, channels, filters))
    return replace(Conv.of(weights), padding="same", activation="relu")


def dense(inputs: int, units: int = 10) -> Dense:
    return Dense.of(DRAW.normal(0, (1 / inputs) ** 0.5, (inputs, units)), activation="softmax")


def drawn(count: int, shape: tuple[int, ...]) -> Dataset:
    inputs = frozen(DRAW.random((count, *shape)))
    return Dataset("drawn", inputs, DRAW.integers(0, 10, count), class_names=tuple("0123456789"))


@dataclass(frozen=True)
class Workload:
    name: str
    network: Network
    data: Dataset
    batch: int
    steps: int


def workloads() -> tuple[Workload, ...]:
    return (
        Workload(
            "digits: 8²×1, conv 8, pool, conv 16, dense 10, batch 32, one epoch",
            Network((conv(1, 8), Pool(), conv(8, 16), Flatten(), dense(256))),
            replace(digit_data(), held_out=None),
            32,
            57,
        ),
        Workload(
            "28²×1, conv 16, pool, conv 32, pool, dense 10, batch 64, one epoch of 1,280",
            Network((conv(1, 16), Pool(), conv(16, 32), Pool(), Flatten(), dense(7 * 7 * 32))),
            drawn(1280, (28, 28, 1)),
            64,
            20,
        ),
        Workload(
            "64²×3, conv 32, global average, dense 10, batch 16, one step",
            Network((conv(3, 32), GlobalPool(), dense(32))),
            drawn(16, (64, 64, 3)),
            16,
            1,
        ),
    )


def ours(workload: Workload, engine: Callable[[], AbstractContextManager[None]]) -> Callable[[], float]:
    settings = TrainingSettings(batch_size=workload.batch, epochs=10_000, held_out=0.0)
    document = Document(Sample.of("first", workload.data.inputs[0]), workload.network)
    with engine():
        planned = plan(document, workload.data, settings)
        state = begin(planned)

    def run() -> float:
        nonlocal state
        first = None
        with engine():
            for _ in range(workload.steps):
                state, report, _ = advance(planned, state)
                first = report.loss if first is None else first
        return float(first or 0)

    return run


def theirs(workload: Workload) -> Callable[[], float]:
    import torch

    modules: list[torch.nn.Module] = []
    for layer in workload.network.layers:
        match layer:
            case Conv():
                own = torch.nn.Conv2d(layer.channels, layer.filters, 3, padding=1)
                own.weight.data = torch.tensor(layer.weights.transpose(3, 2, 0, 1).copy())
                own.bias.data.zero_()
                modules += [own, torch.nn.ReLU()]
            case Pool():
                modules.append(torch.nn.MaxPool2d(2))
            case GlobalPool():
                modules.append(torch.nn.AdaptiveAvgPool2d(1))
            case Dense():
                linear = torch.nn.Linear(layer.inputs, layer.units)
                linear.weight.data = torch.tensor(_channels_first(workload.network, layer).T.copy())
                linear.bias.data.zero_()
                modules += [torch.nn.Flatten(), linear]
    model = torch.nn.Sequential(*modules)
    settings = TrainingSettings(batch_size=workload.batch, held_out=0.0)
    document = Document(Sample.of("first", workload.data.inputs[0]), workload.network)
    planned = plan(document, workload.data, settings)
    inputs = torch.tensor(workload.data.inputs.transpose(0, 3, 1, 2).copy())
    labels = torch.tensor(workload.data.labels)
    optimiser, epoch = torch.optim.Adam(model.parameters(), eps=1e-7), 0

    def run() -> float:
        nonlocal epoch
        order = torch.tensor(planned.order(epoch))
        epoch, first = epoch + 1, None
        for at in range(0, workload.steps * workload.batch, workload.batch):
            batch = order[at : at + workload.batch]
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(inputs[batch]), labels[batch])
            loss.backward()
            optimiser.step()
            first = float(loss.detach()) if first is None else first
        return float(first or 0)

    return run


def _channels_first(network: Network, layer: Dense) -> np.ndarray:
    """Return the weights of a dense layer for maps whose channels come first."""
    channels = next(one.filters for one in reversed(network.layers) if isinstance(one, Conv))
    side = round((layer.inputs / channels) ** 0.5)
    rows = layer.weights.reshape(side, side, channels, layer.units).transpose(2, 0, 1, 3)
    return rows.reshape(layer.inputs, layer.units)


def compared(workload: Workload, one_thread: bool) -> dict[str, float]:
    contenders = {
        "ConvStudio": ours(workload, nullcontext),
        "ConvStudio, NumPy": ours(workload, numpy_only),
        "PyTorch": theirs(workload),
    }
    first = {name: run() for name, run in contenders.items()}
    if not np.allclose(list(first.values()), first["PyTorch"], rtol=1e-4):
        raise SystemExit(f"{workload.name}: the losses of the first step differ: {first}")
    clock = time.process_time if one_thread else time.perf_counter
    taken = take_turns(contenders, turns=TURNS, seconds=SECONDS, clock=clock)
    return {name: own.median for name, own in taken.items()}


def steps_a_second() -> float:
    """Count the steps of one filter that learns a map of an 8×8 input."""
    data = Dataset("pair", frozen(DRAW.random((1, 8, 8, 1))), maps=frozen(DRAW.random((1, 6, 6, 1))))
    document = Document(Sample.of("one", data.inputs[0]), Network((Conv.of(DRAW.random((3, 3, 1, 1))),)))
    planned = plan(document, data, TrainingSettings(epochs=100_000, held_out=0.0))
    state, times = begin(planned), []
    for _ in range(TURNS):
        begun = time.perf_counter()
        for _ in range(500):
            state = advance(planned, state)[0]
        times.append(time.perf_counter() - begun)
    return 500 / statistics.median(times)


def seconds_to_95() -> float:
    """Train the bundled project of the digits from its random weights until 95 % of the held-out ones are right."""
    planned = plan(decode_document(UNTRAINED.read_bytes())[0], digit_data())
    state, begun, reached = begin(planned), time.perf_counter(), 0.0
    while reached < 0.95:
        state, _, epoch = advance(planned, state)
        reached = reached if epoch is None else epoch.held_out_accuracy or 0.0
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one-thread", action="store_true", help="count processor time of one thread")
    one_thread = parser.parse_args().one_thread
    if one_thread:
        import torch

        torch.set_num_threads(1)
    with limited(1) if one_thread else nullcontext():
        measure(one_thread)


def measure(one_thread: bool) -> None:
    print(f"ConvStudio: {found().told}\n")
    print("| network | ConvStudio, ms | with NumPy, ms | PyTorch, ms |\n|---|---|---|---|")
    results: dict[str, dict[str, float]] = {}
    for workload in workloads():
        own = results[workload.name] = compared(workload, one_thread)
        with_numpy, theirs = own["ConvStudio, NumPy"], own["PyTorch"]
        print(
            f"| {workload.name} | {own['ConvStudio']:.2f} | {with_numpy:.2f} (×{theirs / with_numpy:.2f}) "
            f"| {theirs:.2f} (×{theirs / own['ConvStudio']:.2f}) |",
            flush=True,
        )
    results["steps a second on 8×8"] = {"ConvStudio": steps_a_second()}
    results["seconds to 95 % of the digits"] = {"ConvStudio": seconds_to_95()}
    print(f"\n{results['steps a second on 8×8']['ConvStudio']:.0f} steps a second of one filter on 8×8 cells")
    print(f"{results['seconds to 95 % of the digits']['ConvStudio']:.2f} s to 95 % of the held-out digits")
    json.dump(results, sys.stdout)
    print()


if __name__ == "__main__":
    main()
