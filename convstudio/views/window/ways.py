"""Finding a named place of a window, an entry of its menus or a part of it, and bringing it into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from convstudio.views.parts.plain_text import without_mark
from convstudio.views.parts.room.folding import Arranging, Folding, Holding
from convstudio.views.parts.room.tool_row import ToolRow


def entry_at(window: QMainWindow, way: Sequence[str]) -> QAction | None:
    """Return the entry of the menu bar that the names lead to, one menu after the other; None where there is none."""
    actions, found = window.menuBar().actions(), None
    for name in way:
        found = next((action for action in actions if without_mark(action.text()) == name), None)
        if found is None:
            return None
        menu = found.menu()
        actions = menu.actions() if isinstance(menu, QMenu) else []
    return found


def part_named(window: QWidget, name: str) -> QWidget | None:
    """Return the part of a window with an accessible name that can have the keyboard; a visible one first."""
    named = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.accessibleName() == name and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    return min(named, key=lambda widget: not widget.isVisible(), default=None)


def shown_part(window: QWidget, name: str) -> QWidget | None:
    """Return the largest part of that accessible name, or object name, that is on top; where none is, a hidden one.

    A chip may bear the name of the table that it leads to. A table and the picture of its numbers stand one on the
    other, where only one of them is seen.
    """
    named = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.accessibleName() in (name, f"{name} picture") or widget.objectName() == name
    ]
    return max(named, key=lambda part: (part.isVisible(), _is_on_top(part), part.width() * part.height()), default=None)


def _is_on_top(part: QWidget) -> bool:
    found = part.window().childAt(part.mapTo(part.window(), part.rect().center()))
    return found is not None and (found is part or part.isAncestorOf(found))


def scroll_to(part: QWidget, text: str) -> None:
    """Bring the first line that holds a text into sight, in a part that is a long text, and mark it."""
    if text and isinstance(part, QPlainTextEdit) and not part.textCursor().hasSelection():
        part.find(text)


def reveal(part: QWidget) -> QWidget:
    """Bring a part into sight: turn to its page, unfold what it is in, and scroll to it.

    What comes back is the part, or what leads to it where there is no room for it.
    """
    inner, outer, shown = part, part.parentWidget(), part
    while outer is not None and not inner.isWindow():
        if isinstance(outer, QStackedWidget) and outer.currentWidget() is not inner:
            _turn_to(outer, inner)
        if isinstance(outer, QScrollArea):
            outer.ensureWidgetVisible(part)
        if isinstance(outer, Folding) and inner.isHidden():
            outer.unfold_asked.emit()
        if isinstance(outer, Holding):
            shown = outer.bring_out(shown)
        inner, outer = outer, outer.parentWidget()
    inner.show()
    inner.raise_()
    return shown


def arrangements(part: QWidget) -> list[Callable[[], object]]:
    """Return what shows again what is on show now around a part, whose place bringing it out may take."""
    found: list[Callable[[], object]] = []
    outer = part.parentWidget()
    while outer is not None:
        if isinstance(outer, Arranging):
            found.append(outer.arrangement())
        outer = outer.parentWidget()
    return found


def _turn_to(pages: QStackedWidget, page: QWidget) -> None:
    tabs = pages.parentWidget()
    if isinstance(tabs, QTabWidget):
        tabs.setCurrentWidget(page)
    else:
        pages.setCurrentWidget(page)


def switch_at(window: QMainWindow, way: Sequence[str]) -> QAbstractButton | None:
    """Return the button at the end of a way that can be switched on; None where there is none, or it is on.

    It may be in the menu of a row of tools that has no room for it.
    """
    if entry_at(window, way) is not None:
        return None
    named = (button for button in window.findChildren(QAbstractButton) if button.accessibleName() == way[-1])
    is_off = (button for button in named if button.isCheckable() and not button.isChecked() and button.isEnabled())
    return next(filter(_is_at_hand, is_off), None)


def _is_at_hand(part: QWidget) -> bool:
    outer = part.parentWidget()
    while outer is not None and not part.isVisible():
        if isinstance(outer, ToolRow):
            return outer.isVisible() and outer.bring_out(part).isVisible()
        outer = outer.parentWidget()
    return part.isVisible()
