"""The fields of a window as entries of the list of everything: each leads to its field, and gives it the keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from convstudio.views.parts.panels.tab_order import tab_stops
from convstudio.views.parts.room.folding import Folding, Holding
from convstudio.views.window.folding_pane import FoldingPane
from convstudio.views.window.pages.palette import Entry
from convstudio.views.window.ways import part_named, reveal

_FIELDS = (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


def field_entries(places: Mapping[str, QWidget]) -> Iterator[Entry]:
    """Yield the fields that can be used now, by the names of the places that they are in, as they are laid out."""
    for title, place in places.items():
        for field in tab_stops(place):
            if field.accessibleName() and field.isEnabled() and _is_field(field) and _can_be_shown(field, place):
                tip = field.toolTip().partition("\n")[0]
                yield Entry(field.accessibleName(), title, "", partial(go_to, field), tip)


def go_to(field: QWidget | None) -> None:
    """Bring a field into sight and give it the keyboard; what is gone is left alone."""
    if field is not None and isValid(field):
        reveal(field).setFocus(Qt.FocusReason.ShortcutFocusReason)
        if isinstance(field, QAbstractSpinBox | QLineEdit):
            field.selectAll()  # what is typed next replaces what it holds


def go_to_named(place: QWidget, name: str) -> None:
    """Do so with the field of that name in a place."""
    go_to(part_named(place, name))


def _is_field(part: QWidget) -> bool:
    return isinstance(part, _FIELDS) or (isinstance(part, QAbstractButton) and part.isCheckable())


def _can_be_shown(field: QWidget, place: QWidget) -> bool:
    """Return whether nothing hides a field but what brings it out when it is asked for."""
    inner: QWidget | None = field
    while inner is not None and inner is not place:
        outer = inner.parentWidget()
        if inner.isHidden() and not isinstance(outer, Holding | Folding | FoldingPane):
            return False
        inner = outer
    return True
