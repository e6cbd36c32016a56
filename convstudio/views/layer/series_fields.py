"""The fields for what one number is in the filters of a bank: which number, how many values, from where to where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from convstudio.model.library.generators import Parameter, Series
from convstudio.model.values.limits import LIMITS
from convstudio.views.parts.controls import Choice, NumberField, PlainLabel, WholeField, labelled
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_NOTHING = "nothing else"
_LONGEST_NAME = 16  # letters
_NUMBER_WIDTH = 72


class SeriesFields(QWidget):
    """A line of fields for one series; where it is optional, "nothing else" can be chosen in its place.

    `edited` tells that another number was given, `refused` why one was not taken.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, title: str, name: str, *, optional: bool) -> None:
        super().__init__()
        self._parameters: Sequence[Parameter] = ()
        self._before = 1 if optional else 0
        self.count = WholeField(f"{name}: filters", 2, LIMITS.bank_steps, "How many values it takes")
        self.varied = Choice(f"{name}: number that differs", [], "What differs from filter to filter")
        self.first = NumberField(f"{name}: first", "Its value in the first filter")
        self.last = NumberField(f"{name}: last", "Its value in the last filter; a whole turn ends just before it")
        self.varied.setMinimumContentsLength(_LONGEST_NAME)
        self.varied.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # so that the lines are even
        for field in (self.first, self.last):
            sized(field, fixed_width=_NUMBER_WIDTH)
        sized(self.count, fixed_width=_NUMBER_WIDTH)
        self.title = labelled(title, self.varied)
        self._ends: tuple[QWidget, ...] = (
            labelled("from", self.first),
            self.first,
            labelled("to", self.last),
            self.last,
        )
        self._counts: tuple[QWidget, ...] = (labelled("in", self.count), self.count, PlainLabel("steps"))
        self._arrange()
        self._connect()

    def show_parameters(self, parameters: Sequence[Parameter], place: int) -> None:
        """Offer the numbers of another rule, and choose the one at `place`, or nothing for −1."""
        self._parameters = parameters
        nothing = [_NOTHING] if self._before else []
        self.varied.show_entries([*nothing, *(one.name for one in parameters)])
        self.varied.show_index(place + self._before)
        self._show_varied()

    @property
    def series(self) -> Series | None:
        """The series that is asked for, None where nothing is chosen."""
        place = self._place
        if place is None:
            return None
        return Series(place, self.count.value(), self.first.value(), self.last.value())

    @property
    def _place(self) -> int | None:
        place = self.varied.currentIndex() - self._before
        return place if 0 <= place < len(self._parameters) else None

    def _show_varied(self, _row: int = 0) -> None:
        """Offer what the chosen number has: its usual ends, where it is not one of a few."""
        place = self._place
        parameter = None if place is None else self._parameters[place]
        for part in self._counts:
            part.setVisible(parameter is not None)
        for part in self._ends:
            part.setVisible(parameter is not None and not parameter.choices)
        if parameter is not None:
            for field, value in zip((self.first, self.last), parameter.usual_ends, strict=True):
                field.show_value(value)
        self.edited.emit()

    def _connect(self) -> None:
        self.varied.chosen.connect(self._show_varied)
        for field in (self.count, self.first, self.last):
            field.edited.connect(field.show_value)
            field.edited.connect(lambda _value: self.edited.emit())
            field.refused.connect(self.refused)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=RHYTHM)
        for part in (self.title, self.varied, *self._ends, *self._counts):
            row.addWidget(part)
        row.addStretch(1)
