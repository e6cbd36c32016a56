from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QSize, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.window.rows_splitter import RowsSplitter


class Row(QWidget):
    """A row with a wished and a least height."""

    def __init__(self, wished: int, least: int) -> None:
        super().__init__()
        self._heights = wished, least

    def sizeHint(self) -> QSize:
        return QSize(100, self._heights[0])

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self._heights[1])


@pytest.fixture
def splitter(qtbot: QtBot) -> RowsSplitter:
    gallery = Row(150, 90)
    gallery.hide()
    splitter = RowsSplitter(Row(400, 300), (Row(140, 120), gallery))
    splitter.setHandleWidth(6)
    qtbot.addWidget(splitter)
    splitter.resize(600, 900)
    splitter.show()
    qtbot.waitExposed(splitter)
    return splitter


def heights(splitter: RowsSplitter) -> list[int]:
    QApplication.processEvents()
    return splitter.sizes()


def test_a_hidden_row_takes_no_room(splitter: RowsSplitter) -> None:
    assert heights(splitter) == [754, 140, 0]


def test_a_row_that_appears_takes_its_height_from_the_first_one(splitter: RowsSplitter) -> None:
    splitter.widget(2).show()
    assert heights(splitter) == [598, 140, 150]


def test_a_larger_window_goes_to_the_first_row(splitter: RowsSplitter) -> None:
    splitter.widget(2).show()
    splitter.resize(600, 1000)
    assert heights(splitter) == [698, 140, 150]


def test_where_there_is_too_little_room_the_lowest_row_gives_way(splitter: RowsSplitter) -> None:
    splitter.widget(2).show()
    splitter.resize(600, 560)
    assert heights(splitter) == [300, 140, 108]


def test_a_height_that_the_user_gave_comes_back_with_its_row(splitter: RowsSplitter) -> None:
    splitter.widget(2).show()
    heights(splitter)
    splitter.moveSplitter(900 - 200 - 6, 2)
    before = heights(splitter)
    splitter.widget(2).hide()
    splitter.widget(2).show()
    assert heights(splitter) == before
    assert before[2] == pytest.approx(200, abs=8)


def test_heights_come_back_at_the_next_start_also_those_of_hidden_rows(splitter: RowsSplitter) -> None:
    assert splitter.restoreState(QByteArray(b"130 220"))
    assert bytes(splitter.saveState().data()) == b"130 220"
    splitter.widget(2).show()
    assert heights(splitter)[1:] == [130, 220]


class FoldingRow(Row):
    """A row that can keep one line."""

    unfold_asked = Signal()
    is_folded = False

    def set_folded(self, on: bool) -> None:
        self.is_folded = on

    @property
    def least_heights(self) -> tuple[int, int]:
        return 30, self.minimumSizeHint().height()


def test_who_is_told_of_folded_rows_may_lay_them_out_again(qtbot: QtBot) -> None:
    rows = FoldingRow(140, 120), FoldingRow(150, 120)
    window = QWidget()
    splitter = RowsSplitter(Row(400, 300), rows)
    splitter.setParent(window)
    qtbot.addWidget(window)
    places: list[tuple[bool, list[int], list[int]]] = []

    def lay_out(on: bool) -> None:
        at = splitter.sizes()
        splitter.resize(600, splitter.height() + (1 if on else -1))
        places.append((on, at, splitter.sizes()))

    splitter.crowded.connect(lay_out)
    splitter.resize(600, 900)
    window.show()
    qtbot.waitExposed(window)
    splitter.resize(600, 500)
    assert [row.is_folded for row in rows] == [False, True]
    assert places == [], "nobody is told before the rows have their places"
    qtbot.waitUntil(lambda: len(places) == 1)
    splitter.resize(600, 900)
    splitter.resize(600, 500)
    QApplication.processEvents()
    splitter.resize(600, 900)
    qtbot.waitUntil(lambda: len(places) == 2)
    gap = splitter.handleWidth()
    assert [on for on, _, _ in places] == [True, False], "what comes and goes at once is no news"
    assert [sum(after) - sum(before) for _, before, after in places] == [1, -1]
    assert sum(places[0][1]) == 500 - 2 * gap


@pytest.mark.parametrize("state", [b"", b"130", b"1 2 3", b"130 -5", b"130 99999999999", b"\x00\x00\x00\xff\x01"])
def test_what_cannot_be_read_changes_nothing(splitter: RowsSplitter, state: bytes) -> None:
    before = heights(splitter)
    assert not splitter.restoreState(QByteArray(state))
    assert heights(splitter) == before


def test_the_least_height_counts_the_space_around_the_rows(splitter: RowsSplitter) -> None:
    splitter.setContentsMargins(12, 8, 12, 6)
    assert splitter.minimumSizeHint().height() == 300 + 120 + splitter.handleWidth() + 8 + 6


def test_a_folded_row_that_goes_is_not_folded_any_more(qtbot: QtBot) -> None:
    rows = FoldingRow(140, 120), FoldingRow(150, 120)
    window = QWidget()
    splitter = RowsSplitter(Row(400, 300), rows)
    splitter.setParent(window)
    qtbot.addWidget(window)
    splitter.resize(600, 500)
    window.show()
    qtbot.waitExposed(window)
    assert [row.is_folded for row in rows] == [False, True]
    rows[1].hide()
    assert [row.is_folded for row in rows] == [False, False], "its button would lead to nothing"
