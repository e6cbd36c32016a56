"""A and B: the filters of a layer, or its maps of the sample, at two moments of the training or in two runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from convstudio.model.panes.learning.comparison import Comparison
from convstudio.views.learning.tile_table import TileTable
from convstudio.views.parts.controls import Choice, PlainLabel, labelled
from convstudio.views.parts.sizes import sized

KINDS = ("filters", "maps")
_LETTERS = 8
_TIP = "A, B and their difference. A and B share one scale, the differences have their own"


class ComparePage(QWidget):
    """Two lists of networks to compare, and a table of tiles. `changed` tells that something else was chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.a = Choice("A", (), "The network of the first row")
        self.b = Choice("B", (), "The network of the second row")
        for choice in (self.a, self.b):
            choice.setMinimumContentsLength(_LETTERS)
        self.kind = Choice("Compare", KINDS, "Compare the filters of the selected layer, or its maps of the sample")
        self.tiles = TileTable("Comparison", _TIP)
        self.facts = PlainLabel(small=True)
        self.facts.setWordWrap(True)
        tools = QGridLayout()
        sized(tools, horizontal_spacing=6, vertical_spacing=4)
        for place, choice in enumerate((self.kind, self.a, self.b)):
            row, at = (0, 0) if choice is self.kind else (1, 2 * (place - 1))
            tools.addWidget(labelled(choice.accessibleName(), choice), row, at)
            tools.addWidget(choice, row, at + 1)
            tools.setColumnStretch(at + 1, 1)
            choice.chosen.connect(self._tell)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(4, 8, 4, 4), spacing=6)
        column.addLayout(tools)
        column.addWidget(self.tiles, 1)
        column.addWidget(self.facts)

    def offer(self, names: Sequence[str]) -> None:
        """Offer networks; the first is A and the last is B, until others are chosen."""
        kept = self.a.currentText(), self.b.currentText()
        for choice, name, usual in zip((self.a, self.b), kept, (names[0], names[-1]), strict=True):
            choice.show_entries(names)
            choice.show_index(names.index(name if name in names else usual))

    @property
    def chosen(self) -> tuple[int, int]:
        """The places of A and B among what is offered."""
        return self.a.currentIndex(), self.b.currentIndex()

    @property
    def shows_maps(self) -> bool:
        """Whether maps are compared, and not filters."""
        return self.kind.currentIndex() == KINDS.index("maps")

    def show_comparison(self, comparison: Comparison | None, facts: str) -> None:
        """Show tiles and what there is to say about them; None: what is said tells why there are none."""
        self.tiles.show_comparison(comparison)
        self.facts.setText(facts)

    def _tell(self) -> None:
        self.changed.emit()
