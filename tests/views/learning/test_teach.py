"""The card of Teach by example shows target, map, kernels and loss, and asks for targets and runs."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import signed_levels
from convstudio.model.panes.learning.graphs.graph import GraphLine, graph_of
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.model.panes.learning.teaching.teach_view import TaughtMaps
from convstudio.views.learning.teach import TeachCard

TABLE = ShownTable(np.float32([[1, 2], [3, 4]]), signed_levels(np.ones(1)))


class Seen(QObject):
    """Counts how often a window is painted, and how often a part of it is laid out."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.window = window
        self.paints = self.layouts = 0
        QApplication.instance().installEventFilter(self)

    def close(self) -> None:
        QApplication.instance().removeEventFilter(self)

    def settle(self) -> None:
        """Do what waits to be done, and what that asks for, until nothing is painted or laid out any more."""
        before = None
        while before != (self.paints, self.layouts):
            before = self.paints, self.layouts
            QApplication.processEvents()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        self.paints += thing is self.window and event.type() == QEvent.Type.UpdateRequest
        self.layouts += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def card(qtbot: QtBot) -> TeachCard:
    card = TeachCard()
    qtbot.addWidget(card)
    card.resize(460, 620)
    card.show()
    return card


def button(card: TeachCard, name: str) -> QAbstractButton:
    return next(one for one in card.findChildren(QAbstractButton) if one.accessibleName() == name)


def test_target_and_map_are_beside_each_other(card: TeachCard) -> None:
    card.show_maps(TaughtMaps(TABLE, TABLE, TABLE))
    assert card.pad.values.tolist() == [[1, 2], [3, 4]]
    assert card.maps.plates["Error"].isVisible()


def test_without_a_target_it_is_said_why(card: TeachCard) -> None:
    card.show_maps(TaughtMaps(TABLE, TABLE, TABLE))
    card.show_maps(TaughtMaps(problem="There is no target map yet."))
    assert card.problem.isVisible()
    assert not card.pad.isVisible()


def test_the_kernels_are_beside_each_other(card: TeachCard) -> None:
    card.show_kernels({"Kernel before": TABLE, "Kernel now": TABLE, "Change": TABLE})
    assert all(plate.isVisible() for plate in card.kernels.plates.values())


def test_there_is_no_plot_of_the_loss_before_the_first_step(card: TeachCard) -> None:
    was_hidden = card.loss.isHidden()
    card.show_run("Training: step 1", graph_of("Loss", [GraphLine("loss", np.ones(1), np.ones(1))]), is_running=True)
    assert (was_hidden, card.loss.isHidden()) == (True, False)


def test_no_button_moves_when_a_target_comes_or_a_run_begins(card: TeachCard, qtbot: QtBot) -> None:
    def places() -> list[QPoint]:
        QApplication.processEvents()
        names = ("Blank target", "Teach", "One step", "Begin at random")
        return [button(card, name).mapTo(card, QPoint()) for name in names]

    card.show_maps(TaughtMaps(problem="There is no target map yet."))
    begun = places()
    card.show_maps(TaughtMaps(TABLE, TABLE, TABLE))
    assert places() == begun
    card.show_run("Paused: step 1", graph_of("Loss", [GraphLine("loss", np.ones(1), np.ones(1))]), is_running=False)
    card.show_kernels({"Kernel before": TABLE, "Kernel now": TABLE, "Change": TABLE})
    assert places() == begun


def test_a_frame_of_a_run_is_one_paint_of_the_window_and_lays_nothing_out(card: TeachCard, qtbot: QtBot) -> None:
    def follow(step: int) -> None:
        losses = GraphLine("loss", np.arange(1.0, step + 1), np.linspace(1, 0.1, step))
        table = ShownTable(np.full((2, 2), step, np.float32), signed_levels(np.full(1, step)))
        picture = ShownTable(np.full((40, 40), step, np.float32), table.levels)
        card.show_maps(TaughtMaps(picture, picture, picture))
        card.show_run(f"Training: step {step}", graph_of("Loss", [losses], is_log=True), is_running=True)
        card.show_kernels({"Kernel before": TABLE, "Kernel now": table, "Change": table})

    follow(9)
    qtbot.waitUntil(lambda: card.loss.canvas is not None)
    follow(10)
    seen = Seen(card)
    seen.settle()
    begun = seen.paints, seen.layouts
    follow(11)
    seen.settle()
    seen.close()
    assert (seen.paints - begun[0], seen.layouts - begun[1]) == (1, 0)


def test_while_a_run_goes_the_button_pauses_it(card: TeachCard) -> None:
    loss = graph_of("Loss", [GraphLine("loss", np.ones(1), np.ones(1))])
    card.show_run("Training: step 1", loss, is_running=True)
    assert (card.teach.text(), card.line.text()) == ("Pause", "Training: step 1")
    card.show_run("Paused: step 1", None, is_running=False)
    assert card.teach.text() == "Teach"


@pytest.mark.parametrize(
    ("name", "asked"), [("Blank target", "blank"), ("Map as it is", "map"), ("Hide a detector", "hidden")]
)
def test_a_target_is_asked_for_by_its_button(card: TeachCard, qtbot: QtBot, name: str, asked: str) -> None:
    with qtbot.waitSignal(card.target_asked) as told:
        qtbot.keyClick(button(card, name), Qt.Key.Key_Space)
    assert told.args == [asked]


@pytest.mark.parametrize(("name", "asked"), [("Teach", "teach"), ("One step", "step"), ("Begin at random", "random")])
def test_a_run_is_asked_for_by_its_button(card: TeachCard, qtbot: QtBot, name: str, asked: str) -> None:
    with qtbot.waitSignal(card.run_asked) as told:
        qtbot.keyClick(button(card, name), Qt.Key.Key_Space)
    assert told.args == [asked]


def test_guesses_are_there_while_a_detector_is_hidden(card: TeachCard, qtbot: QtBot) -> None:
    card.show_guesses(["Sobel x", "Prewitt x"])
    assert card.guess.isVisible()
    with qtbot.waitSignal(card.guessed) as told:
        card.guess.choose(1)
    assert told.args == [1]
    card.show_guesses(())
    assert not card.guess.isVisible()


def test_the_hidden_detector_is_told_when_asked(card: TeachCard, qtbot: QtBot) -> None:
    card.show_guesses(["Sobel x"])
    with qtbot.waitSignal(card.reveal_asked):
        qtbot.keyClick(button(card, "Tell me"), Qt.Key.Key_Space)


def test_the_brush_is_ready_at_once(card: TeachCard) -> None:
    assert card.brush.isChecked()
    assert card.pad.grid.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
