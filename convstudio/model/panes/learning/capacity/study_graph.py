"""The picture of a study: accuracy over the number of filters, with the spread of the seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from convstudio.model.learning.study import Study, StudySummary
from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine, Points
from convstudio.model.panes.learning.graphs.ticks import Ticks
from convstudio.model.values.answers.counted import counted, enumerated
from convstudio.model.values.numbers import percent

ENOUGH = 0.95
"""The share of held-out samples that is called enough."""
_BESIDE = 0.05
"""How far lines stand beside each other, so that their bars can be told apart: a part of the way between two sizes."""


def _none() -> Points:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class SpreadLine(GraphLine):
    """A line of means; `lows` and `highs` are the worst and the best seed at each of its points."""

    lows: Points = field(default_factory=_none)
    highs: Points = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class SpreadGraph(Graph):
    """Accuracies over numbers of filters, which stand side by side: the first at 0.5, the next at 1.5."""

    filters: tuple[int, ...] = ()

    @property
    def ticks(self) -> dict[str, Ticks]:
        """The ticks of the axes, by the side they stand on."""
        shares = (0.0, 0.25, 0.5, 0.75, 1.0)
        counts = [*map(str, self.filters[:-1]), *map(_filters, self.filters[-1:])]  # more words would run together
        sizes = tuple((place + 0.5, text) for place, text in enumerate(counts))
        return {"left": tuple((share, percent(share)) for share in shares), "bottom": sizes}

    def values_at(self, step: float) -> str:
        """Tell what every line has at the nearest number of filters."""
        place = int(np.clip(step, 0, len(self.filters) - 1)) if self.filters else 0
        told = [f"{line.name} {_spread_text(line, index)}" for line in self.lines for index in _places(line, place)]
        return f"{_filters(self.filters[place])}: {', '.join(told)}" if told else ""

    @property
    def sentence(self) -> str:
        """Say what every line has at every number of filters."""
        told = [text for place in range(len(self.filters)) if (text := self.values_at(place))]
        return f"{self.name}. {'. '.join(told)}." if told else f"{self.name}: nothing is trained yet."


@dataclass(frozen=True)
class GraphChoice:
    """Which lines are drawn: those of all classes with one `kernel`, or those of all kernels with some `classes`.

    Where it `is_map`, it is a heat map of filters and kernels instead.
    """

    title: str
    kernel: int | None = None
    classes: int | None = None
    is_map: bool = False

    def holds(self, summary: StudySummary) -> bool:
        """Return whether a size of network is among those drawn."""
        return self.kernel in (None, summary.kernel) and self.classes in (None, summary.classes)

    def line_of(self, summary: StudySummary) -> str:
        """Return the name of the line that a size of network is on."""
        return f"{summary.classes} classes" if self.classes is None else f"{summary.kernel}×{summary.kernel}"


def graph_choices(study: Study) -> tuple[GraphChoice, ...]:
    """Return the pictures that a study has: lines of classes for every kernel, then lines of kernels for every class.

    With several kernels there is a heat map for every number of classes, too.

    >>> [choice.title for choice in graph_choices(Study(kernels=(3,), classes=(2, 4)))]
    ['lines of classes, kernels 3×3']
    """
    by_kernel = [GraphChoice(f"lines of classes, kernels {one}×{one}", kernel=one) for one in study.kernels]
    if len(study.kernels) == 1:
        return tuple(by_kernel)
    by_classes = [GraphChoice(f"lines of kernels, {one} classes", classes=one) for one in study.classes]
    maps = [GraphChoice(f"heat map of sizes, {one} classes", classes=one, is_map=True) for one in study.classes]
    return tuple(by_kernel + by_classes + maps)


def study_graph(study: Study, summaries: Sequence[StudySummary], choice: GraphChoice) -> SpreadGraph:
    """Draw the sizes of a choice that are trained already."""
    shown = [one for one in summaries if choice.holds(one)]
    names = list(dict.fromkeys(choice.line_of(one) for one in shown))
    filters = tuple(sorted(study.filters))
    lines = [
        _line(name, [one for one in shown if choice.line_of(one) == name], filters, _beside(place, len(names)))
        for place, name in enumerate(names)
    ]
    title = f"Accuracy on held-out samples by number of filters, {choice.title}"
    return SpreadGraph(title, tuple(lines), max(1.0, float(len(filters))), 0.0, 1.0, is_share=True, filters=filters)


def finding(study: Study, summaries: Sequence[StudySummary], choice: GraphChoice) -> str:
    """Say how many filters are enough for each line of a picture, as soon as all of its numbers are tried.

    >>> few = [
    ...     StudySummary(filters, 3, 4, 1, share, None, share, share, 1, 1, 1, 1, 1)
    ...     for filters, share in ((1, 0.5), (2, 0.9), (4, 1.0))
    ... ]
    >>> finding(Study((1, 2, 4)), few, GraphChoice("", kernel=3)).replace(chr(160), " ")
    '95 % of the held-out samples are right from 4 filters on for 4 classes.'
    """
    lines: dict[str, list[StudySummary]] = {}
    for one in filter(choice.holds, summaries):
        lines.setdefault(choice.line_of(one), []).append(one)
    enough = {name: _enough(found) for name, found in lines.items() if len(found) == len(study.filters)}
    reached = [f"from {_filters(count)} on for {name}" for name, count in enough.items() if count is not None]
    others = [name for name, count in enough.items() if count is None]
    told = f"{percent(ENOUGH)} of the held-out samples are right {enumerated(reached)}." if reached else ""
    missed = f"For {enumerated(others)}, {percent(ENOUGH)} is not reached." if others else ""
    return " ".join(filter(None, (told, missed)))


def _enough(found: Sequence[StudySummary]) -> int | None:
    """Return the least number of filters from which on all reach enough, None where the largest does not."""
    least = None
    for one in sorted(found, key=lambda one: one.filters, reverse=True):
        if one.accuracy < ENOUGH:
            break
        least = one.filters
    return least


def _line(name: str, found: Sequence[StudySummary], filters: Sequence[int], beside: float) -> SpreadLine:
    found = sorted(found, key=lambda one: one.filters)

    def column(read: Callable[[StudySummary], float]) -> Points:
        return np.array([read(one) for one in found], np.float64)

    return SpreadLine(
        name,
        column(lambda one: filters.index(one.filters) + 0.5 + beside),
        column(lambda one: one.accuracy),
        has_dots=True,
        lows=column(lambda one: one.lowest),
        highs=column(lambda one: one.highest),
    )


def _beside(place: int, lines: int) -> float:
    return (place - (lines - 1) / 2) * _BESIDE


def _filters(count: int) -> str:
    return counted(count, "filter")


def _places(line: GraphLine, place: int) -> list[int]:
    return np.flatnonzero(line.x.astype(np.int64) == place).tolist()


def _spread_text(line: GraphLine, index: int) -> str:
    text = percent(float(line.y[index]))
    if not isinstance(line, SpreadLine) or line.lows[index] == line.highs[index]:
        return text
    return f"{text} ({percent(float(line.lows[index]))} to {percent(float(line.highs[index]))})"
