"""A pane is whole, or a strip bears its name and asks for it."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.window.folding_pane import STRIP_WIDTH, FoldingPane


@pytest.fixture
def folding(qtbot: QtBot) -> FoldingPane:
    shown = FoldingPane(QWidget(minimumWidth=300), "input")
    qtbot.addWidget(shown)
    shown.resize(400, 200)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_it_is_whole_at_first(folding: FoldingPane) -> None:
    assert (folding.is_folded, folding.pane.isVisible(), folding.strip.isVisible()) == (False, True, False)


def test_a_folded_one_is_as_wide_as_its_strip_and_still_tells_what_the_pane_takes(folding: FoldingPane) -> None:
    folding.set_folded(True)
    assert (folding.is_folded, folding.pane.isVisible(), folding.strip.isVisible()) == (True, False, True)
    assert (folding.maximumWidth(), folding.least_width) == (STRIP_WIDTH, 300)
    folding.set_folded(False)
    assert (folding.is_folded, folding.pane.isVisible(), folding.strip.isVisible()) == (False, True, False)


def test_what_asks_for_less_while_it_is_hidden_keeps_its_width_until_the_room_is_another(folding: FoldingPane) -> None:
    folding.set_folded(True)
    folding.pane.setMinimumWidth(100)
    assert folding.least_width == 300
    folding.forget_width()
    assert folding.least_width == 100


def test_the_strip_has_a_name_and_asks_for_its_pane(folding: FoldingPane, qtbot: QtBot) -> None:
    folding.set_folded(True)
    assert folding.strip.text() == folding.strip.accessibleName() == "Show input"
    with qtbot.waitSignal(folding.unfold_asked):
        folding.strip.click()


def test_its_name_is_written_upwards_inside_the_strip(folding: FoldingPane) -> None:
    folding.set_folded(True)
    picture = folding.strip.grab().toImage()
    ground = picture.pixelColor(picture.width() // 2, 10)
    rows = [
        row
        for row in range(10, picture.height() - 10)
        if any(picture.pixelColor(column, row) != ground for column in range(6, picture.width() - 6))
    ]
    assert rows[-1] - rows[0] > 2 * STRIP_WIDTH
