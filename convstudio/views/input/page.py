"""The page of the input pane: a table of numbers, a sequence with its stems, or a picture with a loupe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.colour.picture_geometry import position_of
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.input.input_display import Bounds, Loupe, LoupeText, Numbers, longest_text
from convstudio.model.panes.input.shown_input import Excerpt, MarkedCells, Outlines, ShownInput, ShownPicture
from convstudio.model.values.answers.windows import Cells
from convstudio.model.values.numbers import format_number, least_letters
from convstudio.model.values.view_state import Cell
from convstudio.views.input.grid import LOUPE_LETTERS, MOST_STEPS_AT_ONCE, InputGrid
from convstudio.views.input.stage import InputStage
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.later import load
from convstudio.views.parts.plots.stem_plot import StemPlot

if TYPE_CHECKING:
    from convstudio.views.input.picture import InputPicture

_TIP = "The input's numbers: type, paste, or paint with the brush"
_PICTURE_TIP = "Click or drag the loupe to see its numbers; wheel or + and - to zoom, 0 to fit, drag to move"
_ENOUGH_LETTERS = 5  # of a loupe's numbers: more digits are told on hover
_MOST_MEASURED = 1024


class InputPage(QWidget):
    """Shows the cells of an input, and keeps the current window in sight unless the user moves on.

    `pointed` carries the `Cell` under the mouse, or None; `pinned` the one that was clicked. `painted` carries the
    place before (None at the start of a stroke), the place now, and a number that only this stroke has. `written`
    carries the row and column of the first cell of a block of numbers, and the block. `improved` means that the
    picture of a very large input is no longer rough.
    """

    pointed = Signal(object)
    pinned = Signal(object)
    painted = Signal(object, object, object)
    written = Signal(int, int, object)
    refused = Signal(str)
    menu_asked = Signal(object)
    improved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.grid = InputGrid("Input", _TIP)
        self.stems = StemPlot(self.grid)
        self.stage = InputStage(self.grid, self.stems)
        self._picture: InputPicture | None = None
        self._input: ShownInput | None = None
        self._brush_on = False
        self._shows_padding = True
        self._painted_picture: ShownPicture | None = None
        self._excerpt: Excerpt | None = None
        self._text = LoupeText(letters=LOUPE_LETTERS)
        self._loupe = Loupe((0, 0), (1, 1))
        self._followed: tuple[int, ...] | None = None
        self._was_moved = self._is_fitting = False
        self._stroke: tuple[int, tuple[int, ...]] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stage)
        self._connect()

    @property
    def picture(self) -> InputPicture:
        """The picture of a large input, made for the first one."""
        if self._picture is None:
            self._picture = self._make_picture()
        return self._picture

    def show_input(self, shown: ShownInput, reduction: Reduction) -> None:
        """Show an input, with the summaries of its values; what is on show already is not drawn again."""
        before, self._input = self._input, shown
        if before is None or not shown.is_edit_of(before):
            self._text = LoupeText(letters=LOUPE_LETTERS)
        if before is None or not shown.has_shape_of(before):
            self._followed = None
            self.stage.show_kind(shown.sample.spatial, self.picture if shown.is_picture else None)
        elif shown.is_picture and shown.is_another_picture_than(before):
            self.picture.fit()  # the zoom was into the one before
        if shown.is_picture:
            self._paint_picture(shown.picture, reduction)
            self._move_loupe_to_window(shown)
        self._show_cells(shown)
        self._scroll_to_window(shown)

    def forget_numbers(self) -> None:
        """Write all numbers again with the next input, because they are written in another way now."""
        self._excerpt = None
        self._text = LoupeText(letters=LOUPE_LETTERS)

    def set_brush(self, on: bool) -> None:
        """Paint with the mouse, or select with it."""
        self._brush_on = on
        self.grid.set_brush(on)
        if self._picture is not None:
            self._picture.set_brush(on)

    def show_padding(self, on: bool) -> None:
        """Show the padding cells around the input, or leave them out."""
        self._shows_padding = on
        if self._input is not None:
            self._show_cells(self._input)

    # --- what is shown -----------------------------------------------------------------------------------------

    def _show_cells(self, shown: ShownInput) -> None:
        self._show_numbers(shown)
        self._show_marks(shown, shown.marks)

    def _paint_picture(self, wanted: ShownPicture, reduction: Reduction) -> None:
        """Paint what changed of the picture, or all of it with other levels or another channel."""
        before, self._painted_picture = self._painted_picture, wanted
        boxes = None
        if before is not None and wanted.differs_in_values_alone(before):
            boxes = reduction.changes_since(before.values)
        if boxes is None or boxes:
            self.picture.show_picture(reduction, wanted.shown, wanted.levels, boxes)

    def _show_numbers(self, shown: ShownInput) -> None:
        """Fill the table, unless it shows just this already."""
        bounds = self._shown_bounds(shown)
        wanted = shown.excerpt(bounds)
        if wanted.shows_the_same_as(self._excerpt):
            return
        self._excerpt, found = wanted, wanted.numbers()
        write = self._fit_cells(shown, found)
        if self._shown_bounds(shown) != bounds:  # larger cells are fewer
            self._show_numbers(shown)
            return
        editable = found.lengths if shown.reading.is_own else None
        content = GridContent(found.values, found.colours, found.origin, editable, write=write, axes=shown.axes)
        self.grid.show_content(replace(content, subject=wanted.subject))

    def _fit_cells(self, shown: ShownInput, found: Numbers) -> Callable[[float], str]:
        """Keep cells that can be scrolled large enough for their numbers; return how these are written."""
        if shown.is_picture:
            self._text = self._text.for_numbers(found.values, shown.levels)
            fewest = least_letters(found.values.ravel().tolist())
            self.grid.set_longest_text(min(self._text.letters, max(_ENOUGH_LETTERS, fewest)))
            return self._text.rounded
        if shown.sample.rank == 1 and found.values.size > MOST_STEPS_AT_ONCE:
            self.grid.set_longest_text(longest_text(found.values, format_number))
        else:
            self.grid.set_longest_text(least_letters(found.values.ravel()[:_MOST_MEASURED].tolist()), are_small=True)
        return format_number

    def _shown_bounds(self, shown: ShownInput) -> Bounds:
        if not shown.is_picture:
            return self._reach(shown)
        self._loupe = replace(self._loupe, lengths=self.grid.room()).within(self._reach(shown))
        return self._loupe.bounds

    def _reach(self, shown: ShownInput) -> Bounds:
        """Return the cells that can be shown: the input's, and its padding where that is wanted."""
        return shown.padded_bounds if self._shows_padding else shown.own_bounds

    def _show_marks(self, shown: ShownInput, marks: MarkedCells) -> None:
        overlays = [Overlay.of(marks.linked, is_window=False)] if marks.linked else []
        overlays += [Overlay.of(marks.window, is_window=True)] if marks.window else []
        overlays += [Overlay.of(marks.term, is_window=True, is_thin=True)] if marks.term else []
        self.grid.show_overlays(overlays)
        self.stems.show_overlays(overlays)
        if shown.is_picture:
            self.picture.show_marks(Outlines.of(self._loupe, marks))

    # --- the window in sight -----------------------------------------------------------------------------------

    def _window_to_follow(self, shown: ShownInput) -> Cells | None:
        """Return the current window, unless it was followed already: then the user may have moved on."""
        return shown.followed_window if shown.view.position != self._followed else None

    def _move_loupe_to_window(self, shown: ShownInput) -> None:
        window = self._window_to_follow(shown)
        if window is not None:
            self._loupe = replace(self._loupe, lengths=self.grid.room()).holding(window)
            self._was_moved = False

    def _scroll_to_window(self, shown: ShownInput) -> None:
        """Bring the window's last and then its first cell into sight, where the table is longer than the pane."""
        window = self._window_to_follow(shown)
        if window is not None and not shown.is_picture:
            for end in (-1, 0):
                self.grid.scroll_to_cell(*(0, *(int(along[end]) for along in window))[-2:])
        self._followed = shown.view.position

    def _fit_room(self) -> None:
        """Fill a larger or smaller loupe or table, with the window still in it unless the user moves on.

        Fitting the cells moves the margins of the table, which resizes its inside: that asks for no other fit, since
        numbers that need other cells in another part of a picture would go back and forth without an end.
        """
        shown = self._input
        if shown is None or self._is_fitting:
            return
        self._is_fitting = True
        try:
            self._fill_room(shown)
        finally:
            self._is_fitting = False

    def _fill_room(self, shown: ShownInput) -> None:
        if not self._was_moved:
            self._followed = None
        if shown.is_picture:
            self._move_loupe_to_window(shown)
            self._show_cells(shown)
        self._scroll_to_window(shown)

    def _move_loupe(self, loupe: Loupe) -> None:
        if self._input is not None:
            self._loupe, self._was_moved = loupe.within(self._reach(self._input)), True
            self._show_cells(self._input)

    # --- what is asked -----------------------------------------------------------------------------------------

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        self.pointed.emit(None if cell is None else self._cell(*cell))

    def _pin(self, row: int, column: int) -> None:
        cell = self._cell(row, column)
        if cell is not None:
            self.pinned.emit(cell)

    def _pin_on_picture(self, row: int, column: int) -> None:
        self._move_loupe(self._loupe.centred_on(row, column))
        self._pin(row, column)

    def _cell(self, row: int, column: int) -> Cell | None:
        return None if self._input is None else self._input.cell(row, column)

    def _paint_on_grid(self, row: int, column: int, stroke: int) -> None:
        if self._input is not None:
            place = position_of(row, column, self._input.sample.rank)
            before = self._stroke[1] if self._stroke and self._stroke[0] == stroke else None
            self._stroke = (stroke, place)
            self.painted.emit(before, place, stroke)

    # --- putting it together -----------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.grid.pointed.connect(self._point_at)
        self.grid.clicked_cell.connect(self._pin)
        self.grid.painted.connect(self._paint_on_grid)
        self.grid.refused.connect(self.refused)
        self.grid.menu_asked.connect(self.menu_asked)
        self.grid.grid.edited.connect(self.written)
        self.grid.scroll_asked.connect(lambda rows, columns: self._move_loupe(self._loupe.moved(rows, columns)))
        self.grid.room_changed.connect(self._fit_room)

    def _make_picture(self) -> InputPicture:
        picture: InputPicture = load("input.picture.InputPicture")("Input picture", _PICTURE_TIP)
        picture.image.improved.connect(self.improved)
        picture.set_brush(self._brush_on)
        picture.menu_asked.connect(self.menu_asked)
        picture.pointed.connect(self._point_at)
        picture.clicked_cell.connect(self._pin_on_picture)
        picture.painted.connect(self.painted)
        picture.loupe_asked.connect(lambda row, column: self._move_loupe(self._loupe.at(row, column)))
        picture.scroll_asked.connect(lambda rows, columns: self._move_loupe(self._loupe.moved(rows, columns)))
        return picture
