"""Where a panel goes at first: how wide it may be docked, and where it floats without hiding what it is about."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize

_BESIDE = 1.3
"""How much more a place beside the window counts than one of the same size over it."""


def floating_place(about: QRect, window: QRect, screen: QRect, wanted: QSize, least: QSize) -> QRect:
    """Return the place of a floating panel, on the screen, that hides nothing of `about` where that is possible.

    All rectangles count in pixels of the screen. `wanted` is the size that the panel would like, `least` the one that
    it must have. A place beside the window comes before one over the panes.
    """
    sides = [(side, 1.0) for side in _sides(about, screen, below=about.top())]
    sides += [(side, _BESIDE) for side in _sides(window, screen, below=screen.top())]
    rooms = [(_area(side.size().boundedTo(wanted)) * weight * _holds(side, least), side) for side, weight in sides]
    score, room = max(rooms, key=lambda one: one[0])
    if not score:  # nothing is large enough: the widest, and over a part of what it is about
        room = max((side for side, _ in sides), key=lambda side: _area(side.size().boundedTo(wanted)))
    size = room.size().boundedTo(wanted).expandedTo(least).boundedTo(screen.size())
    left = room.left() if room.center().x() < about.center().x() else room.right() + 1 - size.width()
    place = QRect(left, room.top(), size.width(), size.height())
    place.moveLeft(max(screen.left(), min(place.left(), screen.right() + 1 - size.width())))
    place.moveTop(max(screen.top(), min(place.top(), screen.bottom() + 1 - size.height())))
    return place


def corner_place(window: QRect, screen: QRect, size: QSize, gap: int) -> QRect:
    """Return the place of a small floating panel over the lower left corner of a window."""
    seen = window & screen
    return QRect(
        seen.left() + gap, max(screen.top(), seen.bottom() - size.height() - 2 * gap), size.width(), size.height()
    )


def _sides(around: QRect, screen: QRect, *, below: int) -> list[QRect]:
    """Return what the screen has at the left, at the right and below a rectangle, from a height on."""
    return [
        QRect(screen.left(), below, around.left() - screen.left(), screen.bottom() + 1 - below),
        QRect(around.right() + 1, below, screen.right() - around.right(), screen.bottom() + 1 - below),
        QRect(screen.left(), around.bottom() + 1, screen.width(), screen.bottom() - around.bottom()),
    ]


def _holds(room: QRect, least: QSize) -> bool:
    return room.width() >= least.width() and room.height() >= least.height()


def _area(size: QSize) -> int:
    return max(0, size.width()) * max(0, size.height())
