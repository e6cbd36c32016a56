"""The menu Learn's lenses: opens each as a panel beside the panes, and keeps those on show up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.views.lenses.lens import Lens
    from convstudio.views.lenses.lens_dock import LensDock


@dataclass(frozen=True)
class LensKind:
    """A lens as the menu offers it: its title, the lesson in a sentence or two, and how to make it."""

    title: str
    lesson: str
    make: Callable[[], Lens]


class LensDocks(QObject):
    """Opens lenses beside the panes of a window, one panel for each; a closed one is kept for the next time.

    `panes` are those that lenses are about, by their names. `intent_asked` passes on what a lens asks for, and
    `question_asked` what takes it long to find out: `show_answer` brings the answer. `shares_changed` carries what the
    terms of the current output carry of a score, or None.
    """

    intent_asked = Signal(object)
    question_asked = Signal(object)
    shares_changed = Signal(object)

    def __init__(self, kinds: Sequence[LensKind], window: QMainWindow, panes: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._kinds = {kind.title: kind for kind in kinds}
        self._window, self._panes = window, panes
        self._made: dict[str, LensDock] = {}
        self._shown: tuple[Document, ViewState, Forward | None] | None = None

    @property
    def lessons(self) -> dict[str, str]:
        """The lesson of every lens by its title, in the order of the menu."""
        return {title: kind.lesson for title, kind in self._kinds.items()}

    def dock_of(self, title: str) -> LensDock | None:
        """Return the panel of a lens that is open."""
        made = self._made.get(title)
        return None if made is None or made.isHidden() else made

    def open(self, title: str) -> None:
        """Open a lens, or bring its panel to the front."""
        dock = self._made.get(title) or self._make(title)
        if self._shown is not None:
            document, view, result = self._shown
            dock.show_document(document, view, reading_of(document, view, result), result)
        dock.open_beside(self._panes.get(dock.lens.about))

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Show another document, or another part of it, in all open panels; `result` is the newest run of it."""
        self._shown = document, view, result
        opened = [dock for dock in self._made.values() if not dock.isHidden()]
        if opened:
            reading = reading_of(document, view, result)
            for dock in opened:
                dock.show_document(document, view, reading, result)

    def show_answer(self, answer: object) -> None:
        """Bring the answer to a question to the open lenses: the one that asked takes it."""
        for dock in self._made.values():
            if not dock.isHidden():
                dock.lens.show_answer(answer)

    def _make(self, title: str) -> LensDock:
        kind = self._kinds[title]
        dock: LensDock = load("lenses.lens_dock.LensDock")(kind.title, kind.lesson, kind.make(), self._window)
        dock.lens.intent_asked.connect(self.intent_asked)
        dock.lens.question_asked.connect(self.question_asked)
        dock.lens.shares_changed.connect(self.shares_changed)
        self._made[title] = dock
        return dock
