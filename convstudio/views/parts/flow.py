"""A row of tools that wraps onto further rows where it is narrow, and writes names beside icons where it is wide."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import sized


class FlowLayout(QLayout):
    """Lays its widgets out from left to right, and on from the next row where the width ends.

    What is left of a row's width goes to its buttons with icons, from the left: their names stand beside them.
    One that never `wraps` is at least as wide as all of its widgets. Qt asks a dozen times for the height at a width
    where something in a panel changes: the widgets are asked for their sizes once, until one of them has another size.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 6, wraps: bool = True) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._sizes: list[_ItemSize] | None = None
        self._heights: dict[int, int] = {}
        self._wraps = wraps
        self.setContentsMargins(0, 0, 0, 0)
        sized(self, spacing=spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def invalidate(self) -> None:
        self._sizes = None
        self._heights.clear()
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = max((place.bottom() + 1 for _, place in self._places(width)), default=0)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        for item, place in self._places(rect.width()):
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = self._item_sizes()
        widest = max((size.least_width for size in sizes), default=0)
        row = sum(size.least_width + self.spacing() for size in sizes) - self.spacing()
        return QSize(widest if self._wraps else max(widest, row), max((size.least_height for size in sizes), default=0))

    def _item_sizes(self) -> list[_ItemSize]:
        """Return the sizes of every visible widget."""
        if self._sizes is None:
            self._sizes = [_size_of(item) for item in self._items if not item.isEmpty()]
        return self._sizes

    def _places(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        """Return the place of every visible widget, counted from the layout's corner."""
        places: list[tuple[QLayoutItem, QRect]] = []
        y, gap = 0, self.spacing()
        for row in self._rows(width, gap):
            height = max(size.height for size in row)
            x = 0
            for size, wide in zip(row, _widths(row, width, gap), strict=True):
                place = QRect(QPoint(x, y + (height - size.height) // 2), QSize(wide, size.height))
                places.append((size.item, place))
                x += wide + gap
            y += height + gap
        return places

    def _rows(self, width: int, gap: int) -> list[list[_ItemSize]]:
        rows: list[list[_ItemSize]] = []
        used = width + 1
        for size in self._item_sizes():
            if used + size.width > width:
                rows.append([])
                used = 0
            rows[-1].append(size)
            used += size.width + gap
        return rows


class _ItemSize(NamedTuple):
    """How large a widget would like to be and must be, and how wide it is at most: with the name beside an icon."""

    item: QLayoutItem
    width: int
    height: int
    least_width: int
    least_height: int
    named_width: int


def _size_of(item: QLayoutItem) -> _ItemSize:
    wanted, least, held = item.sizeHint(), item.minimumSize(), item.widget()
    named = held.named_width if isinstance(held, IconButton) else wanted.width()
    return _ItemSize(item, wanted.width(), wanted.height(), least.width(), least.height(), named)


def _widths(row: list[_ItemSize], width: int, gap: int) -> list[int]:
    """Return how wide each widget of a row becomes: as few buttons as can be go without their names."""
    widths = [size.width for size in row]
    spare = width - sum(widths) - gap * (len(row) - 1)
    for place, size in enumerate(row):
        more = size.named_width - size.width
        if 0 < more <= spare:
            widths[place] += more
            spare -= more
    return widths
