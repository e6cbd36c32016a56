"""A plate is drawn once for a resize, however often its layout moves it on the way."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.display import signed_levels
from convstudio.views.lenses import plate as plates
from convstudio.views.lenses.plate import Plate

VALUES = np.random.default_rng(0).standard_normal((12, 12)).astype(np.float32).round(1)


class Draws:
    """Counts how often a plate chooses what it shows, and how deep within itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.depth, self.deepest = 0, 0, 0
        choose = Plate._choose_page

        def counted(plate: Plate) -> None:
            self.count += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
            choose(plate)
            self.depth -= 1

        monkeypatch.setattr(plates.Plate, "_choose_page", counted)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    return Draws(monkeypatch)


@pytest.fixture
def window(qtbot: QtBot, draws: Draws) -> tuple[QWidget, list[Plate]]:
    """Show three plates beside each other in a window whose layout gives room to what asks for it."""
    held = QWidget()
    column, row = QVBoxLayout(held), QHBoxLayout()
    three = [Plate(f"Plate {number}") for number in range(3)]
    for one in three:
        row.addWidget(one)
    column.addLayout(row, 1)
    column.addWidget(QLabel("below"))
    qtbot.addWidget(held)
    for one in three:
        one.show_values(VALUES, signed_levels(VALUES))
    held.resize(360, 160)
    held.show()
    qtbot.waitExposed(held)
    QApplication.processEvents()
    draws.count = draws.deepest = 0
    return held, three


def pages(three: list[Plate]) -> set[QWidget]:
    return {one._pages.currentWidget() for one in three}


def test_a_resize_that_turns_pictures_into_grids_draws_each_once(
    window: tuple[QWidget, list[Plate]], draws: Draws, qtbot: QtBot
) -> None:
    held, three = window
    assert pages(three) == {one.picture for one in three}
    held.resize(1600, 600)
    qtbot.waitUntil(lambda: pages(three) == {one.grid for one in three})
    QApplication.processEvents()
    assert (draws.count, draws.deepest) == (3, 1)


def test_a_resize_that_changes_nothing_draws_nothing(
    window: tuple[QWidget, list[Plate]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    held, three = window
    shown: list[object] = []
    for one in three:
        monkeypatch.setattr(one.grid, "show_content", shown.append)
    held.resize(364, 160)
    qtbot.waitUntil(lambda: not any(one._settled.isActive() for one in three))
    assert shown == []
