"""The menu Learn's lenses: opens each in a separate window, and keeps the open ones up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.views.lenses.lens_window import Lens, LensWindow


@dataclass(frozen=True)
class LensKind:
    """A lens as the menu offers it: its title, the lesson in a sentence or two, and how to make it."""

    title: str
    lesson: str
    make: Callable[[], Lens]


class LensWindows(QObject):
    """Opens lenses beside a window, one window for each; a closed one is forgotten.

    `intent_asked` passes on what a lens asks for.
    """

    intent_asked = Signal(object)

    def __init__(self, kinds: Sequence[LensKind], beside: QWidget) -> None:
        super().__init__(beside)
        self._kinds = {kind.title: kind for kind in kinds}
        self._beside = beside
        self._open: dict[str, LensWindow] = {}
        self._shown: tuple[Document, ViewState, Forward | None] | None = None

    @property
    def lessons(self) -> dict[str, str]:
        """The lesson of every lens by its title, in the order of the menu."""
        return {title: kind.lesson for title, kind in self._kinds.items()}

    def window_of(self, title: str) -> LensWindow | None:
        """Return the open window of a lens."""
        return self._open.get(title)

    def open(self, title: str) -> None:
        """Open a lens, or bring its window to the front."""
        window = self._open.get(title) or self._make(title)
        window.show()
        window.raise_()
        window.activateWindow()

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Show another document, or another part of it, in all open windows; `result` is the newest run of it."""
        self._shown = document, view, result
        if self._open:
            reading = reading_of(document, view, result)
            for window in self._open.values():
                window.show_document(document, view, reading)

    def _make(self, title: str) -> LensWindow:
        kind = self._kinds[title]
        window: LensWindow = load("lenses.lens_window.LensWindow")(kind.title, kind.lesson, kind.make(), self._beside)
        window.lens.intent_asked.connect(self.intent_asked)
        window.finished.connect(lambda _code: self._forget(title))
        self._open[title] = window
        if self._shown is not None:
            window.show_document(*self._shown[:2], reading_of(*self._shown))
        return window

    def _forget(self, title: str) -> None:
        window = self._open.pop(title, None)
        if window is not None:
            window.deleteLater()
