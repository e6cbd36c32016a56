"""The receptive-field X-ray: what the current output sees of every layer before it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from convstudio.model.display import ink_on
from convstudio.model.document import Document
from convstudio.model.lenses.xray import Plane, Spans, looking_at, xray_of
from convstudio.model.reading import Reading
from convstudio.model.view_state import ViewState
from convstudio.model.wording import as_sentence
from convstudio.views.controls import PlainLabel, colour_of
from convstudio.views.elided_label import ElidedLabel
from convstudio.views.lenses.lens_window import Lens
from convstudio.views.theme import RHYTHM, number_font, tokens_of

_MOST_COLUMNS = 5
_LEAST_SIDE = 150
_LARGEST_CELL = 34
_SMALLEST_LINED, _LEAST_DIGIT, _MOST_DIGIT = 7, 9, 13
_AROUND = 3
_LEAST_HEIGHT = 16
_LETTER = 0.65


class PlanePicture(QWidget):
    """Paints one layer of the X-ray: its cells, warm where they are seen, and the rectangle around those.

    The rectangle's part in the padding is dashed. `clicked` carries the row and the column of a cell of the layer.
    """

    clicked = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._plane: Plane | None = None

    def show_plane(self, plane: Plane) -> None:
        """Show another layer."""
        self._plane = plane
        self.setAccessibleName(f"X-ray of {plane.title}")
        self.setAccessibleDescription(plane.facts.replace("\n", " · "))
        self.setToolTip(plane.facts)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_SIDE, _LEAST_SIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_SIDE, 60)

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell of the layer is painted."""
        if self._plane is None:
            return QRectF()
        return self._rectangle(self._plane, ((row, row + 1), (column, column + 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if self._plane is None or not is_left or not self._area(self._plane).contains(event.position()):
            return
        cell, by = self._cell(self._plane), event.position() - self._area(self._plane).topLeft()
        row, column = int(by.y() / cell.height()), int(by.x() / cell.width())
        self.clicked.emit(self._plane.rows[0] + row, self._plane.columns[0] + column)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._plane is None:
            return
        painter, area, cell = QPainter(self), self._area(self._plane), self._cell(self._plane)
        height, width, _ = self._plane.colours.shape
        held = np.ascontiguousarray(self._plane.colours)
        painter.drawImage(area, QImage(held.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888))
        painter.setPen(QPen(tokens_of(self.palette()).line, 1))
        painter.drawRect(area)
        if cell.width() >= _SMALLEST_LINED and self._plane.texts:
            self._draw_lines(painter, area, cell)
            self._draw_texts(painter, area, cell, self._plane)
        self._draw_rectangles(painter, self._plane)

    def _draw_lines(self, painter: QPainter, area: QRectF, cell: QSizeF) -> None:
        for column in range(1, round(area.width() / cell.width())):
            x = area.left() + column * cell.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for row in range(1, round(area.height() / cell.height())):
            y = area.top() + row * cell.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _draw_texts(self, painter: QPainter, area: QRectF, cell: QSizeF, plane: Plane) -> None:
        longest = max((len(text) for row in plane.texts for text in row), default=0)
        pixels = min(_MOST_DIGIT, int(cell.width() / max(1.0, _LETTER * longest + 0.4)))
        if not longest or pixels < _LEAST_DIGIT:
            return
        painter.setFont(number_font(pixels))
        for row, texts in enumerate(plane.texts):
            for column, text in enumerate(texts):
                painter.setPen(colour_of(ink_on(plane.colours[row, column].tolist())))
                corner = area.topLeft() + QPointF(column * cell.width(), row * cell.height())
                painter.drawText(QRectF(corner, cell), Qt.AlignmentFlag.AlignCenter, text)

    def _draw_rectangles(self, painter: QPainter, plane: Plane) -> None:
        colour = tokens_of(self.palette()).window
        if plane.reach is not None and plane.reach != plane.seen:
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._rectangle(plane, plane.reach))
        if plane.seen is not None:
            painter.setPen(QPen(colour, 2))
            painter.drawRect(self._rectangle(plane, plane.seen))

    def _rectangle(self, plane: Plane, spans: Spans) -> QRectF:
        (top, bottom), (left, right) = spans
        cell = self._cell(plane)
        by = QPointF((left - plane.columns[0]) * cell.width(), (top - plane.rows[0]) * cell.height())
        size = QSizeF((right - left) * cell.width(), (bottom - top) * cell.height())
        return QRectF(self._area(plane).topLeft() + by, size)

    def _cell(self, plane: Plane) -> QSizeF:
        """Return the size of a cell: square and as large as fits with the padding around; one row is never flat."""
        rows, columns = plane.rows[1] - plane.rows[0], plane.columns[1] - plane.columns[0]
        above, below, left, right = self._padding(plane)
        wide, high = self.width() - 2 * _AROUND, self.height() - 2 * _AROUND
        side = min(wide / (columns + left + right), high / (rows + above + below), _LARGEST_CELL)
        return QSizeF(side, side if rows > 1 else max(side, _LEAST_HEIGHT))

    def _area(self, plane: Plane) -> QRectF:
        rows, columns = plane.rows[1] - plane.rows[0], plane.columns[1] - plane.columns[0]
        above, _, left, _ = self._padding(plane)
        cell = self._cell(plane)
        corner = QPointF(_AROUND + left * cell.width(), _AROUND + above * cell.height())
        return QRectF(corner, QSizeF(columns * cell.width(), rows * cell.height()))

    @staticmethod
    def _padding(plane: Plane) -> tuple[int, int, int, int]:
        """Return how many cells the rectangle reaches beyond what is drawn: above, below, left and right."""
        (top, bottom), (left, right) = plane.reach or (plane.rows, plane.columns)
        return (
            max(0, plane.rows[0] - top),
            max(0, bottom - plane.rows[1]),
            max(0, plane.columns[0] - left),
            max(0, right - plane.columns[1]),
        )


class PlaneTile(QWidget):
    """A picture of the X-ray with its title and its facts above it."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.facts, self.picture = ElidedLabel(), PlainLabel(small=True), PlanePicture()
        self.title.setForegroundRole(QPalette.ColorRole.WindowText)
        self.facts.setMinimumWidth(1)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addWidget(self.picture, 1)

    def show_plane(self, plane: Plane) -> None:
        """Show another layer."""
        self.title.setText(plane.title)
        self.facts.setText(plane.facts)
        self.picture.show_plane(plane)


class XrayLens(Lens):
    """A picture for each layer, from the input to the one that is looked at; it follows the current output."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[PlaneTile] = []
        self.facts.setText(
            "The warmer a cell, the more paths lead from it to the output. A dashed part of the frame lies in the "
            "padding. Click a cell of a layer to look at that one."
        )
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2 * RHYTHM)
        scroll = QScrollArea()
        scroll.setAccessibleName("Layers")
        scroll.setWidget(self._body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.viewport().setAutoFillBackground(False)
        self._body.setAutoFillBackground(False)
        column = QVBoxLayout(self.stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def depends_on(self, document: Document, view: ViewState, reading: Reading | None) -> tuple[object, ...]:
        return id(document), view.layer, view.filter, view.shown_position

    def show_document(self, document: Document, view: ViewState, reading: Reading | None) -> None:
        try:
            found = xray_of(document, view)
        except ValueError as refusal:
            self.show_problem(as_sentence(str(refusal)))
            return
        self.show_problem("")
        self._keep(len(found.planes))
        for tile, plane in zip(self.tiles, found.planes, strict=True):
            tile.show_plane(plane)
        self.verdict.setText(found.verdict)
        self.details.setText(found.details)

    def _keep(self, count: int) -> None:
        """Keep one tile for each picture, in rows."""
        if len(self.tiles) == count:
            return
        while len(self.tiles) > count:
            self.tiles.pop().deleteLater()
        while len(self.tiles) < count:
            self.tiles.append(self._new_tile(len(self.tiles) - 1))
        for index, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, *divmod(index, _columns_for(count)))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if row * _columns_for(count) < count else 0)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < min(count, _columns_for(count)) else 0)

    def _new_tile(self, layer: int) -> PlaneTile:
        """Make the tile of a layer; the input, which comes before the first, is none to go to."""
        tile = PlaneTile()
        if layer >= 0:
            tile.picture.clicked.connect(lambda row, column: self.look_asked.emit(looking_at(layer, row, column)))
            tile.picture.setCursor(Qt.CursorShape.PointingHandCursor)
        return tile


def _columns_for(count: int) -> int:
    rows = -(-count // _MOST_COLUMNS)
    return -(-count // rows)
