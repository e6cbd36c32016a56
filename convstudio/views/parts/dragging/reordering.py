"""Items in a row that the mouse drags to another place: a line shows where, and Escape calls it off."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import tokens_of

_THICKNESS = 3
_LEFT = Qt.MouseButton.LeftButton
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class Row(Protocol):
    """Items one after the other on a widget, counted from 0; points and places are those of that widget."""

    @property
    def is_column(self) -> bool:
        """Whether they stand below each other."""

    def count(self) -> int:
        """Return how many there are."""

    def item_at(self, point: QPoint) -> int | None:
        """Return the item under a point that can be dragged."""

    def nearest(self, point: QPoint) -> int:
        """Return the item nearest to a point."""

    def place_of(self, item: int) -> QRect:
        """Return where an item is."""

    def bring_into_sight(self, point: QPoint) -> None:
        """Scroll where a point is at the edge."""


@handles_keys("Layers, channels, filters and maps", ("Escape", "Leave the one that is dragged where it was"))
class Reordering(QObject):
    """Watches the mouse over the items of a `row` on a `surface`.

    `moved` carries an item and the place that it gets among the others, once for each drag, and nothing for one that
    ends where it began. A press without a drag is left to the widget.
    """

    moved = Signal(int, int)

    def __init__(self, surface: QWidget, row: Row) -> None:
        super().__init__(surface)
        self._surface = surface
        self._row = row
        self._mark = _DropMark(surface)
        self._pressed: tuple[int, QPointF] | None = None
        self._place: int | None = None
        self._has_begun = False
        self._was_called_off = False

    def watch(self, widget: QWidget) -> None:
        """Let drags begin on a widget: the surface, or one of the items on it."""
        widget.installEventFilter(self)

    def call_off(self) -> None:
        """End a drag without an answer; the mouse does nothing until its button is up."""
        self._was_called_off = self._has_begun
        self._place = None
        self._mark.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return self._take_key(event)
        if not isinstance(event, QMouseEvent) or not isinstance(watched, QWidget):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == _LEFT:
            self._press(event)
        elif kind == QEvent.Type.MouseMove and self._pressed is not None:
            return self._go(watched, event)
        elif kind == QEvent.Type.MouseButtonRelease and event.button() == _LEFT:
            return self._release()
        return False

    # --- the way of a drag -------------------------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> None:
        item = self._row.item_at(self._point(event))
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        self._pressed = None if item is None or not is_plain else (item, event.globalPosition())

    def _go(self, widget: QWidget, event: QMouseEvent) -> bool:
        if not event.buttons() & _LEFT:  # somebody else was given the release
            self.call_off()
            self._release()
            return False
        assert self._pressed is not None
        if not self._has_begun:
            way = (event.globalPosition() - self._pressed[1]).manhattanLength()
            if way < QApplication.startDragDistance() or self._row.count() < 2:
                return False
            self._begin(widget)
        if not self._was_called_off:
            self._show_place(self._point(event))
        return True

    def _begin(self, widget: QWidget) -> None:
        self._has_begun = True
        if isinstance(widget, QAbstractButton):
            widget.setDown(False)  # else it stays pressed, since the release is not given to it
        self._app.installEventFilter(self)  # for Escape, whatever has the keyboard

    def _show_place(self, point: QPoint) -> None:
        self._row.bring_into_sight(point)
        assert self._pressed is not None
        gap, item = self._gap(point), self._pressed[0]
        place = gap - (gap > item)
        self._place = None if place == item else place
        if self._place is None:
            self._mark.hide()
        else:
            self._mark.show_at(self._line(gap))

    def _release(self) -> bool:
        """End the drag, and tell where it led; return whether there was one."""
        if self._pressed is None:
            return False
        item, place, was_drag = self._pressed[0], self._place, self._has_begun
        self._app.removeEventFilter(self)
        self._pressed = self._place = None
        self._has_begun = self._was_called_off = False
        self._mark.hide()
        if place is not None and max(item, place) < self._row.count():
            self.moved.emit(item, place)
        return was_drag

    def _take_key(self, event: QKeyEvent) -> bool:
        """Call a drag off with any key: what it does might move the items. Escape does nothing else."""
        if not self._has_begun or event.key() in _MODIFIERS:
            return False
        self.call_off()
        event.setAccepted(event.key() == Qt.Key.Key_Escape)
        return event.isAccepted()

    @property
    def _app(self) -> QCoreApplication:
        app = QCoreApplication.instance()
        assert app is not None
        return app

    # --- places ------------------------------------------------------------------------------------------------

    def _point(self, event: QMouseEvent) -> QPoint:
        return self._surface.mapFromGlobal(event.globalPosition()).toPoint()

    def _gap(self, point: QPoint) -> int:
        """Return before which item a point is: past the middle of one it is before the next."""
        item = self._row.nearest(point)
        middle = self._row.place_of(item).center()
        is_after = point.y() > middle.y() if self._row.is_column else point.x() > middle.x()
        return item + is_after

    def _line(self, gap: int) -> QRect:
        """Return where the line before an item is drawn: between it and the one before."""
        last = self._row.count() - 1
        before, after = self._row.place_of(max(0, gap - 1)), self._row.place_of(min(gap, last))
        if self._row.is_column:
            y = self._between((after.top(), before.bottom(), gap), self._surface.height())
            return QRect(after.left(), y, after.width(), px(_THICKNESS))
        is_next_line = before.top() != after.top()  # of items that are wrapped
        end = after.left() if is_next_line else before.right()
        x = self._between((after.left(), end, gap), self._surface.width())
        return QRect(x, after.top(), px(_THICKNESS), after.height())

    def _between(self, edges: tuple[int, int, int], room: int) -> int:
        """Return where the line begins between the start of an item and the end of the one before it."""
        start, end, gap = edges
        middle = start if gap == 0 else end if gap == self._row.count() else (start + end) // 2
        return min(max(0, middle - px(_THICKNESS) // 2), room - px(_THICKNESS))


class _DropMark(QWidget):
    """The line where the item would go."""

    def __init__(self, surface: QWidget) -> None:
        super().__init__(surface)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, place: QRect) -> None:
        self.setGeometry(place)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), tokens_of(self.palette()).selection)
