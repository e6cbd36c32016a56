"""The panel Kernel detective with its wiring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from convstudio.model.edits.intent import Intent, Target
from convstudio.model.learning.detective import Solution, with_found
from convstudio.model.panes.learning.teaching.detective_view import detective_view
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.session.learning.detective import Detective
from convstudio.views.learning.detective import DetectiveCard
from convstudio.views.learning.lesson_dock import LessonDock
from convstudio.wiring.learning.entries import DETECTIVE
from convstudio.wiring.learning.panels import Connections, LearningPanel


@dataclass(frozen=True, eq=False)
class _DetectiveQuestion:
    """What was asked last; it keeps what it is about, since the identity of what is gone may be given again."""

    document: Document
    layer: int
    filter: int
    read: TiledArray | None

    def is_same_as(self, other: _DetectiveQuestion) -> bool:
        """Return whether the answer is the same: numbers are not compared."""
        is_place_same = (self.layer, self.filter) == (other.layer, other.filter)
        return is_place_same and self.document is other.document and self.read is other.read


class DetectivePanel(LearningPanel):
    """Solves for the selected filter whenever the input, the target or the layer changes."""

    about = "kernel"

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.card = DetectiveCard()
        self.dock = LessonDock(DETECTIVE.title, DETECTIVE.lesson, self.card, connections.window)
        self.detective = Detective(self.dock)
        self._asked: _DetectiveQuestion | None = None
        self._solution: Solution | None = None
        self.detective.answered.connect(self._show)
        self.detective.failed.connect(self._refuse)
        self.card.use_asked.connect(self._use)

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Ask again where the answer may be another one; another channel of it is shown at once."""
        reading = reading_of(document, view, result)
        asked = _DetectiveQuestion(document, view.layer, view.filter, None if reading is None else reading.values)
        if self._asked is not None and asked.is_same_as(self._asked):
            if self._solution is not None:
                self.card.show_solution(detective_view(self._solution, view))
            return
        self._asked, self._solution = asked, None
        self.detective.request(asked.document, asked.layer, asked.filter, asked.read)

    def close(self, patience: int) -> bool:
        """End what is being solved."""
        return self.detective.close(patience)

    def _show(self, solution: Solution) -> None:
        self._solution = solution
        self.card.show_solution(detective_view(solution, self.connections.session.view))

    def _refuse(self, sentence: str) -> None:
        self._solution = None
        self.card.show_problem(sentence)

    def _use(self, other: bool) -> None:
        """Put a kernel that was found into its filter, as one step."""
        solution = self._solution
        found = None if solution is None else solution.other if other else solution.found
        if solution is None or found is None:
            return
        document, view = self.connections.session.document, self.connections.session.view
        edit = partial(with_found, layer=view.layer, filter_index=solution.case.filter, found=found)
        target = Target.of(document, view.layer, solution.case.filter)
        name = "Use the other kernel" if other else "Use the found kernel"
        self.connections.changes.take(Intent(name, edit, target=target))
