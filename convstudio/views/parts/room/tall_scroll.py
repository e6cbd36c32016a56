"""A column of a panel that scrolls up and down where it is higher than its room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_LEAST = 200


class TallScroll(QScrollArea):
    """Scrolls a column up and down where it is higher than its room; where there is room, the column fills it."""

    def __init__(self, column: TallColumn) -> None:
        super().__init__()
        self.column = column
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(column)

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width()
        return QSize(self.column.minimumSizeHint().width() + beside, px(_LEAST))

    def sizeHint(self) -> QSize:
        return self.column.sizeHint()


class TallColumn(QWidget):
    """Widgets below each other, as high as they must be at a width, and not as high as they would like to be.

    Qt asks a scrolled widget, whose rows wrap, for the height that it would like: then it scrolls although it fits.
    """

    def __init__(self, *parts: QWidget, stretched: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        sized(self._column, contents_margins=(10, 6, 10, 10), spacing=RHYTHM)
        self._parts = parts
        for part in parts:
            self._column.addWidget(part, 1 if part is stretched else 0)

    def give_rest_to_end(self) -> None:
        """Leave the room that is over below the last widget, where the stretched one is hidden."""
        self._column.addStretch()

    def heightForWidth(self, width: int) -> int:
        margins = self._column.contentsMargins()
        inner = width - margins.left() - margins.right()
        heights = [_least_height(part, inner) for part in self._parts if not part.isHidden()]
        return sum(heights) + self._column.spacing() * (len(heights) - 1) + margins.top() + margins.bottom()


def _least_height(part: QWidget, width: int) -> int:
    """Return how high a widget must be at a width."""
    layout = part.layout()
    if layout is None:
        return part.heightForWidth(width) if part.hasHeightForWidth() else part.minimumSizeHint().height()
    return layout.totalMinimumHeightForWidth(width)
