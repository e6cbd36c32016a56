"""Weights, filters and layers are locked in the window, and training leaves them as they are."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.dense import Dense
from convstudio.model.trace.stepping import select_layer
from convstudio.model.values.learning.runs import Status
from tests.e2e.answers import Inside, menu_action, trigger
from tests.e2e.driver import Desk, go_along, tell
from tests.e2e.resting_runs import at_step, resting
from tests.e2e.test_menus_of_panes import chip, choose
from tests.e2e.test_typing_in_the_window import select

UNTRAINED = "example:digits-untrained"
LONG = 100_000


def train(desk: Desk, inside: Inside) -> None:
    """Take some steps with the Train panel, and pause."""
    assert go_along(desk.window, ("Train", "Train…"))
    control = inside.studio.learning.panel("Train")
    desk.wait(lambda: control.connections.data.data is not None)
    with resting(at_step(6)):
        QTest.mouseClick(desk.find(QPushButton, "Train"), Qt.MouseButton.LeftButton)
        desk.wait(lambda: control.training.glimpse() is not None and control.training.glimpse().state.step > 5)
        desk.press("Pause")
    desk._qtbot.waitUntil(lambda: control.training.status is Status.PAUSED, timeout=LONG)


@pytest.mark.timeout(300)
def test_a_locked_weight_stays_bit_equal_while_the_others_learn(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == "Digits, untrained")
        layer = inside.studio.session.view.layer
        start = inside.document.layers[layer].weights
        table = desk.find(QTableView, "Kernel")
        select(table, (0, 1), (0, 1))
        choose(table.viewport(), table.visualRect(table.model().index(0, 1)).center(), "Lock weights")
        assert inside.studio.session.history.names == ("Lock 1 weight",)
        told = table.model().index(0, 1).data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert told.endswith(", locked: training leaves it")
        train(desk, inside)
        weights = inside.document.layers[layer].weights
        assert weights[0, 1, 0, 0].tobytes() == start[0, 1, 0, 0].tobytes()
        assert np.count_nonzero(weights == start) < weights.size // 2
        desk.undo()
        desk.undo()
        assert inside.document.layers[layer].locks is None
        assert np.array_equal(inside.document.layers[layer].weights, start)

    assert tell(qtbot, story, UNTRAINED) == 0


def test_a_weight_and_the_bias_of_a_unit_are_locked_from_its_menu(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == "Digits, untrained")
        layer = next(at for at, one in enumerate(inside.document.layers) if isinstance(one, Dense))
        session = inside.studio.session
        session.look(select_layer(session.document, session.view, layer))
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        table = desk.find(QTableView, "Weights")
        select(table, (0, 1), (0, 2))
        for entry in ("Lock weights", "Lock bias"):
            choose(table.viewport(), table.visualRect(table.model().index(0, 1)).center(), entry)
        locks = inside.document.layers[layer].locks
        assert np.argwhere(locks.weights)[:, 0].tolist() == [1, 2]
        assert locks.bias.sum() == 1
        told = table.model().index(0, 1).data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert told.endswith(", locked: training leaves it")
        choose(table.viewport(), table.visualRect(table.model().index(0, 1)).center(), "Unlock bias")
        assert not inside.document.layers[layer].locks.bias.any()

    assert tell(qtbot, story, UNTRAINED) == 0


def test_the_bias_of_a_filter_is_locked_and_shows_a_padlock(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == "Digits, untrained")
        layer, pane = inside.studio.session.view.layer, inside.studio.kernel_pane
        table = desk.find(QTableView, "Kernel")
        assert not pane.fields.bias_lock.isVisibleTo(pane.fields)
        choose(table.viewport(), table.visualRect(table.model().index(0, 1)).center(), "Lock bias")
        assert inside.document.layers[layer].locks.bias.tolist() == [True] + [False] * 7
        assert pane.fields.bias_lock.isVisibleTo(pane.fields)
        start = inside.document.layers[layer]
        train(desk, inside)
        after = inside.document.layers[layer]
        assert (after.bias == start.bias).tolist() == [True] + [False] * 7

    assert tell(qtbot, story, UNTRAINED) == 0


def test_filters_and_layers_are_locked_from_their_menus(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == "Digits, untrained")
        layer = inside.studio.session.view.layer
        table = desk.find(QTableView, "Filters × channels")
        choose(table.viewport(), table.visualRect(table.model().index(0, 0)).center(), "Lock filter")
        assert inside.document.layers[layer].locks.is_filter_locked(0)
        here = inside.studio.kernel_pane.locks.filters
        assert here.text().replace("&", "") == "Unlock filter"
        trigger(menu_action(desk, "Layer", "Lock layer"))
        assert inside.document.layers[layer].is_locked
        assert not here.isEnabled()
        first = next(
            one for one in desk.window.findChildren(type(chip(desk))) if one.whatsThis() == f"Layer {layer + 1}"
        )
        choose(first, QPoint(5, 5), "Unlock layer")
        assert not inside.document.layers[layer].is_locked
        assert inside.studio.session.history.names[-2:] == (f"Lock layer {layer + 1}", f"Unlock layer {layer + 1}")

    assert tell(qtbot, story, UNTRAINED) == 0
