"""Lines between the cells of a picture, and texts in them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from convstudio.model.colour.display import ink_on
from convstudio.model.values.scale import Colours
from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.theme import cell_font


def draw_lines(painter: QPainter, sight: Sight, colour: QColor, rows: slice, columns: slice) -> None:
    """Draw the lines around the cells of a block, one pixel wide."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(colour, 1))
    area = sight.cells(rows, columns)
    for row in range(rows.start, rows.stop + 1):
        y = round(sight.cell(row, 0).top())
        painter.drawLine(round(area.left()), y, round(area.right()), y)
    for column in range(columns.start, columns.stop + 1):
        x = round(sight.cell(0, column).left())
        painter.drawLine(x, round(area.top()), x, round(area.bottom()))


def draw_texts(
    painter: QPainter,
    sight: Sight,
    texts: Sequence[Sequence[str]],
    colours: Colours,
    pixels: int,
    corner: tuple[int, int] = (0, 0),
) -> None:
    """Write a text into each cell of a block from its `corner` on, to be read on `colours`, `(rows, columns, 3)`."""
    painter.setFont(cell_font(pixels))
    cell, grounds = sight.cell(*corner), colours.tolist()
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            if text:
                painter.setPen(colour_of(ink_on(grounds[row][column])))
                by = QPointF(column * cell.width(), row * cell.height())
                painter.drawText(cell.translated(by), Qt.AlignmentFlag.AlignCenter, text)
