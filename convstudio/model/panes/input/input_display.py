"""What the input pane shows: cells with their padding, colours, the loupe on a picture, and what of it changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from weakref import ReferenceType, ref

import numpy as np

from convstudio.model.colour.display import Levels, colours, picture_levels
from convstudio.model.colour.picture_geometry import as_table, runs, table_shape
from convstudio.model.trace.links import linked_cells
from convstudio.model.values.answers.windows import Cells, Window, read_cells
from convstudio.model.values.arrays import TILE_SIDES, Box, Floats, TiledArray, whole_box
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_fixed, format_shape, number_format
from convstudio.model.values.sample import RGB
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.ops.padding import check_padding_mode, source_index
from convstudio.ops.shapes import Geometry

Bounds = tuple[tuple[int, int], ...]
"""Per spatial axis, the first position and the one after the last; padding cells count below 0 or past the end."""
Block = tuple[int, int, int, int]
"""First row, first column, and the row and column after the last."""
Shown = int | tuple[int, int, int]
"""One channel, or the three that are shown as red, green and blue."""
_MOST_BLOCKS = 400
_LOUPE_SHARE = 0.4
_NO_RANGE = (math.inf, -math.inf)
_MOST_LETTERS = 8
_MOST_WRITTEN = 256


@dataclass(frozen=True, eq=False)
class Numbers:
    """The cells of one channel as a table.

    `values` is `(rows, columns)`, `colours` `(rows, columns, 3)`; `origin` is the first cell's position in the input,
    `lengths` the input's own rows and columns. A sequence is one row.
    """

    values: Floats
    colours: Colours
    origin: tuple[int, int]
    lengths: tuple[int, int]


@dataclass(frozen=True)
class Ranges:
    """The smallest and largest finite value of an input, by tile: a brush stroke looks again at the tiles it touched.

    >>> Ranges.of(TiledArray.of([[0], [3]])).whole
    (0.0, 3.0)
    """

    tiles: Mapping[tuple[int, ...], tuple[float, float]]
    odd: Mapping[tuple[int, ...], tuple[int, int]] = field(default_factory=dict)
    """How many values are NaN, and how many infinite, of the tiles that have such."""

    @classmethod
    def of(cls, values: TiledArray) -> Ranges:
        """Read every value once; of an array that is still in use, the ranges are known already."""
        held = _known.get(id(values.base)) if values.is_one_piece else None
        if held is not None and held[0]() is values.base:
            return held[1]
        found = cls._found_in(values)
        if values.is_one_piece:
            key = id(values.base)
            _known[key] = ref(values.base, lambda _: _known.pop(key, None)), found
        return found

    @classmethod
    def _found_in(cls, values: TiledArray) -> Ranges:
        boxes = _tile_boxes(values)
        if values.rank != 2:
            return cls({})._with(values, boxes)
        bands = (_ranges_in_band(values, top) for top in range(0, values.spatial[0], TILE_SIDES[2]))
        tiles = dict(found for band in bands for found in band)
        is_odd = {start for start, ends in tiles.items() if not all(map(math.isfinite, ends))}
        return cls(tiles)._with(values, [box for box in boxes if _start(box) in is_odd])

    def after(self, values: TiledArray, boxes: Sequence[Box]) -> Ranges:
        """Return the ranges when only `boxes`, as `TiledArray.changed_boxes` gives them, changed."""
        return Ranges.of(values) if whole_box(values.spatial) in boxes else self._with(values, boxes)

    def _with(self, values: TiledArray, boxes: Sequence[Box]) -> Ranges:
        tiles, odd = dict(self.tiles), dict(self.odd)
        for box in boxes:
            part = values.box(box)
            tiles[_start(box)] = low, high = float(part.min()), float(part.max())
            odd.pop(_start(box), None)
            if not (math.isfinite(low) and math.isfinite(high)):  # both pass a NaN on
                finite = part[np.isfinite(part)]
                tiles[_start(box)] = (float(finite.min()), float(finite.max())) if finite.size else _NO_RANGE
                odd[_start(box)] = int(np.count_nonzero(np.isnan(part))), int(np.count_nonzero(np.isinf(part)))
        return Ranges(tiles, odd)

    @property
    def whole(self) -> tuple[float, float]:
        """The smallest and the largest finite value of all; 0 and 0 where there is none."""
        low, high = min(low for low, _ in self.tiles.values()), max(high for _, high in self.tiles.values())
        return (low, high) if low <= high else (0.0, 0.0)

    @property
    def odd_counts(self) -> tuple[int, int]:
        """How many values are NaN, and how many infinite."""
        return sum(nan for nan, _ in self.odd.values()), sum(infinite for _, infinite in self.odd.values())


_known: dict[int, tuple[ReferenceType[Floats], Ranges]] = {}
"""The ranges of arrays that are in use, by their identity: a worker finds them before a large input is shown."""


@dataclass(frozen=True)
class DecimalFormat:
    """Writes the numbers of a loupe, all to the same decimals; what only rounds to a whole number shows its decimals.

    >>> [DecimalFormat(2)(value) for value in (0.0, 0.004, 0.426, 3.0)]
    ['0', '0.00', '0.43', '3']
    """

    decimals: int

    @classmethod
    def to(cls, levels: Levels) -> DecimalFormat:
        """Round to a hundredth of the power of ten in which the levels end, or finer for a reader of more digits.

        >>> DecimalFormat.to(Levels(0.0, 1.0, False)), DecimalFormat.to(Levels(0.0, 255.0, False))
        (DecimalFormat(decimals=2), DecimalFormat(decimals=0))
        """
        finest = max(2, number_format().digits - 2)
        return cls(min(9, max(0, finest - math.floor(math.log10(levels.high)))))

    def telling_apart(self, values: Floats) -> DecimalFormat:
        """Return it with as many more decimals as it takes to write different values differently, while they fit.

        >>> DecimalFormat(2).telling_apart(np.float32([0.498, 0.502, 1]))
        DecimalFormat(decimals=3)
        """
        different = np.array(sorted(set(values[np.isfinite(values)].ravel().tolist())))
        digits = len(str(int(np.abs(different).max()))) if different.size else 1
        decimals = self.decimals
        while decimals < _MOST_LETTERS - 1 - digits and np.any(np.diff(np.round(different, decimals)) == 0):
            decimals += 1
        return DecimalFormat(decimals)

    def __call__(self, value: float) -> str:
        """Write a number."""
        return format_fixed(value, self.decimals)


@dataclass(frozen=True)
class LoupeText:
    """How the numbers of a loupe are written: with decimals and letters that only grow while it is on one picture."""

    rounded: DecimalFormat = DecimalFormat(0)
    letters: int = 0

    def for_numbers(self, values: Floats, levels: Levels) -> LoupeText:
        """Return how to write these values as well.

        >>> LoupeText().for_numbers(np.float32([[0.498, 0.502]]), Levels(0.0, 1.0, False))
        LoupeText(rounded=DecimalFormat(decimals=3), letters=5)
        """
        least = max(DecimalFormat.to(levels).decimals, self.rounded.decimals)
        rounded = DecimalFormat(least).telling_apart(values)
        return LoupeText(rounded, max(self.letters, longest_text(values, rounded)))


def longest_text(values: Floats, write: Callable[[float], str]) -> int:
    """Return how long the longest of the first numbers of a table is written; of no numbers, 0.

    >>> longest_text(np.float32([[1, 0.5]]), DecimalFormat(2))
    4
    """
    return max((len(write(value)) for value in values.ravel()[:_MOST_WRITTEN].tolist()), default=0)


@dataclass(frozen=True)
class Loupe:
    """The cells of a picture whose numbers are shown: `lengths` rows and columns from `corner` on."""

    corner: tuple[int, int]
    lengths: tuple[int, int]

    @property
    def bounds(self) -> Bounds:
        """The first row and column, and the ones after the last."""
        return tuple((start, start + length) for start, length in zip(self.corner, self.lengths, strict=True))

    def at(self, row: int, column: int) -> Loupe:
        """Return the loupe with another corner."""
        return replace(self, corner=(row, column))

    def moved(self, rows: int, columns: int) -> Loupe:
        """Return the loupe shifted by rows and columns."""
        return self.at(self.corner[0] + rows, self.corner[1] + columns)

    def centred_on(self, row: int, column: int) -> Loupe:
        """Return the loupe with a cell in its middle."""
        return self.at(row - self.lengths[0] // 2, column - self.lengths[1] // 2)

    def within(self, bounds: Bounds) -> Loupe:
        """Return the loupe moved, and cut where necessary, so that it is inside `bounds`."""
        lengths = tuple(min(n, last - first) for n, (first, last) in zip(self.lengths, bounds, strict=True))
        corner = tuple(
            min(max(at, first), last - n) for at, n, (first, last) in zip(self.corner, lengths, bounds, strict=True)
        )
        return Loupe((corner[0], corner[1]), (lengths[0], lengths[1]))

    def holding(self, cells: Cells) -> Loupe:
        """Return the loupe moved no further than it takes to hold the cells; larger ones than it holds are centred.

        Cells of a volume are held by their rows and columns.

        >>> Loupe((0, 0), (4, 4)).holding((np.arange(3, 6), np.arange(3))).corner
        (2, 0)
        """
        row, column = (_reach(*facts) for facts in zip(self.corner, self.lengths, cells[-2:], strict=True))
        return self.at(row, column)


def is_loupe_beside(spatial: Sequence[int], stage: tuple[int, int], least: tuple[int, int]) -> bool:
    """Return whether a picture is larger with the loupe beside it than with the loupe under it.

    `stage` and `least` are heights and widths in pixels: of the room for both, and of the smallest loupe.

    >>> is_loupe_beside((512, 512), (280, 412), (111, 185)), is_loupe_beside((270, 480), (280, 412), (111, 185))
    (True, False)
    """
    height, width = (room - max(at_least, _LOUPE_SHARE * room) for room, at_least in zip(stage, least, strict=True))
    under = min(height / spatial[-2], stage[1] / spatial[-1])
    beside = min(stage[0] / spatial[-2], width / spatial[-1])
    return beside > under


def padded_bounds(layer: Layer, spatial: tuple[int, ...]) -> Bounds:
    """Return the bounds of an input with the layer's padding; its own where the layer cannot work on it.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> padded_bounds(replace(Conv.of(np.ones((3, 1, 1))), padding="same"), (8,))
    ((-1, 9),)
    """
    if not layer.is_on:
        return own_bounds(spatial)
    try:
        sliding = layer.field_step((*spatial, 1))
        if not isinstance(sliding, Geometry):
            return own_bounds(spatial)
        pairs = sliding.pairs
        check_padding_mode(spatial, pairs, layer.border)
    except ValueError:
        return own_bounds(spatial)
    return tuple((-before, length + after) for (before, after), length in zip(pairs, spatial, strict=True))


def own_bounds(spatial: Sequence[int]) -> Bounds:
    """Return the bounds of an input without padding."""
    return tuple((0, length) for length in spatial)


def numbers(values: TiledArray, bounds: Bounds, mode: str, channel: int, levels: Levels) -> Numbers:
    """Return the cells of one channel between `bounds`, padding cells with the value that `mode` gives them."""
    along = tuple(
        source_index(np.arange(first, last), length, mode)
        for (first, last), length in zip(bounds, values.spatial, strict=True)
    )
    cells = as_table(read_cells(values, along)[..., channel])
    origin = (0, *(first for first, _ in bounds))[-2:]
    return Numbers(cells, colours(cells, levels), (origin[0], origin[1]), table_shape(values.spatial))


def levels_of(ranges: Ranges, *, is_picture: bool = True) -> Levels:
    """Return the levels of an input: 0 to 1 as pictures have, reaching further where its values do.

    Maps that a layer reads are not pictures: their levels reach as far as their values, however small they are.

    >>> levels_of(Ranges({(0,): (0.0, 0.25)}), is_picture=False).high
    0.25
    """
    low, high = ranges.whole
    if is_picture or low < 0:
        return picture_levels(np.array([low, high]))
    return Levels(0.0, high or 1.0, signed=False)


def keeps_within(held: Levels, ranges: Ranges) -> bool:
    """Return whether values are inside levels: these can stay, so that a brush does not make a picture flicker.

    >>> keeps_within(Levels(0.0, 4.0, False), Ranges({(0,): (0.0, 2.0)}))
    True
    """
    low, high = ranges.whole
    return held.low <= low and high <= held.high


def colour_channels(names: Sequence[str], levels: Levels) -> tuple[int, int, int] | None:
    """Return which channels are a picture's red, green and blue; None where there are not these, or no light.

    >>> colour_channels(("blue", "green", "red"), Levels(0.0, 1.0, signed=False))
    (2, 1, 0)
    """
    if levels.signed or not set(RGB) <= set(names):
        return None
    red, green, blue = (names.index(name) for name in RGB)
    return red, green, blue


def shown_channels(names: Sequence[str], channel: int, alone: bool, levels: Levels) -> Shown:
    """Return what a picture shows: red, green and blue together where it can, unless one channel is wanted alone.

    >>> shown_channels(("red", "green", "blue"), 1, True, Levels(0.0, 1.0, signed=False))
    1
    """
    together = colour_channels(names, levels)
    return channel if together is None or alone else together


def term_cell(window: Window, term: int) -> Cells | None:
    """Return the cell of the input that a term of the dot product reads; terms run through channels, then rows.

    None for a window without cells, as some outputs of a transposed convolution have.

    >>> at = np.arange(4, 7)
    >>> term_cell(Window((at,), (at,)), 4)[0].tolist()
    [5]
    """
    if not window.has_cells:
        return None
    lengths = [len(along) for along in window.positions]
    tap = np.unravel_index(term % math.prod(lengths), lengths)
    return tuple(along[at : at + 1] for along, at in zip(window.positions, map(int, tap), strict=True))


def linked_input(layer: Layer, input_shape: Shape, view: ViewState) -> Cells | None:
    """Return the input cells to light up for the linked cell: itself, or what the other panes' cell is linked to.

    None where there is none, where the layer cannot work, and for the map cell whose window is outlined already.
    """
    cell = view.linked
    if cell is None or (cell.pane is Pane.MAP and cell.index == view.shown_position):
        return None
    if cell.pane is Pane.INPUT:
        return tuple(np.array([at]) for at in cell.index)
    return _linked_from(layer, input_shape, cell)


def blocks(cells: Cells | None) -> list[Block]:
    """Gather the crossings of rows and columns into blocks of neighbours; too many to tell apart become one.

    No cells (None) give no blocks.

    >>> blocks((np.array([2, 3]), np.array([0, 1, 5])))
    [(2, 0, 4, 2), (2, 5, 4, 6)]
    """
    rows, columns = (runs(along) for along in cells) if cells is not None else ([], [])
    if len(rows) * len(columns) > _MOST_BLOCKS:
        rows, columns = [slice(rows[0].start, rows[-1].stop)], [slice(columns[0].start, columns[-1].stop)]
    return [(down.start, across.start, down.stop, across.stop) for down in rows for across in columns]


def shape_problem(spatial: Sequence[int], channels: int, limits: Limits) -> str | None:
    """Return the sentence that refuses an input shape beyond the limits, or None where it fits."""
    if max(spatial) > limits.axis_length:
        return (
            f"An input of {format_shape(tuple(spatial))} is longer than the {limits.axis_length} cells that a side "
            "may have: choose a smaller shape."
        )
    size = math.prod(spatial) * channels
    if size > limits.input_values:
        return (
            f"An input of {format_shape((*spatial, channels))} has {size} values, and at most "
            f"{limits.input_values} fit: choose a smaller shape."
        )
    return None


def _linked_from(layer: Layer, input_shape: Shape, cell: Cell) -> Cells | None:
    try:
        return linked_cells(layer, input_shape, cell).get(Pane.INPUT)
    except ValueError:
        return None


def _reach(corner: int, length: int, cells: np.ndarray) -> int:
    first, last = int(cells[0]), int(cells[-1])
    if last - first + 1 > length:
        return (first + last + 1 - length) // 2
    return min(max(corner, last + 1 - length), first)


def _ranges_in_band(values: TiledArray, top: int) -> Iterator[tuple[tuple[int, ...], tuple[float, float]]]:
    """Yield the starts and the ranges of the tiles from a row on, read line by line: in memory order."""
    side, (rows, columns) = TILE_SIDES[2], values.spatial
    down, lefts = slice(top, min(top + side, rows)), range(0, columns, side)
    lines = values.box((down, slice(0, columns))).reshape(down.stop - down.start, -1)
    starts = [left * values.channels for left in lefts]
    low, high = np.minimum.reduceat(lines.min(axis=0), starts), np.maximum.reduceat(lines.max(axis=0), starts)
    for left, least, largest in zip(lefts, low.tolist(), high.tolist(), strict=True):
        yield (top, left), (least, largest)


def _start(box: Box) -> tuple[int, ...]:
    return tuple(part.start for part in box)


def _tile_boxes(values: TiledArray) -> list[Box]:
    side = TILE_SIDES[values.rank]
    axes = [[slice(at, min(at + side, length)) for at in range(0, length, side)] for length in values.spatial]
    return list(product(*axes))
