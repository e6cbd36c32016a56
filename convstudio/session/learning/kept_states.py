"""The states that a run keeps, to go back to: all of the last steps, every 2nd, 4th, 8th, … of those before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Generic, Protocol, TypeVar


class HasStep(Protocol):
    """What is kept: it knows at which step it was."""

    @property
    def step(self) -> int:
        """The number of steps that led to it."""


Kept = TypeVar("Kept", bound=HasStep)


class KeptStates(Generic[Kept]):
    """Keeps states of a run by their step, thinner the longer ago they were; the first and the newest always stay.

    All of the `recent` last ones are kept, and half as many of each doubling of age: memory grows with the logarithm of
    the steps.
    """

    def __init__(self, recent: int) -> None:
        self._recent = max(1, recent)
        self._by_step: dict[int, Kept] = {}
        self._steps: list[int] = []

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps whose states are kept, from the first to the newest."""
        return tuple(self._steps)

    def add(self, state: Kept) -> None:
        """Keep a state; those of the same step or of later ones, which a run that went back has left, are dropped."""
        while self._steps and self._steps[-1] >= state.step:
            del self._by_step[self._steps.pop()]
        insort(self._steps, state.step)
        self._by_step[state.step] = state
        self._thin_out(state.step)

    def at(self, step: int) -> Kept:
        """Return the state of a step, or the last one before it that is kept; raise ValueError where none is."""
        place = bisect_right(self._steps, step)
        if not place:
            raise ValueError(f"no state up to step {step} is kept")
        return self._by_step[self._steps[place - 1]]

    def before(self, step: int) -> Kept | None:
        """Return the last state that is kept from before a step; None where there is none."""
        place = bisect_left(self._steps, step)
        return self._by_step[self._steps[place - 1]] if place else None

    def _thin_out(self, newest: int) -> None:
        """Drop what has just become too old to be kept so densely: one state of each doubling of age, at most."""
        spacing, age = 1, self._recent
        while age < newest:
            step = newest - age
            if step % (2 * spacing) and step in self._by_step:
                del self._by_step[step]
                del self._steps[bisect_left(self._steps, step)]
            spacing, age = 2 * spacing, 2 * age
