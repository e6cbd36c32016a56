"""Painting at once what waits for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def paint_now(part: QWidget) -> None:
    """Lay out and paint what waits for it in the window of a part, without waiting for the window's turn.

    By itself Qt lets some ms pass between two paints of a window.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QCoreApplication.sendEvent(part.window(), QEvent(QEvent.Type.UpdateRequest))
