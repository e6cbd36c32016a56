"""The gallery pane: every map of the layer as a tile, sorted, compared, and combined into one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout

from convstudio.model.edits import filters
from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import gallery
from convstudio.model.panes.gallery import COMBINATION, ORDERS, Mark, Survey
from convstudio.model.run.forward import LayerResult
from convstudio.model.values.combination import KINDS, Combination, CombinedMap, combination_name, combination_sign
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.controls import Card, Choice, PlainLabel, labelled
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.pictures.tile_list import MapList, TileList
from convstudio.views.parts.pictures.tiles import Tiles, TileStyle
from convstudio.views.parts.room.folding import unfold_button
from convstudio.views.parts.room.tool_row import ToolRow
from convstudio.views.parts.sizes import NO_LIMIT, sized
from convstudio.views.parts.theme import tokens_of

_SIDES = (40, 48, 60, 76, 92, 112, 140, 176, 224, 288)
_SCALES = ("each its own", "shared")
_SCALE_TIP = "Use one colour scale for all maps, or the whole range in each. The feature map above follows"
_COMBINE = ("none", *KINDS)


class GalleryPane(Card):
    """Shows every map of the selected layer; hidden where there is only one.

    `menu` opens on a tile, and holds what can be done with its map and its filter. `unfold_button` has its place in
    a row that is never folded.
    """

    intent_asked = Signal(object)
    unfold_asked = Signal()

    def __init__(self, detectors: Sequence[Detector]) -> None:
        super().__init__()
        self._detectors = tuple(detectors)
        self._layer: Layer | None = None
        self._view = ViewState()
        self._combined: CombinedMap | None = None
        self._coming: CombinedMap | None = None
        self._held: Combination | None = None
        self._survey: Survey | None = None
        self._names: dict[int, str] = {}
        self._anchor = 0
        self._side = _SIDES[0]
        self._is_zoomed = False
        self._make_parts()
        self._lay_out()
        self._connect()
        self.hide()

    # --- what is shown -----------------------------------------------------------------------------------------

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show which combination the document has; the maps themselves follow as a survey."""
        self._tiles.rest()
        layer = document.layers[view.layer]
        if layer is not self._layer:
            self._layer = layer
            self._names.clear()
        self._held = document.combination_of(view.layer)
        self._show_kind()
        self.show_view(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another map as the current one; another layer's maps follow."""
        before, self._view = self._view, view
        if view.layer != before.layer:
            self._anchor = 0
            self._show_nothing()
            self.show_document(document, view)
        if (view.scale, view.numbers) != (before.scale, before.numbers):
            self._show_style()
        self.list.show_selection(self._selection)
        self.list.show_alone(view.filter if view.solo else None)
        self._show_facts()

    def show_result(self, result: LayerResult | None, combined: CombinedMap | None) -> None:
        """Appear for a layer of several maps, and take over what its combination made; `show_survey` brings the rest.

        A layer that cannot work for a moment, as while its settings are typed, moves nothing: its tiles are gone, and
        the pane stays.
        """
        self._coming = combined
        if result is not None and result.output is not None:
            self.setVisible(gallery.can_show(result.output))
        elif result is not None:
            self._show_nothing()
        if self._survey is not None and result is not None and self._survey.maps is result.output:
            self.show_survey(self._survey)

    def show_survey(self, survey: Survey) -> None:
        """Show maps together with what they hold."""
        self._survey = survey
        self._combined = self._coming if self._coming is not None and self._coming.maps is survey.maps else None
        self._tiles.show_maps(survey, self._combined)
        self._show_order()

    # --- making ------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._tiles = Tiles(self._words_of, self)
        self._maps = MapList(self._title_of, self._facts_of, self._mark_of, self)
        self.list = TileList(self._maps, self._tiles)
        self.menu = QMenu(self)
        self.facts_label = ElidedLabel()
        self.scale_choice = Choice("Scale", _SCALES, _SCALE_TIP)
        self.scale_choice.setMinimumContentsLength(8)
        self.combine_choice = Choice(
            "Combine", _COMBINE, "Combine the selected maps, or all, into one. The norm is √Σ², as for Sobel x and y"
        )
        self.sort_choice = Choice("Sort", ORDERS, "Likeness compares every map with the selected one")
        self.smaller_button = IconButton("zoom-out", "Smaller tiles", "Show more maps at once (−, Ctrl+wheel)")
        self.unfold_button = unfold_button(
            "Show all maps", "Show all maps in place of the calculation", self.unfold_asked
        )
        self.larger_button = IconButton("zoom-in", "Larger tiles", "Show the maps larger (+, Ctrl+wheel)")
        self._show_style()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        sized(column, contents_margins=(12, 6, 6, 4), spacing=4)
        self._title = title = ToolRow()
        for part in (PlainLabel("All maps", bold=True), self.facts_label):
            title.add(part, stays=True)
        for choice in (self.scale_choice, self.combine_choice, self.sort_choice):
            title.add(labelled(choice.accessibleName(), choice), choice)
        for button in (self.smaller_button, self.larger_button):
            title.add(button)
        column.addWidget(title)
        column.addWidget(self.list, 1)

    # --- folding -----------------------------------------------------------------------------------------------

    def set_folded(self, on: bool) -> None:
        """Take no room where the window is too low for the calculation and all maps, and show the `unfold_button`."""
        for part in (self._title, self.list):
            part.setVisible(not on)
        self.setMaximumHeight(0 if on else NO_LIMIT)
        self.unfold_button.setVisible(on)

    @property
    def least_heights(self) -> tuple[int, int]:
        """The least heights, folded and whole."""
        margins = self._column.contentsMargins()
        parts = sum(part.minimumSizeHint().height() for part in (self._title, self.list))
        return 0, parts + self._column.spacing() + margins.top() + margins.bottom()

    def _connect(self) -> None:
        self.list.looked.connect(self._look)
        self.list.moved.connect(self._move)
        self.list.menu_asked.connect(self.menu.popup)
        self.list.chosen.connect(lambda _maps: self._show_facts())
        self.list.zoomed.connect(self._zoom)
        self.list.resized.connect(self._fit)
        self.list.recoloured.connect(self._show_style)
        self.smaller_button.clicked.connect(lambda: self._zoom(-1))
        self.larger_button.clicked.connect(lambda: self._zoom(1))
        self.scale_choice.chosen.connect(self._choose_scale)
        self.sort_choice.chosen.connect(lambda _index: self._sort())
        self.combine_choice.chosen.connect(self._combine)

    # --- showing -----------------------------------------------------------------------------------------------

    @property
    def _selection(self) -> int:
        return COMBINATION if self._view.combined else self._view.filter

    @property
    def _order(self) -> str:
        return ORDERS[self.sort_choice.currentIndex()]

    def _show_nothing(self) -> None:
        """Drop the tiles and numbers of maps that no longer exist."""
        self._survey = None
        self._tiles.forget()
        self.list.show_maps((), 0)
        self.facts_label.setText("")

    def _show_order(self) -> None:
        if self._survey is None:
            return
        self._anchor = min(self._anchor, self._survey.filters - 1)
        maps = gallery.ordered(self._survey, self._order, self._anchor, self._survey.filters)
        has_combination = self._combined is not None and self._combined.values is not None
        self.list.let_move(isinstance(self._layer, Conv) and self._order == ORDERS[0])
        self.list.show_maps((COMBINATION, *maps) if has_combination else maps, self._selection)
        self._show_facts()

    def _show_facts(self) -> None:
        if self._survey is None or self._view.filter >= self._survey.filters:
            return  # a filter that was just added has no map yet
        chosen = len([index for index in self.list.chosen_maps if index != COMBINATION])
        of = None if self._view.scale.is_shared else self._view.filter
        levels = self._tiles.levels_of(self._view.filter)
        facts = gallery.gallery_facts(self._survey, levels, of, self._order, self._anchor, chosen)
        problem = "" if self._combined is None else self._combined.problem
        self.facts_label.setText(problem or facts)

    def _show_kind(self) -> None:
        self.combine_choice.show_index(0 if self._held is None else _COMBINE.index(self._held.kind))

    def _show_style(self) -> None:
        scale = self._view.scale
        self.scale_choice.show_index(int(scale.is_shared))
        self.list.show_style(TileStyle(self._side, self.devicePixelRatioF(), scale, tokens_of(self.palette())))

    def _words_of(self, index: int) -> tuple[str, str, str]:
        if index == COMBINATION and self._combined is not None:
            return self._title_of(index), combination_sign(self._combined.combination), ""
        mark = self._mark_of(index)
        return self._title_of(index), str(index + 1), "" if mark is None else mark.sign

    def _title_of(self, index: int) -> str:
        if index == COMBINATION:
            assert self._combined is not None
            return combination_name(self._combined.combination, self._combined.maps.filters)
        if index not in self._names:
            assert self._layer is not None
            self._names[index] = gallery.map_name(self._layer, index, self._detectors)
        return gallery.map_title(index, self._names[index])

    def _facts_of(self, index: int) -> str:
        if index == COMBINATION or self._survey is None:
            return self._title_of(index)
        return f"{self._title_of(index)}: {gallery.map_facts(self._survey, index, self._order, self._anchor)}"

    def _mark_of(self, index: int) -> Mark | None:
        return None if self._survey is None or index == COMBINATION else self._survey.marks[index]

    # --- asking ------------------------------------------------------------------------------------------------

    def _look(self, row: int) -> None:
        index = self._maps.maps[row]
        if index == self._selection:
            return
        if index == COMBINATION:
            self.intent_asked.emit(Intent(move=gallery.select_combination))
        else:
            self.intent_asked.emit(Intent(move=lambda document, view: gallery.select_map(document, view, index)))

    def _combine(self, entry: int) -> None:
        kind = None if entry == 0 else _COMBINE[entry]
        chosen = tuple(index for index in self.list.chosen_maps if index != COMBINATION)
        view = self._view
        self.intent_asked.emit(Intent("Combine maps", lambda document: gallery.combine(document, view, kind, chosen)))
        self._show_kind()  # it may have been refused
        self.intent_asked.emit(Intent(move=gallery.select_combination))

    def _move(self, index: int, place: int) -> None:
        """Ask to move the filter of a map that was dragged, and then to select it."""
        layer, at, by = self._layer, self._view.layer, place - index
        assert isinstance(layer, Conv), "the maps of other layers cannot be dragged"
        edit = partial(filters.move_filters, layer=at, indices=[index], by=by)
        self.intent_asked.emit(Intent(filters.moving_step(layer, [index], by), edit))
        self.intent_asked.emit(Intent(move=lambda document, view: gallery.select_map(document, view, place)))

    def _sort(self) -> None:
        self._anchor = self._view.filter
        self._show_order()

    def _choose_scale(self, index: int) -> None:
        self.intent_asked.emit(Intent(move=lambda _document, view: view.scaled(is_shared=index == 1)))

    def _zoom(self, steps: int) -> None:
        """Make the tiles larger or smaller, from then on whatever height the pane has."""
        smaller, larger = (
            [side for side in reversed(_SIDES) if side < self._side], [side for side in _SIDES if side > self._side]
        )  # fmt: skip
        others = larger if steps > 0 else smaller
        if others:
            self._is_zoomed = True
            self._show_side(others[min(abs(steps), len(others)) - 1])

    def _fit(self, side: int) -> None:
        """Until the user zooms, let one row of tiles fill the height."""
        if not self._is_zoomed:
            self._show_side(side)

    def _show_side(self, side: int) -> None:
        if side != self._side:
            self._side = side
            self._show_style()
