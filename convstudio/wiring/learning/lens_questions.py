"""What lenses ask that takes long is worked out in a thread, which is made with the first question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.lenses.learn import LensDocks

if TYPE_CHECKING:
    from convstudio.session.learning.attributor import Attributor


class LensQuestions:
    """Has the questions of the lenses answered, and the terms of the calculation coloured as they find."""

    def __init__(self, learn: LensDocks, calculation: CalculationPane) -> None:
        self._learn = learn
        learn.shares_changed.connect(calculation.show_term_shares)
        self._attributor: Attributor | None = None
        learn.question_asked.connect(self._ask)

    def close(self, patience: int) -> bool:
        """Answer nothing more; wait `patience` ms for what runs, and return whether it ended."""
        return self._attributor is None or self._attributor.close(patience)

    def _ask(self, score: Any) -> None:
        if self._attributor is None:
            from convstudio.session.learning.attributor import Attributor  # here, and not above: no start needs it

            self._attributor = Attributor()
            self._attributor.answered.connect(self._learn.show_answer)
            self._attributor.failed.connect(self._learn.show_answer)
        self._attributor.request(score)
