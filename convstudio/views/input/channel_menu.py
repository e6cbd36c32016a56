"""The menu of what can be done with the channels of an input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.model.edits import channels
from convstudio.model.edits.axes import axis_turns
from convstudio.model.trace.links import select_channel
from convstudio.model.trace.stepping import Move
from convstudio.model.values.document import Document

Edit = Callable[[Document], Document]


@dataclass(frozen=True)
class ChannelEdit:
    """An edit of the channels: its undo step's name, how many channels it adds, and how the view moves after it."""

    name: str
    edit: Edit
    added: int = 0
    look: Move | None = None


class ChannelMenu(QMenu):
    """Offers what the selected channel, one of `count`, allows, and to turn the axes of the input.

    `move_asked` carries a channel and the place that it is to get.
    """

    asked = Signal(object)
    move_asked = Signal(int, int)
    turn_asked = Signal(object)
    name_asked = Signal()
    file_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Arrange channels", parent)
        self._channel, self._count = 0, 1
        self._for_several: list[QAction] = []
        self._turns = QMenu("Turn axes", self)
        self._fill()

    def show_channel(self, channel: int, count: int) -> None:
        """Tell which of how many channels is selected."""
        self._channel, self._count = channel, count
        for action in self._for_several:
            action.setEnabled(count > 1)
        self._left.setEnabled(channel > 0)
        self._right.setEnabled(channel + 1 < count)

    def show_rank(self, rank: int) -> None:
        """Offer the ways to turn the axes of an input with so many spatial axes."""
        wanted = axis_turns(rank)
        if [action.text() for action in self._turns.actions()] == [turn.name for turn in wanted]:
            return
        self._turns.clear()
        for turn in wanted:
            action = self._turns.addAction(turn.name)
            action.triggered.connect(lambda _checked=False, turn=turn: self.turn_asked.emit(turn))

    def _fill(self) -> None:
        several = self._for_several
        several.append(self._action("Keep only this channel", self._keep))
        several.append(self._action("Make grey (mean of all channels)", self._grey))
        self.addSeparator()
        self._action("Add a channel of zeros", self._add)
        self._action("Add a copy of this channel", self._copy)
        self._action("Add channels from a file…", self.file_asked.emit)
        several.append(self._action("Remove this channel", self._remove))
        self.addSeparator()
        self._left = self._action(
            "Move this channel left", lambda: self.move_asked.emit(self._channel, self._channel - 1)
        )
        self._right = self._action(
            "Move this channel right", lambda: self.move_asked.emit(self._channel, self._channel + 1)
        )
        several.append(self._action("Rename this channel…", self.name_asked.emit))
        self.addSeparator()
        self.addMenu(self._turns)

    def _action(self, text: str, done: Callable[[], object]) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(lambda _checked=False: done())
        return action

    def _keep(self) -> None:
        self.asked.emit(ChannelEdit("Keep one channel", partial(channels.keep_channel, channel=self._channel)))

    def _grey(self) -> None:
        self.asked.emit(ChannelEdit("Make grey", channels.mean_of_channels))

    def _add(self) -> None:
        self.asked.emit(ChannelEdit("Add channel", channels.add_empty_channel, 1, self._to_the_new_one()))

    def _copy(self) -> None:
        copy = partial(channels.copy_channel, channel=self._channel)
        self.asked.emit(ChannelEdit("Copy channel", copy, 1, self._to_the_new_one()))

    def _remove(self) -> None:
        self.asked.emit(ChannelEdit("Remove channel", partial(channels.remove_channel, channel=self._channel)))

    def _to_the_new_one(self) -> Move:
        return partial(select_channel, channel=self._count)
