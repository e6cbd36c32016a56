"""What screen readers learn of combo boxes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from convstudio.views.parts.controls import Choice


class _ChoiceInterface(QAccessibleWidget):
    """What a screen reader learns of a `Choice`: its label as the name, its entry as the value, its list as a child."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice, QAccessible.Role.ComboBox)

    def text(self, kind: QAccessible.Text) -> str:
        choice = self.object()
        if isinstance(choice, Choice) and kind == QAccessible.Text.Name:
            return choice.accessibleName()
        if isinstance(choice, Choice) and kind == QAccessible.Text.Value:
            return choice.currentText()
        return super().text(kind)

    def childCount(self) -> int:
        return 1

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # the stubs forget None
        choice = self.object()
        return QAccessible.queryAccessibleInterface(choice.view()) if isinstance(choice, Choice) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return 0


def install_accessibility() -> Callable[[str, QObject], QAccessibleInterface | None]:
    """Give every `Choice` its accessible face; the caller keeps what comes back for as long as the program runs."""
    faces: list[QAccessibleInterface] = []

    def face_of(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
        if not isinstance(thing, Choice):
            return None
        faces.append(_ChoiceInterface(thing))
        return faces[-1]

    QAccessible.installFactory(face_of)
    return face_of
