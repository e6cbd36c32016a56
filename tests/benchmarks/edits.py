"""Time from one edited cell or weight to the painted feature map, and how long the window could not answer meanwhile.

    python -m tests.benchmarks.edits [EDITS]

Every edit goes the user's way: session, worker thread, result, paint. "busy" is the longest stretch in which the
window's thread did not come back to its event loop. The yardstick beside it is a bare recompute of the same layer.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from convstudio.app import Studio
from convstudio.model.edits import building, input_cells, kernel_weights
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.forward import forward
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

INPUTS = {"8×8×1": (8, 8, 1), "224×224×3": (224, 224, 3), "1080p RGB": (1080, 1920, 3)}
Edit = Callable[[Document, float], Document]
FRAME_MILLISECONDS = 16
SETTLING_SECONDS = 0.3
_WAITING = QEventLoop.ProcessEventsFlag.WaitForMoreEvents  # a loop that never sleeps takes time from the computation


class Watch(QObject):
    """Sees when the map is painted with a new result, and the longest stretch without an event loop.

    The window paints all that waits for it in one turn, and then hands the picture over to the screen: the map is on
    the screen when the turn in which it was painted has ended.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.painted_at = 0.0
        self.has_result = self.is_painted = False
        self.longest_stretch = 0.0
        self._last = time.perf_counter()
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self._tick)
        self._ticks.start(1)
        self._window, self._map = studio.window, studio.map_pane.picture.viewport()
        self._was_map_painted = self._is_delivering = False
        studio.recompute.results_changed.connect(self._take_result)
        self._window.installEventFilter(self)
        self._map.installEventFilter(self)

    def restart(self) -> None:
        """Forget what was seen."""
        self.has_result = self.is_painted = self._was_map_painted = False
        self.longest_stretch = 0.0
        self._last = time.perf_counter()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if thing is self._map and event.type() == QEvent.Type.Paint:
            self._was_map_painted = self.has_result
        if thing is self._window and event.type() == QEvent.Type.UpdateRequest and not self._is_delivering:
            self._deliver(event)
            return True
        return False

    def _deliver(self, request: QEvent) -> None:
        """Let the window paint, and note when that has ended."""
        self._is_delivering = True
        self._window.event(request)
        self._is_delivering = False
        if self._was_map_painted and not self.is_painted:
            self.painted_at = time.perf_counter()
            self.is_painted = True

    def _take_result(self) -> None:
        self.has_result = True

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_stretch = max(self.longest_stretch, now - self._last)
        self._last = now


def document_of(shape: tuple[int, ...]) -> Document:
    """Make a document with a noise input of `shape` and one 3×3 filter."""
    values = np.random.default_rng(1).random(shape, np.float32)
    layer = Conv.of(np.random.default_rng(2).standard_normal((3, 3, shape[-1], 1)).round(1))
    return Document(Sample.of("noise", values), Network((layer,)))


def stack() -> Document:
    """Make the network of the speed goal: 224×224×3 → 32 filters → ReLU → max pool → 64 filters."""
    first, second = (
        replace(Conv.of(building.glorot((3, 3, channels, filters), 1)), padding="same")
        for channels, filters in ((3, 32), (32, 64))
    )
    layers = (first, Activation(activation="relu"), Pool(), second)
    return Document(document_of((224, 224, 3)).sample, Network(layers))


def with_cell(document: Document, value: float) -> Document:
    """Edit one cell in the middle of the input."""
    middle = [length // 2 for length in document.sample.spatial]
    return input_cells.set_input_values(document, middle, np.full((1, 1), value), 0)


def with_weight(document: Document, value: float) -> Document:
    """Edit one weight of the first layer."""
    return kernel_weights.set_weights_block(document, 0, 0, 0, (1, 1), np.full((1, 1), value))


def edit_to_paint(studio: Studio, watch: Watch, edit: Edit, value: float) -> tuple[float, float]:
    """Make an edit; return milliseconds to the painted map, and of the longest busy stretch."""
    document = studio.session.document
    watch.restart()
    start = time.perf_counter()
    studio.session.apply("Edit", edit(document, value))
    while not watch.is_painted:
        QCoreApplication.processEvents(_WAITING)
    return (watch.painted_at - start) * 1000, watch.longest_stretch * 1000


def settle(studio: Studio) -> None:
    """Wait until nothing is computed any more."""
    ready = time.perf_counter() + SETTLING_SECONDS
    while studio.recompute.is_busy or time.perf_counter() < ready:
        QCoreApplication.processEvents(_WAITING)


def recompute_alone(document: Document, runs: int = 7) -> float:
    """Return the median milliseconds of the layer's computation without a window."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        forward(document)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["CONVSTUDIO_HOME"] = home
        app = QApplication(sys.argv[:1])
        app.setStyle("Fusion")
        studio = Studio(app)
        studio.start([])
        watch = Watch(studio)
        print(
            f"{'input':34}{'edit to paint':>15}{'slowest':>10}{'busy':>8}{'recompute':>11}   (ms, medians of {count})"
        )
        cases = [(name, document_of(shape), 0, with_cell) for name, shape in INPUTS.items()]
        for layer in (0, 3):
            cases += [
                (f"stack, a {what} edited, layer {layer + 1} shown", stack(), layer, edit)
                for what, edit in (("cell", with_cell), ("weight", with_weight))
            ]
        for name, document, layer, edit in cases:
            studio.session.restart(document, stepping.select_layer(document, ViewState(), layer))
            settle(studio)
            edit_to_paint(studio, watch, edit, 0.5)
            measured = [edit_to_paint(studio, watch, edit, value) for value in np.linspace(0.01, 1, count)]
            settle(studio)
            times, stretches = zip(*measured, strict=True)
            alone = recompute_alone(studio.session.document)
            print(
                f"{name:34}{statistics.median(times):15.1f}{max(times):10.1f}"
                f"{statistics.median(stretches):8.1f}{alone:11.1f}"
            )
        print(f"goal: one frame of {FRAME_MILLISECONDS} ms for all but 1080p, which keeps the window responsive")
        studio.session.mark_saved(studio.session.document)
        studio.close()


if __name__ == "__main__":
    main()
