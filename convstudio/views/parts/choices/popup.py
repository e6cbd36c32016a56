"""The open list of a combo box for long lists: a search field, and below it entries with headings and pictures."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QElapsedTimer,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QFrame, QListView, QVBoxLayout

from convstudio.model.words.fuzzy import fuzzy_choice
from convstudio.views.parts.controls import Card, PlainLabel
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.text_field import TextField

if TYPE_CHECKING:
    from convstudio.views.parts.choices.search_choice import SearchChoice

Index = QModelIndex | QPersistentModelIndex
_LEAST_WIDTH, _MOST_HEIGHT, _LEAST_HEIGHT = 340, 460, 200
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)
_NOTHING = "Nothing matches. Type another word."
_JUST = 250
"""Milliseconds within which a click that closed the list may arrive at the box that opens it."""


class _ChoiceLines(QAbstractListModel):
    """The lines of the list: a heading is a text, an entry the row of the combo box that it stands for.

    Pictures are drawn after the lines that show them are on screen, one in each turn of the event loop.
    """

    def __init__(self, choice: SearchChoice, parent: QObject) -> None:
        super().__init__(parent)
        self._choice = choice
        self.lines: list[str | int] = []
        self.pictures: dict[str, QIcon] = {}
        self._wanted: list[int] = []
        side = px(choice.picture_side)
        blank = QPixmap(side, side)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)
        self._bold = QFont(choice.font())
        self._bold.setBold(True)
        self._draw_next = QTimer(self, singleShot=True, interval=0)
        self._draw_next.timeout.connect(self._draw)

    def show_lines(self, lines: list[str | int]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = lines
        self._wanted = []
        self.endResetModel()

    def line_of(self, row: int) -> int:
        """Return the line of an entry of the combo box, -1 where it is not listed."""
        return next((line for line, held in enumerate(self.lines) if held == row), -1)

    def first_usable(self) -> int:
        """Return the first line that can be chosen, -1 where there is none."""
        return next((line for line in range(len(self.lines)) if self.flags(self.index(line))), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        held = self.lines[index.row()]
        if isinstance(held, str) or not self._choice.is_usable(held):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        held, roles = self.lines[index.row()], Qt.ItemDataRole
        if isinstance(held, str):
            return {roles.DisplayRole: held, roles.FontRole: self._bold}.get(roles(role))
        match role:
            case roles.DisplayRole | roles.AccessibleTextRole:
                return self._choice.itemText(held)
            case roles.DecorationRole:
                return self._picture(held)
            case roles.ToolTipRole | roles.AccessibleDescriptionRole:
                return self._choice.itemData(held, roles.ToolTipRole)
        return None

    def _picture(self, row: int) -> QIcon:
        drawn = self.pictures.get(self._choice.itemText(row))
        if drawn is None and row not in self._wanted:
            self._wanted.append(row)
            self._draw_next.start()
        return drawn or self._blank

    def _draw(self) -> None:
        if not self._wanted:
            return
        row = self._wanted.pop(0)
        if row >= self._choice.count():  # it went while its picture waited
            self._draw()
            return
        self.pictures[self._choice.itemText(row)] = self._choice.picture_of(row)
        line = self.line_of(row)
        if line >= 0:
            self.dataChanged.emit(self.index(line), self.index(line), [Qt.ItemDataRole.DecorationRole])
        if self._wanted:
            self._draw_next.start()


@handles_keys(
    "Lists with a search field",
    ("Letters", "Search the list"),
    ("Up, Down, Page Up, Page Down", "Go through what was found"),
    ("Enter", "Choose what is selected"),
    ("Escape", "Close the list"),
)
class ChoicePopup(QDialog):
    """Opens below its combo box with the keyboard in the search field, and closes when it is left.

    It is a dialog and not a Qt.Popup: screen readers are not told of popups.
    """

    def __init__(self, choice: SearchChoice) -> None:
        super().__init__(choice, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._choice = choice
        name = choice.accessibleName()
        self.setWindowTitle(f"{name} – ConvStudio")
        self._left = QElapsedTimer()
        self.field = TextField()
        self.field.setAccessibleName(f"Search {name.lower()}s")
        self.field.setPlaceholderText("Type to search")
        self.field.setClearButtonEnabled(True)
        self.rows = _ChoiceLines(choice, self)
        self.list = QListView()
        self.list.setAccessibleName(f"{name}s found")
        self.list.setModel(self.rows)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        sized(self.list, icon_size=QSize(choice.picture_side, choice.picture_side))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = PlainLabel(small=True)
        self.note.setWordWrap(True)
        self._lay_out()
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._find)
        self.list.clicked.connect(self._take)
        self.list.selectionModel().currentChanged.connect(self._tell)

    @property
    def was_just_left(self) -> bool:
        """Whether the list was closed a moment ago by a click elsewhere, which may be one on its combo box."""
        return self._left.isValid() and self._left.elapsed() < _JUST

    def open_below(self) -> None:
        """Open below the combo box, or above it where there is more room, at the current entry."""
        self.field.clear()
        self._find("")
        self.setGeometry(self._place())
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._select(self.rows.line_of(self._choice.currentIndex()))

    # --- Qt's own events -----------------------------------------------------------------------------------------

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """Let the arrow keys go through the list while the field keeps the keyboard."""
        if thing is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_end = event.key() in _ENDS and not self.field.text()
            if event.key() in _MOVES or is_end:
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in ENTERS:
                self._take(self.list.currentIndex())
                return True
        return super().eventFilter(thing, event)

    def changeEvent(self, event: QEvent) -> None:
        """Close when the user goes to another window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self._left.start()
            self.reject()

    # --- what is listed ------------------------------------------------------------------------------------------

    def _find(self, typed: str) -> None:
        choice = self._choice
        rows = [row for row in range(choice.count()) if choice.heading_of(row)]
        if typed.strip():
            texts = [choice.itemText(row) for row in rows]
            also = [f"{choice.heading_of(row)} {choice.words_of(row)}" for row in rows]
            self.rows.show_lines([rows[place] for place in fuzzy_choice(typed, texts, also)])
        else:
            self.rows.show_lines(_under_headings(choice, rows))
        self._select(self.rows.first_usable())
        if not self.rows.lines:
            self._note(_NOTHING)

    def _select(self, line: int) -> None:
        if line >= 0:
            index = self.rows.index(line)
            self.list.setCurrentIndex(index)
            self.list.scrollToTop()
            if not self.list.viewport().rect().contains(self.list.visualRect(index)):  # else its heading is seen, too
                self.list.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _tell(self, index: QModelIndex) -> None:
        self._note(str(index.data(Qt.ItemDataRole.ToolTipRole) or "") if index.isValid() else "")

    def _note(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _take(self, index: QModelIndex) -> None:
        held = self.rows.lines[index.row()] if index.isValid() else ""
        if isinstance(held, int) and self._choice.is_usable(held):
            self.accept()
            self._choice.window().activateWindow()
            self._choice.choose(held)

    # --- the window ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        card = Card()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(card)
        column = QVBoxLayout(card)
        sized(column, contents_margins=(8, 8, 8, 8), spacing=6)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _place(self) -> QRect:
        box = QRect(self._choice.mapToGlobal(QPoint(0, 0)), self._choice.size())
        screen = self._choice.screen().availableGeometry()
        below, above = screen.bottom() - box.bottom() - 4, box.top() - screen.top() - 4
        is_below = below >= min(px(_MOST_HEIGHT), above)
        height = max(px(_LEAST_HEIGHT), min(px(_MOST_HEIGHT), below if is_below else above))
        width = min(max(px(_LEAST_WIDTH), box.width()), screen.width())
        left = max(screen.left(), min(box.left(), screen.right() - width))
        top = box.bottom() + 3 if is_below else box.top() - height - 2
        return QRect(left, top, width, height)


def _under_headings(choice: SearchChoice, rows: list[int]) -> list[str | int]:
    """Put every entry under its heading; headings with something that can be used come first."""
    first = {choice.heading_of(row): row for row in reversed(rows)}
    usable = {choice.heading_of(row) for row in rows if choice.is_usable(row)}
    ordered = sorted(rows, key=lambda row: (choice.heading_of(row) not in usable, first[choice.heading_of(row)], row))
    lines: list[str | int] = []
    for heading, group in groupby(ordered, choice.heading_of):
        lines += [heading, *group]
    return lines
