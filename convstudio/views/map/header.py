"""The head of the map pane: which map is shown, of what shape, and which other ones there are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convstudio.model.trace import stepping
from convstudio.model.values.combination import combination_name
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words import wording
from convstudio.model.words.data_format import spell_shape
from convstudio.views.parts.controls import Choice, PlainLabel, labelled
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import sized

_SELECTOR_HEIGHT = 22
_DIGITS = 3


class MapHeader(QWidget):
    """Shows title and shape, and a choice where there are several maps.

    `filter_chosen` carries the number of a map; `combination_chosen` tells that the combination was chosen, which
    follows the last map.
    """

    filter_chosen = Signal(int)
    combination_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._filters = 1
        self.title_label = PlainLabel("Feature map", bold=True)
        self.shape_label = ElidedLabel()
        self.map_choice = Choice("Map", ("1",), "Which filter's map is shown")
        self.map_choice.setMinimumContentsLength(_DIGITS)
        sized(self.map_choice, fixed_height=_SELECTOR_HEIGHT)
        self.map_choice.chosen.connect(self.choose)
        self._map_label = labelled("Map", self.map_choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=8)
        for widget in (self.title_label, self.shape_label, self._map_label, self.map_choice):
            row.addWidget(widget)
        row.setStretch(1, 1)
        self._show_choice(False)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the shape of the selected map, and the other maps of its layer."""
        self.show_shape(document, view)
        self._filters = stepping.map_count(document, view.layer)
        combination = document.combination_of(view.layer)
        numbers = [str(number) for number in range(1, self._filters + 1)]
        self.map_choice.show_entries(numbers if combination is None else [*numbers, combination.kind])
        self.map_choice.setMinimumContentsLength(_DIGITS if combination is None else len(combination.kind))
        self.map_choice.show_index(self._filters if view.combined else view.filter)
        self._show_choice(self.map_choice.count() > 1)

    def show_shape(self, document: Document, view: ViewState) -> None:
        """Show the shape of the selected map, and where one points at it, as the framework of the view writes it."""
        combination = document.combination_of(view.layer) if view.combined else None
        output_shape, text = document.output_shape(view.layer), wording.made_line(document, view.layer)
        if combination is not None:
            text = combination_name(combination, stepping.map_count(document, view.layer))
        self.title_label.setText(wording.made_title(output_shape))
        self.shape_label.setText(text)
        self.shape_label.setToolTip(
            text if output_shape is None else f"{text}\n{spell_shape(output_shape, view.data_format)}"
        )

    def choose(self, index: int) -> None:
        """Ask for an entry of the choice."""
        if index == self._filters:
            self.combination_chosen.emit()
        else:
            self.filter_chosen.emit(index)

    def _show_choice(self, wanted: bool) -> None:
        for widget in (self._map_label, self.map_choice):
            widget.setVisible(wanted)
