"""The tools of the phases of learning: the target and the loss, whose gradient is on show, and the update."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup

from convstudio.model.edits.intent import Intent
from convstudio.model.edits.learning.targets import set_target_map, target_intent
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.learning.nudging import Nudge
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.phase_tools import LOSS_CHOICES, LOSS_TEXTS, PhaseTools, phase_tools
from convstudio.model.panes.learning.update import nudged_place, with_nudge
from convstudio.model.panes.learning.watching import phase_on_show
from convstudio.model.run.forward import Forward
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.controls import Choice, NumberField, WholeField, labelled, tool_button
from convstudio.views.parts.room.tool_row import ToolRow
from convstudio.views.parts.sizes import sized

_FIELD = 84


class PhaseBox(ToolRow):
    """Shows the tools of one phase, and explains it from the newest backward pass.

    `updates_asked` carries how many updates to apply, `nudge_asked` the field of the selected layer and the place in it
    of the weight to nudge. `drawing_asked` and `undo_asked` ask for what other parts of the window do.
    """

    intent_asked = Signal(object)
    updates_asked = Signal(int)
    undo_asked = Signal()
    nudge_asked = Signal(int, str, object)
    drawing_asked = Signal()
    refused = Signal(str)

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._document: Document | None = None
        self._view = ViewState()
        self._result: Forward | None = None
        self._found: BackwardPass | None = None
        self._problem = ""
        self._nudge: tuple[BackwardPass, int, Nudge] | None = None
        self._make_target_tools()
        self._make_gradient_tools()
        self._make_update_tools(limits)
        self._lay_out()

    # --- what is shown -------------------------------------------------------------------------------------------

    def explain(self, document: Document, view: ViewState, result: Forward | None) -> Explanation | str | None:
        """Show the tools of a phase; return it explained, a sentence why it cannot be, or None until it can be."""
        self._document, self._view, self._result = document, view, result
        self._show_tools(phase_tools(document, view))
        told = phase_on_show(document, view, result, self._found, self._problem)
        can_update = isinstance(told, Explanation)
        self.apply_button.setEnabled(can_update)
        self.nudge_button.setEnabled(can_update and self._nudged is not None)
        if isinstance(told, Explanation) and view.watch.phase == "update":
            return with_nudge(told, self._found, view, self._nudge)
        return told

    def show_pass(self, found: BackwardPass) -> None:
        """Take the newest backward pass."""
        self._found, self._problem = found, ""

    def show_no_pass(self, problem: str) -> None:
        """Take note why there is no backward pass."""
        self._found, self._problem = None, problem

    def show_nudge(self, layer: int, found: BackwardPass, nudge: Nudge) -> None:
        """Take what nudging a weight showed."""
        self._nudge = found, layer, nudge

    def show_undo(self, *, is_update: bool) -> None:
        """Offer to undo the last step, where it was an update."""
        self.undo_button.setEnabled(is_update)

    @property
    def found(self) -> BackwardPass | None:
        """The backward pass of the document on show; None until it is there."""
        is_current = self._found is not None and self._found.document is self._document
        return self._found if is_current else None

    # --- making --------------------------------------------------------------------------------------------------

    def _make_target_tools(self) -> None:
        self.class_choice = Choice("Target class", (), "The class that the input belongs to")
        self._class_label = labelled("Target class", self.class_choice)
        self.use_button = tool_button(
            "Use this output as target", "Use this output as target",
            "Keep what the network makes now as the target: change a weight, and learning finds the way back",
            self._use_output,
        )  # fmt: skip
        self.draw_button = tool_button(
            "Draw a target…", "Draw a target…", "Draw what the network should make of the input",
            self.drawing_asked.emit,
        )  # fmt: skip
        self.remove_button = tool_button("Remove target", "Remove target", "Forget the target", self._remove)
        self.loss_choice = Choice("Loss", LOSS_TEXTS, "How the difference between output and target is measured")
        self._loss_label = labelled("Loss", self.loss_choice)
        self.sign_button = tool_button(
            "Wrong sign",
            "Wrong sign",
            "See what target − output in place of output − target leads to",
            toggles=True,
        )
        self.class_choice.chosen.connect(self._choose_class)
        self.loss_choice.chosen.connect(self._choose_loss)
        self.sign_button.toggled.connect(self._choose_sign)

    def _make_gradient_tools(self) -> None:
        self.weight_button = tool_button("Of a weight", "Of a weight", "Show the gradient of the current weight",
                                         toggles=True)  # fmt: skip
        self.input_button = tool_button("Of an input cell", "Of an input cell", "Show the gradient of an input cell",
                                        toggles=True)  # fmt: skip
        self._gradients = QButtonGroup(self)
        self._gradients.addButton(self.weight_button)
        self._gradients.addButton(self.input_button)
        self._gradients.buttonToggled.connect(self._choose_gradient)  # not clicked: screen readers toggle
        self.before_button = tool_button("", "Layer before", "Follow the gradient to the layer before", self._go_back)

    def _make_update_tools(self, limits: Limits) -> None:
        self.rate_field = NumberField("Learning rate", "What gradients are multiplied with in a step")
        self._rate_label = labelled("Learning rate", self.rate_field)
        self.times_field = WholeField("Updates", 1, limits.updates, "How many updates to apply, as one undo step")
        self._times_label = labelled("Updates", self.times_field)
        self.apply_button = tool_button("Apply update", "Apply update", "Change the weights of all layers",
                                        self._apply)  # fmt: skip
        self.undo_button = tool_button("Undo update", "Undo update", "Undo the last step, which was an update",
                                       self.undo_asked.emit)  # fmt: skip
        self.nudge_button = tool_button(
            "Check by nudging", "Check by nudging",
            "Change the current weight a little, up and down, and compare the loss with the gradient",
            self._ask_nudge,
        )  # fmt: skip
        self.undo_button.setEnabled(False)
        sized(self.rate_field, maximum_width=_FIELD)
        sized(self.times_field, maximum_width=_FIELD)
        self.rate_field.edited.connect(self._choose_rate)
        for field in (self.rate_field, self.times_field):
            field.refused.connect(self.refused)
        self.times_field.edited.connect(self.times_field.show_value)

    def _lay_out(self) -> None:
        self.add(self._class_label, self.class_choice)
        self.add(self.use_button)
        self.add(self.draw_button)
        self.add(self.weight_button)
        self.add(self.input_button)
        self.add(self.before_button)
        self.add(self.apply_button, stays=True)
        self.add(self._rate_label, self.rate_field, stays=True)
        self.add(self._times_label, self.times_field, stays=True)
        self.add(self.undo_button)
        self.add(self.nudge_button)
        self.add(self._loss_label, self.loss_choice)
        self.add(self.sign_button)
        self.add(self.remove_button)

    def _show_tools(self, tools: PhaseTools) -> None:
        is_loss, is_backward = tools.is_loss, tools.phase == "backward" and tools.fits
        is_update = tools.phase == "update" and tools.fits
        for part in (self._class_label, self.class_choice):
            part.setVisible(is_loss and bool(tools.classes))
        self.class_choice.show_entries(tools.classes)
        self.class_choice.show_index(tools.chosen)
        self.use_button.setVisible(is_loss and tools.has_output)
        self.draw_button.setVisible(is_loss and not tools.classes)
        self.remove_button.setVisible(is_loss and tools.has_target)
        for part in (self._loss_label, self.loss_choice):
            part.setVisible(is_loss and tools.has_target)
        self.loss_choice.show_index(tools.loss)
        self.sign_button.setVisible(tools.fits and not is_backward)
        for button in (self.weight_button, self.input_button):
            button.setVisible(is_backward and tools.has_weights)
        with QSignalBlocker(self._gradients):
            (self.weight_button if tools.of == "weight" else self.input_button).setChecked(True)
        self.before_button.setVisible(is_backward and tools.before > 0)
        self.before_button.setText(f"← To layer {tools.before}")
        for tool in (self.apply_button, self._rate_label, self.rate_field, self._times_label, self.times_field,
                     self.undo_button, self.nudge_button):  # fmt: skip
            tool.setVisible(is_update)
        self.rate_field.show_value(tools.rate)
        with QSignalBlocker(self.sign_button):
            self.sign_button.setChecked(tools.is_reversed)

    # --- intents -------------------------------------------------------------------------------------------------

    def _choose_class(self, index: int) -> None:
        self.intent_asked.emit(target_intent(ClassTarget(index)))

    def _use_output(self) -> None:
        maps = None if self._result is None or not self._result.layers else self._result.layers[-1].maps
        if maps is None:
            self.refused.emit("The network has made no output yet. Wait for it, or repair its layers.")
        else:
            self.intent_asked.emit(Intent("Use output as target", partial(set_target_map, values=maps)))

    def _remove(self) -> None:
        self.intent_asked.emit(target_intent(None))

    def _choose_loss(self, index: int) -> None:
        self.intent_asked.emit(Intent("Set loss", partial(set_training, loss=LOSS_CHOICES[index])))

    def _choose_rate(self, rate: float) -> None:
        self.intent_asked.emit(Intent("Set learning rate", partial(set_training, rate=rate)))

    def _choose_sign(self, is_reversed: bool) -> None:
        self.intent_asked.emit(Intent(move=partial(_with_sign, is_reversed)))

    def _choose_gradient(self, button: QAbstractButton, is_on: bool) -> None:
        if is_on:
            self.intent_asked.emit(Intent(move=partial(_of, "weight" if button is self.weight_button else "input")))

    def _go_back(self) -> None:
        self.intent_asked.emit(Intent(move=_before))

    def _apply(self) -> None:
        self.updates_asked.emit(self.times_field.value())

    @property
    def _nudged(self) -> tuple[str, tuple[int, ...]] | None:
        return None if self.found is None else nudged_place(self.found, self._view)

    def _ask_nudge(self) -> None:
        if self._nudged is not None:
            self.nudge_asked.emit(self._view.layer, *self._nudged)


def _with_sign(is_reversed: bool, _document: Document, view: ViewState) -> ViewState:
    return replace(view, watch=replace(view.watch, is_reversed=is_reversed))


def _of(of: Literal["weight", "input"], document: Document, view: ViewState) -> ViewState:
    return stepping.choose_gradient(document, view, of)


def _before(document: Document, view: ViewState) -> ViewState:
    return stepping.choose_phase(document, stepping.select_layer(document, view, view.layer - 1), "backward")
