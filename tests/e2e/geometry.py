"""Finds what is wrong with the places of the parts of a window: cut, painted over another, too small for their text."""

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollBar, QWidget

from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.icons import IconButton


def parts_of(widget: QWidget) -> list[QWidget]:
    """Return the visible children of a widget that are laid out by it."""
    return [
        child
        for child in widget.children()
        if isinstance(child, QWidget)
        and child.isVisible()
        and not child.isWindow()
        and not child.size().isEmpty()
        and not is_laid_by_itself(child)
    ]


def faults(widget: QWidget) -> Iterator[str]:
    """Name the visible parts of a widget that share pixels, reach past it, or cut their text; those inside, too."""
    children = parts_of(widget)
    room = widget.rect()
    for place, child in enumerate(children):
        if not room.contains(child.geometry()):
            yield f"{name(child)} {text_of(child.geometry())} is cut by {name(widget)} {text_of(room)}"
        for other in children[place + 1 :]:
            if child.geometry().intersects(other.geometry()) and not is_meant(child, other):
                yield f"{name(child)} {text_of(child.geometry())} is on {name(other)} {text_of(other.geometry())}"
        if cuts_its_text(child):
            yield f"{name(child)} needs {child.sizeHint().width()} for its text and has {child.width()}"
        yield from faults(child)


def is_laid_by_itself(widget: QWidget) -> bool:
    """Say whether a part belongs to a scroll area or a field, which lay out their own parts one over another."""
    kinds = ("QAbstractScrollArea", "QAbstractSpinBox", "QComboBox")
    return any(widget.parentWidget().inherits(kind) for kind in kinds) or widget.inherits("QSplitterHandle")


def is_meant(widget: QWidget, other: QWidget) -> bool:
    """Say whether one of two parts is see-through: the map's table is over its picture, and the bar over its room.

    The welcome stands in the free place after the last chip of the ribbon.
    """
    kinds = {type(widget).__name__, type(other).__name__}
    return kinds in ({"MapTable", "MapPicture"}, {"MapTable", "BarChart"}) or bool({"ColourBar", "Welcome"} & kinds)


def cuts_its_text(widget: QWidget) -> bool:
    """Say whether a label or a button is narrower than its text; labels that shorten it themselves are not."""
    if isinstance(widget, QLabel):
        return not isinstance(widget, ElidedLabel) and not widget.wordWrap() and is_narrow(widget)
    return isinstance(widget, QAbstractButton) and not isinstance(widget, IconButton) and is_narrow(widget)


def is_narrow(widget: QWidget) -> bool:
    return widget.width() < widget.sizeHint().width() or widget.height() < widget.fontMetrics().height()


def scroll_bars(widget: QWidget) -> list[str]:
    """Name what scrolls now."""
    bars = [bar for bar in widget.findChildren(QScrollBar) if bar.isVisible() and is_in_front(bar, widget)]
    return [name(bar.parentWidget().parentWidget() or bar) for bar in bars]


def is_in_front(part: QWidget, window: QWidget) -> bool:
    """Say whether a part is seen: the map's table is under its picture."""
    return window.childAt(part.mapTo(window, part.rect().center())) is part


def name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return f"{type(widget).__name__} “{widget.accessibleName() or text}”"


def text_of(place: QRect) -> str:
    return f"{place.x()},{place.y()} {place.width()}×{place.height()}"
