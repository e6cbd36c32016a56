"""Time to paint, scroll and edit the table of filters and channels, up to 512 filters of 64 channels.

    python -m tests.benchmarks.matrix [ROUNDS]

A frame is 16 ms. "show" is a layer that was not on show before, "paint" all that fits 900×700 points with its pictures
drawn already, "scroll" a turn of the wheel to filters that were not, "edit" one changed weight.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
from PySide6.QtWidgets import QApplication

from convstudio.model.edits import kernel_weights
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_matrix import FilterMatrix

LAYERS = ((3, 3, 12), (3, 64, 64), (3, 64, 512), (11, 64, 512), (31, 8, 512))
"""Sides of the kernels, channels and filters."""
FRAME_MILLISECONDS = 16


def document_of(side: int, channels: int, filters: int) -> Document:
    """Make a document of one layer with random weights."""
    weights = np.random.default_rng(1).standard_normal((side, side, channels, filters))
    return Document(Sample.of("zeros", np.zeros((40, 40, channels))), Network((Conv.of(weights),)))


def milliseconds(run: Callable[[], object], rounds: int) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def measure(document: Document, rounds: int) -> Iterator[float]:
    """Return the milliseconds to show, paint, scroll and edit."""
    matrix = FilterMatrix()
    matrix.resize(900, 700)
    matrix.show()
    QApplication.processEvents()
    yield milliseconds(lambda: matrix.show_document(document, ViewState()), 1)
    matrix.viewport().grab()
    yield milliseconds(matrix.viewport().grab, rounds)
    bar, turns = matrix.verticalScrollBar(), count(1)

    def scroll() -> None:
        bar.setValue(90 * next(turns) % max(1, bar.maximum()))
        matrix.viewport().grab()

    yield milliseconds(scroll, rounds)
    changed = iter([kernel_weights.set_weights_block(document, 0, 0, 0, (0, 0), [[value]]) for value in range(rounds)])
    yield milliseconds(lambda: matrix.show_document(next(changed), ViewState()), rounds)


def main() -> None:
    """Print one line per layer."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    print(f"{'kernels':>20} {'show':>8} {'paint':>8} {'scroll':>8} {'edit':>8}   (ms; a frame is {FRAME_MILLISECONDS})")
    for side, channels, filters in LAYERS:
        times = measure(document_of(side, channels, filters), rounds)
        print(f"{f'{filters} × {channels} × {side}×{side}':>20}" + "".join(f" {one:8.1f}" for one in times))
    app.quit()


if __name__ == "__main__":
    main()
