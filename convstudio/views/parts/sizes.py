"""How large a window opens."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(16, 64)


def fitting_size(window: QWidget, wanted: QSize) -> QSize:
    """Return the size that is wanted, but never one larger than the screen with the window's frame."""
    return wanted.boundedTo(window.screen().availableGeometry().size() - _FRAME)
