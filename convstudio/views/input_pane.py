"""The input pane: a grid of numbers, a sequence with its stems, or a picture with a loupe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from convstudio.model import channels, edits, stepping, wording
from convstudio.model.arrays import Floats, TiledArray, whole_box
from convstudio.model.asked_edit import Edit, Target
from convstudio.model.axes import AxisTurn, turn_axes
from convstudio.model.dialect import shape_in_words, spell_shape
from convstudio.model.display import Levels, is_grid
from convstudio.model.document import Document
from convstudio.model.forward import Forward
from convstudio.model.gallery import levels_text
from convstudio.model.input_display import (
    Bounds,
    Loupe,
    Ranges,
    Rounded,
    Shown,
    blocks,
    colour_channels,
    keeps_within,
    linked_input,
    numbers,
    own_bounds,
    padded_bounds,
    padding_mode,
    shape_problem,
    shown_channels,
    term_cell,
)
from convstudio.model.input_levels import Span, span_levels, span_on_show
from convstudio.model.layers import Layer
from convstudio.model.limits import Limits
from convstudio.model.links import channel_shown, look_at_channel, window_of
from convstudio.model.numbers import format_number
from convstudio.model.patching import changed_places
from convstudio.model.picture_geometry import block_at, position_of, table_shape
from convstudio.model.reading import Reading, origin_of, reading_of, why_unread
from convstudio.model.reduction import Reduction
from convstudio.model.sample import Sample
from convstudio.model.strokes import paint_stroke, stroke_cells
from convstudio.model.trace import Cells, Window
from convstudio.model.view_state import Cell, Pane, ViewState
from convstudio.views.channel_bar import ChannelBar
from convstudio.views.channel_menu import ChannelEdit
from convstudio.views.channel_strip import Channels
from convstudio.views.controls import Card, NumberField, PlainLabel, WholeField, horizontal_line, row_of
from convstudio.views.elided_label import ElidedLabel
from convstudio.views.grid import GridContent, Overlay
from convstudio.views.input_dialogs import NameField, Question
from convstudio.views.input_grid import LOUPE_LETTERS, InputGrid
from convstudio.views.input_stage import InputStage
from convstudio.views.input_tools import InputTools, SampleEntry
from convstudio.views.later import load
from convstudio.views.open_question import OpenQuestion
from convstudio.views.outlines import Outlines
from convstudio.views.stem_plot import StemPlot
from convstudio.views.theme import RHYTHM

if TYPE_CHECKING:
    from convstudio.views.input_picture import InputPicture

_NO_WINDOW = "The window does not fit this input"
_TIP = "The input's numbers: type, paste, or paint with the brush"
_PICTURE_TIP = "Click or drag the loupe to see its numbers; wheel or + and - to zoom, 0 to fit, drag to move"


class InputPane(Card):
    """Shows the input and asks for changes of it.

    `edit_asked` carries the undo step's name, the edit, and the number of its gesture or None; `look_asked` a function
    from document and view to the wanted view; `sample_asked` the id of a bundled sample; `channels_asked` wants a file
    whose channels come behind those of the input.
    """

    edit_asked = Signal(str, object, object)
    look_asked = Signal(object)
    refused = Signal(str)
    sample_asked = Signal(str)
    open_asked = Signal()
    channels_asked = Signal()

    def __init__(self, sample_entries: Sequence[SampleEntry], limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._document: Document | None = None
        self._result: Forward | None = None
        self._reading: Reading | None = None
        self._view = ViewState()
        self._ranges = Ranges({})
        self._levels = Levels(0.0, 1.0, signed=False)
        self._span: Span = "usual"
        self._found_for: Span | None = None
        self._decimals = 0
        self._letters = 0
        self._followed: tuple[int, ...] | None = None
        self._was_moved = False
        self._reduction = Reduction(TiledArray.of([[0.0]]))
        self._shown_picture: tuple[TiledArray, Shown, Levels] | None = None
        self._shown_values: TiledArray | None = None
        self._shown_numbers: tuple[object, ...] = ()
        self._loupe = Loupe((0, 0), (1, 1))
        self._stroke: tuple[object, tuple[int, ...]] | None = None
        self._question = OpenQuestion()
        self.tools = InputTools(sample_entries)
        self.grid = InputGrid("Input", _TIP)
        self._picture: InputPicture | None = None
        self.stems = StemPlot(self.grid)
        self.stage = InputStage(self.grid, self.stems)
        self.channels = ChannelBar()
        self.nothing_label = PlainLabel()
        self.nothing_label.setWordWrap(True)
        self.nothing_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing_label.hide()
        self.shape_label = PlainLabel(small=True)
        self.name_label = ElidedLabel()
        self.window_label = ElidedLabel()
        self.range_label = PlainLabel(small=True)
        self._lay_out()
        self._connect_tools()
        self._connect_channels()
        self._connect_cells()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show what the layer that is looked at reads."""
        reading = reading_of(document, view, self._result)
        is_shown = reading is not None and self._shows_already(document, view, reading)
        self._document, self._view = document, view
        self._question.follow(document, None)
        if is_shown:
            self._show_sample()
        else:
            self._show_reading(reading)

    def _shows_already(self, document: Document, view: ViewState, reading: Reading) -> bool:
        """Say whether all of it is on show, as while the maps that a layer reads are still to come."""
        held = self._reading
        return (
            held is not None
            and self._document is not None
            and not self.stage.isHidden()
            and (held.values is reading.values and held.is_own == reading.is_own)
            and (held.sample is reading.sample or not held.is_own)
            and (held.names, held.sample.name) == (reading.names, reading.sample.name)
            and view == self._view
            and document.layers[view.layer] is self._layer
        )

    def show_result(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Take the results of all layers: a layer behind the first reads the maps of the one before it."""
        self._result = result
        if view.layer:
            self.show_document(document, view)

    def _show_reading(self, reading: Reading | None) -> None:
        """Show an input; while there is none, the sentence that says so."""
        before = self._reading
        self.tools.show_origin(origin_of(self._shown_document, self._view.layer))
        self.stage.setVisible(reading is not None)
        self.nothing_label.setVisible(reading is None)
        if reading is None:
            self.nothing_label.setText(why_unread(self._shown_document, self._view, self._result))
            for label in (self.shape_label, self.name_label):
                label.setText("")
            self.window_label.setText("")
            self.range_label.setText("")
            self.channels.show_nothing()
            return
        self._reading = reading
        self._look_at_values(before.sample if before else None, reading.sample)
        if before is None or before.sample.spatial != reading.sample.spatial:
            self._followed = None
            self.stage.show_kind(reading.sample.spatial, self.picture if self._is_picture else None)
        elif self._is_picture and before.is_own and reading.is_own and before.sample.origin != reading.sample.origin:
            self.picture.fit()  # another picture of the same size: the zoom was into the one before
        self._show_facts(reading.sample)
        self._show_look()

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another position, term, channel, or linked cell; what did not change is not drawn again."""
        is_same = (view.layer, view.dialect) == (self._view.layer, self._view.dialect)
        is_same_span = view.input_span == self._view.input_span
        self._document, self._view = document, view
        if not is_same:
            self.show_document(document, view)
        elif not self.stage.isHidden():
            if not is_same_span:
                self._find_levels(is_same=True)
                self._show_range()
            self._show_look()

    def _show_look(self) -> None:
        if self._is_picture:
            self._show_picture()
            self._follow_window()
        self._show_sample()
        self._show_channels()
        self._show_numbers()
        self._show_marks()
        self._scroll_to_window()

    def _show_sample(self) -> None:
        bounds = padded_bounds(self._layer, self._sample.spatial)
        has_padding = bounds != own_bounds(self._sample.spatial)
        self.tools.show_sample(self._shown_document.sample, has_padding)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_readout()
        self.channels.fit_pane(self.contentsRect().width() - 2 * _SIDE, self.height())

    @property
    def picture(self) -> InputPicture:
        """The picture of a large input, made for the first one."""
        if self._picture is None:
            self._picture = self._make_picture()
        return self._picture

    # --- what is shown -----------------------------------------------------------------------------------------

    @property
    def _sample(self) -> Sample:
        return self._shown_reading.sample

    @property
    def _channel(self) -> int:
        """The channel on show: the chosen one, or the one that the current output reads."""
        return channel_shown(self._layer, self._shown_reading.values.shape, self._view)

    @property
    def _shown_reading(self) -> Reading:
        if self._reading is None:
            raise RuntimeError("the input pane has nothing to show yet")
        return self._reading

    @property
    def _layer(self) -> Layer:
        return self._shown_document.layers[self._view.layer]

    @property
    def _shown_document(self) -> Document:
        if self._document is None:
            raise RuntimeError("the input pane has no document yet")
        return self._document

    @property
    def _is_picture(self) -> bool:
        return self._reading is not None and not is_grid(self._sample.spatial, self._limits.grid_length)

    @property
    def _bounds(self) -> Bounds:
        """The cells that can be shown: the input's, and its padding where that is wanted."""
        if self.tools.padding_button.isChecked():
            return padded_bounds(self._layer, self._sample.spatial)
        return own_bounds(self._sample.spatial)

    def _look_at_values(self, before: Sample | None, sample: Sample) -> None:
        """Find the range and the levels of the values, looking again only at what changed."""
        is_same = before is not None and (before.name, before.values.shape) == (sample.name, sample.values.shape)
        if before is None or before.values is not sample.values:
            boxes = sample.values.changed_boxes(before.values) if before else (whole_box(sample.spatial),)
            self._ranges = self._ranges.after(sample.values, boxes)
            self._reduction.update(sample.values)
            if not is_same:
                self._decimals, self._letters = 0, 0
            self._find_levels(is_same=is_same)

    def _find_levels(self, *, is_same: bool) -> None:
        """Choose the levels; those of the same picture stay while its values lie inside them."""
        is_own = self._shown_reading.is_own
        wanted, held = self._view.input_span, self._levels
        span = span_on_show(wanted, self._ranges, is_own=is_own, is_picture=self._is_picture)
        if is_same and wanted is None and self._is_picture:
            span = self._span  # a stroke that brightens a dark picture does not change what it shows
        stays = is_same and self._is_picture and span == self._span and self._found_for == wanted
        if not (stays and (held.cuts or keeps_within(held, self._ranges))):
            self._levels = span_levels(self._sample.values, self._ranges, span, is_own=is_own)
        self._span, self._found_for = span, wanted
        self.tools.show_span(span, is_own=is_own)

    def _show_facts(self, sample: Sample) -> None:
        shape, dialect = self._shown_reading.values.shape, self._view.dialect
        self.shape_label.setText(shape_in_words(shape, dialect))
        self.shape_label.setToolTip(spell_shape(shape, dialect))
        self.name_label.setText(f"{sample.name}, edited" if sample.is_edited else sample.name)
        self._show_range()

    def _show_range(self) -> None:
        """Say how far the values reach, and what the colours show where that is not what pictures show."""
        is_usual = self._span == "usual"
        shown = "" if is_usual else levels_text(self._levels)
        text = wording.range_line(*self._ranges.whole, *self._ranges.odd_counts, shown)
        self.range_label.setText(text)
        self._fit_readout()

    def _fit_readout(self) -> None:
        """Write window and range on one line, or on two where the pane is too narrow for both."""
        width = self.range_label.fontMetrics().horizontalAdvance
        fits = width(_LONGEST_WINDOW + self.range_label.text()) < self.width() - 3 * _SIDE
        self._readout.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)

    def _show_channels(self) -> None:
        """Show the strip; a grid shows the numbers of one channel, so that only a picture can show all of them."""
        reading, channel = self._shown_reading, self._channel
        together = colour_channels(reading.names, self._levels) if self._is_picture else None
        chosen = None if together is not None and not self._view.alone else channel
        channels = Channels(reading.sample.values, self._reduction, reading.names, self._levels, together)
        self.channels.show_channels(channels, chosen, channel, editable=reading.is_own)

    def _show_picture(self) -> None:
        """Paint what changed of the picture, or all of it for another sample, other levels or another channel."""
        values, levels = self._sample.values, self._levels
        channel = shown_channels(self._shown_reading.names, self._channel, self._view.alone, levels)
        held, self._shown_picture = self._shown_picture, (values, channel, levels)
        boxes = changed_places(values, held[0]) if held and held[1:] == (channel, levels) else None
        if boxes is None or boxes:
            self.picture.show_picture(self._reduction, channel, levels, boxes)

    def _show_numbers(self) -> None:
        """Fill the table, unless it shows just this already."""
        bounds = self._shown_bounds()
        mode, channel = padding_mode(self._layer), self._channel
        shown = (bounds, mode, channel, self._levels, self._is_picture)
        if self._shown_values is self._sample.values and shown == self._shown_numbers:
            return
        self._shown_values, self._shown_numbers = self._sample.values, shown
        found = numbers(self._sample.values, bounds, mode, channel, self._levels)
        write: Callable[[float], str] = format_number
        if self._is_picture:
            rounded = Rounded.to(self._levels)
            rounded = Rounded(max(rounded.decimals, self._decimals)).telling_apart(found.values)
            self._decimals, write = rounded.decimals, rounded
        self._fit_cells(found.values, write)
        if self._shown_bounds() != bounds:  # larger cells are fewer
            self._show_numbers()
            return
        editable = found.lengths if self._shown_reading.is_own else None
        axes, _ = wording.axis_names(min(2, self._sample.rank), is_vector=self._shown_reading.is_vector)
        content = GridContent(found.values, found.colours, found.origin, editable, write=write, axes=axes)
        subject = (self._view.layer, channel, self._sample.name)
        self.grid.show_content(replace(content, subject=subject))

    def _fit_cells(self, values: Floats, write: Callable[[float], str]) -> None:
        """Keep the cells of a sequence and of a loupe, which can be scrolled, large enough for their numbers."""
        least = LOUPE_LETTERS if self._is_picture else 1
        is_scrolled = self._is_picture or self._sample.rank == 1
        looked_at = values.ravel()[:_MOST_LOOKED_AT].tolist() if is_scrolled else []
        needed = max((len(write(value)) for value in looked_at), default=least)
        if self._is_picture:
            needed = self._letters = max(needed, least, self._letters)
        self.grid.set_longest_text(needed)

    def _shown_bounds(self) -> Bounds:
        if not self._is_picture:
            return self._bounds
        self._loupe = replace(self._loupe, lengths=self.grid.room()).within(self._bounds)
        return self._loupe.bounds

    def _show_marks(self) -> None:
        window = self._window(self._view.shown_position)
        linked = linked_input(self._layer, self._shown_reading.values.shape, self._view)
        term = self._term(window)
        overlays = [Overlay.of(linked, is_window=False)] if linked else []
        overlays += [Overlay.of(window.positions, is_window=True)] if window else []
        overlays += [Overlay.of(term, is_window=True, is_thin=True)] if term else []
        self.grid.show_overlays(overlays)
        self.stems.show_overlays(overlays)
        is_vector = self._shown_reading.is_vector
        place = wording.window_place(window, is_vector=is_vector) if window else _NO_WINDOW
        self.window_label.setText(place)
        if self._is_picture:
            placed = window.positions if window else None
            self.picture.show_marks(Outlines(self._loupe, blocks(placed), blocks(term), blocks(linked)))

    def _window(self, position: tuple[int, ...]) -> Window | None:
        try:
            return window_of(self._layer, self._shown_reading.values.shape, position)
        except ValueError:
            return None

    def _term(self, window: Window | None) -> Cells | None:
        if window is None or self._view.term is None:
            return None
        return term_cell(window, self._view.term)

    def _follow_window(self) -> None:
        """Move the loupe to the current window, unless it did already: then the user may have moved it on."""
        window = self._window(self._view.position) if self._view.position != self._followed else None
        if window is not None and window.has_cells:
            self._loupe = replace(self._loupe, lengths=self.grid.room()).holding(window.positions)
            self._was_moved = False

    def _scroll_to_window(self) -> None:
        """Bring the window's last and then its first cell into sight, where the table is longer than the pane."""
        window = self._window(self._view.position) if self._view.position != self._followed else None
        if window is not None and window.has_cells:
            for end in (-1, 0) if not self._is_picture else ():
                self._scroll_to([int(along[end]) for along in window.positions])
        self._followed = self._view.position

    def _scroll_to(self, cell: Sequence[int]) -> None:
        row, column = (0, *cell)[-2:]
        top, left = self.grid.grid.content.origin
        index = self.grid.grid.index(row - top, column - left)
        if index.isValid():
            self.grid.scrollTo(index)

    # --- what is asked -----------------------------------------------------------------------------------------

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        found = None if cell is None else self._cell(*cell)
        self.look_asked.emit(lambda _document, view: view.pointing_at(found))

    def _pin(self, row: int, column: int) -> None:
        cell = self._cell(row, column)
        if cell is not None:
            self.look_asked.emit(lambda document, view: stepping.pin(document, view, cell))

    def _pin_on_picture(self, row: int, column: int) -> None:
        self._move_loupe(self._loupe.centred_on(row, column))
        self._pin(row, column)

    def _cell(self, row: int, column: int) -> Cell | None:
        """Return a cell of the input, or None for padding."""
        index = position_of(row, column, self._sample.rank)
        is_inside = all(0 <= at < n for at, n in zip(index, self._sample.spatial, strict=True))
        return Cell(Pane.INPUT, index) if is_inside else None

    def _write(self, row: int, column: int, block: Floats) -> None:
        try:
            start, values = block_at(row, column, block, self._sample.rank)
        except ValueError as refusal:
            self.refused.emit(str(refusal))
            return
        name, channel = "Set input value" if block.size == 1 else "Set input values", self._written_channel
        self._ask(name, lambda document: edits.set_input_values(document, start, values, channel))

    @property
    def _written_channel(self) -> int | None:
        """The channel that edits of cells write into; None: all of them."""
        return None if self.channels.edits_every_channel else self._channel

    def _paint_on_grid(self, row: int, column: int, gesture: object) -> None:
        place = position_of(row, column, self._sample.rank)
        before = self._stroke[1] if self._stroke and self._stroke[0] == gesture else None
        self._stroke = (gesture, place)
        self._paint(before, place, gesture)

    def _paint(self, before: tuple[int, ...] | None, place: tuple[int, ...], gesture: object) -> None:
        brush, channel = self.tools.brush, self._written_channel
        places = stroke_cells(before, place, brush.size)
        self._ask(
            "Paint input",
            lambda document: paint_stroke(document, places, brush.size, brush.value, channel),
            gesture,
        )

    def _insert(self, axis: int, after: int) -> None:
        selected = self._selected(axis)
        at = (selected[-1] + 1) if after else selected[0]
        spatial = list(self._sample.spatial)
        spatial[self._input_axis(axis)] += 1
        if not self._is_refused(spatial):
            name = f"Insert {wording.AXES[self._sample.rank][self._input_axis(axis)]}"
            self._ask(name, lambda document: edits.insert_input(document, self._input_axis(axis), at))

    def _delete(self, axis: int) -> None:
        positions, input_axis = self._selected(axis), self._input_axis(axis)
        name = f"Delete {wording.PLURALS[self._sample.rank][input_axis]}"
        self._ask(name, lambda document: edits.delete_input(document, input_axis, positions))

    def _selected(self, axis: int) -> list[int]:
        """Return the selected rows (axis 0) or columns of the input; the first one where none is selected."""
        selected = self.grid.selected_rows() if axis == 0 else self.grid.selected_columns()
        return [at for at in selected if 0 <= at < table_shape(self._sample.spatial)[axis]] or [0]

    def _input_axis(self, axis: int) -> int:
        return 0 if self._sample.rank == 1 else axis

    def _ask_shape(self) -> None:
        fields = [self._length_field(f"Input {name}") for name in wording.PLURALS[self._sample.rank]]
        for field, length in zip(fields, self._sample.spatial, strict=True):
            field.show_value(length)
        question = Question("Shape of the input", fields, self)
        question.accepted.connect(lambda: self._set_shape([field.value() for field in fields]))
        self._open(question)

    def _length_field(self, name: str) -> WholeField:
        field = WholeField(name, 1, self._limits.axis_length, "The input is cut, or extended with zeros, at its end")
        field.refused.connect(self.refused)
        return field

    def _set_shape(self, spatial: list[int]) -> None:
        if not self._is_refused(spatial):
            self._ask("Set input shape", lambda document: edits.set_input_shape(document, spatial))

    def _ask_fill(self, title: str, fill: Callable[[float], None]) -> None:
        field = NumberField("Fill value", "The number that every cell gets")
        field.show_value(self.tools.brush.value)
        field.refused.connect(self.refused)
        question = Question(title, [field], self)
        question.accepted.connect(lambda: fill(field.value()))
        self._open(question)

    @property
    def _fill_title(self) -> str:
        channel = self._written_channel
        is_whole = channel is None or self._sample.channels == 1
        return "Fill the whole input" if is_whole else f"Fill the channel {self._sample.channel_names[channel or 0]}"

    def _fill(self, value: float) -> None:
        channel = self._written_channel
        self._ask("Fill input", lambda document: edits.fill_input(document, value, channel))

    def _edit_channels(self, asked: ChannelEdit) -> None:
        """Ask for an edit of the channels, and for a look at the channel that it is about."""
        problem = channels.too_many_channels(self._shown_document, asked.added, self._limits)
        if problem:
            self.refused.emit(problem)
            return
        self._ask(asked.name, asked.edit)
        if asked.look is not None:
            self.look_asked.emit(asked.look)

    def _turn_axes(self, turn: AxisTurn) -> None:
        self._ask(turn.name, lambda held: turn_axes(held, turn, self._limits))

    def _ask_name(self) -> None:
        channel = self._channel
        field = NameField("Channel name", "What the channel is called wherever it is shown")
        field.show_value(self._sample.channel_names[channel])
        question = Question("Rename channel", [field], self)
        question.accepted.connect(
            lambda: self._ask("Rename channel", lambda held: channels.rename_channel(held, channel, field.text()))
        )
        self._open(question)

    def _is_refused(self, spatial: Sequence[int]) -> bool:
        problem = shape_problem(spatial, self._sample.channels, self._limits)
        if problem:
            self.refused.emit(problem)
        return problem is not None

    def _open(self, question: Question) -> None:
        """Open a question about this input: it goes when another input comes, so that it never changes that one."""
        self._question.open(question, Target.of_input(self._shown_document))

    def _ask(self, name: str, edit: Edit, gesture: object = None) -> None:
        self.edit_asked.emit(name, edit, gesture)

    # --- what only this pane knows: loupe, brush, padding --------------------------------------------------------

    def _move_loupe(self, loupe: Loupe) -> None:
        self._loupe, self._was_moved = loupe.within(self._bounds), True
        self._show_again()

    def _show_again(self) -> None:
        if self._reading is not None:
            self._show_numbers()
            self._show_marks()

    def _set_brush(self, on: bool) -> None:
        self.grid.set_brush(on)
        if self._picture is not None:
            self._picture.set_brush(on)

    # --- putting it together -------------------------------------------------------------------------------------

    def _connect_tools(self) -> None:
        tools = self.tools
        self.addActions(tools.rows_and_columns.actions())
        tools.sample_asked.connect(self.sample_asked)
        tools.open_asked.connect(self.open_asked)
        tools.layer_asked.connect(self._select_layer)
        tools.refused.connect(self.refused)
        tools.brush_toggled.connect(self._set_brush)
        tools.padding_toggled.connect(lambda _on: self._show_again())
        tools.span_asked.connect(self._ask_span)
        tools.shape_asked.connect(self._ask_shape)
        tools.insert_asked.connect(self._insert)
        tools.delete_asked.connect(self._delete)
        tools.fill_asked.connect(lambda: self._ask_fill(self._fill_title, self._fill))
        tools.fill_selection_asked.connect(lambda: self._ask_fill("Fill the selected cells", self.grid.fill_selection))

    def _ask_span(self, span: Span) -> None:
        self.look_asked.emit(lambda _document, view: replace(view, input_span=span))

    def _connect_channels(self) -> None:
        self.channels.channel_asked.connect(self._look_at_channel)
        self.channels.menu.asked.connect(self._edit_channels)
        self.channels.menu.turn_asked.connect(self._turn_axes)
        self.channels.menu.name_asked.connect(self._ask_name)
        self.channels.menu.file_asked.connect(self.channels_asked)

    def _select_layer(self, layer: int) -> None:
        self.look_asked.emit(lambda document, view: stepping.look_at_layer(document, view, layer))

    def _look_at_channel(self, channel: int | None) -> None:
        self.look_asked.emit(lambda document, view: look_at_channel(document, view, channel))

    def _connect_cells(self) -> None:
        self.grid.pointed.connect(self._point_at)
        self.grid.clicked_cell.connect(self._pin)
        self.grid.painted.connect(self._paint_on_grid)
        self.grid.refused.connect(self.refused)
        self.grid.grid.edited.connect(self._write)
        self.grid.scroll_asked.connect(lambda rows, columns: self._move_loupe(self._loupe.moved(rows, columns)))
        self.grid.room_changed.connect(self._fit_room)

    def _make_picture(self) -> InputPicture:
        picture: InputPicture = load("input_picture.InputPicture")("Input picture", _PICTURE_TIP)
        picture.image.improved.connect(self.channels.strip.tiles.refresh)
        picture.set_brush(self.tools.brush_button.isChecked())
        picture.pointed.connect(self._point_at)
        picture.clicked_cell.connect(self._pin_on_picture)
        picture.painted.connect(self._paint)
        picture.loupe_asked.connect(lambda row, column: self._move_loupe(self._loupe.at(row, column)))
        picture.scroll_asked.connect(lambda rows, columns: self._move_loupe(self._loupe.moved(rows, columns)))
        return picture

    def _fit_room(self) -> None:
        """Fill a larger or smaller loupe or table, with the window still in it unless the user looks elsewhere."""
        if self._reading is None:
            return
        if not self._was_moved:
            self._followed = None
        if self._is_picture:
            self._follow_window()
            self._show_again()
        self._scroll_to_window()

    def _lay_out(self) -> None:
        title = PlainLabel("Input", bold=True)
        self.name_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading = row_of(title, self.shape_label, self.name_label)
        self._readout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._readout.setSpacing(2)
        self._readout.addWidget(self.window_label, 1)
        self._readout.addWidget(self.range_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SIDE, RHYTHM, _SIDE, RHYTHM)
        layout.setSpacing(6)
        layout.addLayout(heading)
        layout.addWidget(self.tools)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.nothing_label, 1)
        layout.addWidget(self.channels, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(horizontal_line())
        layout.addLayout(self._readout)


_MOST_LOOKED_AT = 256
_LONGEST_WINDOW = "Window at rows 100–102, columns 100–102   "
_SIDE = 12
