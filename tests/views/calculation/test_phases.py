"""The phases of learning in the calculation: their pictures, their tools, and what these ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.nudging import nudged
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import ViewState
from convstudio.views.calculation.pane import COMPUTING, CalculationPane
from tests.watched import at, passed, pooled, question


@pytest.fixture
def pane(qtbot: QtBot) -> CalculationPane:
    pane = CalculationPane((1, 4), LIMITS)
    qtbot.addWidget(pane)
    pane.resize(1340, 170)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def show(pane: CalculationPane, document: Document, view: ViewState) -> None:
    """Show a phase as after its gradients were worked out."""
    pane.show_document(document, view, forward(document))
    if pane.phase_box is not None and document.target is not None:
        pane.phase_box.show_pass(passed(document, is_reversed=view.watch.is_reversed))
        pane.show_phase()
    QApplication.processEvents()


def asked(pane: CalculationPane) -> list[Intent]:
    found: list[Intent] = []
    pane.intent_asked.connect(found.append)
    return found


def captions(pane: CalculationPane) -> list[str]:
    grids = (pane.window_grid, pane.kernel_grid, pane.products_grid, pane.filled_grid)
    return [grid.content.caption for grid in grids if grid.isVisible() and grid.content is not None]


def tools(pane: CalculationPane) -> set[str]:
    return {tool.accessibleName() for slot in pane.phase_box._slots for tool in slot.tools if tool.isVisible()}


def test_the_forward_phase_makes_no_tools(pane: CalculationPane) -> None:
    show(pane, question(), at("forward", 0))
    assert pane.phase_box is None


def test_a_phase_is_chosen_by_its_button(pane: CalculationPane) -> None:
    document = question()
    show(pane, document, at("forward", 0))
    intents = asked(pane)
    pane.stepper.phases.buttons["backward"].click()
    pane.stepper.phases.buttons["update"].toggle()  # as a screen reader does
    assert [intent.move(document, at("forward", 0)).watch.phase for intent in intents] == ["backward", "update"]


def test_the_loss_is_shown_with_its_pictures(pane: CalculationPane) -> None:
    show(pane, question(), at("loss", 1))
    assert captions(pane) == ["output", "target", "gradient"]
    assert pane.result_label.text() == "2"
    assert pane.stepper.phases.buttons["loss"].isChecked()


def test_a_gradient_is_shown_with_every_term(pane: CalculationPane) -> None:
    show(pane, question(), at("backward", 0))
    assert captions(pane) == ["input", "gradient", "terms", "weight gradient"]
    assert pane.filled_grid.texts == (("2", "-2"), ("0", "2"))


def test_a_sequence_of_eight_steps_is_shown_in_numbers(pane: CalculationPane) -> None:
    show(pane, pooled(), at("backward", 0, (0,), of="input"))
    assert pane.filled_grid.texts == (("0", "0", "0", "1", "0", "0", "0", "0"),)


def test_until_the_gradients_come_it_says_so(pane: CalculationPane) -> None:
    document = question()
    pane.show_document(document, at("backward", 0), forward(document))
    assert pane.field.toPlainText() == COMPUTING


def test_back_in_the_forward_phase_the_tools_are_hidden(pane: CalculationPane) -> None:
    show(pane, question(), at("update", 0))
    show(pane, question(), at("forward", 0))
    assert not pane.phase_box.isVisible()
    assert captions(pane) == ["window", "kernel", "products"]


def test_without_a_target_the_output_can_become_it(pane: CalculationPane) -> None:
    document = replace(question(), target=None)
    show(pane, document, at("backward", 0))
    intents = asked(pane)
    assert "Use this output as target" in tools(pane)
    pane.phase_box.use_button.click()
    assert intents[0].edited(document).target.values[..., 0].tolist() == [[3, 0], [0, 1]]


def test_a_classifier_is_given_a_class(pane: CalculationPane) -> None:
    network = Network((Flatten(), Dense.of(np.ones((9, 2)))))
    document = replace(question(), network=network, target=None)
    show(pane, document, at("loss", 1, (0,)))
    intents = asked(pane)
    pane.phase_box.class_choice.choose(1)
    assert intents[0].edited(document).target == ClassTarget(1)


def test_the_target_is_removed(pane: CalculationPane) -> None:
    show(pane, question(), at("loss", 1))
    intents = asked(pane)
    pane.phase_box.remove_button.click()
    assert intents[0].edited(question()).target is None


def test_another_loss_is_chosen(pane: CalculationPane) -> None:
    show(pane, question(), at("loss", 1))
    intents = asked(pane)
    pane.phase_box.loss_choice.choose(1)
    assert intents[0].edited(question()).training.loss == "mean_squared_error"


def test_the_wrong_sign_is_asked_for(pane: CalculationPane) -> None:
    show(pane, question(), at("loss", 1))
    intents = asked(pane)
    pane.phase_box.sign_button.click()
    assert intents[0].move(question(), at("loss", 1)).watch.is_reversed


def test_the_gradient_of_an_input_cell_is_asked_for(pane: CalculationPane) -> None:
    show(pane, question(), at("backward", 0))
    intents = asked(pane)
    pane.phase_box.input_button.click()
    pane.phase_box.weight_button.toggle()  # as a screen reader does
    assert [intent.move(question(), at("backward", 0)).watch.of for intent in intents] == ["input", "weight"]


def test_the_gradient_is_followed_to_the_layer_before(pane: CalculationPane) -> None:
    show(pane, question(), at("backward", 1))
    intents = asked(pane)
    assert pane.phase_box.before_button.text() == "← To layer 1"
    pane.phase_box.before_button.click()
    assert intents[0].move(question(), at("backward", 1)).layer == 0


def test_an_update_is_asked_for_with_its_number(pane: CalculationPane, qtbot: QtBot) -> None:
    show(pane, question(), at("update", 0))
    pane.phase_box.times_field.setValue(200)
    with qtbot.waitSignal(pane.phase_box.updates_asked) as times:
        pane.phase_box.apply_button.click()
    assert times.args == [200]


def test_the_rate_is_set(pane: CalculationPane) -> None:
    show(pane, question(), at("update", 0))
    intents = asked(pane)
    pane.phase_box.rate_field.setValue(0.1)
    assert intents[0].edited(question()).training.rate == 0.1


def test_the_current_weight_is_nudged(pane: CalculationPane, qtbot: QtBot) -> None:
    show(pane, question(), at("update", 0, weight=(0, 1)))
    with qtbot.waitSignal(pane.phase_box.nudge_asked) as nudge:
        pane.phase_box.nudge_button.click()
    assert nudge.args == [0, "weights", (0, 1, 0, 0)]


def test_what_nudging_showed_is_written_below(pane: CalculationPane) -> None:
    document = question()
    show(pane, document, at("update", 0))
    found = pane.phase_box.found
    pane.phase_box.show_nudge(0, found, nudged(found, 0, "weights", (0, 0, 0, 0)))
    pane.show_phase()
    assert "they agree" in pane.field.toPlainText()


def test_undo_is_offered_after_an_update_only(pane: CalculationPane) -> None:
    show(pane, question(), at("update", 0))
    assert not pane.phase_box.undo_button.isEnabled()
    pane.phase_box.show_undo(is_update=True)
    assert pane.phase_box.undo_button.isEnabled()


def test_a_layer_without_weights_cannot_be_nudged(pane: CalculationPane) -> None:
    show(pane, question(), at("update", 1))
    assert not pane.phase_box.nudge_button.isEnabled()


def test_every_tool_has_its_name_and_a_tip(pane: CalculationPane) -> None:
    show(pane, question(), at("loss", 1))
    for slot in pane.phase_box._slots:
        assert all(tool.accessibleName() for tool in slot.tools)
        assert slot.tools[-1].toolTip()
