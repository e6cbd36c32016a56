"""A frame around a part, and a sentence beside it: where they stand, and what ends them."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.panes.explanation import SmallContent
from convstudio.views.parts.grids.small_grid import SmallGrid
from convstudio.views.window.guide import callout as module
from convstudio.views.window.guide.callout import Callout, place_beside, seen_area

ROOM, BALLOON = QRect(0, 0, 800, 600), QSize(270, 80)


@pytest.fixture
def button(qtbot: QtBot) -> Iterator[QPushButton]:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("Here")
    QVBoxLayout(window).addWidget(button)
    window.resize(700, 500)
    window.show()
    qtbot.waitExposed(window)
    yield button
    window.close()


@pytest.fixture
def callout(button: QPushButton) -> Callout:
    callout = Callout(button, "Look here.", "And then there.")
    callout.begin()
    return callout


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "framed",
    [
        QRect(10, 100, 200, 200),
        QRect(590, 100, 200, 200),
        QRect(300, 200, 200, 200),
        QRect(5, 5, 790, 60),
        QRect(5, 500, 790, 90),
        QRect(780, 580, 15, 15),
    ],
)
def test_the_balloon_stands_beside_the_frame_and_inside_the_window(framed: QRect) -> None:
    balloon = QRect(place_beside(framed, BALLOON, ROOM), BALLOON)
    assert ROOM.contains(balloon)
    assert not balloon.intersects(framed)


KERNEL, BELOW = QRect(200, 200, 300, 200), QRect(0, 275, 800, 325)


@pytest.mark.parametrize(("avoided", "side"), [((), "left"), ((KERNEL,), "below"), ((KERNEL, BELOW), "above")])
def test_the_balloon_covers_no_numbers_where_a_side_has_none(avoided: tuple[QRect, ...], side: str) -> None:
    framed = QRect(520, 250, 100, 20)
    balloon = QRect(place_beside(framed, BALLOON, ROOM, avoided), BALLOON)
    assert not any(balloon.intersects(one) for one in avoided)
    stands = {"left": balloon.right() < framed.left(), "below": balloon.top() > framed.bottom()}
    assert stands.get(side, balloon.bottom() < framed.top())


def test_where_nothing_is_free_there_is_no_place_for_the_balloon() -> None:
    assert place_beside(ROOM.adjusted(5, 5, -5, -5), BALLOON, ROOM) is None


@pytest.mark.parametrize("size", [QSize(400, 300), QSize(720, 700), QSize(1000, 740)])
def test_beside_a_part_that_fills_its_window_the_balloon_stands_outside_while_the_screen_has_room(
    qtbot: QtBot, size: QSize
) -> None:
    part = QPushButton("Here")
    qtbot.addWidget(part)
    part.resize(size)
    part.move(part.screen().availableGeometry().center() - part.rect().center())
    part.show()
    qtbot.waitExposed(part)
    callout = Callout(part, "Look here.")
    callout.begin()
    balloon = callout.balloon
    has_room = size.width() < 1000
    assert (balloon.isWindow(), balloon.isVisible()) == (has_room, True)
    assert balloon.geometry().intersects(part.frameGeometry() if has_room else part.rect()) != has_room
    callout.end()
    assert not balloon.isVisible()


def test_the_frame_is_around_the_part(button: QPushButton, callout: Callout) -> None:
    assert callout.framed.contains(seen_area(button))


def test_both_sentences_are_read_by_screen_readers(callout: Callout) -> None:
    assert callout.balloon.accessibleName() == "Look here. And then there."


def test_it_ends_after_some_seconds(qtbot: QtBot, button: QPushButton, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN_MILLISECONDS", 30)
    short = Callout(button, "Look here.")
    with qtbot.waitSignal(short.ended):
        short.begin()


def test_escape_ends_it_and_means_nothing_else(qtbot: QtBot, button: QPushButton, callout: Callout) -> None:
    with qtbot.waitSignal(callout.ended):
        QTest.keyClick(button, Qt.Key.Key_Escape)


def test_a_click_ends_it_and_goes_on_to_what_is_clicked(qtbot: QtBot, button: QPushButton, callout: Callout) -> None:
    with qtbot.waitSignals([callout.ended, button.clicked]):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))


def test_it_ends_when_its_part_disappears(qtbot: QtBot, button: QPushButton, callout: Callout) -> None:
    with qtbot.waitSignal(callout.ended):
        button.hide()


def test_it_follows_its_part(qtbot: QtBot, button: QPushButton, callout: Callout) -> None:
    before = callout.framed
    button.window().resize(500, 300)
    qtbot.waitUntil(lambda: callout.framed != before and callout.framed.contains(seen_area(button)))


def test_it_stands_off_the_parts_of_an_equation(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    part, grid = QPushButton("Here", window), SmallGrid()
    grid.setParent(window)
    part.setGeometry(600, 250, 200, 100)
    grid.show_content(SmallContent("route", np.zeros((1, 6), np.float32), np.zeros((1, 6, 3), np.uint8)))
    grid.setGeometry(300, 250, 290, 100)
    window.show()
    qtbot.waitExposed(window)
    callout = Callout(part, "It won its window.", "")
    callout.begin()
    assert not callout.balloon.geometry().intersects(grid.geometry())
    window.close()
