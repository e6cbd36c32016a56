"""What the input pane has on show, worked out once: the input, its colours, the window, and what is said about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from convstudio.model.colour.display import Levels, is_grid
from convstudio.model.colour.picture_geometry import position_of, table_shape
from convstudio.model.panes.gallery import levels_text
from convstudio.model.panes.input.input_display import (
    Block,
    Bounds,
    Loupe,
    Numbers,
    Ranges,
    Shown,
    blocks,
    colour_channels,
    linked_input,
    numbers,
    own_bounds,
    padded_bounds,
    shown_channels,
    term_cell,
)
from convstudio.model.panes.input.input_levels import ShownLevels, shown_levels
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.trace.links import channel_shown, window_of
from convstudio.model.values.answers.axis_names import axis_names
from convstudio.model.values.answers.windows import Cells, Window
from convstudio.model.values.arrays import TiledArray, whole_box
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words import wording
from convstudio.model.words.data_format import shape_in_words, spell_shape

_NO_WINDOW = "The window does not fit this input"


@dataclass(frozen=True, eq=False)
class Excerpt:
    """The numbers that a table shows: those of one channel between `bounds`, in the colours of `levels`.

    Where that is past the input, it is padding as the layer's `border` has it. `subject` tells whose numbers they are:
    what is half typed is not meant for another one.
    """

    values: TiledArray
    bounds: Bounds
    border: str
    channel: int
    levels: Levels
    subject: object

    def shows_the_same_as(self, before: Excerpt | None) -> bool:
        """Return whether a table that shows `before` need not be filled again; arrays are told apart by identity."""
        return (
            before is not None
            and self.values is before.values
            and (self.bounds, self.border, self.channel) == (before.bounds, before.border, before.channel)
            and (self.levels, self.subject) == (before.levels, before.subject)
        )

    def numbers(self) -> Numbers:
        """Read and colour the cells."""
        return numbers(self.values, self.bounds, self.border, self.channel, self.levels)


@dataclass(frozen=True, eq=False)
class ShownPicture:
    """What a picture shows of an array, and with which levels."""

    values: TiledArray
    shown: Shown
    levels: Levels

    def differs_in_values_alone(self, before: ShownPicture) -> bool:
        """Return whether nothing but values changed since `before`, so that only their cells are painted again."""
        return (self.shown, self.levels) == (before.shown, before.levels)


@dataclass(frozen=True)
class MarkedCells:
    """The cells to mark, None where there are none: the current window, one term of it, and the linked cells."""

    window: Cells | None
    term: Cells | None
    linked: Cells | None


@dataclass(frozen=True)
class Outlines:
    """What is marked on a picture: the loupe, the current window, one term of it, and the linked cells."""

    loupe: Loupe
    window: Sequence[Block] = ()
    term: Sequence[Block] = ()
    linked: Sequence[Block] = ()

    @classmethod
    def of(cls, loupe: Loupe, marks: MarkedCells) -> Outlines:
        """Outline the marks, neighbours together."""
        return cls(loupe, blocks(marks.window), blocks(marks.term), blocks(marks.linked))


@dataclass(frozen=True, eq=False)
class ShownInput:
    """What the selected layer reads, as the pane shows it for a view.

    A large input `is_picture`; a smaller one is a table of all its numbers. `ranges` are those of the values.
    """

    document: Document
    view: ViewState
    reading: LayerInput
    is_picture: bool
    ranges: Ranges
    coloured: ShownLevels

    @property
    def sample(self) -> Sample:
        """The input as the window shows it."""
        return self.reading.sample

    @property
    def layer(self) -> Layer:
        """The layer that reads it."""
        return self.document.layers[self.view.layer]

    @property
    def levels(self) -> Levels:
        """Which values are the ends of the colours."""
        return self.coloured.levels

    @cached_property
    def channel(self) -> int:
        """The channel whose numbers are shown: the chosen one, or the one that the current output reads."""
        return channel_shown(self.layer, self.reading.values.shape, self.view)

    @property
    def together(self) -> tuple[int, int, int] | None:
        """The channels that make a picture in colour; a table shows the numbers of one channel."""
        return colour_channels(self.reading.names, self.levels) if self.is_picture else None

    @property
    def chosen(self) -> int | None:
        """The channel that is marked as the one on show, or None where all are in colour."""
        return None if self.together is not None and not self.view.alone else self.channel

    @property
    def picture(self) -> ShownPicture:
        """What the picture shows."""
        shown = shown_channels(self.reading.names, self.channel, self.view.alone, self.levels)
        return ShownPicture(self.sample.values, shown, self.levels)

    @cached_property
    def padded_bounds(self) -> Bounds:
        """The cells of the input, and of its padding."""
        return padded_bounds(self.layer, self.sample.spatial)

    @property
    def own_bounds(self) -> Bounds:
        """The cells of the input."""
        return own_bounds(self.sample.spatial)

    @property
    def has_padding(self) -> bool:
        """Whether the layer reads padding cells around the input."""
        return self.padded_bounds != self.own_bounds

    @property
    def axes(self) -> Sequence[str]:
        """What is counted along the rows and columns of the table."""
        names, _ = axis_names(min(2, self.sample.rank), is_vector=self.reading.is_vector)
        return names

    @cached_property
    def marks(self) -> MarkedCells:
        """The cells that are marked for the output, the term and the cell of the view."""
        slid = self._slid_gradient
        linked = linked_input(self.layer, self.reading.values.shape, self.view)
        if slid is not None:
            is_stepped = self.view.term is not None and self.view.watch.phase == "backward"
            return MarkedCells(slid, _slid_term(slid, self.view.term or 0) if is_stepped else None, None)
        if self.view.watch.is_learning and self.view.linked is not None and self.view.linked.pane is Pane.INPUT:
            return MarkedCells(None, None, linked)
        window = self._window(self.view.shown_position)
        is_stepped = self.view.term is not None and not self.view.watch.is_learning
        term = None if window is None or not is_stepped else term_cell(window, self.view.term or 0)
        return MarkedCells(None if window is None else window.positions, term, linked)

    @property
    def followed_window(self) -> Cells | None:
        """The cells to bring into sight: those of the current output, wherever the mouse is."""
        if self._slid_gradient is not None:
            return self._slid_gradient
        window = self._window(self.view.position)
        return window.positions if window is not None and window.has_cells else None

    @property
    def shape_text(self) -> str:
        """The shape in words."""
        return shape_in_words(self.reading.values.shape, self.view.data_format)

    @property
    def shape_tip(self) -> str:
        """The shape as the framework writes it that the user chose."""
        return spell_shape(self.reading.values.shape, self.view.data_format)

    @property
    def name_text(self) -> str:
        """The name, and whether the values are still those that had it."""
        return f"{self.sample.name}, edited" if self.sample.is_edited else self.sample.name

    @property
    def window_text(self) -> str:
        """Where the window is."""
        slid = self._slid_gradient
        if slid is not None:
            return wording.window_place(Window(slid, slid), is_vector=self.reading.is_vector)
        window = self._window(self.view.shown_position)
        return wording.window_place(window, is_vector=self.reading.is_vector) if window else _NO_WINDOW

    @property
    def range_text(self) -> str:
        """How far the values reach, and what the colours show where that is not what pictures show."""
        shown = "" if self.coloured.span == "usual" else levels_text(self.levels)
        return wording.range_line(*self.ranges.whole, *self.ranges.odd_counts, shown)

    def excerpt(self, bounds: Bounds) -> Excerpt:
        """Return the numbers between bounds."""
        subject = (self.view.layer, self.channel, self.sample.name)
        return Excerpt(self.sample.values, bounds, self.layer.border, self.channel, self.levels, subject)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the input's cell at a row and column of table or picture, or None for padding."""
        index = position_of(row, column, self.sample.rank)
        is_inside = all(0 <= at < n for at, n in zip(index, self.sample.spatial, strict=True))
        return Cell(Pane.INPUT, index) if is_inside else None

    def places(self, axis: int, selected: Sequence[int]) -> list[int]:
        """Return those of the selected rows (axis 0) or columns that the input has; the first one where it has none."""
        return [at for at in selected if 0 <= at < table_shape(self.sample.spatial)[axis]] or [0]

    def is_on_show_in(self, before: ShownInput) -> bool:
        """Return whether all of it is on show with `before`, as while the maps that a layer reads are still to come."""
        held, reading = before.reading, self.reading
        return (
            (held.values is reading.values and held.is_own == reading.is_own)
            and (held.sample is reading.sample or not held.is_own)
            and (held.names, held.sample.name) == (reading.names, reading.sample.name)
            and before.view == self.view
            and (before.layer is self.layer or self._is_read_as(before))
        )

    def _is_read_as(self, before: ShownInput) -> bool:
        """Return whether the layer reads the same cells at the same places as before, whatever its weights are."""
        return (before.padded_bounds, before.layer.border, before.channel, before.window_text) == (
            self.padded_bounds,
            self.layer.border,
            self.channel,
            self.window_text,
        ) and all(map(_are_same_cells, before._all_marks, self._all_marks))

    @property
    def _all_marks(self) -> tuple[Cells | None, ...]:
        return self.marks.window, self.marks.term, self.marks.linked, self.followed_window

    def has_shape_of(self, before: ShownInput) -> bool:
        """Return whether the input is as large as the one before."""
        return self.sample.spatial == before.sample.spatial

    def is_edit_of(self, before: ShownInput) -> bool:
        """Return whether it has the name and the shape of the input before: an edit of it, in all likelihood."""
        return _is_edit(self.sample, before.sample)

    def is_another_picture_than(self, before: ShownInput) -> bool:
        """Return whether both are inputs of the user's own, from different places."""
        are_own = self.reading.is_own and before.reading.is_own
        return are_own and self.sample.origin != before.sample.origin

    def seen_with(self, view: ViewState) -> ShownInput:
        """Return the same input with another view of the same layer."""
        coloured = _coloured(self.reading, view, self.ranges, self.is_picture, self)
        return replace(self, view=view, coloured=coloured)

    @property
    def _slid_gradient(self) -> Cells | None:
        """The cells that the gradient is over where it slides over the input: those that the linked weight met."""
        view = self.view
        if view.watch.phase not in ("backward", "update") or view.linked is None or view.linked.pane is not Pane.KERNEL:
            return None
        met = linked_input(self.layer, self.reading.values.shape, view)
        return met if met is not None and all(map(len, met)) else None

    def _window(self, position: tuple[int, ...]) -> Window | None:
        try:
            return window_of(self.layer, self.reading.values.shape, position)
        except ValueError:
            return None


def _slid_term(slid: Cells, term: int) -> Cells | None:
    """Return the cell that a term of a weight's gradient reads."""
    return term_cell(Window(slid, slid), min(term, math.prod(map(len, slid)) - 1))


def _are_same_cells(some: Cells | None, others: Cells | None) -> bool:
    if some is None or others is None:
        return some is others
    return len(some) == len(others) and all(map(np.array_equal, some, others))


def shown_input(
    document: Document, view: ViewState, reading: LayerInput, before: ShownInput | None, grid_length: int
) -> ShownInput:
    """Work out what the pane shows of an input, from what it showed `before`: only what changed is read again.

    An input with a side longer than `grid_length` is a picture.
    """
    is_picture = not is_grid(reading.sample.spatial, grid_length)
    ranges = _ranges(reading.sample.values, before)
    coloured = _coloured(reading, view, ranges, is_picture, before)
    return ShownInput(document, view, reading, is_picture, ranges, coloured)


def _ranges(values: TiledArray, before: ShownInput | None) -> Ranges:
    if before is None:
        return Ranges({}).after(values, (whole_box(values.spatial),))
    if before.sample.values is values:
        return before.ranges
    return before.ranges.after(values, values.changed_boxes(before.sample.values))


def _coloured(
    reading: LayerInput, view: ViewState, ranges: Ranges, is_picture: bool, before: ShownInput | None
) -> ShownLevels:
    sample, is_own, wanted = reading.sample, reading.is_own, view.input_span
    held = None
    if before is not None and _is_edit(sample, before.sample):
        held = before.coloured
        is_same = sample.values is before.sample.values and is_own == before.reading.is_own
        if is_same and wanted == before.view.input_span:
            return held
    return shown_levels(sample.values, ranges, wanted, is_own=is_own, is_picture=is_picture, held=held)


def _is_edit(sample: Sample, before: Sample) -> bool:
    return (sample.name, sample.values.shape) == (before.name, before.values.shape)
