"""The card of a lab shows curves and filters, and asks to run."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.teaching.lab_view import LabWords, filter_strip, loss_graph, similarity_graph
from convstudio.views.learning.lab import LabCard, StripPicture
from convstudio.views.parts.theme import tokens_of

NAMES = ["same start", "random start"]
WEIGHTS = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2)


@pytest.fixture
def card(qtbot: QtBot) -> LabCard:
    card = LabCard(("Patterns", "Digits"), 4)
    qtbot.addWidget(card)
    card.resize(460, 620)
    card.show()
    return card


def show(card: LabCard) -> None:
    steps, columns = np.array([1.0, 2.0]), np.array([[1.0, 0.5], [1.0, 0.2]])
    strips = [filter_strip(name, WEIGHTS, 1.0) for name in NAMES]
    card.show_run(similarity_graph(NAMES, steps, columns), loss_graph(NAMES, steps, columns), strips)


def test_the_filters_of_every_run_are_there_with_its_name(card: LabCard) -> None:
    show(card)
    show(card)
    assert [label.text() for label, _ in card.strips.rows] == NAMES
    assert [picture.accessibleName() for _, picture in card.strips.rows] == [f"Filters: {name}" for name in NAMES]


def test_curves_are_told_to_screen_readers(card: LabCard) -> None:
    show(card)
    assert card.similarity.accessibleDescription().startswith("Similarity of the filters: same start 1,")
    assert card.loss.accessibleDescription().startswith("Loss: same start 1,")


def test_while_it_runs_the_button_pauses(card: LabCard) -> None:
    card.show_status("Training: step 1 of 2", LabWords("So far.", "1 and 2."), is_running=True)
    assert (card.run.text(), card.line.text()) == ("Pause", "Training: step 1 of 2")
    assert (card.verdict.text(), card.details.text()) == ("So far.", "1 and 2.")


@pytest.mark.parametrize(("name", "asked"), [("run", "run"), ("restart", "restart")])
def test_a_run_is_asked_for_by_its_button(card: LabCard, qtbot: QtBot, name: str, asked: str) -> None:
    with qtbot.waitSignal(card.run_asked) as told:
        qtbot.keyClick(getattr(card, name), Qt.Key.Key_Space)
    assert told.args == [asked]


def test_a_lab_begins_with_sensible_choices(card: LabCard) -> None:
    assert (card.data.currentText(), card.filters.value(), card.seed.value()) == ("Patterns", 4, 1)


def test_between_two_kernels_there_is_the_ground(qtbot: QtBot) -> None:
    picture = StripPicture()
    qtbot.addWidget(picture)
    picture.resize(200, 60)
    picture.show()
    picture.show_strip(filter_strip("same", WEIGHTS, 1.0))
    gap = picture.cell_area(1, 3).center().toPoint()
    assert picture.grab().toImage().pixelColor(gap) == tokens_of(picture.palette()).card
