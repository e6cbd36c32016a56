"""The input pane: what the selected layer reads, and the tools that edit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from convstudio.model.colour.reduction import Reduction
from convstudio.model.edits.intent import Intent
from convstudio.model.panes.input.input_levels import Span
from convstudio.model.panes.input.shown_input import ShownInput, shown_input
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import origin_of, reading_of, why_unread
from convstudio.model.trace import stepping
from convstudio.model.trace.links import select_channel
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import Cell, ViewState
from convstudio.views.input.cell_commands import CellCommands
from convstudio.views.input.channel_bar import LOWEST_PANE, ChannelBar
from convstudio.views.input.channel_commands import ChannelCommands
from convstudio.views.input.channel_strip import Channels
from convstudio.views.input.heading import InputHeading
from convstudio.views.input.page import InputPage
from convstudio.views.input.readout import InputReadout
from convstudio.views.input.sample_choice import PictureOfSample, SampleEntry
from convstudio.views.input.tools import InputTools
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_SIDE = 12


class InputPane(Card):
    """Shows the input and asks for changes of it.

    `intent_asked` carries edits and moves of the view, `sample_asked` the id of a bundled sample, and `channels_asked`
    wants a file whose channels come after those of the input.
    """

    intent_asked = Signal(object)
    refused = Signal(str)
    sample_asked = Signal(str)
    open_asked = Signal()
    channels_asked = Signal()

    def __init__(
        self, sample_entries: Sequence[SampleEntry], limits: Limits, picture_of_sample: PictureOfSample
    ) -> None:
        super().__init__()
        self._grid_length = limits.grid_length
        self._document: Document | None = None
        self._view = ViewState()
        self._result: Forward | None = None
        self._input: ShownInput | None = None
        self._reduction = Reduction(TiledArray.of([[0.0]]))
        self.heading = InputHeading()
        self.tools = InputTools(sample_entries, picture_of_sample)
        self.page = InputPage()
        self.channels = ChannelBar()
        self.readout = InputReadout()
        self.nothing_label = PlainLabel()
        self._cells = CellCommands(limits, self)
        self._channel_commands = ChannelCommands(limits, self)
        self._lay_out()
        self._connect_tools()
        self._connect_page()
        self._connect_channels()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show what the selected layer reads."""
        self._document, self._view = document, view
        self._cells.follow(document)
        self._channel_commands.follow(document)
        reading = reading_of(document, view, self._result)
        if reading is None:
            self._show_nothing(document, view)
            return
        before = self._input
        shown = shown_input(document, view, reading, before, self._grid_length)
        if before is not None and self._shows_input and shown.is_on_show_in(before):
            self._input = shown
            self._show_sample(shown)
        else:
            self._show_reading(shown)

    def show_result(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Take the results of all layers: a layer after the first reads the maps of the one before it."""
        self._result = result
        if view.layer:
            self.show_document(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another position, term, channel, or linked cell; what did not change is not drawn again."""
        before, self._view = self._view, view
        self._document = document
        if view.numbers != before.numbers:
            self.page.forget_numbers()
        if _selection(view) != _selection(before):
            self.show_document(document, view)
        elif self._shows_input and self._input is not None:
            self._show_input(self._input.seen_with(view))

    def minimumSizeHint(self) -> QSize:
        """Ask for the room that it needs in a low window."""
        spare = sum(part.spare_height for part in (self.tools, self.channels, self.readout))
        if not self._line.isHidden():
            spare += self._line.sizeHint().height() + self._column.spacing()
        return super().minimumSizeHint() - QSize(0, spare)

    def width_of_all(self) -> int:
        """Return how wide the pane must be to show all columns of a table; 0 where it scrolls sideways anyway."""
        columns = self.page.grid.width_of_all
        return columns and columns + 2 * px(_SIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for part in (self.tools, self.channels, self.readout):
            part.fit_pane(self.height())
        self._line.setVisible(self.height() >= px(LOWEST_PANE))

    # --- what is shown -----------------------------------------------------------------------------------------

    @property
    def _shows_input(self) -> bool:
        return not self.page.isHidden()

    def _show_nothing(self, document: Document, view: ViewState) -> None:
        """Say why there is no input, in its place."""
        self.nothing_label.setText(why_unread(document, view, self._result))
        self.tools.show_origin(origin_of(document, view.layer))
        self.page.hide()
        self.nothing_label.show()
        self.heading.show_nothing()
        self.channels.show_nothing()
        self.readout.show_nothing()

    def _show_reading(self, shown: ShownInput) -> None:
        """Show another input, or an edited one."""
        if self._reduction.values is not shown.sample.values:
            self._reduction.update(shown.sample.values)
        self.tools.show_origin(origin_of(shown.document, shown.view.layer))
        self.page.show()
        self.nothing_label.hide()
        self.heading.show_input(shown)
        self._show_input(shown)

    def _show_input(self, shown: ShownInput) -> None:
        self._input = shown
        self.tools.show_span(shown.coloured.span, is_own=shown.reading.is_own)
        self.page.show_input(shown, self._reduction)
        self._show_sample(shown)
        names, values = shown.reading.names, shown.sample.values
        channels = Channels(values, self._reduction, names, shown.levels, shown.together)
        self.channels.show_channels(channels, shown.chosen, shown.channel, editable=shown.reading.is_own)
        self.readout.show_input(shown)

    def _show_sample(self, shown: ShownInput) -> None:
        self.tools.show_sample(shown.document.sample, shown.has_padding)
        self._channel_commands.show_input(shown)

    # --- what is asked -----------------------------------------------------------------------------------------

    @property
    def _shown(self) -> ShownInput:
        if self._input is None:
            raise RuntimeError("the input pane has nothing to show yet")
        return self._input

    @property
    def _written_channel(self) -> int | None:
        """The channel that edits of cells write into; None: all of them."""
        return None if self.channels.edits_every_channel else self._shown.channel

    def _point_at(self, cell: Cell | None) -> None:
        self.intent_asked.emit(Intent(move=lambda _document, view: view.pointing_at(cell)))

    def _pin(self, cell: Cell) -> None:
        self.intent_asked.emit(Intent(move=partial(stepping.pin, cell=cell)))

    def _write(self, row: int, column: int, block: Floats) -> None:
        self._cells.write(self._shown, row, column, block, self._written_channel)

    def _paint(self, before: tuple[int, ...] | None, place: tuple[int, ...], stroke: int) -> None:
        self._cells.paint(before, place, stroke, self.tools.brush, self._written_channel)

    def _insert(self, axis: int, after: int) -> None:
        self._cells.insert(self._shown, axis, after=bool(after), selected=self.page.grid.selected_along(axis))

    def _delete(self, axis: int) -> None:
        self._cells.delete(self._shown, axis, self.page.grid.selected_along(axis))

    def _ask_shape(self) -> None:
        self._cells.ask_shape(self._shown)

    def _ask_fill(self) -> None:
        self._cells.ask_fill(self._shown, self.tools.brush.value, self._written_channel)

    def _ask_fill_selection(self) -> None:
        self._cells.ask_fill_selection(self._shown, self.tools.brush.value)

    def _ask_span(self, span: Span) -> None:
        self.intent_asked.emit(Intent(move=lambda _document, view: replace(view, input_span=span)))

    def _select_layer(self, layer: int) -> None:
        self.intent_asked.emit(Intent(move=partial(stepping.select_layer, layer=layer)))

    def _select_channel(self, channel: int | None) -> None:
        self.intent_asked.emit(Intent(move=partial(select_channel, channel=channel)))

    # --- putting it together -----------------------------------------------------------------------------------

    def _connect_tools(self) -> None:
        tools = self.tools
        tools.rows_and_columns.addSeparator()
        tools.rows_and_columns.addActions(self.page.grid.actions_on_cells.all)
        self.addActions(tools.rows_and_columns.actions())
        tools.sample_asked.connect(self.sample_asked)
        tools.open_asked.connect(self.open_asked)
        tools.layer_asked.connect(self._select_layer)
        tools.refused.connect(self.refused)
        tools.brush_toggled.connect(self.page.set_brush)
        tools.padding_toggled.connect(self.page.show_padding)
        tools.span_asked.connect(self._ask_span)
        tools.shape_asked.connect(self._ask_shape)
        tools.insert_asked.connect(self._insert)
        tools.delete_asked.connect(self._delete)
        tools.fill_asked.connect(self._ask_fill)
        tools.fill_selection_asked.connect(self._ask_fill_selection)

    def _connect_page(self) -> None:
        self.page.pointed.connect(self._point_at)
        self.page.pinned.connect(self._pin)
        self.page.menu_asked.connect(self.tools.rows_and_columns.popup)
        self.page.painted.connect(self._paint)
        self.page.written.connect(self._write)
        self.page.refused.connect(self.refused)
        self.page.improved.connect(self.channels.strip.tiles.refresh)
        self._cells.intent_asked.connect(self.intent_asked)
        self._cells.selection_filled.connect(self.page.grid.selected.fill)
        self._cells.refused.connect(self.refused)

    def _connect_channels(self) -> None:
        self.channels.channel_asked.connect(self._select_channel)
        self.channels.menu.asked.connect(self._channel_commands.edit)
        self.channels.menu.move_asked.connect(self._channel_commands.move)
        self.channels.menu.turn_asked.connect(self._channel_commands.turn)
        self.channels.menu.name_asked.connect(self._channel_commands.ask_name)
        self.channels.menu.file_asked.connect(self.channels_asked)
        self._channel_commands.intent_asked.connect(self.intent_asked)
        self._channel_commands.refused.connect(self.refused)

    def _lay_out(self) -> None:
        self.nothing_label.setWordWrap(True)
        self.nothing_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_label.hide()
        self._line = horizontal_line()
        self._column = layout = QVBoxLayout(self)
        sized(layout, contents_margins=(_SIDE, RHYTHM, _SIDE, RHYTHM), spacing=4)
        layout.addWidget(self.heading)
        layout.addWidget(self.tools)
        layout.addWidget(self.page, 1)
        layout.addWidget(self.nothing_label, 1)
        layout.addWidget(self.channels, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._line)
        layout.addWidget(self.readout)


def _selection(view: ViewState) -> tuple[object, ...]:
    return view.layer, view.data_format, view.numbers
