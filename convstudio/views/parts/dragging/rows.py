"""Rows of items that Qt's own views show, as what can be dragged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QScrollBar

from convstudio.views.parts.sizes import px

_EDGE = 24
_STEP = 12


class ListRow:
    """The entries of a list that stand beside each other, without the first few that stay where they are."""

    is_column = False

    def __init__(self, view: QListView, fixed: Callable[[], int]) -> None:
        self._view = view
        self._fixed = fixed

    def count(self) -> int:
        """Return how many entries can be moved."""
        return self._view.model().rowCount() - self._fixed()

    def item_at(self, point: QPoint) -> int | None:
        """Return the entry under a point."""
        row = self._view.indexAt(point).row() - self._fixed()
        return row if row >= 0 else None

    def nearest(self, point: QPoint) -> int:
        """Return the entry nearest to a point; left of those on show it is the first one."""
        last = self.place_of(self.count() - 1)
        if point.x() >= last.left():
            return self.count() - 1
        row = self._view.indexAt(QPoint(max(0, point.x()), last.center().y())).row()
        return max(0, row - self._fixed())

    def place_of(self, item: int) -> QRect:
        """Return where an entry is."""
        return self._view.visualRect(self._view.model().index(item + self._fixed(), 0))

    def bring_into_sight(self, point: QPoint) -> None:
        """Scroll where a point is at the edge."""
        _scroll(self._view.horizontalScrollBar(), point.x(), self._view.viewport().width())


class WrappedRow(ListRow):
    """The entries of a list that stand beside each other in several lines, without the first few."""

    def nearest(self, point: QPoint) -> int:
        """Return the entry nearest to a point."""
        ways = ((point - self.place_of(item).center()).manhattanLength() for item in range(self.count()))
        return min(enumerate(ways), key=lambda one: one[1])[0]

    def bring_into_sight(self, point: QPoint) -> None:
        """Scroll where a point is at the edge."""
        _scroll(self._view.verticalScrollBar(), point.y(), self._view.viewport().height())


class HeaderRow:
    """The names beside the rows of a table, below each other."""

    is_column = True

    def __init__(self, header: QHeaderView, table: QAbstractItemView) -> None:
        self._header = header
        self._table = table

    def count(self) -> int:
        """Return how many rows there are."""
        return self._header.count()

    def item_at(self, point: QPoint) -> int | None:
        """Return the row whose name is under a point."""
        row = self._header.logicalIndexAt(point)
        return row if row >= 0 else None

    def nearest(self, point: QPoint) -> int:
        """Return the row nearest to a point."""
        row = self._header.logicalIndexAt(max(0, point.y()))
        return row if row >= 0 else self.count() - 1

    def place_of(self, item: int) -> QRect:
        """Return where the name of a row is."""
        header = self._header
        return QRect(0, header.sectionViewportPosition(item), header.viewport().width(), header.sectionSize(item))

    def bring_into_sight(self, point: QPoint) -> None:
        """Scroll the table where a point is at its edge."""
        _scroll(self._table.verticalScrollBar(), point.y(), self._header.viewport().height())


def _scroll(bar: QScrollBar, at: int, length: int) -> None:
    """Scroll on while the mouse moves near an end."""
    if at < px(_EDGE):
        bar.setValue(bar.value() - px(_STEP))
    elif at > length - px(_EDGE):
        bar.setValue(bar.value() + px(_STEP))
