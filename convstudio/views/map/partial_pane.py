"""The partial maps pane: what another way to combine channels would make, as tiles in place of the one map."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from convstudio.model.edits.intent import Intent
from convstudio.model.panes import gallery, partial_maps
from convstudio.model.panes.ledger import STANDARD
from convstudio.model.panes.partial_maps import PartialMaps
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words import wording
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line, row_of, tool_button
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.pictures.colour_bar import ColourBar
from convstudio.views.parts.pictures.tile_list import MapList, TileList
from convstudio.views.parts.pictures.tiles import PAD, Tiles, TileStyle
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import tokens_of

_MARGIN = 12
_LEAST_SIDE, _LARGEST_SIDE = 60, 288
_COMING = "The maps are being computed."


class PartialPane(Card):
    """Shows one tile per kernel and channel, all in the same colours; `intent_asked` selects one, or goes back."""

    intent_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._view = ViewState()
        self._found: PartialMaps | None = None
        self._side = _LEAST_SIDE
        self._tiles = Tiles(self._words_of, self)
        self._maps = MapList(self._title_of, self._facts_of, lambda _index: None, self)
        self.list = TileList(self._maps, self._tiles)
        self.list.setAccessibleName("Partial maps")
        self.list.setToolTip("Click a map to select its channel and its filter")
        self.bar = ColourBar()
        self.shape_label, self.facts_label, self.value_label = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self.sentence_label = PlainLabel()
        self.sentence_label.setWordWrap(True)
        self.back_button = tool_button(
            "Back to standard", "Back to standard", "Add the maps up to one again", self._go_back
        )
        self._lay_out()
        self.list.looked.connect(self._select)
        self.list.recoloured.connect(self._show_style)
        self.list.resized.connect(lambda _side: self._fit())

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the selected filter, channel and position; the maps themselves follow when they are made."""
        output_shape = document.output_shape(view.layer)
        self.shape_label.setText("" if output_shape is None else wording.map_shape(output_shape[:-1]))
        before, self._view = self._view, view
        if (before.layer, before.pairing) != (view.layer, view.pairing):
            self.show_coming()
        if (before.scale, before.numbers) != (view.scale, view.numbers):
            self._show_style()
            self._show_levels()
        self._show_selection()

    def show_maps(self, found: PartialMaps) -> None:
        """Show partial maps that were made."""
        before, self._found = self._found, found
        request = found.request
        self.sentence_label.setText(partial_maps.partial_sentence(request))
        if before is None or before.request.names != request.names or before.request.pairs != request.pairs:
            self._tiles.forget()
            self.list.show_maps((), 0)  # its rows are those of other pairs
        self._tiles.show_maps(found.measured, None)
        self._fit()
        self.list.show_maps(range(found.maps.filters), request.index_of(self._view))
        self._show_levels()
        self._show_selection()

    def show_coming(self) -> None:
        """Drop maps that may be out of date, and tell that others are coming."""
        self.show_nothing(_COMING)

    def show_nothing(self, reason: str) -> None:
        """Drop maps that belong to something else, and tell why there are none."""
        self._found = None
        self._tiles.forget()
        self.list.show_maps((), 0)
        self.sentence_label.setText(reason)
        self.facts_label.setText("")
        self.value_label.setText("")

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_selection(self) -> None:
        if self._found is not None:
            self.list.show_selection(self._found.request.index_of(self._view))
            self.value_label.setText(partial_maps.values_line(self._found, self._view))

    def _show_levels(self) -> None:
        if self._found is not None:
            levels = self._tiles.levels_of(0)
            self.bar.show_levels(levels, "all partial maps share this scale")
            self.facts_label.setText(f"All maps from {gallery.levels_text(levels)}, before bias and activation")

    def _fit(self) -> None:
        """Make the tiles as large as all of them fit, or, of every pair, a row of them; the rest is scrolled to."""
        if self._found is None:
            return
        least = px(_LEAST_SIDE)
        frame = (2 * px(PAD), self._tiles.cell_height(least) - least)
        bar = self.list.verticalScrollBar().sizeHint().width()
        width, height = self.list.contentsRect().width() - bar, self.list.contentsRect().height()
        side = partial_maps.tile_side(self._found.request, width, height, frame, (least, px(_LARGEST_SIDE)))
        if side != self._side:
            self._side = side
            self._show_style()

    def _show_style(self) -> None:
        scale = replace(self._view.scale, is_shared=True, held=None)
        self.list.show_style(TileStyle(self._side, self.devicePixelRatioF(), scale, tokens_of(self.palette())))

    def _words_of(self, index: int) -> tuple[str, str, str]:
        title = self._title_of(index)
        return title, title, ""

    def _title_of(self, index: int) -> str:
        return "" if self._found is None else self._found.request.title(index)

    def _facts_of(self, index: int) -> str:
        return "" if self._found is None else self._found.facts(index)

    # --- asking ------------------------------------------------------------------------------------------------

    def _select(self, row: int) -> None:
        if self._found is not None and row != self._found.request.index_of(self._view):
            pair = self._found.request.pairs[self._maps.maps[row]]
            self.intent_asked.emit(
                Intent(move=lambda document, view: partial_maps.selecting_pair(document, view, pair))
            )

    def _go_back(self) -> None:
        self.intent_asked.emit(Intent(move=lambda _document, view: replace(view, pairing=STANDARD)))

    # --- putting it together -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        sized(column, contents_margins=(_MARGIN, 8, _MARGIN, 8), spacing=6)
        title = row_of(PlainLabel("Partial maps", bold=True), self.shape_label, self.back_button)
        title.setStretch(1, 1)
        column.addLayout(title)
        column.addWidget(self.sentence_label)
        stage = row_of(self.list, self.bar, spacing=9)
        stage.setStretch(0, 1)
        column.addLayout(stage, 1)
        column.addWidget(horizontal_line())
        column.addWidget(self.value_label)
        column.addWidget(self.facts_label)
        self.bar.show_extent(0, 4096)
        self._show_style()
