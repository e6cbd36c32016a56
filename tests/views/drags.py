"""The mouse, as it drags something over a widget."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def press(widget: QWidget, at: QPoint) -> None:
    _send(widget, QEvent.Type.MouseButtonPress, at, LEFT, LEFT)


def move(widget: QWidget, to: QPoint) -> None:
    _send(widget, QEvent.Type.MouseMove, to, NONE, LEFT)


def release(widget: QWidget, at: QPoint) -> None:
    _send(widget, QEvent.Type.MouseButtonRelease, at, LEFT, NONE)


def drag(widget: QWidget, *way: QPoint) -> None:
    """Press at the first point of a way, go to the others, and let go at the last."""
    press(widget, way[0])
    for point in way[1:]:
        move(widget, point)
    release(widget, way[-1])


def _send(widget: QWidget, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
    place = QPointF(widget.mapToGlobal(at))
    QApplication.sendEvent(
        widget, QMouseEvent(kind, QPointF(at), place, button, buttons, Qt.KeyboardModifier.NoModifier)
    )
