"""Several feature maps made into one: their sum, maximum, mean, norm, or the difference of two."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.counted import enumerated
from convstudio.model.values.arrays import Box, Floats, frozen
from convstudio.model.values.maps import Maps
from convstudio.model.values.numbers import format_in_full, in_sum

_Reduction = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_SIGNS = MappingProxyType({"maximum": "max", "difference": "diff"})
_BAND_VALUES = 2**20
_MOST_NAMED = 6


def _norm(values: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.sqrt(np.einsum("...i,...i->...", values, values))
    return length


_REDUCTIONS: Mapping[str, _Reduction] = MappingProxyType(
    {
        "sum": lambda values: values.sum(axis=-1),
        "maximum": lambda values: values.max(axis=-1),
        "mean": lambda values: values.mean(axis=-1),
        "norm": _norm,
        "difference": lambda values: values[..., 0] - values[..., 1],
    }
)

KINDS = tuple(_REDUCTIONS)
"""The ways to combine maps; the norm is √Σ², which makes the gradient magnitude of Sobel x and y."""


@dataclass(frozen=True)
class Combination:
    """Which maps of which layer are combined, and how; no `filters` means all of the layer's.

    A difference is the first filter's map minus the second's. Filters that the layer no longer has are a legal value:
    `combined` then tells what to do.
    """

    layer: int
    kind: str
    filters: tuple[int, ...] = ()

    def filters_of(self, count: int) -> tuple[int, ...]:
        """Return which of a layer's `count` filters are combined.

        >>> Combination(0, "sum").filters_of(3)
        (0, 1, 2)
        """
        return self.filters or tuple(range(count))


@dataclass(frozen=True, eq=False)
class CombinedMap:
    """What a combination makes of the `maps`: its `values`, `(*output,)`, or the `problem` why there are none."""

    combination: Combination
    maps: Maps
    values: Floats | None
    problem: str = ""

    @classmethod
    def of(cls, combination: Combination, made: Maps) -> CombinedMap:
        """Combine maps, or explain in a sentence why that is impossible."""
        try:
            return cls(combination, made, combined(made, combination))
        except ValueError as refusal:
            return cls(combination, made, None, str(refusal))

    def terms_at(self, position: Sequence[int]) -> str:
        """Write where the value at an output position comes from.

        >>> from convstudio.model.values.arrays import TiledArray
        >>> made = Maps(TiledArray.of([[3.0, 4.0]]))
        >>> CombinedMap.of(Combination(0, "norm"), made).terms_at((0,))
        '√(3² + 4²) = 5'
        """
        if self.values is None:
            return ""
        at = tuple(slice(place, place + 1) for place in position)
        filters = self.combination.filters_of(self.maps.filters)
        texts = [format_in_full(value) for value in self.maps.box(at).ravel()[list(filters)].tolist()]
        return f"{_formula(self.combination.kind, texts)} = {format_in_full(float(self.values[tuple(position)]))}"


def check_combination(combination: Combination, count: int) -> None:
    """Raise ValueError in a sentence unless a layer of `count` maps has all that is combined, and it fits the kind."""
    missing = [index + 1 for index in combination.filters if index >= count]
    if missing:
        raise ValueError(
            f"The {combination.kind} reads map {missing[0]}, and this layer makes {count}: combine other maps."
        )
    chosen = len(combination.filters_of(count))
    if combination.kind == "difference" and chosen != 2:
        raise ValueError(f"A difference is one map minus another, and {chosen} are chosen: select exactly two maps.")


def combined(maps: Maps, combination: Combination) -> Floats:
    """Return one map, `(*output,)`, combined from several, `(*output, filters)`: in float64, rounded to float32 once.

    Sum Σm, maximum, mean Σm ÷ n, norm √Σm², difference m₁ − m₂, at each output position for itself. Raises ValueError
    where a map is missing, for a difference of other than two, and for a vector.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> combined(Maps(TiledArray.of([[3, 4], [0, -1]])), Combination(0, "norm")).tolist()
    [5.0, 1.0]
    """
    if not maps.spatial:
        raise ValueError("A vector has no maps to combine: select a layer before the flattening or global pooling.")
    check_combination(combination, maps.filters)
    chosen = list(combination.filters) or slice(None)
    reduce = _REDUCTIONS[combination.kind]
    bands = []
    with np.errstate(over="ignore", invalid="ignore"):
        for band in bands_of(maps):
            bands.append(reduce(maps.box(band)[..., chosen].astype(np.float64)).astype(np.float32))
        return frozen(np.concatenate(bands))


def following(combination: Combination | None, layer: int, order: Sequence[int]) -> Combination | None:
    """Return a combination after the filters of a layer became those of `order`: it stays with its filters.

    It goes where fewer than two of them are left, or one of a difference.

    >>> following(Combination(0, "sum", (0, 1, 2)), 0, [2, 0])
    Combination(layer=0, kind='sum', filters=(1, 0))
    """
    if combination is None or combination.layer != layer or not combination.filters:
        return combination
    kept = tuple(order.index(index) for index in combination.filters if index in order)
    is_usable = len(kept) == len(combination.filters) if combination.kind == "difference" else len(kept) > 1
    return replace(combination, filters=kept) if is_usable else None


def bands_of(maps: Maps) -> list[Box]:
    """Cut all maps into bands of whole rows of about a million values, so that reading them takes little memory.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> bands_of(Maps(TiledArray.of(np.zeros((5, 2, 3)))))
    [(slice(0, 5, None), slice(0, 2, None))]
    """
    first, *others = maps.spatial
    rest = tuple(slice(0, length) for length in others)
    rows = max(1, _BAND_VALUES // (math.prod(others) * maps.filters))
    return [(slice(start, min(start + rows, first)), *rest) for start in range(0, first, rows)]


def combination_name(combination: Combination, count: int) -> str:
    """Name a combination of a layer's `count` maps.

    >>> combination_name(Combination(0, "sum", (0, 2)), 4), combination_name(Combination(0, "mean"), 4)
    ('sum of maps 1 and 3', 'mean of all 4 maps')
    >>> combination_name(Combination(0, "difference", (1, 0)), 4)
    'map 2 − map 1'
    """
    filters = combination.filters_of(count)
    if combination.kind == "difference" and len(filters) == 2:
        return f"map {filters[0] + 1} − map {filters[1] + 1}"
    if not combination.filters:
        return f"{combination.kind} of all {count} maps"
    return f"{combination.kind} of {_listed(filters)}"


def combination_sign(combination: Combination) -> str:
    """Name a combination in four letters at most, for small tiles.

    >>> combination_sign(Combination(0, "maximum")), combination_sign(Combination(0, "norm"))
    ('max', 'norm')
    """
    return _SIGNS.get(combination.kind, combination.kind)


def _listed(filters: Sequence[int]) -> str:
    numbers = [str(index + 1) for index in filters]
    if len(numbers) == 1:
        return f"map {numbers[0]}"
    if len(numbers) > _MOST_NAMED:
        return f"{len(numbers)} maps: {', '.join(numbers[:_MOST_NAMED])}, …"
    return f"maps {enumerated(numbers)}"


def _formula(kind: str, texts: Sequence[str]) -> str:
    shown = list(texts) if len(texts) <= _MOST_NAMED else [*texts[: _MOST_NAMED - 1], "…", texts[-1]]
    in_brackets = [in_sum(text) for text in shown]
    match kind:
        case "maximum":
            return f"max({', '.join(shown)})"
        case "norm":
            return f"√({' + '.join(text if text == '…' else f'{text}²' for text in in_brackets)})"
        case "mean":
            return f"({' + '.join(in_brackets)}) ÷ {len(texts)}"
    return (" − " if kind == "difference" else " + ").join(in_brackets)
