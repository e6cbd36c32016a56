"""Keys that mean the same wherever cells are walked through or zoomed."""

from __future__ import annotations

from PySide6.QtCore import Qt

ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
"""Rows and columns to go."""

PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
"""Pages to go down."""

ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
"""Steps to zoom in."""

ZOOM_STEP = 1.25
"""How much larger one step makes a picture."""

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""The keys that take what is chosen."""
