"""What panes have in common that keep one line, or less, where the window is too low for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QToolButton, QWidget

from convstudio.views.parts.controls import tool_button


@runtime_checkable
class Folding(Protocol):
    """A pane that can be folded; `unfold_asked` tells that the user wants it whole."""

    unfold_asked: SignalInstance

    def set_folded(self, on: bool) -> None:
        """Keep the least, or show all."""

    @property
    def least_heights(self) -> tuple[int, int]:
        """The least heights, folded and whole."""


@runtime_checkable
class Holding(Protocol):
    """What may have hidden a part that it holds: it shows the part, or returns what leads to it."""

    def bring_out(self, part: QWidget) -> QWidget:
        """Show a part, and return it; or return what stands for it."""


@runtime_checkable
class Arranging(Protocol):
    """What may show some of its parts in the place of others."""

    def arrangement(self) -> Callable[[], object]:
        """Return what shows again what is on show now."""


@runtime_checkable
class Narrowing(Protocol):
    """What shows less of itself in a narrow window."""

    @property
    def whole_width(self) -> int:
        """How wide it must be to show all of itself."""


def bring_out(part: QWidget) -> None:
    """Have all that a part is in show it."""
    outer = part.parentWidget()
    while outer is not None:
        if isinstance(outer, Holding):
            outer.bring_out(part)
        outer = outer.parentWidget()


def unfold_button(name: str, tip: str, asked: SignalInstance) -> QToolButton:
    """Make the button that unfolds a pane; it is hidden while the pane is whole."""
    button = tool_button(name, name, tip, asked.emit)
    button.setArrowType(Qt.ArrowType.UpArrow)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.hide()
    return button
