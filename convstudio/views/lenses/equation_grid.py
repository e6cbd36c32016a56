"""The pictures of an equation, in one row where there is room, else in several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from convstudio.views.parts.signs import EquationSign
from convstudio.views.parts.sizes import sized


class EquationGrid(QGridLayout):
    """Lays parts out in rows; each but the first has its sign before it, also where it begins a row."""

    def __init__(self, parts: Sequence[QWidget], signs: str) -> None:
        super().__init__()
        sized(self, spacing=6)
        self._parts = tuple(parts)
        self._signs = [EquationSign(sign) for sign in signs]

    def arrange(self, across: int) -> None:
        """Put so many parts into each row."""
        for place, part in enumerate(self._parts):
            row, column = divmod(place, across)
            self.addWidget(part, row, 2 * column + 1)
            if place:
                self.addWidget(self._signs[place - 1], row, 2 * column)
        for place in range(len(self._parts)):
            self.setColumnStretch(2 * place + 1, int(place < across))
            self.setRowStretch(place, int(place * across < len(self._parts)))
