"""What screen readers learn of parts of which Qt tells them too little, or that two have the keyboard at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAccessibleWidget,
    QGraphicsView,
    QHeaderView,
    QKeySequenceEdit,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QWidget,
)
from shiboken6 import VoidPtr

from convstudio.views.parts.controls import Choice
from convstudio.views.parts.pictures.picture_base import PictureBase
from convstudio.views.parts.plots.frame import PlotFrame

_NOTHING = VoidPtr(0)
"""What PySide takes for nothing where it would crash on None."""
_in_the_making: set[int] = set()
"""The views whose own face Qt makes now; shared by all programs that one process starts."""


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


class _PictureInterface(QAccessibleWidget):
    """What a screen reader learns of a picture or plot: that it is one, its name and the sentence about it; no part."""

    def childCount(self) -> int:
        return 0


class _HolderInterface(QAccessibleWidget):
    """What a screen reader learns of a part that hands the keyboard on: it never has it. Qt says that both have it."""

    def __init__(self, holder: QWidget) -> None:
        super().__init__(holder, QAccessible.Role.Client)

    def state(self) -> QAccessible.State:
        return _without_keyboard(super().state())


class _RetoldInterface(QAccessibleInterface):
    """What Qt tells of a part, but for who has the keyboard: it says so of a list and of the item in it at once."""

    def __init__(self, told: QAccessibleInterface, part: QObject) -> None:
        super().__init__()
        self._told: QAccessibleInterface | None = told
        part.destroyed.connect(self.forget)

    @property
    def told(self) -> QAccessibleInterface:
        """What Qt made for the part."""
        assert self._told is not None
        return self._told

    def forget(self) -> None:
        """Let go of what Qt deletes with the part: PySide would take the next thing at its address for it."""
        self._told = None

    def isValid(self) -> bool:
        return self._told is not None and self._told.isValid()

    def object(self) -> QObject | None:  # type: ignore[override]  # the stubs forget None: Qt asks what is deleted, too
        return None if self._told is None else self._told.object()

    def role(self) -> QAccessible.Role:
        return self.told.role()

    def text(self, kind: QAccessible.Text) -> str:
        return self.told.text(kind)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        self.told.setText(kind, text)

    def rect(self) -> QRect:
        return self.told.rect()

    def parent(self) -> QAccessibleInterface:
        return self.told.parent()

    def child(self, index: int) -> QAccessibleInterface:
        return self.told.child(index)

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return self.told.childAt(x, y)

    def childCount(self) -> int:
        return self.told.childCount()

    def focusChild(self) -> QAccessibleInterface:
        return self.told.focusChild()

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self.told.indexOfChild(child)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        found = self.told.interface_cast(kind)
        return _NOTHING if found is None else found


class _ItemsInterface(_RetoldInterface):
    """A table or list: where an item is the current one, this has the keyboard and the view has not."""

    def state(self) -> QAccessible.State:
        state, view = self.told.state(), self.object()
        items = view.selectionModel() if isinstance(view, QAbstractItemView) else None
        return state if items is None or not items.currentIndex().isValid() else _without_keyboard(state)


class _TabsInterface(_RetoldInterface):
    """A row of tabs: the current tab has the keyboard where the row has it, and the row itself never."""

    def __init__(self, told: QAccessibleInterface, part: QObject) -> None:
        super().__init__(told, part)
        self._tabs: dict[int, _TabInterface] = {}

    def state(self) -> QAccessible.State:
        return _without_keyboard(self.told.state())

    def text(self, kind: QAccessible.Text) -> str:
        bar = self.object()
        if kind == QAccessible.Text.Name and isinstance(bar, QTabBar):
            return bar.accessibleName()
        return super().text(kind)

    def child(self, index: int) -> QAccessibleInterface:
        bar = self.object()
        if not isinstance(bar, QTabBar) or not 0 <= index < bar.count():
            return super().child(index)
        if index not in self._tabs:
            self._tabs[index] = _TabInterface(super().child(index), self, bar, index)
        return self._tabs[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, _TabInterface) else super().indexOfChild(child)


class _TabInterface(_RetoldInterface):
    """One tab. Qt says of the current one that it has the keyboard, wherever the keyboard is."""

    def __init__(self, told: QAccessibleInterface, tabs: _TabsInterface, bar: QTabBar, place: int) -> None:
        super().__init__(told, bar)
        self._tabs, self.place = tabs, place

    def parent(self) -> QAccessibleInterface:
        return self._tabs

    def state(self) -> QAccessible.State:
        state, bar = self.told.state(), self._tabs.object()
        has_keyboard = isinstance(bar, QTabBar) and bar.hasFocus()
        return state if has_keyboard else _without_keyboard(state)


def install_accessibility() -> Callable[[str, QObject], QAccessibleInterface | None]:
    """Give the parts that need one their accessible face; the caller keeps what comes back while the program runs."""
    faces: list[QAccessibleInterface] = []

    def face_of(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
        face = _face_of(thing)
        if face is not None:
            faces.append(face)
        return face

    QAccessible.installFactory(face_of)
    return face_of


def _face_of(thing: QObject) -> QAccessibleInterface | None:
    """Return the face of a part, or None where Qt's own will do."""
    if isinstance(thing, Choice):
        return _ChoiceInterface(thing)
    if isinstance(thing, PlotFrame):
        return _PictureInterface(thing, QAccessible.Role.Chart)
    if isinstance(thing, PictureBase | QGraphicsView):
        return _PictureInterface(thing, QAccessible.Role.Graphic)
    if isinstance(thing, QAbstractItemView) and not isinstance(thing, QHeaderView):
        return _around(thing, _ItemsInterface)
    if isinstance(thing, QTabBar):
        return _around(thing, _TabsInterface)
    if isinstance(thing, QScrollArea):
        return QAccessibleWidget(thing, QAccessible.Role.Pane)
    return _HolderInterface(thing) if isinstance(thing, QTabWidget | QKeySequenceEdit) else None


def _around(thing: QWidget, kind: type[_RetoldInterface]) -> _RetoldInterface | None:
    """Return a face around the one that Qt makes for a part; None while Qt makes that."""
    if id(thing) in _in_the_making:
        return None
    _in_the_making.add(id(thing))
    try:
        told = QAccessible.queryAccessibleInterface(thing)
    finally:
        _in_the_making.discard(id(thing))
    return None if told is None else kind(told, thing)


def _without_keyboard(state: QAccessible.State) -> QAccessible.State:
    state.focused = False
    return state
