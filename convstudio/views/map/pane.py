"""The feature map pane: the map as a picture and as a table, its levels, its readout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from convstudio.model.colour import display, picture_geometry
from convstudio.model.colour.display import Levels, Statistics
from convstudio.model.colour.map_levels import scale_note
from convstudio.model.edits.intent import Intent
from convstudio.model.panes import gallery
from convstudio.model.panes.gallery import Survey
from convstudio.model.panes.map_shown import MapShown
from convstudio.model.run.forward import LayerResult
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import Box, Floats
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.scale import ColourMap
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words import wording
from convstudio.views.map.header import MapHeader
from convstudio.views.map.readout import MapReadout
from convstudio.views.map.sight import Marks
from convstudio.views.map.stage import MapStage
from convstudio.views.map.tools import MapTools
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line, tool_button
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.plots.histogram import Histogram
from convstudio.views.parts.sizes import sized

_PHOTOGRAPH_CELLS = 2**16
_MARGIN = 12
_SELECTOR_HEIGHT = 22


class MapPane(Card):
    """Shows the feature map of the selected filter; `load_colours` returns a colour map by its name."""

    intent_asked = Signal(object)
    export_asked = Signal(str)
    again_asked = Signal()
    refused = Signal(str)

    def __init__(self, limits: Limits, load_colours: Callable[[str], ColourMap]) -> None:
        super().__init__()
        self._limits = limits
        self._load_colours = load_colours
        self._view = ViewState()
        self._result: LayerResult | None = None
        self._shown = MapShown()
        self._statistics = display.statistics(np.zeros(0))
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._combined: CombinedMap | None = None
        self._class_names: tuple[str, ...] = ()
        self._selected = (0, 0, False)
        self._table_holds = False
        self._survey: Survey | None = None
        self._note = ""
        self._make_parts()
        self._lay_out()
        self._connect()

    # --- what is shown -----------------------------------------------------------------------------------------

    def show_document(self, document: Document, view: ViewState) -> None:
        """Say the shape of the map; the map itself follows as a result."""
        self.header.show_document(document, view)
        self.show_view(document, view)
        if document.class_names != self._class_names:
            self._class_names = document.class_names
            self._show_map()

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another position, link or filter."""
        before, self._view = self._view, view
        if view.data_format != before.data_format:
            self.header.show_shape(document, view)
        if (view.filter, view.layer, view.combined) != (before.filter, before.layer, before.combined):
            self.header.show_document(document, view)
            self._show_map()
        elif (view.scale, view.numbers) != (before.scale, before.numbers):
            self._show_map()
        elif view != before:
            self._show_selection(before)

    def show_result(
        self, document: Document, view: ViewState, result: LayerResult | None, combined: CombinedMap | None = None
    ) -> None:
        """Show the maps that a layer made, or why there are none; `combined` is the combination of several of them."""
        before, viewed, self._view = self._result, self._view, view
        if result is before and combined is self._combined:
            if view != viewed:
                self._show_selection(viewed)
            return
        self._result, self._combined = result, combined
        boxes = None if result is None else result.changed_boxes(before, view.filter)
        if boxes is None or not self._shows_photograph(view):
            self._show_map()
        else:
            self._show_changes(boxes)

    def show_survey(self, survey: Survey) -> None:
        """Take what all maps of the layer hold: the levels of this one are those of its tile from then on."""
        self._survey = survey
        if self._map is not None and self._levels_of(self._map) != self._levels:
            self._show_map()

    # --- making ------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.stage = MapStage()
        self.picture, self.table, self.chart, self.bar = (
            self.stage.picture,
            self.stage.table,
            self.stage.chart,
            self.stage.bar,
        )
        self.tools = MapTools()
        self.readout = MapReadout()
        self.histogram = Histogram()
        self.header = MapHeader()
        self.problem_label = PlainLabel()
        self.problem_label.setWordWrap(True)
        self.problem_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again_button = tool_button(
            "Compute again", "Compute again", "Start the cancelled computation again", self.again_asked.emit
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        sized(column, contents_margins=(_MARGIN, 8, _MARGIN, 8), spacing=6)
        column.addWidget(self.header)
        column.addWidget(self.tools)
        column.addWidget(self.stage, 1)
        column.addWidget(self.problem_label, 1)
        column.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.histogram)
        column.addWidget(horizontal_line())
        column.addWidget(self.readout)
        for widget in (self.problem_label, self.again_button, self.histogram):
            widget.hide()

    def _connect(self) -> None:
        self.picture.pointed.connect(self._point)
        self.picture.clicked.connect(self._take_click)
        self.picture.stepped.connect(self._go_by)
        self.picture.menu_asked.connect(self.tools.open_menu)
        self.chart.pointed.connect(lambda index: self._point(None if index is None else (0, index)))
        self.chart.clicked.connect(lambda index: self._take_click(0, index))
        self.table.moved.connect(self._move_to)
        self.table.pointed.connect(self._point)
        self.table.menu_asked.connect(self.tools.open_menu)
        self.header.filter_chosen.connect(lambda index: self._move(partial(gallery.select_map, index=index)))
        self.header.combination_chosen.connect(lambda: self._move(gallery.select_combination))
        self.bar.levels_asked.connect(lambda low, high: self._ask_scale(held=(low, high)))
        self.tools.colours_asked.connect(lambda name: self._ask_scale(colours=self._load_colours(name)))
        self.tools.cuts_asked.connect(lambda cuts: self._ask_scale(cuts=cuts, held=None))
        self.tools.hold_asked.connect(lambda: self._ask_scale(held=(self._levels.low, self._levels.high)))
        self.tools.automatic_asked.connect(lambda: self._ask_scale(held=None))
        self.tools.export_asked.connect(self.export_asked)
        self.tools.copy_asked.connect(lambda way: self.stage.copy(way, self._map))
        self.stage.refused.connect(self.refused)
        self.tools.fit_button.clicked.connect(self.picture.fit)
        self.tools.table_button.toggled.connect(lambda _on: self._change_front())
        self.tools.histogram_button.toggled.connect(lambda _on: self._show_histogram())

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_map(self) -> None:
        """Colour the chosen map and show it; or show the reason why there is none."""
        self._selected = self._view.layer, self._view.filter, self._view.combined
        self._shown = MapShown.of(self._result, self._combined, self._view, self._class_names)
        self._show_presence()
        if self._map is None:
            self.table.show_map(self._shown, self._levels, None)
            self.readout.value_label.setText("")
            self.readout.statistics_label.setText("")
            return
        self._levels = self._levels_of(self._map)
        self._show_picture(self._map)
        self._show_facts(display.statistics(self._map))

    @property
    def _map(self) -> Floats | None:
        return self._shown.values

    def _shows_photograph(self, view: ViewState) -> bool:
        """Return whether the map on show is this one, and so large that colouring only a part of it is worth while."""
        held = self._map
        is_large = held is not None and held.ndim == 2 and held.size >= _PHOTOGRAPH_CELLS
        return is_large and self._selected == (view.layer, view.filter, False)

    def _show_changes(self, boxes: Sequence[Box]) -> None:
        """Colour only the boxes in which the map changed; all of it where its values reach further than they did."""
        assert self._result is not None
        assert self._result.output is not None
        shown = self._own_copy()
        for box in boxes:
            shown[box] = self._result.output.map_box(self._view.filter, box)
        statistics = display.statistics(shown)
        if display.stays_within(statistics, self._statistics):
            self.picture.show_map(shown, self._levels, is_sequence=False, boxes=boxes)
        else:
            self._levels = self._levels_of(shown)
            self._show_picture(shown)
        self._show_facts(statistics)

    def _own_copy(self) -> Floats:
        """Return the map on show as an array that this pane may change."""
        assert self._map is not None
        if not self._map.flags.writeable:
            self._shown = replace(self._shown, values=self._map.copy())
        assert self._map is not None
        return self._map

    def _show_facts(self, statistics: Statistics) -> None:
        """Show what is said about the map, and what is drawn over it."""
        self._statistics = statistics
        self.bar.show_levels(self._levels, self._note)
        self.readout.show_statistics(wording.statistics_line(statistics), self._shown.longest_line)
        self._show_histogram()
        self._show_selection(None)

    def _levels_of(self, shown: Floats) -> Levels:
        """Return the levels of the map on show, and show what they cover."""
        scale, made = self._view.scale, self._shown.siblings
        self.tools.show_scale(scale, cuts=scale.cuts_on(shown.shape))
        self._note = scale_note(scale, shown.shape, 1 if made is None else made.filters)
        return gallery.levels_on_show(shown, self._view, made, self._survey)

    def _ask_scale(self, **changes: ColourMap | bool | tuple[float, float] | None) -> None:
        self._move(lambda _document, view: view.scaled(**changes))

    def _show_presence(self) -> None:
        """Show the stage, or in its place the problem."""
        problem = self._shown.problem
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))
        self.again_button.setVisible(self._shown.is_cancelled)
        self.stage.setVisible(not problem)
        rows, columns = (0, 0) if self._map is None else picture_geometry.as_table(self._map).shape
        self._show_table_use(self._map is not None and display.is_grid((rows, columns), self._limits.table_length))

    def _show_table_use(self, holds: bool) -> None:
        self._table_holds = holds
        self.tools.show_table_use(holds, self._limits.table_length)
        self.stage.show_table_use(holds)
        self._raise_front()

    def _show_picture(self, shown: Floats) -> None:
        self.picture.show_map(picture_geometry.as_table(shown), self._levels, is_sequence=shown.ndim == 1)

    def _show_selection(self, before: ViewState | None) -> None:
        """Show position, links and progress over the map; from `before` on only what changed."""
        if self._map is None:
            return
        view = self._view
        if before is None or before.revealed != view.revealed:
            self.table.show_map(self._shown if self._table_holds else MapShown(), self._levels, view.revealed)
        if before is None or (before.position, before.revealed) != (view.position, view.revealed):
            self.table.show_current(*picture_geometry.table_cell(view.position))
        current = picture_geometry.table_cell(view.shown_position)
        cells = self._shown.linked(view)
        linked = None if cells is None else Overlay.of(cells, is_window=False)
        self.picture.show_marks(Marks(current, linked, view.revealed))
        if self._shown.prediction is not None:
            self.chart.show_prediction(self._shown.prediction, current[1])
        if self.tools.table_button.isChecked():
            self.table.show_marks(current, linked)
        self.readout.value_label.setText(self._shown.value_line(view))

    def _show_histogram(self) -> None:
        wanted = self.tools.histogram_button.isChecked() and self._map is not None
        self.histogram.setVisible(wanted)
        if wanted and self._map is not None:
            self.histogram.show_counts(*display.histogram(self._map))

    # --- asking ------------------------------------------------------------------------------------------------

    def _position(self, row: int, column: int) -> tuple[int, ...]:
        return picture_geometry.position_of(row, column, 1 if self._map is None else self._map.ndim)

    def _move(self, move: Callable[[Document, ViewState], ViewState]) -> None:
        self.intent_asked.emit(Intent(move=move))

    def _point(self, at: tuple[int, int] | None) -> None:
        cell = None if at is None or self._map is None else Cell(Pane.MAP, self._position(*at))
        if cell != self._view.pointed:
            self._move(lambda _document, view: view.pointing_at(cell))

    def _take_click(self, row: int, column: int) -> None:
        (self.table if self._table_holds else self.picture).setFocus(Qt.FocusReason.MouseFocusReason)
        self._pin(self._position(row, column))

    def _move_to(self, row: int, column: int) -> None:
        position = self._position(row, column)
        if self._map is not None:
            self._pin(position)

    def _go_by(self, rows: int, columns: int) -> None:
        if self._map is not None:
            shape = picture_geometry.as_table(self._map).shape
            self._pin(picture_geometry.neighbour(self._view.position, rows, columns, (shape[0], shape[1])))

    def _pin(self, position: tuple[int, ...]) -> None:
        cell = Cell(Pane.MAP, position)
        self._move(lambda document, view: stepping.pin(document, view, cell))

    def _raise_front(self) -> None:
        has_colours = self.stage.raise_front(
            wants_table=self.tools.table_button.isChecked(), has_chart=self._shown.prediction is not None
        )
        self.tools.show_use(has_map=self._map is not None, has_colours=has_colours)

    def _change_front(self) -> None:
        self._raise_front()
        self._show_selection(None)
