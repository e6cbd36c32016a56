"""The padding microscope: every padding cell points at the cell that it copies."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QModelIndex, QPointF, QRectF, QSignalBlocker, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.colour.display import colours, picture_levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.linear import linear_of
from convstudio.model.lenses.padding import (
    CHOICES,
    LIBRARIES,
    MODE_NAMES,
    PaddedInput,
    border_line,
    border_of,
    cell_sentence,
    chosen_layer,
    first_choice,
    mode_differences,
    padded,
    same_sentence,
    same_zeros,
)
from convstudio.model.lenses.subject import InputPart, Subject, beginning_of
from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.ops import PADDING_MODES, Geometry
from convstudio.views.lenses.lens import Lens, with_label, wrapping_label
from convstudio.views.parts.controls import Choice, WholeField
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.room.section import Section
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import draw_focus_ring, tokens_of

_LONGEST = 8
_HEAD = 9.0
_FIRST_CELLS = 8
_STAGE = QSize(300, 240)
_STRIP = 70


class ArrowGrid(GridView):
    """A grid that draws an arrow from one of its cells to another."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__(name, tip)
        self.arrow: tuple[tuple[int, int], tuple[int, int]] | None = None

    def show_arrow(self, arrow: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
        """Draw another arrow, from the first cell of the table to the second; None draws none."""
        self.arrow = arrow
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        for block in self._selected_blocks() if self.hasFocus() else []:  # over the outline, which is where it goes
            draw_focus_ring(QPainter(self.viewport()), block, tokens_of(self.palette()))
        if self.arrow is not None and self.arrow[0] != self.arrow[1]:
            start, end = (QRectF(self.visualRect(self.grid.index(*cell))).center() for cell in self.arrow)
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _draw_arrow(painter, QLineF(start, end), QPen(tokens_of(self.palette()).selection, 2.5))


class PaddingLens(Lens):
    """The padded input with its sources, the modes' names, the border, and where `same` puts the odd zero."""

    about = "input"
    wide_from = 760

    def __init__(self) -> None:
        super().__init__()
        self._shown: PaddedInput | None = None
        self._mode_of_layer = ""
        self.padding = Choice("Padding", list(CHOICES), "How many cells are put around the input")
        self.mode = Choice("Padding mode", PADDING_MODES, "What the padding cells hold")
        self.grid = ArrowGrid("Padded input", "Point at a padding cell, or go to it with the arrow keys")
        self.plate = Plate("Padded input", self.grid, stays_grid=True)
        sized(self.plate, minimum_size=_STAGE)
        self.told = wrapping_label()
        self.names = FactsTable(
            "Names of the modes", "What each mode is called elsewhere; choosing a row uses its mode",
            ("Mode", "Differs by", *LIBRARIES), least_rows=len(PADDING_MODES),
        )  # fmt: skip
        self.fields = [
            WholeField(name, 1, LIMITS.lens_padding_cells, tip)
            for name, tip in (
                ("Cells", "How many cells the axis has"),
                ("Kernel size", "How many cells the kernel has"),
                ("Stride", "How far the window moves each time"),
            )
        ]
        self.strip = Plate("One axis with “same”")
        sized(self.strip, fixed_height=_STRIP)
        self.same_told = wrapping_label(small=True)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        for choice in (self.padding, self.mode):
            self.add_field(choice)
        left = QVBoxLayout(self.stage)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.plate, 1)
        left.addWidget(self.told)
        self._more = QWidget()
        right = QVBoxLayout(self._more)
        right.setContentsMargins(0, 0, 0, 0)
        names = Section("Names in other libraries", folds_itself=True)
        names.parts.addWidget(self.names)
        right.addWidget(names)
        self.same = Section("Where “same” puts the odd zero")
        row = FlowLayout()
        for field in self.fields:
            row.addWidget(with_label(field)[0])
        self.same.parts.addLayout(row)
        self.same.parts.addWidget(self.strip)
        self.same.parts.addWidget(self.same_told)
        right.addWidget(self.same)
        right.addStretch(1)
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        """Put what else is to know beside the cells, or below all that is found out about them."""
        self.below.removeWidget(self._more)
        if is_wide:
            self.row.addWidget(self._more, 3)
        else:
            self.row.removeWidget(self._more)
            self.below.addWidget(self._more)

    def show_problem(self, sentence: str) -> None:
        super().show_problem(sentence)
        self._more.setVisible(not sentence)

    def _wire(self) -> None:
        for choice in (self.padding, self.mode):
            choice.chosen.connect(self.update_figures)
        self.names.row_chosen.connect(self._use_mode)
        self.grid.pointed.connect(self._point)
        self.grid.selectionModel().currentChanged.connect(self._go_to)
        for field in self.fields:
            field.edited.connect(partial(self._take, field))
            field.refused.connect(self.refused)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_subject(self, subject: Subject) -> None:
        """Follow the layer's padding mode when it changes, and its sizes at the first showing."""
        if not self._mode_of_layer:
            self.padding.show_index(list(CHOICES).index(first_choice(subject.layer)))
            self._show_sizes(subject.layer, subject.read.spatial[0])
        if subject.layer.padding_mode != self._mode_of_layer:
            self._mode_of_layer = subject.layer.padding_mode
            self.mode.show_index(PADDING_MODES.index(self._mode_of_layer))
        super().show_subject(subject)

    def _show_sizes(self, layer: Conv, cells: int) -> None:
        for field, value in zip(
            self.fields, (min(cells, _FIRST_CELLS), layer.kernel_size[0], layer.stride[0]), strict=True
        ):
            field.show_value(min(value, LIMITS.lens_padding_cells))
        self._show_same()

    def _examine(self, subject: Subject) -> None:
        mode = self.mode.currentText()
        layer = chosen_layer(subject.layer, self.padding.currentText(), mode)
        part = beginning_of(subject.read, _LONGEST)
        sliding = layer.geometry(part.spatial)
        shown = padded(part.values[..., subject.channel : subject.channel + 1], sliding, mode)
        self._show_facts(subject, part)
        self._show_cells(shown)
        self._show_names(subject, part, sliding, mode)
        self.verdict.setText(border_line(border_of(layer.geometry(subject.read.spatial))))
        self.tell_details(
            f"“Differs by” is the largest difference of the map from the one with {mode} padding. Outputs that read no "
            "padding are the same in every mode: the difference stands at the border alone."
        )

    def _show_facts(self, subject: Subject, part: InputPart) -> None:
        note = f"shown is {part.note}, as a separate input" if part.note else ""
        told = (subject.layer.name, f"filter {subject.filter + 1}", note)
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_cells(self, shown: PaddedInput) -> None:
        is_news = self._shown is None or self._shown.values.shape != shown.values.shape
        self._shown = shown
        content = GridContent(
            shown.values, colours(shown.values, picture_levels(shown.values)), shown.origin, shown.lengths,
            is_locked=True, axes=AXES[min(2, len(shown.spatial))],
        )  # fmt: skip
        self.plate.show_content(content)
        if is_news:
            with QSignalBlocker(self.grid.selectionModel()):
                self.grid.setCurrentIndex(self.grid.grid.index(0, _first_column(shown)))
        self._go_to(self.grid.currentIndex())

    def _show_names(self, subject: Subject, part: InputPart, sliding: Geometry, mode: str) -> None:
        kernel = linear_of(subject.layer, subject.filter)
        found = mode_differences(kernel, part.values, sliding, mode)
        rows = [
            (one, "cannot pad so far" if found[one] is None else format_number(found[one] or 0.0), *MODE_NAMES[one])
            for one in PADDING_MODES
        ]
        self.names.show_rows(rows, PADDING_MODES.index(mode))

    def _show_same(self) -> None:
        size, kernel, stride = (field.value() for field in self.fields)
        before, after = same_zeros(size, kernel, stride)
        values = np.zeros((1, before + size + after), np.float32)
        values[0, before : before + size] = np.arange(1, size + 1)
        content = GridContent(
            values, colours(values, picture_levels(values)), (0, -before), (1, size), is_locked=True, axes=AXES[1]
        )  # fmt: skip
        self.strip.show_content(content, f"{before} before, {after} after")
        self.same_told.setText(
            f"{same_sentence(size, kernel, stride)} Keras, TensorFlow and PyTorch do so; SciPy and OpenCV put the "
            "middle of an even kernel at k ÷ 2, so that its odd zero comes before."
        )

    # --- tools ---------------------------------------------------------------------------------------------------

    def _take(self, field: WholeField, value: int) -> None:
        field.show_value(value)
        self._show_same()

    def _use_mode(self, row: int) -> None:
        if row >= 0:
            self.mode.show_index(row)
            self.update_figures()

    def _point(self, position: tuple[int, int] | None) -> None:
        """Show where the cell under the mouse comes from; when it leaves, the chosen cell again."""
        if self._shown is not None and position is not None:
            self._show_source(position[0] - self._shown.origin[0], position[1] - self._shown.origin[1])
        else:
            self._go_to(self.grid.currentIndex())

    def _go_to(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        if index.isValid():
            self._show_source(index.row(), index.column())

    def _show_source(self, row: int, column: int) -> None:
        if self._shown is None:
            return
        source = self._shown.source_of(row, column)
        cells = [(row, column), *([] if source is None else [source])]
        self.grid.show_overlays([self._overlay(*cell) for cell in cells])
        self.grid.show_arrow(None if source is None else ((row, column), source))
        self.told.setText(cell_sentence(self._shown, row, column))

    def _overlay(self, row: int, column: int) -> Overlay:
        top, left = (0, 0) if self._shown is None else self._shown.origin
        return Overlay(np.array([row + top]), np.array([column + left]), is_window=False)


def _first_column(shown: PaddedInput) -> int:
    """Return where to look first: above the middle of an image, before the beginning of a sequence."""
    return 0 if len(shown.spatial) == 1 else shown.values.shape[1] // 3


def _draw_arrow(painter: QPainter, line: QLineF, pen: QPen) -> None:
    """Draw a line with a head at its end."""
    painter.setPen(pen)
    painter.drawLine(line)
    back = QLineF(line.p2(), line.p1())
    back.setLength(_HEAD)
    sides = []
    for turn in (25, -25):
        side = QLineF(back)
        side.setAngle(back.angle() + turn)
        sides.append(side.p2())
    painter.setBrush(pen.color())
    painter.drawPolygon(QPolygonF([QPointF(line.p2()), *sides]))
