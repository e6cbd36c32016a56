"""The target is drawn on: as numbers while they fit, else as a picture."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import signed_levels
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.views.learning.target_pad import PaintedPicture, TargetPad


def table(rows: int, columns: int) -> ShownTable:
    return ShownTable(np.zeros((rows, columns), np.float32), signed_levels(np.ones(1)))


@pytest.fixture
def pad(qtbot: QtBot) -> TargetPad:
    pad = TargetPad("Target")
    qtbot.addWidget(pad)
    pad.resize(300, 320)
    pad.show()
    return pad


def drag(widget: object, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=end)


def test_numbers_are_typed_into_the_cells(pad: TargetPad, qtbot: QtBot) -> None:
    pad.show_target(table(3, 3))
    with qtbot.waitSignal(pad.written) as asked:
        pad.grid.model().setData(pad.grid.model().index(1, 2), "5")
    row, column, block = asked.args
    assert (row, column, block.tolist()) == (1, 2, [[5]])


def test_what_is_no_number_is_refused(pad: TargetPad, qtbot: QtBot) -> None:
    pad.show_target(table(3, 3))
    with qtbot.waitSignal(pad.refused) as told:
        pad.grid.model().setData(pad.grid.model().index(0, 0), "five")
    assert told.args[0].startswith("Row 1, column 1:")


def test_a_stroke_over_the_numbers_is_one_stroke(pad: TargetPad) -> None:
    pad.show_target(table(3, 3))
    pad.set_brush(True)
    told: list[tuple[int, int, object]] = []
    pad.painted.connect(lambda *point: told.append(point))
    cells = [pad.grid.visualRect(pad.grid.model().index(0, column)).center() for column in (0, 2)]
    drag(pad.grid.viewport(), *cells)
    assert [point[:2] for point in told] == [(0, 0), (0, 2)]
    assert len({point[2] for point in told}) == 1


def test_a_large_target_is_a_picture_that_is_painted_on(pad: TargetPad) -> None:
    pad.set_brush(True)
    pad.show_target(table(200, 200))
    picture = pad.picture
    assert picture.isVisible()
    told: list[tuple[int, int, object]] = []
    pad.painted.connect(lambda *point: told.append(point))
    cells = [picture.cell_area(*cell).center().toPoint() for cell in ((10, 10), (10, 150))]
    drag(picture.viewport(), *cells)
    assert abs(told[0][1] - 10) <= 1
    assert abs(told[-1][1] - 150) <= 1
    assert len({point[2] for point in told}) == 1


def test_without_the_brush_a_picture_is_not_painted_on(pad: TargetPad) -> None:
    pad.set_brush(False)
    pad.show_target(table(200, 200))
    told: list[object] = []
    pad.painted.connect(lambda *point: told.append(point))
    drag(pad.picture.viewport(), QPoint(100, 100), QPoint(120, 120))
    assert told == []


def test_the_brush_can_be_put_down_after_the_picture_was_made(pad: TargetPad) -> None:
    pad.set_brush(True)
    pad.show_target(table(200, 200))
    pad.set_brush(False)
    picture = pad.picture
    assert isinstance(picture, PaintedPicture)
    assert picture.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_sequence_is_one_row(pad: TargetPad) -> None:
    pad.show_target(ShownTable(np.zeros(5, np.float32), signed_levels(np.ones(1))))
    assert pad.values.shape == (1, 5)


def test_a_table_that_was_copied_is_pasted_from_the_first_cell_on(pad: TargetPad, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("1\t2\n3\t4")
    with qtbot.waitSignal(pad.written) as asked:
        pad.paste()
    row, column, block = asked.args
    assert (row, column, block.tolist()) == (0, 0, [[1, 2], [3, 4]])


def test_what_is_no_table_of_numbers_is_not_pasted(pad: TargetPad, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("not a number")
    with qtbot.waitSignal(pad.refused) as told:
        pad.paste()
    assert told.args[0].startswith("Nothing was pasted:")
