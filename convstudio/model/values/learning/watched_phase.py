"""Which phase of learning is on show, and the weight or the input cell whose gradient it follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Phase = Literal["forward", "loss", "backward", "update"]
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "update")


@dataclass(frozen=True)
class WatchedPhase:
    """The phase on show, and the gradient in it: `of` a weight of the current kernel, or of a cell of the input.

    `weight` and `cell` are their places, one number per axis. `revealed` counts the gradients shown while the stepper
    fills them in (None: all of them). With `is_reversed` the loss's gradient has the wrong sign, a common mistake.
    """

    phase: Phase = "forward"
    of: Literal["weight", "input"] = "weight"
    weight: tuple[int, ...] = ()
    cell: tuple[int, ...] = ()
    revealed: int | None = None
    is_reversed: bool = False

    @property
    def is_learning(self) -> bool:
        """Whether another phase than the forward run is on show.

        >>> WatchedPhase().is_learning
        False
        """
        return self.phase != "forward"


FORWARD_PHASE = WatchedPhase()
