"""The panes stand beside each other as an equation; a wide window goes to its pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QByteArray, QSize
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


class Wishing(QWidget):
    """A pane that can do with 200 pixels, and would like to have more."""

    def sizeHint(self) -> QSize:
        return QSize(500, 100)


def test_a_wide_input_leaves_the_kernel_what_it_shows_its_settings_in(qtbot: QtBot) -> None:
    panes = [QWidget(), Wishing(), QWidget()]
    for pane in panes:
        pane.setMinimumWidth(200)
    splitter = EquationSplitter(panes)
    qtbot.addWidget(splitter)
    splitter.resize(1300, 200)
    splitter.show()
    before = splitter.sizes()
    splitter.follow_columns(lambda: 600)
    assert before[1] >= 500
    assert splitter.sizes() == before


LEAST = (225, 317, 281)
INPUT, KERNEL, MAP = range(3)


@pytest.fixture
def narrow(qtbot: QtBot) -> Iterator[EquationSplitter]:
    panes = [QWidget() for _ in range(3)]
    for pane, least in zip(panes, LEAST, strict=True):
        pane.setMinimumWidth(least)
    held, shown = QWidget(), EquationSplitter(panes)
    shown.setParent(held)
    shown.setMinimumSize(0, 0)  # Qt set it another one while it had no parent
    shown.resize(652, 400)
    qtbot.addWidget(held)
    held.resize(1400, 400)
    held.show()
    qtbot.waitExposed(held)
    yield shown
    held.close()


def whole(splitter: EquationSplitter) -> list[int]:
    return [place for place in range(3) if not splitter.widget(place).is_folded]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (883, [INPUT, KERNEL, MAP]),
        (851, [INPUT, KERNEL, MAP]),
        (850, [KERNEL, MAP]),
        (650, [KERNEL, MAP]),
        (600, [INPUT, KERNEL]),
        (400, [KERNEL]),
    ],
)
def test_a_narrow_window_keeps_strips_of_the_panes_that_have_no_room(
    narrow: EquationSplitter, width: int, expected: list[int]
) -> None:
    narrow.resize(width, 400)
    assert whole(narrow) == expected
    assert [narrow.sizes()[place] >= LEAST[place] for place in expected] == [True] * len(expected)
    assert sum(narrow.sizes()) + 2 * narrow.handleWidth() == width


def test_a_strip_shows_its_pane_in_place_of_another_one(narrow: EquationSplitter) -> None:
    strip = narrow.widget(INPUT).strip
    assert strip.accessibleName() == "Show input"
    strip.click()
    assert INPUT in whole(narrow)
    assert len(whole(narrow)) == 2


def test_the_panes_that_were_whole_come_back(narrow: EquationSplitter) -> None:
    before, again = whole(narrow), narrow.arrangement()
    narrow.bring_out(narrow.widget(INPUT).pane)
    again()
    assert whole(narrow) == before


def test_places_that_the_user_gave_outlive_a_narrow_window(narrow: EquationSplitter) -> None:
    narrow.resize(1260, 400)
    narrow.setSizes([300, 600, 300])
    narrow.splitterMoved.emit(330, 1)
    sizes = narrow.sizes()
    narrow.resize(652, 400)
    kept = narrow.saveState()
    narrow.resize(1260, 400)
    assert narrow.sizes() == sizes
    assert kept == narrow.saveState()


def test_it_can_be_as_narrow_as_its_widest_pane_and_two_strips(narrow: EquationSplitter) -> None:
    least = narrow.minimumSizeHint().width()
    assert least == 317 + 2 * (24 + 14)
    narrow.resize(least, 400)
    assert whole(narrow) == [KERNEL]
    assert sum(narrow.sizes()) + 2 * narrow.handleWidth() == least
