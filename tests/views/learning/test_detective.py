"""The detective's card shows a solution with the proof, or why there is none."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import signed_levels
from convstudio.model.panes.learning.teaching.detective_view import DetectiveView
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.views.learning.detective import DetectiveCard


def view(*, has_other: bool) -> DetectiveView:
    table = ShownTable(np.float32([[1, 2], [3, 4]]), signed_levels(np.array([4.0])))
    kernels = {"Found": table, "Other": table, "Change": table}
    maps = dict.fromkeys(("Target", "Map of found", "Error"), table)
    if not has_other:
        return DetectiveView("facts", {"Found": table}, maps, "Only one.", "Rank 4.")
    proof = dict.fromkeys(("Map of other", "Difference"), table)
    return DetectiveView("facts", kernels, {**maps, **proof}, "More than one.", "Rank 3.")


@pytest.fixture
def card(qtbot: QtBot) -> DetectiveCard:
    card = DetectiveCard()
    qtbot.addWidget(card)
    card.resize(500, 640)
    card.show()
    return card


def test_a_solution_is_on_show_with_its_words(card: DetectiveCard) -> None:
    card.show_solution(view(has_other=False))
    assert card.kernels.plates["Found"].values.tolist() == [[1, 2], [3, 4]]
    assert (card.verdict.text(), card.details.text()) == ("Only one.", "Rank 4.")


def test_without_another_kernel_nothing_about_it_is_there(card: DetectiveCard) -> None:
    card.show_solution(view(has_other=False))
    hidden = (card.kernels.plates["Other"], card.kernels.plates["Change"], card.proof, card.use_other)
    assert not any(part.isVisible() for part in hidden)


def test_another_kernel_is_beside_with_the_proof(card: DetectiveCard) -> None:
    card.show_solution(view(has_other=True))
    shown = (card.kernels.plates["Other"], card.proof.plates["Difference"], card.use_other)
    assert all(part.isVisible() for part in shown)


def test_a_problem_takes_the_place_of_the_solution(card: DetectiveCard) -> None:
    card.show_solution(view(has_other=True))
    card.show_problem("There is no target map yet.")
    assert card.problem.isVisible()
    assert not card.stage.isVisible()
    assert card.verdict.text() == ""


@pytest.mark.parametrize(("name", "is_other"), [("use", False), ("use_other", True)])
def test_a_kernel_is_asked_for_by_its_button(card: DetectiveCard, qtbot: QtBot, name: str, is_other: bool) -> None:
    card.show_solution(view(has_other=True))
    with qtbot.waitSignal(card.use_asked) as asked:
        qtbot.keyClick(getattr(card, name), Qt.Key.Key_Space)
    assert asked.args == [is_other]
