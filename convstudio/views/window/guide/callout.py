"""A frame around a part of a window, with a sentence beside it: where to look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QGraphicsView, QVBoxLayout, QWidget

from convstudio.views.parts.controls import Card, PlainLabel
from convstudio.views.parts.grids.small_grid import SmallGrid
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import tokens_of

SHOWN_MILLISECONDS = 12_000
"""How long a callout stays: time to find it and to read two lines twice."""
_FOLLOWING_MILLISECONDS = 80
_WIDTH, _MARGIN, _GAP, _FRAME, _HALO = 270, 10, 10, 3, 7
_ALONE = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowTransparentForInput
_PRESSED = QEvent.Type.MouseButtonPress
_MOVED = (QEvent.Type.Resize, QEvent.Type.Move)
_ESCAPED = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


@handles_keys("Where Help shows something", ("Escape", "Take the frame and its sentence away"))
class Callout(QWidget):
    """Lies over the whole window of a part and lets every click through; only its frame and its balloon are seen.

    Where the part fills a window of its own, such as a panel that floats, the balloon stands beside that window.

    It follows the part. A click, Escape or some seconds end it; `ended` tells so, once.
    """

    ended = Signal()

    def __init__(self, part: QWidget, sentence: str, note: str = "") -> None:
        super().__init__(part.window())
        self.part = part
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.balloon = _Balloon(sentence, note, self)
        self._framed = QRect()
        self._is_over = False
        self.was_escaped = False
        """Whether Escape ended it."""
        self._follow = QTimer(self, interval=_FOLLOWING_MILLISECONDS)
        self._follow.timeout.connect(self._place)
        self._time = QTimer(self, singleShot=True, interval=SHOWN_MILLISECONDS)
        self._time.timeout.connect(self.end)
        part.destroyed.connect(self.end)

    @property
    def framed(self) -> QRect:
        """What is framed, in the coordinates of the window."""
        return self._framed

    def begin(self) -> None:
        """Appear, and say the sentence to screen readers."""
        self._place()
        self.show()
        self.raise_()
        self._follow.start()
        self._time.start()
        _application().installEventFilter(self)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.balloon, self.balloon.accessibleName()))

    def end(self, _thing: object = None) -> None:
        """Disappear for good."""
        if self._is_over:
            return
        self._is_over = True
        _application().removeEventFilter(self)
        self._follow.stop()
        self._time.stop()
        self.balloon.hide()
        self.hide()
        self.ended.emit()
        self.deleteLater()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """End with a click, which goes on to what is clicked, and with Escape, which means nothing else then."""
        kind = event.type()
        if kind == _PRESSED and isinstance(thing, QWidget):
            self.end()
        elif kind in _ESCAPED and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if kind == QEvent.Type.KeyPress:
                self.was_escaped = True
                self.end()
            return True
        elif kind in _MOVED and (thing is self.part or thing is self.parentWidget()):
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        halo = QColor(tokens.window)
        halo.setAlpha(60)
        for width, colour in ((px(_HALO), halo), (px(_FRAME), tokens.window)):
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(self._framed.toRectF(), 5, 5)

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None or not self.part.isVisible():
            self.end()
            return
        seen = seen_area(self.part)
        self.setGeometry(window.rect())
        edge = px(_HALO) // 2 + 1
        framed = seen.adjusted(-2, -2, 2, 2).intersected(self.rect().adjusted(edge, edge, -edge, -edge))
        if framed != self._framed or self.balloon.geometry().isEmpty() or self.balloon.isWindow():
            self._framed = framed
            self._place_balloon(framed, window)
        self.raise_()
        self.update()

    def _place_balloon(self, framed: QRect, window: QWidget) -> None:
        """Put the balloon beside the frame; beside the window, as a tip of its own, where the frame leaves no room."""
        size = self.balloon.wanted_size()
        self.balloon.resize(size)
        shown = [
            one for kind in _NUMBERS for one in window.findChildren(kind) if one.isVisible() and one is not self.part
        ]
        place = place_beside(framed, size, self.rect(), [seen_area(one) for one in shown])
        outside = None
        if place is None:
            screen, frame = window.screen().availableGeometry(), window.frameGeometry()
            outside = place_beside(frame, size, screen)
            if outside is None and place_beside(frame.translated(screen.left() - frame.left(), 0), size, screen):
                window.move(screen.left(), window.pos().y())  # beside one in the middle no side has room
                outside = place_beside(window.frameGeometry(), size, screen)
        self.balloon.stand_alone(outside is not None)
        # where there is no room at all, its corner: what a lens found out is below
        corner = QPoint(framed.right() - size.width() - px(_GAP), framed.top() + px(_GAP))
        self.balloon.move(outside or place or corner)


_NUMBERS = (QAbstractItemView, QGraphicsView, SmallGrid)
"""What shows the numbers that a sentence may speak of: tables, pictures, and the parts of an equation."""


class _Balloon(Card):
    """The sentence, and below it a note in small letters; screen readers read it as one."""

    def __init__(self, sentence: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"{sentence} {note}".strip())
        self.sentence, self._note = PlainLabel(sentence), PlainLabel(note, small=True)
        self._column = column = QVBoxLayout(self)
        margin = px(_MARGIN)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(px(4))
        for label in (self.sentence, self._note):
            label.setWordWrap(True)
            column.addWidget(label)
        self._note.setVisible(bool(note))

    def stand_alone(self, on: bool) -> None:
        """Become a window that no click reaches, or a part of the one below it."""
        if on != self.isWindow():
            self.setWindowFlags(_ALONE if on else Qt.WindowType.Widget)
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            self.show()

    def wanted_size(self) -> QSize:
        """Return the size at which everything can be read."""
        width = px(_WIDTH)
        return QSize(width, self._column.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens_of(self.palette()).window, px(2)))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 8, 8)


def seen_area(part: QWidget) -> QRect:
    """Return what of a part is inside all that it stands in, in the coordinates of its window."""
    seen, inner, outer = part.rect(), part, part.parentWidget()
    while outer is not None and not inner.isWindow():
        seen = seen.translated(inner.pos()).intersected(outer.rect())
        inner, outer = outer, outer.parentWidget()
    return seen


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


def place_beside(framed: QRect, size: QSize, room: QRect, avoided: Sequence[QRect] = ()) -> QPoint | None:
    """Return where a balloon goes; None where no side of the frame has room.

    It is where it covers least of what is `avoided`, and there on the side with most room.

    >>> place_beside(QRect(0, 0, 100, 100), QSize(50, 20), QRect(0, 0, 400, 200)).x()
    110
    """
    gap = px(_GAP)
    level = min(max(framed.top(), room.top() + gap), room.bottom() - size.height() - gap)
    shift = min(max(framed.left(), room.left() + gap), room.right() - size.width() - gap)
    back = max(framed.right() - size.width(), room.left() + gap)
    below, above = framed.bottom() + 1 + gap, framed.top() - gap - size.height()
    free_below = room.bottom() - framed.bottom() - size.height() - 2 * gap
    free_above = framed.top() - room.top() - size.height() - 2 * gap
    free = {
        QPoint(framed.right() + 1 + gap, level): room.right() - framed.right() - size.width() - 2 * gap,
        QPoint(framed.left() - gap - size.width(), level): framed.left() - room.left() - size.width() - 2 * gap,
        QPoint(shift, below): free_below,
        QPoint(back, below): free_below,
        QPoint(shift, above): free_above,
        QPoint(back, above): free_above,
    }
    places = [place for place, spare in free.items() if spare >= 0]
    return min(places, key=lambda place: (_covered(QRect(place, size), avoided), -free[place]), default=None)


def _covered(balloon: QRect, avoided: Sequence[QRect]) -> int:
    shared = [balloon.intersected(one) for one in avoided]
    return sum(one.width() * one.height() for one in shared if one.isValid())
