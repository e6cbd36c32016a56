"""What screen readers learn of combo boxes and plots."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from convstudio.views.parts.controls import Choice
from convstudio.views.parts.plots.frame import PlotFrame


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


class _PlotInterface(QAccessibleWidget):
    """What a screen reader learns of a plot: that it is one, its name, and the sentence about it; no part by itself."""

    def __init__(self, plot: PlotFrame) -> None:
        super().__init__(plot, QAccessible.Role.Chart)

    def childCount(self) -> int:
        return 0


def install_accessibility() -> Callable[[str, QObject], QAccessibleInterface | None]:
    """Give every `Choice` and plot its accessible face; the caller keeps what comes back while the program runs."""
    faces: list[QAccessibleInterface] = []

    def face_of(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
        if isinstance(thing, Choice):
            faces.append(_ChoiceInterface(thing))
        elif isinstance(thing, PlotFrame):
            faces.append(_PlotInterface(thing))
        else:
            return None
        return faces[-1]

    QAccessible.installFactory(face_of)
    return face_of
