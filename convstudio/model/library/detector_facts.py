"""What a detector does not tell apart: computed from its weights, so that it holds for presets as for our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.detectors import Detector
from convstudio.model.values.numbers import format_number

_ROUNDING = 1e-6
_Array = NDArray[np.float64]


def told_alike(detector: Detector) -> tuple[str, ...]:
    """Return a sentence for each thing that a detector does not tell apart, the answer on a flat area first.

    Its bias is part of every answer that is named. Rounding errors of fractions count as 0.

    >>> line = Detector("line", "Line", 1, np.float32([0, 1, 0]), False, "", "")
    >>> told_alike(line)[0]
    'A flat area of 1 gives 1, as much as any pattern of values from 0 to 1.'
    """
    weights = _as_table(detector)
    if not np.any(weights):
        return ("Every input gives the same: all its weights are 0.",)
    bias = detector.bias or 0.0
    found = [_on_a_flat_area(weights, bias), _on_slopes(weights, detector.rank), *_on_turned_patterns(weights, bias)]
    if detector.mixes_channels and _is_same(weights, weights[..., :1] + 0 * weights):
        found.append("All channels count alike: it does not tell in which of them a pattern is.")
    return tuple(sentence for sentence in found if sentence)


def _as_table(detector: Detector) -> _Array:
    """Return the weights as `(rows, columns, channels)`."""
    weights = np.asarray(detector.kernel, np.float64)
    table = weights if detector.mixes_channels else weights[..., np.newaxis]
    return table[np.newaxis] if detector.rank == 1 else table


def _on_a_flat_area(weights: _Array, bias: float) -> str:
    total, size = float(weights.sum()), float(np.abs(weights).sum())
    most = float(weights[weights > 0].sum())
    if abs(total) <= _ROUNDING * size:
        flat = format_number(bias)
        if np.any(np.abs(weights.sum(axis=(0, 1))) > _ROUNDING * size):
            return f"Every flat area that is the same in all channels gives {flat}, dark or bright."
        return f"Every flat area gives {flat}, dark or bright: the same number added to all values changes nothing."
    flat, own = format_number(total + bias), format_number(most + bias)
    if total >= most - _ROUNDING * size:
        return f"A flat area of 1 gives {flat}, as much as any pattern of values from 0 to 1."
    if most == 0:
        return f"A flat area of 1 gives {flat}, and no pattern of values from 0 to 1 gives less."
    return f"A flat area of 1 gives {flat}, not 0. Its own pattern, 1 where the weights are positive, gives {own}."


def _on_slopes(weights: _Array, rank: int) -> str:
    """Say along which axes an even slope gives what a flat area gives; only where that is the same for all of them."""
    size = float(np.abs(weights).sum())
    if abs(weights.sum()) > _ROUNDING * size or np.any(np.abs(weights.sum(axis=(0, 1))) > _ROUNDING * size):
        return ""
    rows, columns = (_is_flat_along(weights, axis) for axis in (0, 1))
    if rank == 1:
        return "An even slope gives the same as a flat area." if columns else ""
    if rows and columns:
        return "An even slope in any direction gives the same as a flat area."
    if columns:
        return "An even slope from left to right gives the same as a flat area."
    return "An even slope from top to bottom gives the same as a flat area." if rows else ""


def _is_flat_along(weights: _Array, axis: int) -> bool:
    places = np.arange(weights.shape[axis]).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    moments = (weights * places).sum(axis=(0, 1))
    return bool(np.all(np.abs(moments) <= _ROUNDING * (np.abs(weights) * (places + 1)).sum()))


_Turn = Callable[[_Array], _Array]
_TURNS: tuple[tuple[str, _Turn], ...] = (
    ("mirrored left to right", lambda weights: weights[:, ::-1]),
    ("mirrored top to bottom", lambda weights: weights[::-1]),
    ("turned by 180°", lambda weights: weights[::-1, ::-1]),
    ("mirrored at the diagonal from top left", lambda weights: weights.swapaxes(0, 1)),
    ("turned by 90°", lambda weights: np.rot90(weights)),
)


def _on_turned_patterns(weights: _Array, bias: float) -> list[str]:
    """Say by which mirrors and turns a pattern keeps its answer, or changes no more than its sign."""
    turned = [(words, turn(weights)) for words, turn in _TURNS if _changes(weights, turn)]
    same = _short([words for words, other in turned if _is_same(weights, other)], weights)
    opposite = _short([words for words, other in turned if _is_same(weights, -other)], weights)
    found = []
    if same:
        found.append(f"A pattern gives the same when it is {_listed(same)}.")
    if opposite:
        sign = "only the sign changes" if bias == 0 else "only the sign of what the weights add changes"
        found.append(f"When a pattern is {_listed(opposite)}, {sign}.")
    return found


def _changes(weights: _Array, turn: _Turn) -> bool:
    """Return whether a turn can be said of a kernel of this size: it fits it, and moves more than one row."""
    probe = np.arange(weights[..., 0].size, dtype=np.float64).reshape(*weights.shape[:2], 1)
    turned = turn(probe)
    return turned.shape == probe.shape and not np.array_equal(turned, probe)


def _short(words: list[str], weights: _Array) -> list[str]:
    """Leave out what follows from the rest, as the half turn does from both mirrors, or from the only one of a row."""
    mirrors = {"mirrored left to right", "mirrored top to bottom"}
    if {*mirrors, "turned by 90°"} <= set(words) and "mirrored at the diagonal from top left" in words:
        return ["mirrored", "turned by 90°"]
    follows = mirrors <= set(words) or 1 in weights.shape[:2]
    return [one for one in words if not (follows and one == "turned by 180°")]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _is_same(one: _Array, other: _Array) -> bool:
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= _ROUNDING * np.abs(one).sum()))
