"""The receptive-field X-ray: what the current output sees of every layer before it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from convstudio.model.edits.intent import Intent
from convstudio.model.lenses.xray import Plane, Spans, move_to_cell, tile_columns, xray_of
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.lenses.lens import Lens
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.pictures.cell_picture import CellPicture, ColouredCells, Outline
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import RHYTHM

_LEAST = QSize(130, 60)
_LARGEST_CELL = 64


class PlaneTile(QWidget):
    """A picture of the X-ray with its title and its facts above it: what is seen is warm and framed.

    The frame's part in the padding is dashed. `clicked` carries the row and the column of a cell of the layer.
    """

    clicked = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._corner = (0, 0)
        self.title, self.facts = ElidedLabel(), PlainLabel(small=True)
        self.picture = CellPicture(largest_cell=_LARGEST_CELL, is_centred=False)
        sized(self.picture, minimum_size=_LEAST)
        self.picture.clicked.connect(self._take_click)
        self.title.setForegroundRole(QPalette.ColorRole.WindowText)
        self.facts.setMinimumWidth(1)
        self.facts.setWordWrap(True)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=3)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addWidget(self.picture, 1)

    def show_plane(self, plane: Plane) -> None:
        """Show another layer."""
        self._corner = plane.rows[0], plane.columns[0]
        self.title.setText(plane.title)
        self.facts.setText(plane.facts)
        self.picture.setAccessibleName(f"X-ray of {plane.title}")
        self.picture.setAccessibleDescription(plane.facts.replace("\n", " · "))
        self.picture.setToolTip(plane.facts)
        self.picture.show_cells(_cells_of(plane))

    def head_at(self, width: int) -> int:
        """Return how high the texts over the picture are in a tile of a width, also before it is laid out."""
        facts = self.facts.heightForWidth(width)
        return self.title.sizeHint().height() + facts + 2 * self._column.spacing()

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell of the layer is on the picture."""
        return self.picture.cell_area(row - self._corner[0], column - self._corner[1])

    def _take_click(self, row: int, column: int) -> None:
        self.clicked.emit(self._corner[0] + row, self._corner[1] + column)


class _Layers(QScrollArea):
    """The room of the pictures; `resized` tells that it is another one."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class XrayLens(Lens):
    """A picture for each layer, from the input to the selected one; it follows the current output."""

    details_title = "In numbers"
    about = "map"

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[PlaneTile] = []
        self.facts.setText(
            "The warmer a cell, the more paths lead from it to the output. A dashed part of the frame is in the "
            "padding. Click a cell of a layer to select that layer."
        )
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        sized(self._grid, spacing=2 * RHYTHM)
        self._shape = (1, 1)
        self._columns = 0
        self._scroll = scroll = _Layers()
        scroll.resized.connect(self._arrange)
        scroll.setAccessibleName("Layers")
        scroll.setWidget(self._body)
        scroll.setWidgetResizable(True)
        give_focus_frame(scroll)
        scroll.viewport().setAutoFillBackground(False)
        self._body.setAutoFillBackground(False)
        column = QVBoxLayout(self.stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def depends_on(self, document: Document, view: ViewState, reading: LayerInput | None) -> tuple[object, ...]:
        return id(document), view.layer, view.filter, view.shown_position

    def show_document(self, document: Document, view: ViewState, reading: LayerInput | None) -> None:
        try:
            found = xray_of(document, view)
        except ValueError as refusal:
            self.show_problem(as_sentence(str(refusal)))
            return
        self.show_problem("")
        self._keep(len(found.planes))
        rows, columns = (last - first for first, last in (found.planes[0].rows, found.planes[0].columns))
        self._shape = rows, columns
        for tile, plane in zip(self.tiles, found.planes, strict=True):
            tile.show_plane(plane)
        self._arrange()
        self.verdict.setText(found.verdict)
        self.tell_details(found.details)

    def _keep(self, count: int) -> None:
        """Keep one tile for each picture."""
        if len(self.tiles) == count:
            return
        while len(self.tiles) > count:
            self.tiles.pop().deleteLater()
        while len(self.tiles) < count:
            self.tiles.append(self._new_tile(len(self.tiles) - 1))
        self._columns = 0

    def _arrange(self) -> None:
        """Put the tiles into as many columns as make their pictures largest."""
        count, room, gap = len(self.tiles), self._scroll.viewport().size(), self._grid.spacing()
        if not count:
            return
        columns = tile_columns(
            count,
            (room.width() + gap, room.height() + gap),
            px(_LEAST.width()) + gap,
            lambda width: gap + max(tile.head_at(width - gap) for tile in self.tiles),
            self._shape,
        )
        if columns == self._columns:
            return
        self._columns = columns
        for index, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, *divmod(index, columns))
        for row in range(max(self._grid.rowCount(), count)):
            self._grid.setRowStretch(row, 1 if row * columns < count else 0)
        for column in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _new_tile(self, layer: int) -> PlaneTile:
        """Make the tile of a layer; the input, which comes before the first, is none to go to."""
        tile = PlaneTile()
        if layer >= 0:
            tile.clicked.connect(
                lambda row, column: self.intent_asked.emit(Intent(move=move_to_cell(layer, row, column)))
            )
            tile.picture.setCursor(Qt.CursorShape.PointingHandCursor)
        return tile


def _cells_of(plane: Plane) -> ColouredCells:
    """Return the cells of the part that is drawn, the rectangles counted from its corner."""
    shape = plane.rows[1] - plane.rows[0], plane.columns[1] - plane.columns[0]
    outlines = []
    if plane.reach is not None and plane.reach != plane.seen:
        outlines.append(_outline(plane, plane.reach, is_dashed=True))
    if plane.seen is not None:
        outlines.append(_outline(plane, plane.seen, is_dashed=False))
    return ColouredCells(shape, plane.colours, plane.texts, outlines)


def _outline(plane: Plane, spans: Spans, *, is_dashed: bool) -> Outline:
    (top, bottom), (left, right) = spans
    above, before = plane.rows[0], plane.columns[0]
    return Outline(slice(top - above, bottom - above), slice(left - before, right - before), is_dashed)
