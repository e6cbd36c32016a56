"""The phases of learning in the calculation: their gradients are worked out, and what they ask for is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from convstudio.model.run.forward import Forward
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.views.calculation.pane import CalculationPane
from convstudio.wiring.display import Display
from convstudio.wiring.learning.entries import TEACH
from convstudio.wiring.learning.panels import LearningPanels

if TYPE_CHECKING:
    from convstudio.model.learning.backward_pass import BackwardPass
    from convstudio.model.learning.nudging import Nudge
    from convstudio.session.learning.differentiator import Differentiator
    from convstudio.views.calculation.phase_box import PhaseBox

_STALE = "“{step}” was not done because the network or its input changed meanwhile. Choose it again."


class PhaseQuestions:
    """Has gradients worked out while a phase of learning is on show; nothing is imported or computed before."""

    def __init__(
        self,
        pane: CalculationPane,
        session: Session,
        editor: Editor,
        jobs: Jobs,
        display: Display,
        panels: LearningPanels,
    ) -> None:
        self._pane, self._session, self._editor, self._jobs = pane, session, editor, jobs
        self._display, self._panels = display, panels
        self._differentiator: Differentiator | None = None
        pane.phase_box_made.connect(self._connect)
        display.add_follower(self.show_document)

    @property
    def is_busy(self) -> bool:
        """Whether gradients are still to come."""
        return self._differentiator is not None and not self._differentiator.is_idle

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Ask for the gradients of the phase on show; none are worked out in the forward phase."""
        if self._differentiator is None:
            return
        if not view.watch.is_learning:
            self._differentiator.request(None)
            return
        from convstudio.model.panes.learning.watching import request_of  # here, and not above: no start needs it

        self._differentiator.request(request_of(document, view, result))

    def close(self, patience: int) -> bool:
        """Work nothing out any more; wait `patience` ms for what runs, and return whether it ended."""
        return self._differentiator is None or self._differentiator.close(patience)

    # --- the box -------------------------------------------------------------------------------------------------

    def _connect(self, box: PhaseBox) -> None:
        from convstudio.session.learning.differentiator import Differentiator  # here, and not above: no start needs it

        self._differentiator = made = Differentiator(self._pane)
        made.answered.connect(self._take_pass)
        made.failed.connect(self._take_problem)
        box.updates_asked.connect(self._apply)
        box.undo_asked.connect(self._undo)
        box.nudge_asked.connect(self._nudge)
        box.drawing_asked.connect(self._draw)
        self._session.history.changed.connect(self._show_undo)
        self._show_undo()

    @property
    def _box(self) -> PhaseBox:
        assert self._pane.phase_box is not None, "what asks is there"
        return self._pane.phase_box

    def _take_pass(self, found: BackwardPass) -> None:
        self._box.show_pass(found)
        self._show_phase()

    def _take_problem(self, problem: str) -> None:
        self._box.show_no_pass(problem)
        self._show_phase()

    def _show_phase(self) -> None:
        self._pane.show_phase()
        self._display.show_words()

    def _show_undo(self) -> None:
        from convstudio.model.edits.learning.updates import is_update  # here, and not above: no start needs it

        self._box.show_undo(is_update=is_update(self._session.undo_stack.undoText()))

    # --- what is asked -------------------------------------------------------------------------------------------

    def _apply(self, times: int) -> None:
        """Apply one update at once; several, each with gradients of its own, are worked out elsewhere."""
        from convstudio.model.edits.learning import updates  # here, and not above: no start needs it

        found, before = self._box.found, self._session.document
        if found is None:
            return
        if times == 1:
            self._editor.apply(updates.update_intent(found))
            return
        step = updates.step_name(times, is_reversed=found.is_reversed)
        self._jobs.read(
            step,
            lambda progress: updates.updated_times(before, times, is_reversed=found.is_reversed, progress=progress),
            partial(self._take_updated, step, before),
        )

    def _take_updated(self, step: str, before: Document, after: Document) -> None:
        from convstudio.model.edits.intent import EVERYTHING  # here, and not above: no start needs it

        if self._session.document is not before:
            raise ValueError(_STALE.format(step=step))
        self._session.apply(step, after, None, EVERYTHING)

    def _undo(self) -> None:
        self._session.undo_stack.undo()

    def _nudge(self, layer: int, field: str, index: tuple[int, ...]) -> None:
        from convstudio.model.learning.nudging import nudged  # here, and not above: no start needs it

        found = self._box.found
        if found is not None:
            take = partial(self._take_nudge, layer, found)
            self._jobs.read("Nudging the weight", lambda _: nudged(found, layer, field, index), take)

    def _take_nudge(self, layer: int, found: BackwardPass, nudge: Nudge) -> None:
        self._box.show_nudge(layer, found, nudge)
        self._show_phase()

    def _draw(self) -> None:
        self._panels.open(TEACH.title)
