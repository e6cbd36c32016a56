"""Items that the mouse drags: to where they go, what is no drag, and what calls one off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.dragging.reordering import Reordering
from tests.views.drags import drag, move, press, release

SIDE = 50


class Boxes:
    """Boxes of 50 pixels beside, or below, each other."""

    def __init__(self, count: int, *, is_column: bool) -> None:
        self.is_column = is_column
        self.boxes = count
        self.seen: list[QPoint] = []

    def count(self) -> int:
        return self.boxes

    def item_at(self, point: QPoint) -> int | None:
        along = (point.y() if self.is_column else point.x()) // SIDE
        return along if 0 <= along < self.boxes else None

    def nearest(self, point: QPoint) -> int:
        return min(max(0, (point.y() if self.is_column else point.x()) // SIDE), self.boxes - 1)

    def place_of(self, item: int) -> QRect:
        return QRect(0, item * SIDE, SIDE, SIDE) if self.is_column else QRect(item * SIDE, 0, SIDE, SIDE)

    def bring_into_sight(self, point: QPoint) -> None:
        self.seen.append(point)


class Bench:
    """Boxes that can be dragged, and what was asked for."""

    def __init__(self, qtbot: QtBot, *, is_column: bool) -> None:
        self.surface, self.row = QWidget(), Boxes(4, is_column=is_column)
        qtbot.addWidget(self.surface)
        self.surface.resize(300, 300)
        self.surface.show()
        self.reordering = Reordering(self.surface, self.row)
        self.reordering.watch(self.surface)
        self.asked: list[tuple[int, int]] = []
        self.reordering.moved.connect(lambda item, place: self.asked.append((item, place)))

    def at(self, along: float) -> QPoint:
        """Return the point so many boxes along the row."""
        far, near = int(along * SIDE), SIDE // 2
        return QPoint(near, far) if self.row.is_column else QPoint(far, near)

    @property
    def mark(self) -> QWidget:
        return next(child for child in self.surface.children() if isinstance(child, QWidget))

    def key(self, key: Qt.Key) -> bool:
        """Press a key, as the window is asked about it first; return whether the drag took it."""
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(self.surface, event)
        return event.isAccepted()


@pytest.fixture(params=[False, True], ids=["row", "column"])
def bench(request: pytest.FixtureRequest, qtbot: QtBot) -> Bench:
    return Bench(qtbot, is_column=request.param)


@pytest.mark.parametrize(
    ("begin", "end", "asked"),
    [
        (0.5, 2.7, [(0, 2)]),
        (0.5, 3.9, [(0, 3)]),
        (0.5, 99, [(0, 3)]),
        (3.5, 0.2, [(3, 0)]),
        (3.5, -9, [(3, 0)]),
        (3.5, 1.3, [(3, 1)]),
        (1.5, 1.9, []),
        (1.5, 2.4, []),
        (1.5, 0.6, []),
    ],
)
def test_an_item_goes_between_those_where_it_is_let_go(bench: Bench, begin: float, end: float, asked: list) -> None:
    drag(bench.surface, bench.at(begin), bench.at((begin + end) / 2), bench.at(end))
    assert bench.asked == asked


def test_a_drag_that_ends_where_it_began_asks_for_nothing(bench: Bench) -> None:
    drag(bench.surface, bench.at(1.5), bench.at(3.5), bench.at(1.5))
    assert bench.asked == []


def test_a_press_that_hardly_moves_is_no_drag(bench: Bench) -> None:
    drag(bench.surface, bench.at(0.98), bench.at(1.02))
    assert bench.asked == []


def test_the_line_shows_where_the_item_would_go(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    move(bench.surface, bench.at(2.8))
    assert bench.mark.isVisible()
    assert abs(bench.mark.geometry().center().y() - 150 if bench.row.is_column else bench.mark.x() - 150) < 5
    release(bench.surface, bench.at(2.8))
    assert bench.mark.isHidden()


def test_no_line_shows_where_nothing_would_move(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    move(bench.surface, bench.at(2.8))
    move(bench.surface, bench.at(0.6))
    assert bench.mark.isHidden()
    release(bench.surface, bench.at(0.6))


def test_escape_calls_the_drag_off_and_does_nothing_else(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    move(bench.surface, bench.at(2.8))
    assert bench.key(Qt.Key.Key_Escape)
    move(bench.surface, bench.at(3.8))
    release(bench.surface, bench.at(3.8))
    assert (bench.asked, bench.mark.isHidden()) == ([], True)


def test_another_key_calls_the_drag_off_and_is_left_to_the_window(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    move(bench.surface, bench.at(2.8))
    assert not bench.key(Qt.Key.Key_Z)
    release(bench.surface, bench.at(2.8))
    assert bench.asked == []


def test_after_a_drag_that_was_called_off_the_next_one_works(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    move(bench.surface, bench.at(2.8))
    bench.key(Qt.Key.Key_Escape)
    release(bench.surface, bench.at(2.8))
    drag(bench.surface, bench.at(0.5), bench.at(1.9))
    assert bench.asked == [(0, 1)]


def test_an_item_that_is_gone_by_then_is_not_moved(bench: Bench) -> None:
    press(bench.surface, bench.at(3.5))
    move(bench.surface, bench.at(0.2))
    bench.row.boxes = 2
    release(bench.surface, bench.at(0.2))
    assert bench.asked == []


def test_without_a_drag_keys_are_left_alone(bench: Bench) -> None:
    press(bench.surface, bench.at(0.5))
    assert not bench.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(bench.surface, Qt.MouseButton.LeftButton)
