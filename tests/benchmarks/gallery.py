"""Time of one frame while the gallery of 512 maps of 224×224 scrolls and zooms, and while its tiles are being made.

    python -m tests.benchmarks.gallery [FRAMES]

A frame is a move of the scroll bar, or a step of the zoom, until everything that it asks for is painted, on a pane as
high as one row and on one that fills a screen. The yardsticks beside it are a screen's frame of 16.7 ms, and the same
moves of a bare list view of as many rows that paints nothing. "tiles" counts frames in which tiles were made as well.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QRect, QStringListModel
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.gallery import survey
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.gallery.pane import GalleryPane

FRAME = 1000 / 60
SIZES = {"one row": (1560, 168), "whole screen": (1560, 900)}
FILTERS, SIDE = 512, 224


class Nothing(QStyledItemDelegate):
    """Paints nothing into cells as large as the gallery's."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> object:
        return self.parent().gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        pass


def document_of() -> Document:
    """Make a document whose one layer has 512 random filters on noise of 224×224."""
    draw = np.random.default_rng(1)
    layer = Conv.of(draw.standard_normal((3, 3, 3, FILTERS)).round(1))
    side = SIDE + 2
    return Document(Sample.of("noise", draw.random((side, side, 3), np.float32)), Network((layer,)))


def settle(seconds: float = 0.0) -> None:
    """Do all that the event loop has to do, for some seconds at least."""
    until = time.perf_counter() + seconds
    QCoreApplication.processEvents()
    while time.perf_counter() < until:
        QCoreApplication.processEvents()


def milliseconds(step: Callable[[], object], widget: QWidget) -> float:
    """Return how long a step takes until its widget is painted."""
    start = time.perf_counter()
    step()
    widget.repaint()
    return (time.perf_counter() - start) * 1000


def scroll(view: QListView, frames: int, *, with_tiles: bool) -> list[float]:
    """Scroll from the first row to the last in even steps; return the frames' times."""
    bar = view.verticalScrollBar()
    times = []
    for place in np.linspace(0, bar.maximum(), frames).round():
        times.append(milliseconds(lambda at=int(place): bar.setValue(at), view.viewport()))
        if with_tiles:
            start = time.perf_counter()
            settle()
            times[-1] += (time.perf_counter() - start) * 1000
    return times


def zoom(pane: GalleryPane, frames: int) -> list[float]:
    """Zoom in and out again and again; return the frames' times."""
    steps = [*[1] * 9, *[-1] * 9] * (1 + frames // 18)
    return [milliseconds(lambda by=by: pane.list.zoomed.emit(by), pane.list.viewport()) for by in steps[:frames]]


def empty_list(cell: QRect, size: tuple[int, int]) -> QListView:
    """Make a list view of as many rows with cells as large that paints nothing."""
    view = QListView()
    view.setGridSize(cell.size())
    view.setItemDelegate(Nothing(view))
    view.setModel(QStringListModel([""] * FILTERS))
    view.setFlow(QListView.Flow.LeftToRight)
    view.setWrapping(True)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.resize(*size)
    view.show()
    settle()
    return view


def report(name: str, times: list[float], bare: list[float] | None) -> None:
    """Print one line: median and slowest in ms, and as ratios."""
    middle, slowest = statistics.median(times), max(times)
    beside = "" if bare is None else f"{middle / max(1e-3, statistics.median(bare)):10.1f}"
    print(f"{name:32}{middle:10.2f}{slowest:10.2f}{middle / FRAME:12.2f}{slowest / FRAME:12.2f}{beside}")


def main() -> None:
    """Measure and print."""
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    document = document_of()
    result = forward(document).layers[0]
    start = time.perf_counter()
    found = survey(result.output)
    print(f"{FILTERS} maps of {SIDE}×{SIDE}; their survey, off the UI thread: {time.perf_counter() - start:.2f} s\n")
    print(f"{'':32}{'median':>10}{'slowest':>10}{'÷ 16.7 ms':>12}{'slowest':>12}{'÷ empty':>10}   (ms)")
    for name, size in SIZES.items():
        pane = GalleryPane(())
        pane.resize(*size)
        pane.show_document(document, ViewState())
        pane.show_result(result, None)
        pane.show_survey(found)
        pane.show()
        settle(0.5)
        bare = scroll(empty_list(pane.list.visualRect(pane.list.currentIndex()), size), frames, with_tiles=False)
        report(f"{name}: scroll, making tiles", scroll(pane.list, frames, with_tiles=True), bare)
        settle(1)
        report(f"{name}: scroll", scroll(pane.list, frames, with_tiles=False), bare)
        report(f"{name}: zoom", zoom(pane, frames), None)
        pane.close()


if __name__ == "__main__":
    main()
