"""The stage of the kernel pane: the weights as a grid, the flipped kernel and the matrix of all kernels beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QModelIndex, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QWidget

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.panes import kernel_facts
from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import least_letters, short_weight
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.layer.filter_matrix import FilterMatrix
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.grids.grid import SMALLEST_CELL, GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.plots.stem_plot import StemPlot
from convstudio.views.parts.sizes import BODY_PIXELS, NO_LIMIT, px, sized

_STEMS_HEIGHTS = (48, 120)
_BIG_SHARE = 1000  # the share of the height that grids and stems take before the space around them does
_EASY_SIDE, _LARGEST_SIDE = 72, 120
_EASY_CELL = 54  # beside the matrix: five letters
_LEAST_LETTERS = 5
_MOST_UNSCROLLED = 5
_TIP = "The weights of one kernel: type numbers, fractions or sums such as 2*3; copy and paste as in a spreadsheet"
_CAPTIONS = ("as it is written", "flipped, as it is used")
_SHORT_CAPTIONS = ("as written", "as used")
_BESIDE, _ABOVE = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_MOST_ABOVE = 2
"""So many filters are above the kernel: beside it they would leave a tall and narrow room to it."""
_LEAST_HEIGHT_ABOVE, _LEAST_HEIGHT = 380, 330  # of the pane
_MATRIX_TIP = (
    "Show a picture of every kernel of the layer, a row for each filter. A low window hides them until you press this; "
    "press again, and the height decides"
)
_FLIPPED_TIP = "The kernel as a true convolution uses it: upside down and back to front"


class KernelStage(QWidget):
    """The grid **Kernel**, and in a true convolution the grid **Flipped kernel** beside it.

    `pointed` carries the cell under the mouse or None, `clicked` a cell, `edited(row, column, block)` weights to write.
    """

    pointed = Signal(object)
    clicked = Signal(object)
    edited = Signal(int, int, object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layer: Conv | None = None
        self._pointed: Cell | None = None
        self.grid = GridView("Kernel", _TIP)
        self.flipped = GridView("Flipped kernel", _FLIPPED_TIP)
        self.stems = StemPlot(self.grid)
        sized(self.stems, minimum_height=_STEMS_HEIGHTS[0], maximum_height=_STEMS_HEIGHTS[1])
        self._captions = (_caption(""), _caption(""))
        self.set_compact(False)
        self._arrange()
        self._connect()

    def set_compact(self, on: bool) -> None:
        """Write shorter captions, where the matrix takes the room for whole ones."""
        for caption, text in zip(self._captions, _SHORT_CAPTIONS if on else _CAPTIONS, strict=True):
            caption.setText(text)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the current kernel."""
        layer = conv_at(document, view.layer)
        self._layer = layer
        kernel = kernel_facts.shown_kernel(layer, view)
        least = _least_side(kernel)
        for grid in (self.grid, self.flipped):
            sized(grid, maximum_height=kernel.shape[0] * _LARGEST_SIDE + 4)
            grid.set_cell_range(least, _LARGEST_SIDE)
        subject = (view.layer, view.filter, view.channel)
        content = _content(kernel, layer, editable=True, subject=subject)
        self.grid.show_content(replace(content, padlocks=kernel_facts.padlocks(layer, view)))
        self._show_flipped(layer, view)
        self.stems.setVisible(layer.rank == 1)
        share = _BIG_SHARE if layer.rank == 1 else 0
        if share != self._places.rowStretch(3):  # else the whole window has a new layout with every edit
            self._places.setRowStretch(3, share)
        self.show_marks(document, view)

    def show_marks(self, document: Document, view: ViewState) -> None:
        """Outline the weight of the current term, and the weight that is pointed at or pinned."""
        layer, term = conv_at(document, view.layer), kernel_facts.term_weight(document, view)
        linked = view.linked.index if view.linked is not None and view.linked.pane is Pane.KERNEL else None
        if term is not None:
            self._scroll_to(term, kernel_facts.mirrored(layer, term))
        marks = [(index, is_window) for index, is_window in ((linked, False), (term, True)) if index is not None]
        self.grid.show_overlays([_mark(index, is_window) for index, is_window in marks])
        self.flipped.show_overlays(
            [_mark(kernel_facts.mirrored(layer, index), is_window) for index, is_window in marks]
        )

    def _scroll_to(self, written: tuple[int, ...], used: tuple[int, ...]) -> None:
        for grid, index in ((self.grid, written), (self.flipped, used)):
            grid.scrollTo(grid.grid.index(index[0] if len(index) > 1 else 0, index[-1]))

    def _show_flipped(self, layer: Conv, view: ViewState) -> None:
        for widget in (self.flipped, *self._captions):
            widget.setVisible(layer.flip)
        if layer.flip:
            content = _content(kernel_facts.used_kernel(layer, view), layer, editable=False)
            held = kernel_facts.padlocks(layer, view)
            self.flipped.show_content(replace(content, padlocks=None if held is None else np.flip(held)))

    def _arrange(self) -> None:
        self._places = QGridLayout(self)
        self._places.setContentsMargins(0, 0, 0, 0)
        sized(self._places, horizontal_spacing=8, vertical_spacing=4)
        for row, share in ((0, 1), (1, _BIG_SHARE), (4, 1)):
            self._places.setRowStretch(row, share)
        for column, things in enumerate(((self.grid, self._captions[0]), (self.flipped, self._captions[1]))):
            self._places.addWidget(things[0], 1, column)
            self._places.addWidget(things[1], 2, column)
        self._places.addWidget(self.stems, 3, 0)
        for grid in (self.grid, self.flipped):
            grid.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def _connect(self) -> None:
        self.grid.pointed.connect(lambda at: self._point(at, is_flipped=False))
        self.flipped.pointed.connect(lambda at: self._point(at, is_flipped=True))
        self.grid.clicked_cell.connect(lambda row, column: self._click(row, column, is_flipped=False))
        self.flipped.clicked_cell.connect(lambda row, column: self._click(row, column, is_flipped=True))
        self.grid.selectionModel().currentChanged.connect(lambda at, before: self._walk(at, before, is_flipped=False))
        self.flipped.selectionModel().currentChanged.connect(lambda at, before: self._walk(at, before, is_flipped=True))
        self.grid.grid.edited.connect(self.edited)
        self.grid.refused.connect(self.refused)

    def _point(self, at: tuple[int, int] | None, *, is_flipped: bool) -> None:
        cell = None if at is None else self._cell(*at, is_flipped=is_flipped)
        if cell != self._pointed:
            self._pointed = cell
            self.pointed.emit(cell)

    def _click(self, row: int, column: int, *, is_flipped: bool) -> None:
        self.clicked.emit(self._cell(row, column, is_flipped=is_flipped))

    def _walk(self, at: QModelIndex, before: QModelIndex, *, is_flipped: bool) -> None:
        """Pin what the arrow keys reach, as a click would; entering the grid with Tab pins nothing."""
        is_by_key = QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        if at.isValid() and before.isValid() and is_by_key:
            self._click(at.row(), at.column(), is_flipped=is_flipped)

    def _cell(self, row: int, column: int, *, is_flipped: bool) -> Cell | None:
        if self._layer is None:
            return None
        cell = kernel_facts.weight_cell(self._layer, row, column)
        return Cell(Pane.KERNEL, kernel_facts.mirrored(self._layer, cell.index)) if is_flipped else cell


class Kernels(QBoxLayout):
    """The matrix of kernels and the kernel that is edited, beside each other or one above the other.

    In a low pane the matrix, of which a few rows would be seen, gives its room to the kernel; `button` brings it back,
    and `toggled` tells so. What was chosen holds at every height, until a choice is what the height would do anyway.
    """

    toggled = Signal()

    def __init__(self, matrix: FilterMatrix, stage: KernelStage) -> None:
        super().__init__(_BESIDE)
        self._matrix, self._stage = matrix, stage
        self._choice: bool | None = None
        self._has_room = True
        self.button = IconButton("table", "All kernels", _MATRIX_TIP, toggles=True)
        self.button.toggled.connect(self._choose)
        sized(self, spacing=8)
        self.addWidget(matrix)
        self.addWidget(stage, 1)

    @property
    def is_beside(self) -> bool:
        """Whether the matrix stands beside the kernel."""
        return self.direction() == _BESIDE

    def setGeometry(self, place: QRect) -> None:
        """Give the kernel cells that are easy to read before the matrix shows more of its channels."""
        layer = self._matrix.matrix.layer
        kernel = px(_EASY_CELL) * min(layer.kernel_size[-1], _MOST_UNSCROLLED) + self.spacing()
        widest = max(self._matrix.minimumSizeHint().width(), place.width() - kernel) if self.is_beside else NO_LIMIT
        if widest != self._matrix.maximumWidth():
            self._matrix.setMaximumWidth(widest)
        super().setGeometry(place)

    def place(self, height: int) -> bool:
        """Put few filters above the kernel, and many, or all in a pane of little height, beside it or nowhere.

        Return whether the matrix came or went.
        """
        layer = self._matrix.matrix.layer
        is_above = layer.filters <= _MOST_ABOVE and height >= px(_LEAST_HEIGHT_ABOVE)
        if is_above != (self.direction() == _ABOVE):
            self.setDirection(_ABOVE if is_above else _BESIDE)
            self._matrix.take_height(not is_above)
        has_several = kernel_facts.is_matrix_wanted(layer)
        self._has_room = height >= px(_LEAST_HEIGHT)
        is_shown = has_several and (self._has_room if self._choice is None else self._choice)
        self.button.setVisible(has_several)
        with QSignalBlocker(self.button):
            self.button.setChecked(is_shown)
        if is_shown != self._matrix.isHidden():
            return False
        self._stage.set_compact(is_shown)
        self._matrix.setVisible(is_shown)
        return True

    def height_saved_beside(self) -> int:
        """Return how much lower they would be beside each other than they are."""
        if self.is_beside or self._matrix.isHidden():
            return 0
        parts = [item for item in map(self.itemAt, range(self.count())) if item is not None]
        return min(part.minimumSize().height() for part in parts) + self.spacing()

    def arrangement(self) -> Callable[[], object]:
        """Return what shows or hides the matrix again as it was chosen until now, or leaves it to the height."""
        return partial(self._take, self._choice)

    def _choose(self, is_on: bool) -> None:
        self._take(None if is_on == self._has_room else is_on)

    def _take(self, choice: bool | None) -> None:
        self._choice = choice
        self.toggled.emit()


def _content(kernel: Floats, layer: Conv, *, editable: bool, subject: object = None) -> GridContent:
    rows, columns = kernel.shape
    painted = colours(kernel, signed_levels(kernel))
    write = partial(short_weight, letters=_letters(kernel))
    held = (rows, columns) if editable else None
    return GridContent(kernel, painted, editable=held, write=write, axes=AXES[min(2, layer.rank)], subject=subject)


def _letters(kernel: Floats) -> int:
    """Return how many letters a weight may have: fewer where there are more columns to show."""
    return max(_LEAST_LETTERS, 10 - int(kernel.shape[1]))


def _least_side(kernel: Floats) -> int:
    """Return the side of the smallest cells: a kernel that has to scroll anyway has numbers of the full size."""
    pixels = BODY_PIXELS if max(kernel.shape) > _MOST_UNSCROLLED else SMALLEST_DIGIT
    weights = kernel.ravel().tolist()
    longest = min(least_letters(weights), max(len(short_weight(value, _letters(kernel))) for value in weights))
    return min(_EASY_SIDE, max(SMALLEST_CELL, 5 + int(longest * pixels * DIGIT_WIDTH)))


def _mark(index: tuple[int, ...], is_window: bool) -> Overlay:
    return Overlay.of(tuple(np.array([at]) for at in index), is_window=is_window)


def _caption(text: str) -> PlainLabel:
    caption = PlainLabel(text, small=True)
    caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    caption.setWordWrap(True)
    return caption
