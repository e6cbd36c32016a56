"""The feature map pane: the map as a picture and as a table, its levels, its readout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from convstudio.model import display, gallery, picture_geometry, stepping, wording
from convstudio.model.arrays import Box, Floats
from convstudio.model.combination import Combined, combination_name
from convstudio.model.dialect import spell_shape
from convstudio.model.display import Levels, Statistics
from convstudio.model.document import Document
from convstudio.model.forward import LayerResult
from convstudio.model.gallery import Survey
from convstudio.model.limits import Limits
from convstudio.model.links import linked_cells
from convstudio.model.map_levels import scale_note
from convstudio.model.prediction import Prediction, prediction_of
from convstudio.model.readout import combined_line, value_line
from convstudio.model.view_state import Cell, Pane, ViewState
from convstudio.views import dialogs
from convstudio.views.bar_chart import BarChart
from convstudio.views.colour_bar import ColourBar
from convstudio.views.controls import Card, Choice, PlainLabel, horizontal_line, labelled, row_of, tool_button
from convstudio.views.elided_label import ElidedLabel
from convstudio.views.flow import FlowLayout
from convstudio.views.grid import GridContent, GridView, Index, Overlay
from convstudio.views.histogram import Histogram
from convstudio.views.map_picture import MapPicture, Marks
from convstudio.views.signs import SignButton

_COLOURS = ("Diverging", "Grey")
_RANGES = ("all", "99 %")
_PHOTOGRAPH_CELLS = 2**16
_MARGIN = 12
_SELECTOR_HEIGHT = 22
_LONGEST_NUMBER = "-1.2345678"
_NO_CELLS = GridContent(np.zeros((0, 0), np.float32), np.zeros((0, 0, 3), np.uint8))


class MapTable(GridView):
    """The table of a feature map. It lies under the picture, so that keyboard and screen readers find the numbers.

    `moved` carries the (row, column) that became the current cell; `focused` whether the keyboard is here.
    """

    moved = Signal(int, int)
    focused = Signal(bool)

    def __init__(self, picture: MapPicture) -> None:
        super().__init__("Feature map", "Arrow keys move the current output; plus, minus and 0 zoom the picture.")
        self._picture = picture
        self.setToolTip("The feature map in numbers")

    def show_current(self, row: int, column: int) -> None:
        """Make a cell the current one without asking for anything; one that is keeps what is selected around it."""
        if self.currentIndex() == self.grid.index(row, column):
            return
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect  # with Ctrl held, as for a step, Qt would add the cell
        with QSignalBlocker(self):
            self.selectionModel().setCurrentIndex(self.grid.index(row, column), only)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit(current.row(), current.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._picture.take_zoom_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


class _Stage(QWidget):
    """Keeps the colour bar close to the right of what is painted."""

    def __init__(self, pages: QWidget, bar: ColourBar) -> None:
        super().__init__()
        self._pages, self._bar = pages, bar
        self._right = 0
        pages.setParent(self)
        bar.setParent(self)
        bar.raise_()

    def stand_beside(self, picture: QRect) -> None:
        """Move the bar beside a picture that covers this part of the stage."""
        self._bar.show_extent(picture.top(), picture.bottom())
        self._right = picture.right()
        self._place()

    def show_bar(self, wanted: bool) -> None:
        """Show the bar, or give its room away."""
        self._bar.setVisible(wanted)
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide = 0 if self._bar.isHidden() else self._bar.sizeHint().width()
        room = self.width() - wide - 8
        self._pages.setGeometry(0, 0, room, self.height())
        self._bar.setGeometry(min(self._right + 9, room + 8), 0, wide, self.height())


class MapPane(Card):
    """Shows the feature map of the filter that is looked at."""

    look_asked = Signal(object)
    export_asked = Signal(str)
    again_asked = Signal()

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._view = ViewState()
        self._result: LayerResult | None = None
        self._map: Floats | None = None
        self._prediction: Prediction | None = None
        self._statistics = display.statistics(np.zeros(0))
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._combined: Combined | None = None
        self._filters = 1
        self._shown = (0, 0, False)
        self._table_holds = False
        self._survey: Survey | None = None
        self._note = ""
        self._make_parts()
        self._lay_out()
        self._connect()

    # --- what is shown -----------------------------------------------------------------------------------------

    def show_document(self, document: Document, view: ViewState) -> None:
        """Say the shape of the map; the map itself follows as a result."""
        self._show_shape(document, view)
        self._show_filters(document, view)
        self.show_view(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another position, link or filter."""
        before, self._view = self._view, view
        if view.dialect != before.dialect:
            self._show_shape(document, view)
        if (view.filter, view.layer, view.combined) != (before.filter, before.layer, before.combined):
            self._show_shape(document, view)
            self._show_filters(document, view)
            self._show_map()
        elif view.scale != before.scale:
            self._show_map()
        elif view != before:
            self._show_look(before)

    def show_result(
        self, document: Document, view: ViewState, result: LayerResult | None, combined: Combined | None = None
    ) -> None:
        """Show the maps that a layer made, or why there are none; `combined` is what is made of several of them."""
        before, viewed, self._view = self._result, self._view, view
        if result is before and combined is self._combined:
            if view != viewed:
                self._show_look(viewed)
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

    def show_map_number(self, index: int) -> None:
        """Ask to look at the map of another filter, or at the combination, which follows the last."""
        if index == self._filters:
            self.look_asked.emit(gallery.looking_at_combination)
        else:
            self.look_asked.emit(lambda document, view: gallery.looking_at_map(document, view, index))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_readout()

    # --- making ------------------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.picture = MapPicture()
        self.table = MapTable(self.picture)
        self.chart = BarChart()
        self.bar = ColourBar()
        self.histogram = Histogram()
        self.title_label = PlainLabel("Feature map", bold=True)
        self.shape_label = ElidedLabel()
        self.problem_label = PlainLabel()
        self.problem_label.setWordWrap(True)
        self.problem_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again_button = tool_button(
            "Compute again", "Compute again", "Start the cancelled computation anew", self.again_asked.emit
        )
        self.value_label = ElidedLabel()
        self.statistics_label = ElidedLabel()
        self.map_choice = Choice("Map", ("1",), "Which filter's map is shown")
        self.map_choice.setMinimumContentsLength(3)
        self.colours_choice = Choice("Colours", _COLOURS, "How values become colours, here and on all tiles")
        self.colours_choice.setMinimumContentsLength(6)
        self.levels_choice = Choice(
            "Levels",
            _RANGES,
            "The values between the ends of the colours, here and on all tiles: all, or the middle 99 %",
        )
        self.levels_choice.setMinimumContentsLength(3)
        self.table_button = tool_button("#", "Show the table", "Show the numbers as a table", toggles=True)
        self.histogram_button = SignButton("histogram", "Histogram", "How often each value occurs", toggles=True)
        self.fit_button = tool_button("⤢", "Fit", "Show the whole map (0; + and − zoom)", self.picture.fit)
        self.export_button = tool_button("↓", "Export map", "Save this map, or all maps of this layer")
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setMenu(self._export_menu())

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for what, text in dialogs.EXPORTS.items():
            menu.addAction(text).triggered.connect(lambda _checked=False, what=what: self.export_asked.emit(what))
        return menu

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        column.setSpacing(6)
        self._map_label = labelled("Map", self.map_choice)
        self.map_choice.setFixedHeight(_SELECTOR_HEIGHT)
        title = row_of(self.title_label, self.shape_label, self._map_label, self.map_choice)
        title.setStretch(1, 1)
        column.addLayout(title)
        tools = (self.table_button, self.histogram_button, self.fit_button, self.export_button)
        scales = FlowLayout(spacing=4)  # below each other in a narrow window
        for choice in (self.colours_choice, self.levels_choice):
            part = QWidget()
            part.setLayout(row_of(labelled(choice.accessibleName(), choice), choice, spacing=4))
            scales.addWidget(part)
        bar = row_of(spacing=4)
        bar.addLayout(scales, 1)
        for tool in tools:
            bar.addWidget(tool, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(bar)
        column.addWidget(self._make_stage(), 1)
        column.addWidget(self.problem_label, 1)
        column.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.histogram)
        column.addWidget(horizontal_line())
        self._readout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._readout.setSpacing(2)
        self._readout.addWidget(self.value_label, 1)
        self._readout.addWidget(self.statistics_label, 1)
        column.addLayout(self._readout)
        for widget in (self.problem_label, self.again_button, self.histogram, self.map_choice, self._map_label):
            widget.hide()

    def _make_stage(self) -> QWidget:
        """Lay the picture over the table: the eye sees one, screen readers and the keyboard find the other too."""
        self._pages = QWidget()
        self._stack = QStackedLayout(self._pages)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.chart)
        self._stack.setCurrentWidget(self.picture)
        self._stage = _Stage(self._pages, self.bar)
        return self._stage

    def _connect(self) -> None:
        self.picture.pointed.connect(self._point)
        self.picture.clicked.connect(self._take_click)
        self.picture.stepped.connect(self._go_by)
        self.picture.placed.connect(self._stage.stand_beside)
        self.chart.pointed.connect(lambda index: self._point(None if index is None else (0, index)))
        self.chart.clicked.connect(lambda index: self._take_click(0, index))
        self.table.moved.connect(self._move_to)
        self.table.pointed.connect(self._point)
        self.table.focused.connect(self.picture.show_focus)
        self.map_choice.chosen.connect(self.show_map_number)
        self.colours_choice.chosen.connect(lambda index: self._ask_scale(is_grey=index == 1))
        self.levels_choice.chosen.connect(lambda index: self._ask_scale(cuts=index == 1))
        self.table_button.toggled.connect(lambda _on: self._change_front())
        self.histogram_button.toggled.connect(lambda _on: self._show_histogram())

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_shape(self, document: Document, view: ViewState) -> None:
        combination = document.combination_of(view.layer) if view.combined else None
        made, text = document.made_shape(view.layer), wording.made_line(document, view.layer)
        if combination is not None:
            text = combination_name(combination, stepping.map_count(document, view.layer))
        self.title_label.setText(wording.made_title(made))
        self.shape_label.setText(text)
        self.shape_label.setToolTip(text if made is None else f"{text}\n{spell_shape(made, view.dialect)}")

    def _show_filters(self, document: Document, view: ViewState) -> None:
        self._filters = stepping.map_count(document, view.layer)
        combination = document.combination_of(view.layer)
        numbers = [str(number) for number in range(1, self._filters + 1)]
        self.map_choice.show_entries(numbers if combination is None else [*numbers, combination.kind])
        self.map_choice.setMinimumContentsLength(3 if combination is None else len(combination.kind))
        self.map_choice.show_index(self._filters if view.combined else view.filter)
        for widget in (self._map_label, self.map_choice):
            widget.setVisible(self.map_choice.count() > 1)

    def _show_map(self) -> None:
        """Colour the chosen map anew and show it; or the reason why there is none."""
        self._shown = self._view.layer, self._view.filter, self._view.combined
        if self._view.combined and self._combined is not None:
            self._map, self._prediction = self._combined.values, None
        else:
            self._map = None if self._result is None else self._result.shown_map(self._view.filter)
            self._prediction = prediction_of(self._result)
        self._show_presence()
        if self._map is None:
            self.table.show_content(_NO_CELLS)
            self.value_label.setText("")
            self.statistics_label.setText("")
            return
        self._levels = self._levels_of(self._map)
        self._show_picture(self._map)
        self._show_facts(display.statistics(self._map))

    def _value_line(self, view: ViewState) -> str:
        """Say the value that is pointed at, of a combination with what it is made of."""
        if self._map is None:
            return ""
        if self._combined is not None and self._is_combination:
            return combined_line(self._combined, view.shown_position, view.revealed)
        line = value_line(self._map, view.shown_position, view.revealed, is_vector=self._is_vector)
        return line if self._prediction is None else f"class {view.shown_position[0]}, {line}"

    @property
    def _is_vector(self) -> bool:
        made = None if self._result is None else self._result.made
        return made is not None and not made.spatial

    def _shows_photograph(self, view: ViewState) -> bool:
        """Say whether the map on show is this one, and so large that colouring only a part of it is worth while."""
        held = self._map
        is_large = held is not None and held.ndim == 2 and held.size >= _PHOTOGRAPH_CELLS
        return is_large and self._shown == (view.layer, view.filter, False)

    def _show_changes(self, boxes: Sequence[Box]) -> None:
        """Colour only the boxes in which the map changed; all of it where its values reach further than they did."""
        assert self._result is not None
        assert self._result.made is not None
        shown = self._own_copy()
        for box in boxes:
            shown[box] = self._result.made.map_box(self._view.filter, box)
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
            self._map = self._map.copy()
        return self._map

    def _show_facts(self, statistics: Statistics) -> None:
        """Show what is said about the map, and what is drawn over it."""
        self._statistics = statistics
        self.bar.show_levels(self._levels, self._note)
        self.statistics_label.setText(wording.statistics_line(statistics))
        self._fit_readout()
        self._show_histogram()
        self._show_look(None)

    def _levels_of(self, shown: Floats) -> Levels:
        """Return the levels of the map on show, and say what they hold."""
        scale, made = self._view.scale, None if self._is_combination or self._result is None else self._result.made
        self.colours_choice.show_index(int(scale.is_grey))
        self.levels_choice.show_index(int(scale.cuts_on(shown.shape)))
        self._note = scale_note(scale, shown.shape, 1 if made is None else made.filters)
        return gallery.levels_on_show(shown, self._view, made, self._survey)

    @property
    def _is_combination(self) -> bool:
        return self._combined is not None and self._map is self._combined.values

    def _ask_scale(self, **changes: bool) -> None:
        self.look_asked.emit(lambda _document, view: view.scaled(**changes))

    def _show_presence(self) -> None:
        """Show the stage, or in its place the problem."""
        has_map = self._map is not None
        problem = "" if self._result is None else self._result.problem
        if self._view.combined and self._combined is not None:
            problem = problem or self._combined.problem
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))
        self.again_button.setVisible(self._result is not None and self._result.is_cancelled)
        self._stage.setVisible(not problem)
        for button in (self.export_button, self.histogram_button):
            button.setEnabled(has_map)
        rows, columns = (0, 0) if self._map is None else picture_geometry.as_table(self._map).shape
        self._show_table_use(has_map and display.is_grid((rows, columns), self._limits.table_length))

    def _show_table_use(self, holds: bool) -> None:
        """Give the keyboard to the table, or, for a map too large for one, to the picture."""
        self._table_holds = holds
        side = self._limits.table_length
        self.table_button.setEnabled(holds)
        self.table_button.setToolTip(
            "Show the numbers as a table" if holds else f"The table shows maps up to {side}×{side}"
        )
        if not holds:
            self.table_button.setChecked(False)
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus if holds else Qt.FocusPolicy.StrongFocus)
        self.table.setVisible(holds)
        self._raise_front()

    def _show_picture(self, shown: Floats) -> None:
        self.picture.show_map(picture_geometry.as_table(shown), self._levels, is_sequence=shown.ndim == 1)

    def _show_look(self, before: ViewState | None) -> None:
        """Show position, links and progress over the map; from `before` on only what changed."""
        if self._map is None:
            return
        view = self._view
        if before is None or before.revealed != view.revealed:
            self._show_table()
        if before is None or (before.position, before.revealed) != (view.position, view.revealed):
            self._show_current_cell()
        current = picture_geometry.table_cell(view.shown_position)
        self.picture.show_marks(Marks(current, self._linked(), view.revealed))
        if self._prediction is not None:
            self.chart.show_prediction(self._prediction, current[1])
        self._show_overlays(current)
        self.value_label.setText(self._value_line(view))

    def _show_table(self) -> None:
        if self._table_holds and self._map is not None:
            table = picture_geometry.as_table(self._map)
            axes, _ = wording.axis_names(min(2, self._map.ndim), is_vector=self._is_vector)
            painted = display.colours(table, self._levels)
            self.table.show_content(GridContent(table, painted, shown=self._view.revealed, axes=axes))
        else:
            self.table.show_content(_NO_CELLS)

    def _show_current_cell(self) -> None:
        row, column = picture_geometry.table_cell(self._view.position)
        if self.table.grid.index(row, column).isValid():
            self.table.show_current(row, column)

    def _show_overlays(self, current: tuple[int, int]) -> None:
        """Mark the cells in the table too, while it is the one that is seen."""
        if not self.table_button.isChecked():
            return
        linked = self._linked()
        here = Overlay(np.array([current[0]]), np.array([current[1]]), is_window=True)
        self.table.show_overlays([here] if linked is None else [linked, here])

    def _linked(self) -> Overlay | None:
        cell = self._view.linked
        if cell is None or cell.pane is Pane.MAP or self._result is None or self._result.read is None:
            return None
        read = self._result.read.shape
        if len(cell.index) != max(1, len(read) - 1):
            return None
        cells = linked_cells(self._result.layer, read, cell).get(Pane.MAP)
        return None if cells is None else Overlay.of(cells, is_window=False)

    def _fit_readout(self) -> None:
        """Write value and statistics on one line, or on two where the pane is too narrow for the longest value."""
        longest = (
            ""
            if self._map is None
            else value_line(self._map, tuple(n - 1 for n in self._map.shape), None, is_vector=self._is_vector)
        )
        width = self.statistics_label.fontMetrics().horizontalAdvance
        fits = width(longest) + width(_LONGEST_NUMBER + self.statistics_label.text()) < self.width() - 2 * _MARGIN
        self._readout.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
        side = Qt.AlignmentFlag.AlignRight if fits else Qt.AlignmentFlag.AlignLeft
        self.statistics_label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setStretch(0, 0 if fits else 1)

    def _show_histogram(self) -> None:
        wanted = self.histogram_button.isChecked() and self._map is not None
        self.histogram.setVisible(wanted)
        if wanted and self._map is not None:
            self.histogram.show_counts(*display.histogram(self._map))

    # --- asking ------------------------------------------------------------------------------------------------

    def _position(self, row: int, column: int) -> tuple[int, ...]:
        return picture_geometry.position_of(row, column, 1 if self._map is None else self._map.ndim)

    def _point(self, at: tuple[int, int] | None) -> None:
        cell = None if at is None or self._map is None else Cell(Pane.MAP, self._position(*at))
        if cell != self._view.pointed:
            self.look_asked.emit(lambda _document, view: view.pointing_at(cell))

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
        self.look_asked.emit(lambda document, view: stepping.pin(document, view, cell))

    def _raise_front(self) -> None:
        """Show the table where it is wanted, the chart of a prediction, else the picture, and offer what acts on it."""
        wants_table, has_chart = self.table_button.isChecked(), self._prediction is not None
        front = self.table if wants_table else self.chart if has_chart else self.picture
        self._stack.setCurrentWidget(front)
        self.picture.setVisible(front is self.picture)
        self.chart.setVisible(front is self.chart)
        self._stage.show_bar(front is not self.chart)
        for tool in (self.colours_choice, self.levels_choice, self.fit_button):
            tool.setEnabled(self._map is not None and front is not self.chart)

    def _change_front(self) -> None:
        self._raise_front()
        self._show_look(None)
