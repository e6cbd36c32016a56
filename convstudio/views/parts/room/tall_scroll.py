"""A column of a panel that scrolls up and down where it is higher than its room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from convstudio.views.parts.room.section import Section, least_height
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_LEAST = 200


class TallScroll(QScrollArea):
    """Scrolls a column up and down where it is higher than its room; where there is room, the column fills it.

    Before it scrolls, the sections of the column fold that do so themselves.
    """

    def __init__(self, column: TallColumn) -> None:
        super().__init__()
        self.column = column
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(column)
        self._asked = self.minimumSizeHint()
        column.laid_out.connect(self._ask_again)
        column.laid_out.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _ask_again(self) -> None:
        """Ask for the width that the column needs now: a scroll area does not, and a panel would cut what came in."""
        before, self._asked = self._asked, self.minimumSizeHint()
        if self._asked != before:
            self.updateGeometry()

    def _fit(self) -> None:
        self.column.fold_sections(self.size())

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width()
        return QSize(self.column.minimumSizeHint().width() + beside, px(_LEAST))

    def sizeHint(self) -> QSize:
        return self.column.sizeHint()


class TallColumn(QWidget):
    """Widgets below each other, as high as they must be at a width, and not as high as they would like to be.

    Qt asks a scrolled widget, whose rows wrap, for the height that it would like: then it scrolls although it fits.
    `laid_out` tells that something in it needs other room.
    """

    laid_out = Signal()

    def __init__(self, *parts: QWidget, stretched: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        sized(self._column, contents_margins=(10, 6, 10, 10), spacing=RHYTHM)
        self._parts = parts
        for part in parts:
            self._column.addWidget(part, 1 if part is stretched else 0)

    def event(self, event: QEvent) -> bool:
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.laid_out.emit()
        return result

    def fold_sections(self, room: QSize) -> None:
        """Open those sections that fold themselves, the first ones first, for which there is room without scrolling."""
        sections = [one for one in self.findChildren(Section) if one.folds_itself and one.isVisibleTo(self)]
        if not sections or not self.isVisible():
            return
        spare = room.width() - self.width()  # without a scroll bar they are wider
        more = {one: one.more_height(one.width() + spare) for one in sections}
        free = room.height() - self.heightForWidth(room.width()) + sum(more[one] for one in sections if one.is_open)
        for one in sections:
            one.fold_itself(is_open=more[one] <= free)
            free -= more[one] if one.is_open else 0

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
    return least_height(layout, width)
