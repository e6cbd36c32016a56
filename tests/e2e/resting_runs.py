"""Trainings and labs that rest at a step until a story has done what it must do in the midst of a run.

However fast they are, and however slowly the story looks, the run has not ended before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from unittest.mock import patch

from convstudio.session.learning import lab_run
from convstudio.session.learning.trainer import Trainer

_LONGEST_SECONDS = 200


def at_step(step: int) -> Callable[[Any], bool]:
    """Return whether a run has made so many steps."""
    return lambda state: state.step >= step


@contextmanager
def resting(when: Callable[[Any], bool]) -> Iterator[None]:
    """Let runs make no step from a state on, until the context ends."""
    go_on = Event()
    advance, make_step = lab_run.advance_side_by_side, Trainer._make_step

    def rest(state: Any) -> None:
        if when(state):
            go_on.wait(_LONGEST_SECONDS)

    def advance_when_wanted(plan: Any, state: Any) -> Any:
        rest(state)
        return advance(plan, state)

    def make_step_when_wanted(trainer: Trainer, state: Any) -> Any:
        rest(state)
        return make_step(trainer, state)

    with (
        patch.object(lab_run, "advance_side_by_side", advance_when_wanted),
        patch.object(Trainer, "_make_step", make_step_when_wanted),
    ):
        try:
            yield
        finally:
            go_on.set()
