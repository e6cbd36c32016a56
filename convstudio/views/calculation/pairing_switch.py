"""The switch that compares the ways to combine channels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from convstudio.model.panes import ledger
from convstudio.model.panes.ledger import Pairing
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.numbers import apart
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import in_font, sized
from convstudio.views.parts.theme import RHYTHM, number_font

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PairingSwitch(QWidget):
    """Compares the ways to combine channels: how many maps and parameters each one takes; `chosen` carries its name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._ways = QButtonGroup(self)
        self._heading = PlainLabel("Channels", small=True)
        self._counts = (PlainLabel("maps", small=True), PlainLabel("parameters", small=True))
        self._maps: dict[str, PlainLabel] = {}
        self._parameters: dict[str, PlainLabel] = {}
        self._buttons: dict[str, QRadioButton] = {}
        self._sentence = ElidedLabel()
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._pairings: tuple[Pairing, ...] = ()
        self._shown = ledger.STANDARD
        self.setAccessibleName("Ways to combine channels")
        self._lay_out()

    @property
    def name(self) -> str:
        """The way that is chosen."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    @property
    def counts_width(self) -> int:
        """The width of the counts."""
        columns = (self._counts[0], *self._maps.values()), (self._counts[1], *self._parameters.values())
        widths = [max(label.sizeHint().width() for label in column) for column in columns]
        return sum(widths) + len(widths) * 2 * RHYTHM

    @property
    def spare_width(self) -> int:
        """The width of the counts where they are on show: a narrow window does without them."""
        return 0 if self._counts[0].isHidden() else self.counts_width

    def show_counts(self, on: bool) -> None:
        """Show the counts and the sentence, or leave them to the tooltips of the ways."""
        if self._counts[0].isHidden() == on:
            for label in (
                self._heading,
                *self._counts,
                *self._maps.values(),
                *self._parameters.values(),
                self._sentence,
            ):
                label.setVisible(on)
            self.updateGeometry()

    def show_pairings(self, ways: Sequence[Pairing], chosen: str) -> None:
        """Show the counts of the ways, and which one is chosen."""
        if tuple(ways) != self._pairings:
            self._pairings = tuple(ways)
            for way in ways:
                self._show_way(way)
        self._shown = chosen
        self._buttons[chosen].setChecked(True)
        self._show_sentence()

    def _show_way(self, way: Pairing) -> None:
        maps, parameters = apart(way.maps), apart(way.parameters)
        self._maps[way.name].setText(maps)
        self._parameters[way.name].setText(parameters)
        counts = f"{counted(way.maps, 'map', write=apart)}, {counted(way.parameters, 'parameter', write=apart)}"
        told = f"{counts}. {way.sentence}"
        self._buttons[way.name].setAccessibleDescription(told)
        self._buttons[way.name].setToolTip(told)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        sized(grid, horizontal_spacing=2 * RHYTHM)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._heading, 0, 0, _LEFT)
        for column, heading in enumerate(self._counts, start=1):
            grid.addWidget(heading, 0, column, _RIGHT)
        for row, name in enumerate((ledger.STANDARD, ledger.DEPTHWISE, ledger.EVERY_PAIR), start=1):
            self._add_way(grid, row, name)
        grid.addWidget(self._sentence, 4, 0, 1, 3)
        grid.setRowStretch(5, 1)
        self._buttons[ledger.STANDARD].setChecked(True)

    def _add_way(self, grid: QGridLayout, row: int, name: str) -> None:
        button = self._buttons[name] = QRadioButton(name)
        button.setAccessibleName(name)
        button.toggled.connect(partial(self._choose, name))  # not clicked: arrow keys and screen readers toggle
        self._ways.addButton(button)
        self._maps[name], self._parameters[name] = PlainLabel(), PlainLabel()
        grid.addWidget(button, row, 0)
        for column, label in enumerate((self._maps[name], self._parameters[name]), start=1):
            in_font(label, number_font)
            grid.addWidget(label, row, column, _RIGHT)

    def _choose(self, name: str, is_on: bool) -> None:
        if is_on and name != self._shown:
            self.chosen.emit(name)

    def _show_sentence(self) -> None:
        self._sentence.setText(next((way.sentence for way in self._pairings if way.name == self.name), ""))
