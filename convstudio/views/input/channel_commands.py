"""The commands on the channels of an input, from its menu, and the question that one of them asks first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.edits import channels
from convstudio.model.edits.axes import AxisTurn, turn_axes
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.model.trace.links import select_channel
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.views.input.channel_menu import ChannelEdit
from convstudio.views.input.dialogs import NameField, Question
from convstudio.views.parts.open_question import OpenQuestion


class ChannelCommands(QObject):
    """Asks for edits of the channels and for moves to them, as a pane does."""

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self, limits: Limits, pane: QWidget) -> None:
        super().__init__(pane)
        self._limits = limits
        self._pane = pane
        self._question = OpenQuestion()
        self._shown: ShownInput | None = None

    def show_input(self, shown: ShownInput) -> None:
        """Take up the input whose channels are on show."""
        self._shown = shown

    def follow(self, document: Document) -> None:
        """Close a question about an input that is not there any more, so that its answer never changes another one."""
        self._question.follow(document, None)

    def edit(self, asked: ChannelEdit) -> None:
        """Ask for an edit from the menu, and for the channel that it is about to be selected."""
        problem = channels.too_many_channels(self._input.document, asked.added, self._limits)
        if problem:
            self.refused.emit(problem)
            return
        self.intent_asked.emit(Intent(asked.name, asked.edit))
        if asked.look is not None:
            self.intent_asked.emit(Intent(move=asked.look))

    def move(self, channel: int, place: int) -> None:
        """Ask to move a channel to a place, and for it to be selected there."""
        step = channels.moving_step(self._input.document, channel, place)
        self.intent_asked.emit(Intent(step, partial(channels.move_channel, channel=channel, place=place)))
        self.intent_asked.emit(
            Intent(move=lambda document, view: replace(select_channel(document, view, place), alone=view.alone))
        )

    def turn(self, turn: AxisTurn) -> None:
        """Ask to turn the axes of the input."""
        self.intent_asked.emit(Intent(turn.name, partial(turn_axes, turn=turn, limits=self._limits)))

    def ask_name(self) -> None:
        """Ask what the channel on show is to be called."""
        shown = self._input
        channel = shown.channel
        field = NameField("Channel name", "What the channel is called wherever it is shown")
        field.show_value(shown.sample.channel_names[channel])
        question = Question("Rename channel", [field], self._pane)
        question.accepted.connect(
            lambda: self.intent_asked.emit(
                Intent("Rename channel", partial(channels.rename_channel, channel=channel, name=field.text()))
            )
        )
        self._question.open(question, Target.of_input(shown.document))

    @property
    def _input(self) -> ShownInput:
        assert self._shown is not None, "the pane shows its input before its channels can be used"
        return self._shown
