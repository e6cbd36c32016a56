"""How large things are: one scale for the whole interface, and the sizes and fonts that follow it at once.

Sizes are written in pixels as they are at 100 % beside an ordinary desktop font. `px` gives the pixels on this screen,
for what is painted or laid out afresh each time; `sized` and `in_font` are for what Qt keeps in a widget or a layout.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QWidget
from shiboken6 import isValid

from convstudio.views.parts.room.all_widgets import all_widgets

BODY_PIXELS = 13
"""The size of ordinary text at 100 %; where the desktop's own text is larger, everything is."""

ZOOMS = (75, 90, 100, 110, 125, 150, 175, 200)
"""The steps of the zoom, in percent."""

NO_LIMIT = 16777215
"""The size that Qt takes for no bound at all."""

_FRAME = QSize(16, 64)
_POINTS = 72  # in an inch

_Size = float | QSize | tuple[float, ...]
_sizes: WeakKeyDictionary[QWidget | QLayout, dict[str, _Size]] = WeakKeyDictionary()
_fonts: WeakKeyDictionary[QWidget, Callable[[], QFont]] = WeakKeyDictionary()
_scale = 1.0


def px(pixels: float) -> int:
    """Return the pixels on this screen of a size at 100 %."""
    return round(pixels * _scale)


def scaled(size: QSize) -> QSize:
    """Return the size on this screen of one at 100 %."""
    return QSize(px(size.width()), px(size.height()))


def interface_scale() -> float:
    """Return how much larger everything is than it was designed."""
    return _scale


def sized(thing: QWidget | QLayout, **sizes: _Size) -> None:
    """Give a widget or a layout sizes that follow the zoom, by the names of Qt's setters: `fixed_width=54`."""
    _sizes.setdefault(thing, {}).update(sizes)
    for name, size in sizes.items():
        _set_size(thing, name, size)


def in_font(widget: QWidget, font: Callable[[], QFont]) -> None:
    """Give a widget a font of its own, which is made again when the zoom changes."""
    _fonts[widget] = font
    widget.setFont(font())


def use_zoom(percent: int) -> None:
    """Make everything that is designed for 100 % as large as that, times what the desktop's font asks for."""
    global _scale
    _dots_per_inch.cache_clear()
    _scale = percent / 100 * max(desktop_pixels() / BODY_PIXELS, 1.0)


def take_up_zoom() -> None:
    """Give all that exists its size at the zoom in use, after the application has its new font and style."""
    for widget, font in list(_fonts.items()):
        if isValid(widget):
            widget.setFont(font())
    for thing, sizes in list(_sizes.items()):
        if isValid(thing):
            for name, size in sizes.items():
                _set_size(thing, name, size)
    for widget in all_widgets():
        if not widget.isWindow():  # what is laid out when it is resized is laid out again
            QApplication.sendEvent(widget, QResizeEvent(widget.size(), widget.size()))
        widget.updateGeometry()
        widget.update()


def font_of_size(font: QFont, pixels: float) -> QFont:
    """Return a font in points that is as large as so many pixels at 100 %."""
    made = QFont(font)
    made.setPointSizeF(pixels * _scale * _POINTS / _dots_per_inch())
    return made


def fitting_size(window: QWidget, wanted: QSize) -> QSize:
    """Return the size that is wanted at 100 %, but never one larger than the screen with the window's frame."""
    return scaled(wanted).boundedTo(room_on_screen(window))


def room_on_screen(window: QWidget) -> QSize:
    """Return how large a window can be on its screen, with its frame around it."""
    return window.screen().availableGeometry().size() - _FRAME


def desktop_pixels() -> float:
    """Return the size of the desktop's own text; Qt is not asked for the font itself, which it would have to find."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    points = font.pointSizeF()
    return points * _dots_per_inch() / _POINTS if points > 0 else font.pixelSize()


@cache
def _dots_per_inch() -> float:
    """Return the pixels of an inch of text; to ask Qt for the screen costs more than to make a font."""
    return QGuiApplication.primaryScreen().logicalDotsPerInchY()


def _set_size(thing: QWidget | QLayout, name: str, size: _Size) -> None:
    setter = getattr(thing, "set" + "".join(word.capitalize() for word in name.split("_")))
    if isinstance(size, QSize):
        setter(scaled(size))
    elif isinstance(size, tuple):
        setter(*map(px, size))
    else:
        setter(min(px(size), NO_LIMIT))
