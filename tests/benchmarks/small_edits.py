"""What a small edit costs beside a full recompute, and that edits do not drift away from it.

    python -m tests.benchmarks.small_edits [--drift EDITS]

Everything is measured in one run on 1080p RGB and 8 filters 5×5 (and a stack of two such layers): medians of time, and
the peak of memory that one edit takes for itself. `--drift` makes that many edits on a small stack instead, and prints
how far the result is from a run from scratch, in units of 1e-6 of the sum of |terms| (at most 1 is asked for).
"""

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from convstudio.model.edits import input_cells, kernel_weights
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops import conv

PHOTOGRAPH = (1080, 1920, 3)
STROKE = 200
GOAL = 20
Edit = Callable[[Document, int], Document]


def photograph_document(layers: int = 1, activation: str = "linear") -> Document:
    """Make a document with noise of 1080p RGB and layers of 8 filters 5×5."""
    numbers = np.random.default_rng(1)
    convs, channels = [], PHOTOGRAPH[-1]
    for _ in range(layers):
        layer = Conv.of(numbers.standard_normal((5, 5, channels, 8)), numbers.standard_normal(8))
        convs.append(replace(layer, activation=activation))
        channels = 8
    return Document(Sample.of("noise", numbers.random(PHOTOGRAPH, np.float32)), Network(tuple(convs)))


def edit_cell(document: Document, number: int) -> Document:
    """Set one cell, another one each time."""
    at = (37 * number % 1080, 101 * number % 1920)
    return input_cells.set_input_values(document, at, np.full((1, 1), number % 7 - 0.5), 0)


def paint_point(document: Document, number: int) -> Document:
    """Paint the next point of a stroke across the photograph."""
    return input_cells.paint_input(document, (300 + 2 * number, 400 + 5 * number), 9, 1.0, None)


def edit_weight(document: Document, number: int) -> Document:
    """Set one weight of one filter."""
    return kernel_weights.set_weights_block(document, 0, number % 8, 0, (2, 2), [[number / 10]])


def edit_bias(document: Document, number: int) -> Document:
    """Set the bias of one filter."""
    return kernel_weights.set_bias(document, 0, number % 8, number / 10)


EDITS: dict[str, tuple[Edit, int]] = {
    "one cell": (edit_cell, 30),
    "stroke, per point": (paint_point, STROKE),
    "one weight": (edit_weight, 7),
    "one bias": (edit_bias, 7),
}


def milliseconds(run: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def full_cost(document: Document, runs: int = 7) -> float:
    """Return the median milliseconds of a run from scratch."""
    return statistics.median(milliseconds(lambda: forward(document)) for _ in range(runs))


def edit_costs(result: Forward, edit: Edit, count: int) -> Iterator[float]:
    """Make edits one after the other, each with the results of the one before; give milliseconds of each run."""
    for number in range(count):
        document = edit(result.document, number)
        start = time.perf_counter()
        result = forward(document, result)
        yield (time.perf_counter() - start) * 1000


def peak_memory(result: Forward, edit: Edit, count: int) -> int:
    """Return the most bytes that any of the edits took, with its results, on top of those before."""
    peak = 0
    tracemalloc.start()
    for number in range(count):
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        result = forward(edit(result.document, number), result)
        peak = max(peak, tracemalloc.get_traced_memory()[1] - held)
    tracemalloc.stop()
    return peak


def drift(count: int, activation: str = "linear") -> float:
    """Make random edits on a stack of two layers; return how far the end is from a run from scratch.

    In units of 1e-6 of the sum of |terms|, carried through both layers: at most 1 is rounding.
    """
    numbers = np.random.default_rng(7)
    layers = tuple(replace(Conv.of(numbers.standard_normal((3, 3, 2, 2))), padding="same") for _ in range(2))
    layers = (replace(layers[0], activation="relu"), replace(layers[1], activation=activation))
    document = Document(Sample.of("noise", numbers.standard_normal((150, 140, 2))), Network(layers))
    result = forward(document)
    for _ in range(count):
        document = _random_edit(document, numbers)
        result = forward(document, result)
    return _distance(result, forward(document))


def _random_edit(document: Document, numbers: np.random.Generator) -> Document:
    value, layer, index = float(numbers.standard_normal()), int(numbers.integers(2)), int(numbers.integers(2))
    if numbers.random() < 0.9:
        at = (int(numbers.integers(150)), int(numbers.integers(140)))
        return input_cells.set_input_values(document, at, np.full((1, 1), value), index)
    if numbers.random() < 0.5:
        return kernel_weights.set_bias(document, layer, index, value)
    return kernel_weights.set_weights_block(document, layer, index, 1, (1, int(numbers.integers(3))), [[value]])


def _distance(result: Forward, scratch: Forward) -> float:
    carried = np.zeros(result.document.sample.values.shape)
    worst = 0.0
    for one, other in zip(result.layers, scratch.layers, strict=True):
        assert one.maps is not None
        assert other.maps is not None
        assert other.read is not None
        sizes, weights = np.abs(other.read.to_array().astype(np.float64)), np.abs(other.layer.weights)
        terms = conv(sizes, weights, np.abs(other.layer.bias), padding="same")
        carried = 1e-6 * terms + conv(carried, weights, padding="same")
        worst = max(worst, float((np.abs(one.maps.astype(np.float64) - other.maps) / carried).max()))
    return worst


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--drift", type=int, metavar="EDITS")
    asked = parser.parse_args()
    if asked.drift:
        for activation in ("linear", "softmax"):
            print(f"{asked.drift} edits, {activation}: {drift(asked.drift, activation):.3f} of what rounding may be")
        return
    print(f"{'1080p×3 → 8 filters 5×5':34}{'full':>9}{'edit':>9}{'full/edit':>11}{'memory of an edit':>20}")
    for name, layers, activation in (("linear", 1, "linear"), ("relu", 1, "relu"), ("two layers, relu", 2, "relu")):
        document = photograph_document(layers, activation)
        result = forward(document)
        full = full_cost(document)
        for text, (edit, count) in EDITS.items():
            cost = statistics.median(edit_costs(result, edit, count))
            peak = peak_memory(result, edit, min(count, 20)) / 2**20
            print(f"{name + ', ' + text:34}{full:6.1f} ms{cost:6.2f} ms{full / cost:10.1f}×{peak:15.1f} MiB")
    print(f"goal: one cell at least {GOAL}×")


if __name__ == "__main__":
    main()
