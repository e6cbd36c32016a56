"""The gallery of a layer's maps: what they hold, how alike they are, their order, their marks, and their tiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, colours
from convstudio.model.colour.map_levels import Ends, ends_of, levels_from, levels_of_map, sample_step
from convstudio.model.colour.reduction import shrunk
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.kernel_facts import select_filter
from convstudio.model.trace.stepping import map_count
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.combination import Combination, bands_of, check_combination
from convstudio.model.values.detectors import Detector, recognise
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.maps import Maps
from convstudio.model.values.numbers import format_number
from convstudio.model.values.progress import Progress
from convstudio.model.values.scale import Colours, Scale
from convstudio.model.values.view_state import ViewState

ORDERS = ("order", "mean", "maximum", "energy", "likeness")
"""What maps can be sorted by; the energy is Σ², the likeness the cosine to one of them."""

TILED_RANKS = (1, 2)
"""The ranks of the maps that are drawn as tiles."""

COMBINATION = -1
"""Stands for the combination where the others are numbers of maps."""

_ALIKE = 1 - 5e-6  # maps that differ by 0.3 % are not duplicates; sums in float32 cannot tell less
_EQUALLY_STRONG = 1e-3
_STRIP = 0.12  # of a sequence's tile
_GAP = 4  # pixels of a bar from which on it stands apart from the next


class MarkKind(Enum):
    """What is wrong with a map that adds nothing to the others."""

    DEAD = "dead"
    FLAT = "flat"
    COPY = "copy"


@dataclass(frozen=True)
class Mark:
    """Why a map adds nothing: every value is 0, every value is the same, or it is the map `of` `times` a number."""

    kind: MarkKind
    value: float = 0.0
    of: int = 0
    times: float = 1.0

    @property
    def sign(self) -> str:
        """What stands on the map's tile: a word, `= 2` for map 2 again, `∝ 2` for map 2 times a number."""
        if self.kind is MarkKind.COPY:
            return f"= {self.of + 1}" if self._is_equal else f"∝ {self.of + 1}"
        return str(self.kind.value)

    @property
    def words(self) -> str:
        """Say it in words.

        >>> Mark(MarkKind.COPY, of=1, times=2.0).words
        'duplicate: map 2 times 2'
        """
        if self.kind is not MarkKind.COPY:
            return f"dead: every value is {format_number(self.value)}"
        if self._is_equal:
            return f"duplicate: map {self.of + 1}"
        return f"duplicate: map {self.of + 1} times {format_number(self.times)}"

    @property
    def _is_equal(self) -> bool:
        return abs(self.times - 1) < _EQUALLY_STRONG


@dataclass(frozen=True, eq=False)
class MeasuredMaps:
    """Maps, and how far their values reach: what their tiles need for their colours."""

    maps: Maps
    ends: Ends

    @property
    def filters(self) -> int:
        """The number of maps."""
        return self.maps.filters


@dataclass(frozen=True, eq=False)
class Survey(MeasuredMaps):
    """What each of the `maps` holds, one number a filter, and how alike they are.

    `lowest` and `highest` are of the finite values (0 where there are none); `mean` and `energy`, Σ², are of all, and
    so not finite where a value is not. `likeness` is `(filters, filters)`: the cosine of two maps, NaN where one is 0.
    """

    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    mean: NDArray[np.float64]
    energy: NDArray[np.float64]
    likeness: NDArray[np.float64]

    @cached_property
    def marks(self) -> tuple[Mark | None, ...]:
        """What is wrong with each map, or None: the first of several alike is not a duplicate."""
        return tuple(_mark(self, index) for index in range(self.filters))


def can_show(maps: Maps | None) -> bool:
    """Return whether a layer's maps are more than one, and have axes to be drawn along."""
    return maps is not None and maps.filters > 1 and len(maps.spatial) in TILED_RANKS


def survey(maps: Maps, progress: Progress | None = None) -> Survey:
    """Survey all maps once, band by band; `progress` can cancel it with CancelledError.

    The likeness of maps a and b is the cosine Σab ÷ √(Σa² Σb²).

    >>> from convstudio.model.values.arrays import TiledArray
    >>> found = survey(Maps(TiledArray.of([[0, 1], [2, 4]])))
    >>> found.mean.tolist(), found.highest.tolist(), round(float(found.likeness[0, 1]), 3)
    ([1.0, 2.5], [2.0, 4.0], 0.97)
    """
    progress = progress or Progress()
    filters = maps.filters
    lowest, highest, total = np.full(filters, np.inf), np.full(filters, -np.inf), np.zeros(filters)
    products = np.zeros((filters, filters))
    samples, step, read = [], sample_step(math.prod(maps.spatial)), 0
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        for band in bands_of(maps):
            progress(0)
            values = maps.box(band).reshape(-1, filters)
            samples.append(values[-read % step :: step].copy())
            read += len(values)
            low, high = _finite_ends(values)
            np.minimum(lowest, low, out=lowest)
            np.maximum(highest, high, out=highest)
            total += values.sum(axis=0, dtype=np.float64)
            products += values.T @ values
        energy = np.diagonal(products).copy()
        lengths = np.sqrt(energy)
        scale = np.outer(lengths, lengths)  # 0 also where the squares of very small values are, in float32
        likeness = np.where(scale > 0, products / scale, np.nan)
    is_empty = lowest > highest
    lowest[is_empty] = highest[is_empty] = 0.0
    ends = ends_of(np.concatenate(samples), lowest, highest)
    return Survey(maps, ends, lowest, highest, total / max(1, math.prod(maps.spatial)), energy, likeness)


def _finite_ends(values: Floats) -> tuple[Floats, Floats]:
    """Return each column's smallest and largest finite value, ∞ and -∞ where there is none."""
    low, high = values.min(axis=0), values.max(axis=0)
    if np.isfinite(low).all() and np.isfinite(high).all():
        return low, high
    is_finite = np.isfinite(values)
    low = values.min(axis=0, where=is_finite, initial=np.inf)
    high = values.max(axis=0, where=is_finite, initial=-np.inf)
    return low, high


def _mark(found: Survey, index: int) -> Mark | None:
    value, is_finite = found.highest[index], np.isfinite(found.energy[index])
    if is_finite and value and math.prod(found.maps.spatial) == 1:
        return None  # a map of one cell is not flat: it has nothing to differ from
    if is_finite and found.lowest[index] == value:
        return Mark(MarkKind.FLAT if value else MarkKind.DEAD, float(value))
    alike = np.flatnonzero(found.likeness[index, :index] > _ALIKE)
    earlier = [other for other in alike.tolist() if found.lowest[other] != found.highest[other]]
    if not earlier:
        return None
    times = math.sqrt(found.energy[index] / found.energy[earlier[0]])
    return Mark(MarkKind.COPY, of=earlier[0], times=times)


def ordered(found: Survey | None, by: str, anchor: int, count: int) -> tuple[int, ...]:
    """Return the filters of `count` in the order of their tiles: as they come, or the largest number first.

    Equal ones stay as they come, and what is not a number goes last; the likeness is that to the filter `anchor`.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> ordered(survey(Maps(TiledArray.of([[0, 5, 1]]))), "maximum", 0, 3)
    (1, 2, 0)
    """
    if found is None or by == "order":
        return tuple(range(count))
    numbers = {
        "mean": found.mean,
        "maximum": found.highest,
        "energy": found.energy,
        "likeness": found.likeness[min(anchor, count - 1)],
    }[by]
    usable = np.where(np.isnan(numbers), -np.inf, numbers)
    return tuple(int(index) for index in np.argsort(-usable, kind="stable"))


# --- words ---------------------------------------------------------------------------------------------------------


def map_name(layer: Layer, index: int, detectors: Sequence[Detector]) -> str:
    """Return a filter's name, else that of the detector that it is a copy of, else nothing."""
    if not isinstance(layer, Conv) or index >= layer.filters:
        return ""
    if index < len(layer.filter_names) and layer.filter_names[index]:
        return layer.filter_names[index]
    found = recognise(detectors, layer.weights[..., index])
    return "" if found is None else found.id


def map_title(index: int, name: str) -> str:
    """Write what stands under a tile: the map's number, counted from 1, and its filter's name.

    >>> map_title(0, "sobel-x")
    '1 sobel-x'
    """
    return f"{index + 1} {name}".strip()


def map_labels(layer: Layer, count: int, detectors: Sequence[Detector]) -> tuple[str, ...]:
    """Write what stands under every tile of a layer with so many maps."""
    return tuple(map_title(index, map_name(layer, index, detectors)) for index in range(count))


def map_facts(found: Survey, index: int, by: str = "order", anchor: int = 0) -> str:
    """Say what one map holds; with what is wrong with it, and its likeness where maps are sorted by that."""
    mark = found.marks[index]
    parts = [] if mark is None else [mark.words]
    parts += [
        f"from {format_number(found.lowest[index])} to {format_number(found.highest[index])}",
        f"mean {format_number(found.mean[index], 3)}",
        f"energy {format_number(found.energy[index])}",
    ]
    if by == "likeness":
        parts.append(f"likeness to map {anchor + 1} {format_number(found.likeness[index, anchor], 3)}")
    return " · ".join(parts)


def gallery_facts(found: Survey, levels: Levels, of: int | None, by: str, anchor: int, chosen: int) -> str:
    """Say in one line how many maps there are, what is wrong with some, and what their colours mean.

    The levels are those of all maps, or of the map `of` where each has its own.
    """
    marks = [mark.kind for mark in found.marks if mark]
    copies = marks.count(MarkKind.COPY)
    dead = len(marks) - copies
    parts = [counted(found.filters, "map")]
    if dead:
        parts.append(f"{dead} dead")
    if copies:
        parts.append(counted(copies, "duplicate"))
    if by == "likeness":
        parts.append(f"by likeness to map {anchor + 1}")
    whose, scale = ("all maps", "shared") if of is None else (f"map {of + 1}", "own")
    parts.append(f"{whose} from {levels_text(levels)} ({scale} scale)")
    if chosen > 1:
        parts.append(f"{chosen} selected")
    return " · ".join(parts)


# --- colours and tiles ---------------------------------------------------------------------------------------------


def map_levels(found: MeasuredMaps, index: int, scale: Scale) -> Levels:
    """Return the levels of one of a layer's maps: its own, or those that all maps share."""
    ends = found.ends.together if scale.is_shared else found.ends.of(index)
    return levels_from(ends, scale, cuts=scale.cuts_on(found.maps.spatial))


def levels_on_show(shown: Floats, view: ViewState, maps: Maps | None, found: Survey | None) -> Levels:
    """Return the levels of the map that the map pane shows: those of its tile.

    `maps` are the layer's maps (None: a combination is shown, which has its own scale), `found` is the newest
    survey. A shared scale stays that of the maps before until the new ones are surveyed.
    """
    if maps is not None and found is not None:
        is_alike = (found.maps.spatial, found.filters) == (maps.spatial, maps.filters)
        if found.maps is maps or (view.scale.is_shared and is_alike):
            return map_levels(found, min(view.filter, found.filters - 1), view.scale)
    return levels_of_map(shown, view.scale)


def levels_text(levels: Levels) -> str:
    """Write the ends of levels, with a mark where values are beyond them.

    >>> levels_text(Levels(-2.0, 2.0, signed=True, cuts=True))
    '≤ -2 to ≥ 2'
    """
    low, high = format_number(levels.low, 3), format_number(levels.high, 3)
    return f"≤ {low} to ≥ {high}" if levels.cuts else f"{low} to {high}"


def tile_shape(spatial: Sequence[int], side: int) -> tuple[int, int]:
    """Return how many rows and columns of pixels a map takes in a square tile; a sequence takes all of it.

    >>> tile_shape((224, 112), 64), tile_shape((6, 6), 64), tile_shape((100,), 64)
    ((64, 32), (64, 64), (64, 64))
    """
    if len(spatial) == 1:
        return side, side
    longest = max(spatial)
    return max(1, round(side * spatial[0] / longest)), max(1, round(side * spatial[1] / longest))


def reduced(values: Floats, side: int) -> Floats:
    """Return a map with at most `side` rows and columns (steps keep their number), as its picture is made smaller.

    >>> reduced(np.float32([[1, 3, 5, 5], [1, 3, 5, 5]]), 2).tolist()
    [[2.0, 5.0]]
    """
    if values.ndim == 1 or max(values.shape) <= side:
        return frozen(values)
    return frozen(shrunk(values[..., np.newaxis], *tile_shape(values.shape, side))[..., 0])


def tile_picture(values: Floats, levels: Levels, side: int) -> Colours:
    """Colour a reduced map for a tile: `(rows, columns, 4)` bytes, as many pixels as values; the fourth is opacity.

    A sequence becomes `side` × `side` pixels: a bar per step, or per bunch of steps, over a strip of its colours.
    """
    if values.ndim == 1:
        return _bars(values, levels, side)
    return _opaque(colours(values, levels))


def _bars(values: Floats, levels: Levels, side: int) -> Colours:
    places = np.arange(side) * values.size // side
    starts = places if values.size > side else np.arange(values.size)
    lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    column = np.arange(side) if values.size > side else places
    means = reduced(values[np.newaxis], side)[0]
    painted = _opaque(colours(means, levels))[column]
    strip = max(2, round(side * _STRIP))
    picture = np.zeros((side, side, 4), np.uint8)
    picture[side - strip :] = painted
    rows = side - strip - 2
    bottom, top = (
        _heights(np.minimum(lows, 0), levels, rows)[column],
        _heights(np.maximum(highs, 0), levels, rows)[column],
    )
    height = np.arange(rows)[::-1, np.newaxis]
    is_bar = (height >= bottom) & (height <= top)
    if side // values.size >= _GAP:
        is_bar &= np.diff(places, prepend=-1) == 0  # the first pixel of a step stays empty
    picture[:rows][is_bar] = np.broadcast_to(painted, (rows, side, 4))[is_bar]
    return picture


def _heights(values: Floats, levels: Levels, rows: int) -> NDArray[np.int64]:
    low, high = min(levels.low, 0.0), max(levels.high, 0.0)
    shares = (np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=high, neginf=low) - low) / (high - low)
    return np.rint(np.clip(shares, 0, 1) * (rows - 1)).astype(np.int64)


def _opaque(painted: Colours) -> Colours:
    return np.concatenate([painted, np.full((*painted.shape[:-1], 1), 255, np.uint8)], axis=-1)


# --- edits and looks -----------------------------------------------------------------------------------------------


def combine(document: Document, view: ViewState, kind: str | None, chosen: Sequence[int]) -> Document:
    """Combine maps of the selected layer in one of `KINDS`; None takes the combination away.

    Two chosen filters or more are combined in that order; fewer mean those of the current combination, if
    one is, else all of the layer. Raises ValueError for a difference of other than two maps.
    """
    if kind is None:
        wanted = None
    else:
        wanted = Combination(view.layer, kind, _to_combine(document, view, chosen))
        check_combination(wanted, map_count(document, view.layer))
    return document if wanted == document.combination else replace(document, combination=wanted)


def _to_combine(document: Document, view: ViewState, chosen: Sequence[int]) -> tuple[int, ...]:
    if len(chosen) > 1:
        return tuple(chosen)
    held = document.combination_of(view.layer) if view.combined else None
    return () if held is None else held.filters


def select_combination(_document: Document, view: ViewState) -> ViewState:
    """Select the combination of the layer's maps."""
    return replace(view, combined=True)


def select_map(document: Document, view: ViewState, index: int) -> ViewState:
    """Select one of the layer's maps, and the filter that made it where the layer has filters."""
    if isinstance(document.layers[view.layer], Conv):
        return select_filter(document, view, index)
    return replace(view, filter=index, combined=False)
