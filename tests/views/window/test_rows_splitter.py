from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QSize
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


@pytest.mark.parametrize("state", [b"", b"130", b"1 2 3", b"130 -5", b"130 99999999999", b"\x00\x00\x00\xff\x01"])
def test_what_cannot_be_read_changes_nothing(splitter: RowsSplitter, state: bytes) -> None:
    before = heights(splitter)
    assert not splitter.restoreState(QByteArray(state))
    assert heights(splitter) == before


def test_the_least_height_counts_the_space_around_the_rows(splitter: RowsSplitter) -> None:
    splitter.setContentsMargins(12, 8, 12, 6)
    assert splitter.minimumSizeHint().height() == 300 + 120 + splitter.handleWidth() + 8 + 6
