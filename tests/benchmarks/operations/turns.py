"""Contenders that take turns in one process, so that what disturbs one disturbs all."""

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

PAUSE = 0.05
"""Seconds before a turn: threads of the one before may still be spinning."""

FEWEST, MOST = 3, 500
"""Runs in a turn; the first one is not counted."""


class Taken(NamedTuple):
    """What a contender took, in milliseconds: the median, and the range that holds the middle half of its runs."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Half of that range."""
        return (self.high - self.low) / 2


def take_turns(
    contenders: dict[str, Callable[[], object]],
    *,
    turns: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Taken]:
    """Time the contenders in turns of a few runs each, about so many seconds in all for each of them."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(turns):
        for name, contender in contenders.items():
            if sum(times[name]) < seconds:
                time.sleep(PAUSE)
                times[name] += _turn(contender, seconds / turns, clock)
    return {name: _summary(taken) for name, taken in times.items()}


def _turn(contender: Callable[[], object], seconds: float, clock: Callable[[], float]) -> list[float]:
    taken: list[float] = []
    while len(taken) < FEWEST or (sum(taken) < seconds and len(taken) < MOST):
        start = clock()
        contender()
        taken.append(clock() - start)
        if taken[-1] > 3 * seconds:
            return taken
    return taken[1:]


def _summary(taken: list[float]) -> Taken:
    if len(taken) < 2:
        return Taken(*(1000 * taken[0],) * 3)
    low, median, high = (1000 * part for part in statistics.quantiles(taken, n=4, method="inclusive"))
    return Taken(median, low, high)
