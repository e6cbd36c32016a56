"""Where the menu of a list or a table opens."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """Return where the menu of a view opens on the screen: under the mouse, or, for a key, on the current item."""
    current = view.visualRect(view.currentIndex())
    if event.reason() == QContextMenuEvent.Reason.Mouse or not current.intersects(view.viewport().rect()):
        return event.globalPos()
    return view.viewport().mapToGlobal(current.center())
