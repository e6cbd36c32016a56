"""The pictures of a folder as a list beside the panes: a small picture of each, and the reason where one is damaged."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMainWindow,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.readings.pictures.folder import PictureFolder
from convstudio.model.values.scale import Colours
from convstudio.views.parts.controls import PlainLabel, image_of
from convstudio.views.parts.icons import paint_icon
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.pictures.picture_icon import picture_icon
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import scaled, sized

Index = QModelIndex | QPersistentModelIndex

_SIDE = 48
_MOST_ICONS = 2000
"""Small pictures that are kept: about 20 MiB."""
_WIDTH = 156
_FLOATING = QSize(220, 300)
_GAP = 4
_HANDLE = 12  # between list and panes


class PictureRows(QAbstractListModel):
    """The pictures of a folder, one a row; `wanted` carries a row whose small picture is on screen and not there."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder: PictureFolder | None = None
        self._icons: dict[int, QIcon] = {}
        self._problems: dict[int, str] = {}
        blank = QPixmap(_SIDE, _SIDE)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)

    @property
    def damaged(self) -> int:
        """How many pictures are known to be unreadable."""
        return len(self._problems)

    def show_folder(self, folder: PictureFolder) -> None:
        """List another folder."""
        self.beginResetModel()
        self._folder = folder
        self._icons.clear()
        self._problems.clear()
        self.endResetModel()

    def show_thumbnail(self, row: int, picture: Colours) -> None:
        """Show the small picture of a row; the oldest is let go where there are many."""
        pixels = QPixmap.fromImage(image_of(picture))
        self._icons[row] = picture_icon(pixels, QSize(_SIDE, _SIDE), is_smooth=True)
        self._problems.pop(row, None)
        if len(self._icons) > _MOST_ICONS:
            del self._icons[next(iter(self._icons))]
        self._tell(row)

    def show_problem(self, row: int, problem: str) -> None:
        """Show why the file of a row cannot be read."""
        self._problems[row] = problem
        self._tell(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self._folder is None else len(self._folder.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._folder is None:
            return None
        row = index.row()
        name, problem = self._folder.names[row], self._problems.get(row, "")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return problem or name
            case Qt.ItemDataRole.ToolTipRole:
                return problem or name
            case Qt.ItemDataRole.DecorationRole:
                return self._icon(row)
        return None

    def _icon(self, row: int) -> QIcon:
        if row in self._problems:
            return self._warning()
        if row not in self._icons:
            self.wanted.emit(row)  # Qt asks for the rows that it paints alone
        return self._icons.get(row, self._blank)

    def _warning(self) -> QIcon:
        """Return the sign of what cannot be read, in the middle of a place for a picture."""
        picture, side = QPixmap(self._blank.pixmap(_SIDE, _SIDE)), _SIDE // 2
        painter = QPainter(picture)
        colour = QGuiApplication.palette().color(QPalette.ColorRole.Text)
        paint_icon(painter, "triangle-alert", QRect((_SIDE - side) // 2, (_SIDE - side) // 2, side, side), colour)
        painter.end()
        return QIcon(picture)

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row), self.index(row))


class _RowPainter(QStyledItemDelegate):
    """Paints the rows; it knows their size, for which Qt would ask for the small picture of every one."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return scaled(QSize(_SIDE, _SIDE + _GAP))


@handles_keys("Pictures of a folder", ("Up, Down", "Open the picture above or below"))
class PictureDock(SidePanel):
    """Lists the pictures of a folder; `chosen` carries the row that the user went to, `wanted` is that of the rows."""

    chosen = Signal(int)
    wanted = Signal(int)

    def __init__(self, parent: QMainWindow) -> None:
        super().__init__(
            "Pictures", parent, Qt.DockWidgetArea.LeftDockWidgetArea, docked=(_WIDTH, _WIDTH), floating=_FLOATING
        )
        self.rows = PictureRows(self)
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_RowPainter(self.list))
        self.list.setAccessibleName("Pictures")
        self.list.setToolTip("Click a picture to open it. Page Down and Page Up go to the next and the previous one")
        self.list.setUniformItemSizes(True)
        sized(self.list, icon_size=QSize(_SIDE, _SIDE))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAlternatingRowColors(True)
        self.place = PlainLabel(small=True)
        self.place.setWordWrap(True)
        body = QWidget()
        column = QVBoxLayout(body)
        sized(column, contents_margins=(6, 4, 0, 6))
        column.addWidget(self.list, 1)
        column.addWidget(self.place)
        sized(body, minimum_width=_WIDTH)
        self.setWidget(body)
        self._folder: PictureFolder | None = None
        self.rows.wanted.connect(self.wanted)
        self.list.clicked.connect(self._choose)
        self.list.selectionModel().currentRowChanged.connect(self._choose)

    def show_folder(self, folder: PictureFolder) -> None:
        """List another folder, whose title the list takes."""
        self._folder = folder
        self.setWindowTitle(as_title(f"Pictures of {folder.title}"))
        with QSignalBlocker(self.list.selectionModel()):
            self.rows.show_folder(folder)
        self.show_selected(-1)

    def show_selected(self, row: int) -> None:
        """Select the picture that is the input; -1 for none."""
        index = self.rows.index(row)
        with QSignalBlocker(self.list.selectionModel()):
            if index.isValid():
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index)  # the view does not see what the blocker hides
            else:
                self.list.clearSelection()
        self.list.viewport().update()
        self._show_place(row)

    def show_problem(self, row: int, problem: str) -> None:
        """Say in its row why a picture cannot be read."""
        self.rows.show_problem(row, problem)
        self._show_place(self.list.currentIndex().row())

    def _show_place(self, row: int) -> None:
        if self._folder is None:
            return
        told = [self._folder.place(row) if row >= 0 else "", self._folder.unreadable(self.rows.damaged)]
        self.place.setText(" ".join(filter(None, told)))

    def _choose(self, index: Index) -> None:
        if index.isValid():
            self.chosen.emit(index.row())
