"""The panes stand beside each other as an equation; a wide window goes to its pictures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.window.equation_splitter import EquationSplitter


@pytest.fixture
def splitter(qtbot: QtBot) -> EquationSplitter:
    shown = EquationSplitter([QWidget() for _ in range(3)])
    qtbot.addWidget(shown)
    shown.resize(1260, 400)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def signs(splitter: EquationSplitter) -> list[str]:
    return [splitter.sign_of(splitter.handle(place)) for place in (1, 2)]


def test_the_outer_panes_are_equally_wide_and_wider_than_the_kernel(splitter: EquationSplitter) -> None:
    first, kernel, last = splitter.sizes()
    assert abs(first - last) <= 1
    assert kernel < first


def test_the_kernel_takes_no_more_of_a_very_wide_window(splitter: EquationSplitter) -> None:
    splitter.resize(3000, 400)
    assert splitter.sizes()[1] == 600


def test_what_the_user_moved_is_kept_in_another_size(splitter: EquationSplitter) -> None:
    splitter.setSizes([200, 800, 200])
    splitter.splitterMoved.emit(230, 1)
    splitter.resize(1300, 400)
    assert splitter.sizes()[1] > 600


def test_places_of_another_session_are_taken_up(splitter: EquationSplitter, qtbot: QtBot) -> None:
    splitter.setSizes([200, 800, 200])
    other = EquationSplitter([QWidget() for _ in range(3)])
    qtbot.addWidget(other)
    assert other.restoreState(splitter.saveState())
    other.resize(1260, 400)
    other.show()
    assert other.sizes() == splitter.sizes()


def test_places_that_cannot_be_read_change_nothing(splitter: EquationSplitter) -> None:
    before = splitter.sizes()
    assert not splitter.restoreState(QByteArray(b"none"))
    assert splitter.sizes() == before


def test_a_convolution_reads_as_an_equation(splitter: EquationSplitter) -> None:
    splitter.show_sign("∗")
    assert signs(splitter) == ["∗", "="]


def test_any_other_layer_reads_as_steps(splitter: EquationSplitter) -> None:
    splitter.show_sign("→")
    assert signs(splitter) == ["→", "→"]


@pytest.mark.parametrize(("columns", "first"), [(0, 300), (250, 300), (420, 420), (900, 300)])
def test_the_first_pane_gets_the_width_of_its_columns_where_others_can_spare_it(
    qtbot: QtBot, columns: int, first: int
) -> None:
    panes = [QWidget() for _ in range(3)]
    for pane in panes:
        pane.setMinimumWidth(200)
    splitter = EquationSplitter(panes)
    qtbot.addWidget(splitter)
    splitter.resize(940, 200)
    splitter.show()
    splitter.follow_columns(lambda: columns)
    assert abs(splitter.sizes()[0] - first) <= 10
