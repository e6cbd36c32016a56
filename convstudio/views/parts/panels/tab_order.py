"""In which order Tab goes through a panel: as it is read, from its top to its end."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

_NOWHERE = (math.inf,)


def set_reading_order(part: QWidget) -> None:
    """Let Tab go through what is in a part in the order in which it is laid out, also through what is hidden now.

    Qt goes through it in the order in which it was made.
    """
    for before, after in itertools.pairwise(tab_stops(part)):
        QWidget.setTabOrder(before, after)


def tab_stops(part: QWidget) -> Iterator[QWidget]:
    """Yield what Tab stops at in a part, in the order in which it is laid out."""
    for inner in _parts_of(part):
        if inner.isWindow():
            continue
        if inner.focusPolicy() & Qt.FocusPolicy.TabFocus and inner.focusProxy() is None:
            yield inner
        else:
            yield from tab_stops(inner)


def _parts_of(part: QWidget) -> list[QWidget]:
    """Return the parts of a part: those that its layout holds in the order of it, then the others from the top left."""
    others = sorted(
        (child for child in part.children() if isinstance(child, QWidget)), key=lambda child: (child.y(), child.x())
    )
    layout = part.layout()
    return others if layout is None else sorted(others, key=lambda child: _place_in(layout, child))


def _place_in(layout: QLayout, part: QWidget) -> tuple[float, ...]:
    """Return where a part stands in a layout and those in it; past all others where it is in none of them.

    No item is asked for its widget: PySide would delete what it made for the widget with what it made for the item.
    """
    place = layout.indexOf(part)
    if place >= 0:
        return (place,)
    for inner in layout.children():
        if isinstance(inner, QLayout):
            within = _place_in(inner, part)
            if within != _NOWHERE:
                return (layout.indexOf(inner), *within)
    return _NOWHERE
