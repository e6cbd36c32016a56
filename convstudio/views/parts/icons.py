"""Icons of the kept set, in the colour of text and sharp at every size: buttons with one, and labels that are one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOptionToolButton, QToolButton, QToolTip, QWidget

from convstudio.views.parts.keys import key_of_command
from convstudio.views.parts.sizes import px
from convstudio.views.parts.style import ARROW_ROOM

_MARGIN = 6
_GAP = 5
_NARROWEST = 28
_LARGER_THAN_TEXT = 1.06
"""An icon is as high as a line of text, so that it grows with the font."""


def _load_nothing(_name: str) -> bytes:
    return b""


_load: Callable[[str], bytes] = _load_nothing


def use_icons(load: Callable[[str], bytes]) -> None:
    """Take the SVG file of an icon by its name from `load`, which is asked when the icon is first painted."""
    global _load
    if load is not _load:
        _load = load
        _image_of.cache_clear()


def icon_side(metrics: QFontMetrics) -> int:
    """Return the side of an icon beside text of that font."""
    return round(metrics.height() * _LARGER_THAN_TEXT)


def paint_icon(painter: QPainter, name: str, place: QRect, colour: QColor) -> None:
    """Paint an icon into a square, in one colour."""
    ratio = painter.device().devicePixelRatio()
    painter.drawImage(place, _image_of(name, round(place.width() * ratio), colour.rgba()))


@lru_cache(maxsize=512)
def _image_of(name: str, side: int, rgba: int) -> QImage:
    """Draw an icon, as an image: a pixmap may not outlive the application."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    drawing = QSvgRenderer(_load(name).replace(b"currentColor", QColor.fromRgba(rgba).name().encode("ascii")))
    if drawing.isValid():
        painter = QPainter(image)
        drawing.render(painter, QRectF(0, 0, side, side))
        painter.end()
    return image


class IconButton(QToolButton):
    """A small button with an icon. Beside it stands the button's name where there is room.

    It asks for the room of the icon alone; a `FlowLayout` gives it `named_width` where it can.
    """

    def __init__(
        self, icon: str, name: str, tip: str, clicked: Callable[[], object] | None = None, *, toggles: bool = False
    ) -> None:
        super().__init__()
        self._icon = icon
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCheckable(toggles)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)  # it can take room for its name
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())

    @property
    def has_word(self) -> bool:
        """Whether the name stands beside the icon."""
        return self.width() >= self.named_width

    @property
    def named_width(self) -> int:
        """How wide it is with its name beside the icon."""
        return self.sizeHint().width() + px(_GAP) + self.fontMetrics().horizontalAdvance(self.text())

    def event(self, event: QEvent) -> bool:
        """Tell the key of the same command of the menus with the tip: keys can be changed, so it is found now."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and (key := key_of_command(self)):
            QToolTip.showText(event.globalPos(), f"{self.toolTip()} ({key})", self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        side = icon_side(self.fontMetrics()) + 2 * px(_MARGIN)
        return QSize(max(px(_NARROWEST), side) + self._arrow_room, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        colour = option.palette.color(QPalette.ColorRole.ButtonText)
        side, room = icon_side(self.fontMetrics()), self.rect().adjusted(0, 0, -self._arrow_room, 0)
        words = self.fontMetrics().horizontalAdvance(self.text()) + px(_GAP) if self.has_word else 0
        place = QRect(0, 0, side, side)
        place.moveTopLeft(QPoint((room.width() - side - words) // 2, (room.height() - side) // 2))
        paint_icon(painter, self._icon, place, colour)
        if words:
            painter.setPen(colour)
            room.setLeft(place.right() + 1 + px(_GAP))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()

    @property
    def _arrow_room(self) -> int:
        return 0 if self.menu() is None else px(ARROW_ROOM)


class IconLabel(QLabel):
    """An icon by itself, in the colour of text."""

    def __init__(self, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icon = icon

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        self.icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        side = icon_side(self.fontMetrics())
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        place = QRect(QPoint(), self.sizeHint())
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        paint_icon(painter, self.icon, place, self.palette().color(self.foregroundRole()))
        painter.end()
