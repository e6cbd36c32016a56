"""The fields of an animation in the dialog of exports: which steps, how fast, how large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFormLayout

from convstudio.model.panes.exports.animation import SIDES, AnimationChoice
from convstudio.views.parts.controls import Choice, WholeField, labelled


class AnimationFields(QObject):
    """Shows and changes what an animation of a map of so many positions is; `changed` carries the new choice.

    `refused` carries the sentence about a number that cannot be.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject, positions: int, speeds: Sequence[int]) -> None:
        super().__init__(parent)
        self._speeds = tuple(speeds)
        most = max(1, positions)
        self.first = WholeField("First step", 1, most, "The output that the animation begins with, counted from 1")
        self.last = WholeField("Last step", 1, most, "The output that it ends with")
        self.speed = Choice("Speed", [f"{speed} / s" for speed in speeds], "Steps in a second")
        self.side = Choice("Size", [f"{side} pixels" for side in SIDES], "The longer side of the input or of the map")
        self._all = (self.first, self.last, self.speed, self.side)
        for field in (self.first, self.last):
            field.edited.connect(field.show_value)
            field.edited.connect(self._tell)
            field.refused.connect(self.refused)
        for choice in (self.speed, self.side):
            choice.chosen.connect(self._tell)

    def add_to(self, form: QFormLayout) -> None:
        """Add a row for each field."""
        for field in self._all:
            form.addRow(labelled(field.accessibleName(), field), field)

    def show_in(self, form: QFormLayout, is_shown: bool) -> None:
        """Show the rows, or leave their room to others."""
        for field in self._all:
            form.setRowVisible(field, is_shown)

    def show_choice(self, choice: AnimationChoice) -> None:
        """Show a choice without telling of it."""
        self.first.show_value(choice.first)
        self.last.show_value(choice.last)
        self.speed.show_index(self._speeds.index(choice.per_second))
        self.side.show_index(SIDES.index(choice.side))

    def _tell(self, _value: object) -> None:
        speed, side = self._speeds[self.speed.currentIndex()], SIDES[self.side.currentIndex()]
        self.changed.emit(AnimationChoice(self.first.value(), self.last.value(), speed, side))
