"""The selectivity probe: what a kernel answers to a fixed set of inputs, and in words what it is selective for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.probe_patterns import Pattern, patterns_for
from convstudio.model.lenses.subject import Doubles
from convstudio.model.values.answers.counted import counted, enumerated, one_or_many
from convstudio.model.values.numbers import format_number

_ROUNDING = 1e-4
_AS_STRONG = 0.99
"""Answers within a hundredth of the strongest count as equally strong."""
_ANY_DIRECTION = 0.6
"""A kernel whose weakest line answer is at least this part of its strongest one answers in any direction."""
_WAYS = ("right", "bottom right", "bottom", "bottom left", "left", "top left", "top", "top right")
_LINES = (
    "a horizontal line", "a line from the top left to the bottom right", "a vertical line",
    "a line from the bottom left to the top right",
)  # fmt: skip
_PLAIN = {
    "1-pixel line": "a line of 1 pixel", "2-pixel line": "a line of 2 pixels", "edge": "an edge", "dot": "a dot",
    "checkerboard": "a checkerboard", "1-step bump": "a bump of 1 step", "2-step bump": "a bump of 2 steps",
    "step up": "a step up", "step down": "a step down", "every other step": "a change at every step",
}  # fmt: skip
"""What can decide what a kernel is selective for, where it answers neither to flat areas nor to slopes."""


@dataclass(frozen=True)
class Response:
    """What a kernel answers to one pattern: `group` and `angle` are the pattern's.

    `strongest` is the answer that is furthest from 0, of the highest and the `lowest` one; `mean` is the mean of all
    absolute answers.
    """

    group: str
    angle: int | None
    highest: float
    lowest: float
    mean: float

    @property
    def strongest(self) -> float:
        """The answer that is furthest from 0."""
        return self.highest if self.highest >= -self.lowest else self.lowest


@dataclass(frozen=True)
class Selectivity:
    """What a kernel is selective for: its `kind`, a direction in degrees where it has one, and a sentence.

    The kinds are "nothing", "colour", "copy", "mean", "smooth", "sharpen", "edge", "line", "any direction" and the
    names of patterns. Directions are those of `LINE_ANGLES` for lines, of `EDGE_ANGLES` for edges.
    """

    kind: str
    sentence: str
    angle: int | None = None


@dataclass(frozen=True, eq=False)
class Probe:
    """The responses of a kernel to every pattern, in their order, and what it is selective for."""

    responses: tuple[Response, ...]
    selectivity: Selectivity

    def of(self, group: str) -> list[Response]:
        """Return the responses to the patterns of a group."""
        return [one for one in self.responses if one.group == group]

    @property
    def groups(self) -> list[str]:
        """The groups of patterns, in their order."""
        return list(dict.fromkeys(one.group for one in self.responses))


def probe(weights: Doubles) -> Probe:
    """Try a filter `(*kernel, channels)` on every pattern, shown on all its channels alike; without bias.

    >>> probe(np.array([[-1.0], [2.0], [-1.0]])).selectivity.kind
    '1-step bump'
    """
    kernel = weights.sum(axis=-1)
    linear = Linear.of_kernel(kernel)
    responses = tuple(_response(linear, pattern) for pattern in patterns_for(kernel.shape))
    return Probe(responses, _selectivity(weights, kernel, responses))


def _response(linear: Linear, pattern: Pattern) -> Response:
    answers = linear.run(pattern.values[..., np.newaxis])
    highest, lowest = float(answers.max()), float(answers.min())
    return Response(pattern.group, pattern.angle, highest, lowest, float(np.abs(answers).mean()))


# --- what it is selective for --------------------------------------------------------------------------------------


def _selectivity(weights: Doubles, kernel: Doubles, responses: Sequence[Response]) -> Selectivity:
    size = float(np.abs(weights).sum())
    if size == 0:
        return Selectivity("nothing", "Every weight is 0, so every answer is 0.")
    if _is_zero(float(np.abs(kernel).max()), size):
        return Selectivity(
            "colour", "It answers 0 to everything grey: only differences between the channels make an answer."
        )
    if np.count_nonzero(kernel) == 1:
        return _copy(kernel)
    total = float(kernel.sum())
    if not _is_zero(total, size):
        return _with_flat(kernel, total, responses)
    return _edge(kernel, responses) or _pattern(responses)


def _copy(kernel: Doubles) -> Selectivity:
    place = [int(at[0]) for at in np.nonzero(kernel)]
    weight = float(kernel[tuple(place)])
    times = "" if _is_same(weight, 1) else f", times {format_number(weight)}"
    if all(at == (length - 1) / 2 for at, length in zip(place, kernel.shape, strict=True)):
        return Selectivity("copy", f"It passes every cell on{times}, and is selective for nothing.")
    return Selectivity("copy", f"It passes the cell beside on{times}: the input moves, and nothing is detected.")


def _with_flat(kernel: Doubles, total: float, responses: Sequence[Response]) -> Selectivity:
    flat = f"It answers {format_number(total)} to a flat {'area' if kernel.ndim > 1 else 'stretch'} of 1"
    if np.all(kernel >= 0) or np.all(kernel <= 0):
        as_much = [one for one in responses if "line" in one.group and abs(one.strongest) >= _AS_STRONG * abs(total)]
        if not as_much:
            return Selectivity("mean", f"{flat}, and to nothing more: it adds up or averages, and detects nothing.")
        angle = as_much[0].angle
        return Selectivity(
            "mean",
            f"{flat}, and to {_line_words(angle)} no more than that: it does not tell them apart, and does "
            "not detect lines.",
            angle,
        )
    if float(np.square(kernel).sum()) <= total**2:  # differences of neighbours come out smaller than they go in
        return Selectivity("smooth", f"{flat}, and evens differences out: it smooths, and detects nothing.")
    slope = _slope(kernel)
    lit = "" if slope is None or kernel.ndim == 1 else f", most those that get brighter to the {_towards(slope)}"
    return Selectivity("sharpen", f"{flat}, and enlarges differences{lit}: it sharpens more than it detects.", slope)


def _edge(kernel: Doubles, responses: Sequence[Response]) -> Selectivity | None:
    """Return what it is if it answers to slopes; the direction is that of the steepest answer."""
    slope = _slope(kernel)
    if slope is None:
        return None
    group = "edge" if kernel.ndim > 1 else "step up"
    most = format_number(_strongest(one for one in responses if one.group == group))
    if kernel.ndim == 1:
        way = "up" if slope == 0 else "down"
        return Selectivity(
            "edge", f"It answers 0 to flat stretches and {most} to a step {way}: it detects changes, not values.", slope
        )
    return Selectivity(
        "edge",
        f"It answers 0 to flat areas and up to {most} to edges that get brighter to the {_towards(slope)} ({slope}°): "
        "it detects edges in that direction. The sides of a line are edges too.",
        slope,
    )


def _slope(kernel: Doubles) -> int | None:
    """Return in which direction a slope gives the largest answer, in whole degrees; None where no slope gives one.

    What the kernel answers to flat areas is left out. Sequences have 0 for up and 180 for down.
    """
    middle = [np.arange(length) - (length - 1) / 2 for length in kernel.shape]
    slopes = [float((kernel * at).sum()) for at in np.meshgrid(*middle, indexing="ij")]
    if all(_is_zero(slope, float(np.abs(kernel).sum())) for slope in slopes):
        return None
    down, right = slopes if kernel.ndim > 1 else (0.0, slopes[0])
    return round(math.degrees(math.atan2(down, right))) % 360


def _towards(angle: int) -> str:
    return _WAYS[round(angle / 45) % len(_WAYS)]


def _pattern(responses: Sequence[Response]) -> Selectivity:
    """Return what it is if it answers neither to flat areas nor to slopes: the pattern with the strongest answer."""
    lines = [one for one in responses if one.group == "1-pixel line"]
    if lines and _weakest(lines) >= _ANY_DIRECTION * _strongest(lines):
        dot = next(one for one in responses if one.group == "dot")
        sides = "bright" if dot.strongest > 0 else "dark"
        return Selectivity(
            "any direction",
            f"It answers 0 to flat areas and slopes, {format_number(dot.strongest)} to a bright dot, and to lines in "
            f"any direction: it detects {sides} spots and lines, and does not tell directions apart.",
        )
    best = max((one for one in responses if one.group in _PLAIN), key=lambda one: abs(one.strongest))
    if "line" in best.group:
        return _line(best, [one for one in responses if one.group == best.group])
    both = f" and {format_number(best.highest)}" if _is_same(best.highest, -best.lowest) else ""
    strongest = format_number(-abs(best.strongest) if both else best.strongest)
    return Selectivity(
        best.group,
        f"It answers 0 to flat {'areas' if lines else 'stretches'} and slopes, and most to {_PLAIN[best.group]}: "
        f"{strongest}{both}.",
    )


def _line(best: Response, lines: Sequence[Response]) -> Selectivity:
    equal = [one for one in lines if abs(one.strongest) >= _AS_STRONG * abs(best.strongest)]
    told = enumerated([f"{format_number(one.strongest)} to {_line_words(one.angle)}" for one in equal])
    weakest = min(lines, key=lambda one: abs(one.strongest))
    directions = one_or_many(len(equal), "that direction", "these directions")
    return Selectivity(
        "line",
        f"It answers 0 to flat areas and slopes, {told}, and {format_number(weakest.strongest)} to one at "
        f"{weakest.angle}°: it detects lines of {counted(int(best.group[0]), 'pixel')} in {directions}.",
        best.angle,
    )


def _line_words(angle: int | None) -> str:
    assert angle is not None, "lines have a direction"
    return f"a line at {angle}°" if angle % 45 else _LINES[angle // 45]


def _strongest(responses: Iterable[Response]) -> float:
    return max(abs(one.strongest) for one in responses)


def _weakest(responses: Iterable[Response]) -> float:
    return min(abs(one.strongest) for one in responses)


def _is_zero(value: float, size: float) -> bool:
    return abs(value) <= _ROUNDING * size


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
