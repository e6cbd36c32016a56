"""What a lab's panel shows: losses and similarities over each other, and the filters of every run in a row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, signed_levels
from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine, Points, graph_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.numbers import apart, between_numbers, format_number

_SHORT, _LAST_STEPS = 3, 20


@dataclass(frozen=True, eq=False)
class FilterStrip:
    """The kernels of one run side by side, `(rows, columns)`, with a column between two of them that is none's.

    `is_gap` is `(columns,)`.
    """

    name: str
    values: Floats
    is_gap: NDArray[np.bool_]
    levels: Levels
    sentence: str


@dataclass(frozen=True)
class LabWords:
    """What a lab shows, in a sentence, and the numbers of it."""

    verdict: str = ""
    details: str = ""


def loss_graph(names: Sequence[str], steps: Points, losses: Points) -> Graph:
    """Show the losses of all runs, `(rows, runs)`."""
    return graph_of("Loss", _lines(names, steps, losses))


def similarity_graph(names: Sequence[str], steps: Points, similarities: Points) -> Graph:
    """Show how similar the filters of each run are, `(rows, runs)`: 1 is the same direction, 0 a right angle."""
    finite = similarities[np.isfinite(similarities)]
    low = min(0.0, float(finite.min(initial=0.0)))
    return graph_of("Similarity of the filters", _lines(names, steps, similarities), span=(low, 1.0))


def filter_strip(name: str, weights: NDArray[np.float32], similarity: float) -> FilterStrip:
    """Lay the filters of a layer beside each other, the first channel of each, in the same colours.

    >>> strip = filter_strip("two", np.float32([[[1, 2]], [[3, 4]]]), 0.5)
    >>> strip.values.tolist(), strip.is_gap.tolist()
    ([[1.0, 3.0, 0.0, 2.0, 4.0]], [False, False, True, False, False])
    """
    kernels = [weights[..., 0, place] for place in range(weights.shape[-1])]
    tables = [kernel.reshape(-1, kernel.shape[-1]) for kernel in kernels]
    gap = np.zeros((tables[0].shape[0], 1), np.float32)
    parts = [part for table in tables for part in (gap, table)][1:]
    is_gap = np.concatenate([np.full(part.shape[1], part is gap) for part in parts])
    return FilterStrip(
        name,
        frozen(np.hstack(parts)),
        is_gap,
        signed_levels(weights),
        f"{name}: {len(kernels)} filters, similarity {similarity_text(similarity)}",
    )


def lab_line(status: Status, step: int, steps: int, layer: int | None = None) -> str:
    """Say how far a lab is, and of which layer the filters are compared, counted from 0; None: there is but one.

    >>> lab_line(Status.RUNNING, 12, 780, 2)
    'Training: step 12 of 780, filters of layer 3'
    """
    compared = "" if layer is None else f", filters of layer {layer + 1}"
    return f"{status.value.capitalize()}: step {apart(step)} of {apart(steps)}{compared}"


def symmetry_words(
    names: Sequence[str], similarities: Sequence[float], step: int, *, told_apart: str = "", rounding: float = 0.0
) -> LabWords:
    """Say how similar the filters of every run are by now; the first run began with equal filters.

    `told_apart` is why they do not stay so, as the end of a sentence. `rounding` is the largest difference that was
    taken out of a step, because equal gradients are not rounded alike.

    >>> words = symmetry_words(["same start", "random start"], [1.0, 0.25], 40, rounding=2e-9)
    >>> words.verdict
    'Filters that began the same are still exactly the same.'
    >>> words.details.partition(". ")[0]
    'Similarity after 40 steps: same start 1, random start 0.25'
    """
    verdict = "Filters that began the same are still exactly the same."
    if similarities[0] != 1:
        verdict = f"Filters that began the same have become different: {told_apart}."
    details = (
        f"Similarity after {counted(step, 'step', write=apart)}: {_told(names, map(similarity_text, similarities))}."
    )
    if rounding:
        details += (
            " Sums that are equal are not rounded alike: the filters of the same start take the step of the first one, "
            f"from which theirs differs by at most {format_number(rounding, 2)}."
        )
    return LabWords(verdict, details)


def initialisation_words(names: Sequence[str], losses: Points, step: int) -> LabWords:
    """Say which start has led to the lowest loss by now: the mean of its last steps in `losses`, `(rows, runs)`.

    The row from before the first step is NaN, and no loss. A run that diverged has an infinite one.

    >>> words = initialisation_words(["zeros", "He uniform"], np.array([[math.nan] * 2, [1.39, 0.25]]), 1)
    >>> words.verdict, words.details
    ('He uniform has the lowest loss.', 'Loss after 1 step: zeros 1.39, He uniform 0.25.')
    """
    if not step:
        return LabWords()
    means = [float(run[~np.isnan(run)].mean()) for run in losses[-_LAST_STEPS:].T]
    best = names[means.index(min(means))]
    verdict = f"{best[:1].upper()}{best[1:]} has the lowest loss."
    return LabWords(verdict, f"Loss after {counted(step, 'step', write=apart)}: {_told(names, map(_written, means))}.")


def similarity_text(similarity: float) -> str:
    """Write how similar filters are; 1 is said of those alone that are exactly the same.

    >>> similarity_text(1.0), similarity_text(1 - 1e-9), similarity_text(0.25)
    ('1', '> 0.999', '0.25')
    """
    told = _written(similarity)
    return f"> {_written(1 - 10.0**-_SHORT)}" if similarity < 1 and told == _written(1.0) else told


def _told(names: Sequence[str], values: Iterable[str]) -> str:
    return between_numbers().join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _lines(names: Sequence[str], steps: Points, columns: Points) -> list[GraphLine]:
    return [GraphLine(name, steps, columns[:, place]) for place, name in enumerate(names)]


def _written(value: float) -> str:
    return "not known" if math.isnan(value) else "infinite" if math.isinf(value) else format_number(value, _SHORT)
