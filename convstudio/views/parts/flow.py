"""A row of tools that wraps onto further rows where it is narrow, and writes names beside icons where it is wide."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import sized


class FlowLayout(QLayout):
    """Lays its widgets out from left to right, and on from the next row where the width ends.

    What is left of a row's width goes to its buttons with icons, from the left: their names stand beside them.
    One that never `wraps` is at least as wide as all of its widgets.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 6, wraps: bool = True) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
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

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.bottom() + 1 for _, place in places), default=0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        for item, place in self._places(rect.width()):
            item.setGeometry(place.translated(rect.topLeft()))

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        widest = max((size.width() for size in sizes), default=0)
        row = sum(size.width() + self.spacing() for size in sizes) - self.spacing()
        return QSize(widest if self._wraps else max(widest, row), max((size.height() for size in sizes), default=0))

    def _places(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        """Return the place of every visible widget, counted from the layout's corner."""
        places: list[tuple[QLayoutItem, QRect]] = []
        y = 0
        for row in self._rows(width):
            height = max(item.sizeHint().height() for item in row)
            x = 0
            for item, wide in zip(row, self._widths(row, width), strict=True):
                size = QSize(wide, item.sizeHint().height())
                places.append((item, QRect(QPoint(x, y + (height - size.height()) // 2), size)))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        return places

    def _widths(self, row: list[QLayoutItem], width: int) -> list[int]:
        """Return how wide each widget of a row becomes: as few buttons as can be go without their names."""
        widths = [item.sizeHint().width() for item in row]
        spare = width - sum(widths) - self.spacing() * (len(row) - 1)
        for place, item in enumerate(row):
            more = _named_width(item) - widths[place]
            if 0 < more <= spare:
                widths[place] += more
                spare -= more
        return widths

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = width + 1
        for item in self._items:
            if item.isEmpty():
                continue
            wanted = item.sizeHint().width()
            if used + wanted > width:
                rows.append([])
                used = 0
            rows[-1].append(item)
            used += wanted + self.spacing()
        return rows


def _named_width(item: QLayoutItem) -> int:
    """Return how wide a widget is at most: a button with an icon shows its name too."""
    held = item.widget()
    return held.named_width if isinstance(held, IconButton) else item.sizeHint().width()
