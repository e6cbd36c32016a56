"""The undo steps that led to the current document, within a stated amount of memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from convstudio.model.edits.intent import Target
from convstudio.model.edits.side_effects import SideEffect, side_effects, step_name
from convstudio.model.run.footprint import Footprint, document_bytes
from convstudio.model.values.document import Document

_SHARE_KEPT = 0.75  # what a clearing leaves, so that the next few steps need no clearing


@dataclass
class _Step:
    """One undo step: its name, the documents before and after it, its gesture, its target, and its side effects."""

    name: str
    before: Document
    after: Document
    gesture: int | None
    target: Target | None
    effects: Sequence[SideEffect]

    @property
    def text(self) -> str:
        """The name, and everything else that the step changed."""
        return step_name(self.name, self.effects)

    def grow(self, after: Document) -> None:
        """Lead to another document; what a drag changed counts from its beginning on."""
        self.after = after
        self.effects = side_effects(self.before, after, self.target)


@dataclass(frozen=True)
class KeptSteps:
    """All steps of a history, and the place among them."""

    first: Document
    steps: tuple[_Step, ...]
    place: int
    has_dropped: bool


class History(QObject):
    """Steps from document to document on a QUndoStack, of which the oldest are dropped when they hold too much.

    `show` is called with the document that a step leads to. `may_grow` tells whether a gesture may go on in the step
    that made a document. The steps hold at most `most_bytes` besides the document of now; the last one always stays.
    `dropped_changed` tells whether steps are gone since the history began.
    """

    dropped_changed = Signal(bool)
    changed = Signal()
    """The steps, or the place among them, are others."""

    def __init__(
        self,
        first: Document,
        show: Callable[[Document], object],
        may_grow: Callable[[Document], bool],
        most_bytes: int,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.indexChanged.connect(self.changed)
        self.has_dropped = False
        """Whether steps are gone since the history began."""
        self._show = show
        self._may_grow = may_grow
        self._most_bytes = most_bytes
        self._first = first
        self._steps: list[_Step] = []
        self._footprint = Footprint()
        self._footprint.add(first)

    @property
    def names(self) -> tuple[str, ...]:
        """The texts of all steps, those that were undone too."""
        return tuple(self.undo_stack.text(place) for place in range(self.undo_stack.count()))

    @property
    def place(self) -> int:
        """How many of the steps are done."""
        return self.undo_stack.index()

    def go_to(self, place: int) -> None:
        """Undo or redo until so many steps are done; the document there is shown once."""
        if not 0 <= place <= len(self._steps) or place == self.place:
            return
        show, self._show = self._show, _show_nothing
        try:
            self.undo_stack.setIndex(place)
        finally:
            self._show = show
        self._show(self._steps[place - 1].after if place else self._first)

    def begin(self, first: Document) -> None:
        """Forget all steps; the next one starts at this document."""
        self.undo_stack.clear()
        self._first = first
        self._steps = []
        self._footprint = Footprint()
        self._footprint.add(first)
        self._tell_dropped(False)

    def keep(self) -> KeptSteps:
        """Return the steps, so that another history can take their place for a while."""
        return KeptSteps(self._first, tuple(self._steps), self.place, self.has_dropped)

    def restore(self, kept: KeptSteps) -> None:
        """Go on with the steps that were kept; the document of now is not shown here."""
        self.begin(kept.first)
        show, self._show = self._show, _show_nothing
        try:
            for step in kept.steps:
                self._footprint.add(step.after)
                self._steps.append(step)
                self._push(len(self._steps) - 1)
            self.undo_stack.setIndex(kept.place)
        finally:
            self._show = show
        self._tell_dropped(kept.has_dropped)

    def push(
        self,
        name: str,
        after: Document,
        gesture: int | None,
        target: Target | None = None,
        effects: Sequence[SideEffect] | None = None,
    ) -> None:
        """Go to a document as one step; what was undone before is forgotten.

        The step's text is its name, and what it changes beyond its `target`: its `effects`, found here where they are
        None. The last step grows instead where it is of the same name and gesture.
        """
        self._footprint.add(after)
        if self._grows(name, gesture):
            step = self._steps[-1]
            self._footprint.remove(step.after)
            step.grow(after)
            self._rename_last(step.text)
            self._show(after)
        else:
            self._forget_undone()
            before = self._steps[-1].after if self._steps else self._first
            found = side_effects(before, after, target) if effects is None else effects
            self._steps.append(_Step(name, before, after, gesture, target, found))
            self._push(len(self._steps) - 1)
        self._drop_oldest()

    def _rename_last(self, text: str) -> None:
        """Give the last step another text: the stack does not notice by itself."""
        last = self.undo_stack.command(self.undo_stack.count() - 1)
        if last is not None and last.text() != text:
            last.setText(text)
            self.undo_stack.undoTextChanged.emit(text)
            self.changed.emit()

    def _grows(self, name: str, gesture: int | None) -> bool:
        if gesture is None or not self._steps or self.undo_stack.canRedo():
            return False
        last = self._steps[-1]
        return (last.name, last.gesture) == (name, gesture) and self._may_grow(last.after)

    def _forget_undone(self) -> None:
        place = self.undo_stack.index()
        for step in self._steps[place:]:
            self._footprint.remove(step.after)
        del self._steps[place:]

    def _push(self, place: int) -> None:
        before = self._steps[place - 1].after if place else self._first
        self.undo_stack.push(_Change(self, before, self._steps[place]))

    def _drop_oldest(self) -> None:
        """Keep to the limit; QUndoStack cannot drop a step, so the stack is filled again without the oldest."""
        if self._footprint.bytes <= self._most_bytes:
            return
        now = document_bytes(self._steps[-1].after)
        if self._footprint.bytes - now <= self._most_bytes or len(self._steps) == 1:
            return
        while len(self._steps) > 1 and self._footprint.bytes - now > self._most_bytes * _SHARE_KEPT:
            self._footprint.remove(self._first)
            self._first = self._steps.pop(0).after
        self._fill_stack()
        self._tell_dropped(True)

    def _tell_dropped(self, has_dropped: bool) -> None:
        if has_dropped != self.has_dropped:
            self.has_dropped = has_dropped
            self.dropped_changed.emit(has_dropped)
            self.changed.emit()

    def _fill_stack(self) -> None:
        """Put the steps on an empty stack, in silence: the document of now and the name of the last step stay."""
        show, self._show = self._show, _show_nothing
        self.undo_stack.blockSignals(True)
        self.undo_stack.clear()
        for place in range(len(self._steps)):
            self._push(place)
        self.undo_stack.blockSignals(False)
        self._show = show
        self.changed.emit()


class _Change(QUndoCommand):
    """The one undo command: the document before a step, and the step; they share what did not change."""

    def __init__(self, history: History, before: Document, step: _Step) -> None:
        super().__init__(step.text)
        self._history = history
        self._before = before
        self._step = step

    def redo(self) -> None:
        self._history._show(self._step.after)

    def undo(self) -> None:
        self._history._show(self._before)


def _show_nothing(_document: Document) -> None:
    pass
