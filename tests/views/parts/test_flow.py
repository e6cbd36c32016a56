"""A row that wraps asks its widgets for their sizes once, until one of them has another size."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

from convstudio.views.parts.flow import FlowLayout


class Tool(QWidget):
    """A widget of a size."""

    def __init__(self) -> None:
        super().__init__()
        self._width = 50

    def sizeHint(self) -> QSize:
        return QSize(self._width, 20)

    def widen(self, width: int) -> None:
        self._width = width
        self.updateGeometry()


class Place(QWidgetItem):
    """The place of a widget in a layout, which counts how often it is asked for its size."""

    asked = 0

    def sizeHint(self) -> QSize:
        self.asked += 1
        return super().sizeHint()


@pytest.fixture
def row(qtbot: QtBot) -> QWidget:
    """Return a row of two tools, each 50 pixels wide."""
    made = QWidget()
    qtbot.addWidget(made)
    flow = FlowLayout(made, spacing=0)
    for _ in range(2):
        tool = Tool()
        flow.addChildWidget(tool)
        flow.addItem(Place(tool))
    made.resize(200, 60)
    made.show()
    return made


def test_a_widget_is_not_asked_again_for_every_width(row: QWidget) -> None:
    flow = row.layout()
    flow.invalidate()
    place, before = flow.itemAt(0), flow.itemAt(0).asked
    assert [flow.heightForWidth(width) for width in (200, 99, 200, 150)] == [20, 40, 20, 20]
    assert place.asked == before + 1


@pytest.mark.parametrize(
    ("change", "width", "heights"),
    [(lambda tool: tool.widen(180), 200, (20, 40)), (lambda tool: tool.hide(), 90, (40, 20))],
    ids=["wider", "hidden"],
)
def test_a_widget_of_another_size_is_laid_out_otherwise(
    row: QWidget, change: Callable[[Tool], object], width: int, heights: tuple[int, int]
) -> None:
    before = row.layout().heightForWidth(width)
    change(row.findChild(Tool))
    assert (before, row.layout().heightForWidth(width)) == heights
