"""Asks what an animation of the sliding window shows: which steps, how fast, how large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from convstudio.model.panes.exports.animation import SIDES, AnimationChoice
from convstudio.views.parts.controls import Choice, PlainLabel, WholeField, labelled, widen_for_title
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM


class AnimationDialog(QDialog):
    """Asks for one animation of a map of so many positions; `told_of` says of a choice what it makes, or why not."""

    def __init__(
        self,
        window: QWidget,
        first: AnimationChoice,
        positions: int,
        speeds: Sequence[int],
        told_of: Callable[[AnimationChoice], tuple[str, bool]],
    ) -> None:
        super().__init__(window)
        self.setWindowTitle("Export animation – ConvStudio")
        widen_for_title(self)
        self._speeds, self._told_of = tuple(speeds), told_of
        self.first = WholeField("First step", 1, positions, "The output that the animation begins with, counted from 1")
        self.last = WholeField("Last step", 1, positions, "The output that it ends with")
        self.speed = Choice("Speed", [f"{speed} / s" for speed in speeds], "Steps in a second")
        self.side = Choice("Size", [f"{side} pixels" for side in SIDES], "The longer side of the input or of the map")
        self.sentence = PlainLabel(small=True)
        self.sentence.setWordWrap(True)
        self.sentence.setMinimumHeight(self.sentence.fontMetrics().lineSpacing() * 3)
        button = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(button.Save | button.Cancel)
        self.export_button = self._buttons.button(button.Save)
        self.export_button.setText("Export…")
        form = QFormLayout()
        sized(form, vertical_spacing=RHYTHM)
        for field in (self.first, self.last, self.speed, self.side):
            form.addRow(labelled(field.accessibleName(), field), field)
        column = QVBoxLayout(self)
        for part in (self.sentence, self._buttons):
            column.addWidget(part)
        column.insertLayout(0, form)
        self._fill(first)
        self._connect()
        self._show()

    @property
    def choice(self) -> AnimationChoice:
        """What is chosen now."""
        speed, side = self._speeds[self.speed.currentIndex()], SIDES[self.side.currentIndex()]
        return AnimationChoice(self.first.value(), self.last.value(), speed, side)

    def _fill(self, first: AnimationChoice) -> None:
        self.first.show_value(first.first)
        self.last.show_value(first.last)
        self.speed.show_index(self._speeds.index(first.per_second))
        self.side.show_index(SIDES.index(first.side))

    def _connect(self) -> None:
        for field in (self.first, self.last):
            field.edited.connect(field.show_value)
            field.edited.connect(self._show)
            field.refused.connect(self.sentence.setText)
        for choice in (self.speed, self.side):
            choice.chosen.connect(self._show)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _show(self, _value: object = None) -> None:
        text, is_possible = self._told_of(self.choice)
        self.sentence.setText(text)
        self.export_button.setEnabled(is_possible)
