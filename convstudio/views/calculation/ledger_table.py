"""The table of the channel ledger: a line per channel, with small pictures of its window and its kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from convstudio.model.colour import display
from convstudio.model.colour.display import Levels
from convstudio.model.panes import ledger
from convstudio.model.panes.ledger import LedgerLine
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import Colours
from convstudio.views.parts.controls import colour_of, image_of, rgb_of
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import RHYTHM, Tokens, body_font, channel_colour, number_font, small_font, tokens_of

Index = QModelIndex | QPersistentModelIndex
NAME, WINDOW, KERNEL, AMOUNT, RESULT = range(5)
_HEADINGS = ("Channel", "Window", "Kernel", "Sum", "Running total, or map")
_LOWEST, _HIGHEST = 18, 32
_WIDEST_NAME = 110
_WIDEST_PICTURE = 42
_STRIP = 4
_ROUNDING = 2  # a width is a whole number of pixels, and a name as wide as that is shortened
_GAP = 4
_SIGN = 18
_LONGEST = "= -0.001234"
_LONGEST_REMARK = "running total"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, eq=False)
class LedgerContent:
    """What the table shows: lines, the levels of their pictures, and the current term inside the chosen channel."""

    lines: tuple[LedgerLine, ...]
    window_levels: Levels
    kernel_levels: Levels
    channel: int
    term: int | None = None

    def row_of(self, channel: int) -> int:
        """Return the line of a channel, -1 where it has none."""
        found = (row for row, line in enumerate(self.lines) if line.part and line.part.channel == channel)
        return next(found, -1)


_EMPTY = LedgerContent((), Levels(0.0, 1.0, signed=False), Levels(-1.0, 1.0, signed=True), -1)


class LedgerModel(QAbstractTableModel):
    """The lines as a table: what is drawn as a picture is told in numbers to those who cannot see it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = _EMPTY

    def show_content(self, content: LedgerContent) -> None:
        """Show other lines; only another number of them resets the table."""
        if len(content.lines) == len(self.content.lines):
            self.content = content
            self.dataChanged.emit(self.index(0, 0), self.index(len(content.lines) - 1, RESULT))
        else:
            self.beginResetModel()
            self.content = content
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.content.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.content.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(line, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _text(line, index.column()) or "none"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return line.sentence
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return _HEADINGS[section] if orientation == Qt.Orientation.Horizontal else self.content.lines[section].name


@handles_keys("Channel ledger", ("Ctrl+C", "Copy the selected lines"))
class LedgerTable(QTableView):
    """Shows the ledger; its current line is the selected channel: `channel_asked` asks for another one."""

    channel_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.table = LedgerModel(self)
        self._is_compact = False
        self.setModel(self.table)
        self._current = CurrentItem(self)
        self.setItemDelegate(_LineDelegate(self))
        self.setAccessibleName("Channel ledger")
        self.setWhatsThis(
            "A line per channel: window ⊙ kernel, and the running total. Click a line to select its channel"
        )
        self._dress()
        self.selectionModel().currentRowChanged.connect(self._ask)

    def show_content(self, content: LedgerContent) -> None:
        """Show other lines, and the one of the selected channel."""
        before = self.table.content
        self.table.show_content(content)
        self._fit_columns()
        self._fit_rows()
        row = content.row_of(content.channel)
        if before.channel != content.channel or len(before.lines) != len(content.lines):
            self.updateGeometries()  # else the scroll bar does not know yet how far it may go
            only = QItemSelectionModel.SelectionFlag  # with Ctrl held, as for a step, Qt would add the line
            self.selectionModel().setCurrentIndex(self.table.index(row, NAME), only.ClearAndSelect | only.Rows)

    @property
    def remark_width(self) -> int:
        """The width of the remarks beside the numbers."""
        return QFontMetrics(small_font()).horizontalAdvance(_LONGEST_REMARK)

    def set_compact(self, on: bool) -> None:
        """Leave the remarks beside the numbers out, or write them."""
        if on != self._is_compact:
            self._is_compact = on
            self._fit_columns()

    @property
    def writes_remarks(self) -> bool:
        """Whether remarks stand beside the numbers."""
        return not self._is_compact

    def copy_lines(self) -> None:
        """Put the selected lines on the clipboard, as a spreadsheet does."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        if rows:
            lines = [self.table.content.lines[row] for row in rows]
            QGuiApplication.clipboard().setText(ledger.ledger_text(lines))

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHint(self) -> QSize:
        width = sum(self.columnWidth(column) for column in range(len(_HEADINGS)))
        return QSize(width + self.verticalScrollBar().sizeHint().width(), 5 * px(_LOWEST))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 3 * px(_LOWEST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_lines()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.model() is not None:
            self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()
        self.scrollTo(self.currentIndex())

    def _ask(self, index: QModelIndex) -> None:
        part = self.table.content.lines[index.row()].part if index.isValid() else None
        if part is not None and part.channel != self.table.content.channel:
            self.channel_asked.emit(part.channel)

    def _dress(self) -> None:
        give_focus_frame(self)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(1)
            header.setVisible(False)

    def _fit_columns(self) -> None:
        """Give names and pictures the room that they need; numbers keep theirs, so that stepping moves nothing."""
        lines, digits = self.table.content.lines, QFontMetrics(number_font())
        letters = QFontMetrics(body_font())
        names = max((letters.horizontalAdvance(name) for name in {line.name for line in lines}), default=0)
        part = next((line.part for line in lines if line.part), None)
        picture = 0 if part is None else _picture_size(part.kernel, px(_HIGHEST - _GAP)).width()
        room = digits.horizontalAdvance(_LONGEST) + px(RHYTHM)
        remark = self.remark_width
        widths = (
            px(_STRIP) + min(names + _ROUNDING, px(_WIDEST_NAME)) + 2 * px(RHYTHM),
            picture + 2,
            px(_SIGN) + picture + 2,
            room,
            (0 if self._is_compact else remark) + room,
        )
        if widths != tuple(self.columnWidth(column) for column in range(len(_HEADINGS))):
            for column, width in enumerate(widths):
                self.setColumnWidth(column, width)
            self.updateGeometry()

    def _fit_rows(self) -> None:
        """Share the height among the lines, within what reads well; more lines than fit are scrolled to."""
        rows = self.table.rowCount()
        if rows:
            height = min(max(self.viewport().height() // rows, px(_LOWEST)), px(_HIGHEST))
            self.verticalHeader().setDefaultSectionSize(height)


class _LineDelegate(QStyledItemDelegate):
    """Draws one cell of the ledger: a name with its channel's colour, a picture, or a number."""

    def __init__(self, table: LedgerTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        content = self._table.table.content
        line, tokens = content.lines[index.row()], tokens_of(self._table.palette())
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = tokens.selection_ground if is_chosen else tokens.card
        painter.save()
        painter.fillRect(option.rect, ground)
        if index.column() == NAME:
            _draw_name(painter, option.rect, line, tokens, rgb_of(ground))
        elif index.column() == AMOUNT:
            _draw_number(painter, option.rect, line.amount_text, tokens, is_output=False)
        elif index.column() == RESULT:
            remark = line.remark if self._table.writes_remarks else ""
            _draw_result(painter, option.rect, line, remark, tokens)
        elif line.part is not None:
            self._draw_part(painter, option.rect, content, index, tokens)
        painter.restore()

    def _draw_part(self, painter: QPainter, area: QRect, content: LedgerContent, index: Index, tokens: Tokens) -> None:
        """Draw the window or the kernel of a channel, with the current term outlined."""
        part = content.lines[index.row()].part
        assert part is not None
        term = content.term if part.channel == content.channel else None
        if index.column() == WINDOW:
            painted = display.colours(part.window, content.window_levels)
            painted[part.is_padding] = display.faded(painted[part.is_padding], rgb_of(tokens.ground))
            _draw_picture(painter, area, painted, term, tokens)
        else:
            painter.setPen(tokens.secondary)
            painter.drawText(QRect(area.left(), area.top(), px(_SIGN), area.height()), _CENTRE, "⊙")
            painted = display.colours(part.kernel, content.kernel_levels)
            _draw_picture(painter, area.adjusted(px(_SIGN), 0, 0, 0), painted, term, tokens)


def _text(line: LedgerLine, column: int) -> str:
    """Write a cell of a line; a picture in numbers."""
    if column in (WINDOW, KERNEL):
        if line.part is None:
            return ""
        return ledger.values_text(line.part.window if column == WINDOW else line.part.kernel)
    return {NAME: line.name, AMOUNT: line.amount_text, RESULT: line.result_text}[column]


def _draw_name(painter: QPainter, area: QRect, line: LedgerLine, tokens: Tokens, ground: tuple[int, int, int]) -> None:
    """Write a line's name: a colour's in that colour, with a strip before it; that of bias or activation in grey."""
    colour = channel_colour(tokens, line.name)
    if colour != tokens.line:
        painter.fillRect(QRect(area.left(), area.top() + 2, px(_STRIP), area.height() - 4), colour)
    elif line.part is not None:
        colour = tokens.text
    else:
        colour = tokens.secondary
    painter.setFont(body_font())
    painter.setPen(colour_of(display.readable(rgb_of(colour), ground)))
    room = area.adjusted(px(_STRIP + RHYTHM), 0, -px(RHYTHM), 0)
    painter.drawText(
        room, _LEFT, painter.fontMetrics().elidedText(line.name, Qt.TextElideMode.ElideRight, room.width())
    )


def _draw_result(painter: QPainter, area: QRect, line: LedgerLine, remark: str, tokens: Tokens) -> None:
    painter.setFont(small_font())
    painter.setPen(tokens.secondary)
    painter.drawText(area.adjusted(px(RHYTHM), 0, 0, 0), _LEFT, remark)
    _draw_number(painter, area, line.result_text, tokens, is_output=line.is_output)


def _draw_number(painter: QPainter, area: QRect, text: str, tokens: Tokens, *, is_output: bool) -> None:
    font = number_font()
    font.setBold(is_output)
    painter.setFont(font)
    painter.setPen(tokens.window if is_output else tokens.text)
    painter.drawText(area.adjusted(0, 0, -2, 0), _RIGHT, text)


def _draw_picture(painter: QPainter, area: QRect, painted: Colours, term: int | None, tokens: Tokens) -> None:
    """Draw a small table of colours in the middle of an area, with the cell of the current term outlined."""
    rows, columns = painted.shape[:2]
    place = QRect(QPoint(), _picture_size(painted[..., 0], area.height() - px(_GAP)))
    place.moveCenter(area.center())
    painter.drawImage(place, image_of(painted))
    painter.setPen(QPen(tokens.line, 1))
    painter.drawRect(place.adjusted(-1, -1, 0, 0))
    if term is not None:
        row, column = divmod(term, columns)
        cell = QRect(0, 0, max(3, place.width() // columns), max(3, place.height() // rows))
        cell.moveTopLeft(place.topLeft() + QPoint(column * place.width() // columns, row * place.height() // rows))
        painter.setPen(QPen(tokens.window, 2, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(cell)


def _picture_size(values: Floats | Colours, height: int) -> QSize:
    """Return the size of a picture with square cells of whole pixels, while they fit; else it is squeezed."""
    rows, columns = values.shape
    widest = px(_WIDEST_PICTURE)
    side = min(height // rows, widest // columns)
    return QSize(columns * side, rows * side) if side else QSize(min(columns, widest), min(rows, height))
