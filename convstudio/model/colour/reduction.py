"""A large array shown smaller: what a pixel shows of the many cells that it stands for, so that nothing thin is lost.

Every picture of the window that can be smaller than its cells is made here: input, feature map, thumbnails.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Box, Floats, TiledArray, whole_box
from convstudio.model.values.boxes import changed_places

Places = NDArray[np.int64]

_FINEST = 4
"""How many cells a side the finest summary takes together: below that, the cells themselves are read when painted."""

_AT_ONCE = 2**22
"""An array of so many values is summed up in about the time of a frame."""

_FEW_CHANNELS = 4
_PIXELS = 2**17
_FEWEST_ROWS = 16
_BAND = 128  # rows that are summed up in one go: they stay in the cache, and tiles begin at multiples of it


@dataclass(frozen=True)
class PixelAxis:
    """How the cells along one axis map to pixels: `starts` are the first cells of pixels, or of cells where they are
    larger than a pixel; `stop` is the cell after the last; `low` and `high` are the ends of the picture in pixels.
    A pixel stands for `cells_a_pixel` cells in the mean; below 1 a cell is larger than a pixel.
    """

    starts: Places
    stop: int
    low: float
    high: float
    cells_a_pixel: float

    def pixels_of(self, first: int, last: int) -> slice:
        """Return the pixels, counted from the first one, that show some of the cells from `first` to before `last`.

        It may be one more at each end, because a pixel of many cells is reduced from whole blocks of cells.
        """
        first, last = first - int(self.cells_a_pixel), last + int(self.cells_a_pixel)
        begin = max(0, int(np.searchsorted(self.starts, first, "right")) - 1)
        return slice(begin, max(begin, int(np.searchsorted(self.starts, min(last, self.stop), "left"))))

    def part(self, pixels: slice) -> PixelAxis:
        """Return a stretch of it, given by the places of its pixels."""
        count = len(self.starts)
        a_pixel = (self.high - self.low) / count
        stop = self.stop if pixels.stop >= count else int(self.starts[pixels.stop])
        low, high = (self.low + at * a_pixel for at in (pixels.start, pixels.stop))
        return PixelAxis(self.starts[pixels], stop, low, high, self.cells_a_pixel)


def axis_on_pixels(length: int, zero: float, cell: float, pixels: int) -> PixelAxis | None:
    """Lay an axis of `length` cells on a stage: cell 0 begins at pixel `zero`, and each is `cell` pixels long.

    Where cells are smaller than pixels, every cell that is seen belongs to just one pixel. None where none is seen.

    >>> axis_on_pixels(8, 0.0, 0.5, 100).starts.tolist()
    [0, 2, 4, 6]
    """
    if cell > 1:
        first, last = max(0, math.floor(-zero / cell)), min(length, math.ceil((pixels - zero) / cell))
        if first >= last:
            return None
        return PixelAxis(np.arange(first, last), last, zero + first * cell, zero + last * cell, 1 / cell)
    low, high = max(0, round(zero)), min(pixels, max(round(zero) + 1, round(zero + length * cell)))
    if low >= high:
        return None
    edges = np.floor((np.arange(low, high + 1) - zero) / cell + 0.5).astype(np.int64)
    if low == round(zero):
        edges[0] = 0
    if high == max(round(zero) + 1, round(zero + length * cell)):
        edges[-1] = length
    edges = np.clip(edges, 0, length)
    if edges[0] >= length or edges[-1] <= edges[0]:
        return None
    return PixelAxis(np.minimum(edges[:-1], length - 1), int(edges[-1]), low, high, 1 / cell)


def axis_within(length: int, most: int) -> PixelAxis:
    """Lay a whole axis on as many pixels as it has cells, and on no more than `most`.

    >>> axis_within(5, 2).starts.tolist()
    [0, 2]
    """
    pixels = min(length, max(1, most))
    return PixelAxis(np.arange(pixels) * length // pixels, length, 0, pixels, length / pixels)


def shrunk(cells: Floats, rows: int, columns: int) -> Floats:
    """Return cells `(rows, columns, channels)` on at most so many rows and columns of pixels.

    >>> shrunk(np.float32([[[1], [3], [5], [5]], [[1], [3], [5], [5]]]), 1, 2)[..., 0].tolist()
    [[2.0, 5.0]]
    """
    if cells.shape[0] <= rows and cells.shape[1] <= columns:
        return cells
    down, across = axis_within(cells.shape[0], rows), axis_within(cells.shape[1], columns)
    return _taken(cells, cells, cells, down.starts, across.starts)


class Reduction:
    """Summaries of an array `(*spatial, channels)` for pictures of it that are smaller: a cache, changed in place.

    Per channel, and for blocks of 4, 8, 16, ... cells a side, it keeps the least value, the largest and the mean.
    They are made when a picture first needs them; after an edit only the blocks that it touched are made again.
    A sequence is one row; the planes of a volume are below each other.
    """

    def __init__(self, values: TiledArray) -> None:
        self._values = values
        self._summaries: dict[int, list[_Summary]] = {}
        self._begun: _PendingSummary | None = None
        self._change: tuple[TiledArray, Sequence[Box]] | None = None

    @property
    def values(self) -> TiledArray:
        """The array that is summarised."""
        return self._values

    @property
    def shape(self) -> tuple[int, int]:
        """The rows and columns of the table that pictures show."""
        spatial = self._values.spatial
        return (1 if len(spatial) < 2 else math.prod(spatial[:-1])), (spatial[-1] if spatial else 1)

    def update(self, values: TiledArray) -> Sequence[Box]:
        """Take another array; return the boxes in which it differs, as `changed_places` gives them."""
        before, boxes = self._values, changed_places(values, self._values)
        self.replace(values, boxes)
        if boxes != [whole_box(values.spatial)]:  # another array shares nothing with it, and would keep it in memory
            self._change = before, boxes
        return boxes

    def changes_since(self, before: TiledArray) -> Sequence[Box]:
        """Return the boxes in which the array differs from `before`; those of the last update are known already."""
        if self._change is not None and self._change[0] is before:
            return self._change[1]
        return changed_places(self._values, before)

    def replace(self, values: TiledArray, boxes: Sequence[Box]) -> None:
        """Take another array that differs from the one before in these boxes only."""
        is_whole = values.shape != self._values.shape or values.rank != 2
        self._values = values
        self._change = None
        if boxes:
            self._begun = None
        if is_whole and boxes:
            self._summaries.clear()
        elif boxes:
            for rows, columns in boxes:
                self._summarise(self._summaries, rows.start, rows.stop, columns.start, columns.stop)

    def picture(self, rows: PixelAxis, columns: PixelAxis, channels: Sequence[int]) -> Floats:
        """Return what the pixels show of some channels: `(pixels down, pixels across, channels)`.

        A pixel that stands for many cells shows what `standing_out` makes of them.
        """
        finest = min(rows.cells_a_pixel, columns.cells_a_pixel)
        if finest >= _FINEST:
            self._need(channels)
            found = [self._from_summary(band, columns, channels, finest) for band in _bands(rows, columns, channels)]
        else:
            found = [self._from_cells(band, columns, channels) for band in _bands(rows, columns, channels)]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _from_cells(self, rows: PixelAxis, columns: PixelAxis, channels: Sequence[int]) -> Floats:
        """Return what some rows of pixels show, from the cells themselves."""
        top, left = int(rows.starts[0]), int(columns.starts[0])
        cells = self._table(top, rows.stop, left, columns.stop)
        if tuple(channels) != tuple(range(cells.shape[-1])):
            cells = cells[..., list(channels)]
        down, across = rows.starts - top, columns.starts - left
        is_each = _is_each(down, cells.shape[0]) and _is_each(across, cells.shape[1])
        return cells if is_each else _taken(cells, cells, cells, down, across)

    def _from_summary(self, rows: PixelAxis, columns: PixelAxis, channels: Sequence[int], finest: float) -> Floats:
        """Return what some rows of pixels show, from the coarsest summary that is fine enough."""
        level = int(math.log2(finest / _FINEST))
        held = [self._summaries[channel][min(len(self._summaries[channel]) - 1, level)] for channel in channels]
        down, top, bottom = _on_blocks(rows, held[0].side, self.shape[0])
        across, left, right = _on_blocks(columns, held[0].side, self.shape[1])
        seen = slice(top, bottom), slice(left, right)
        low, high, mean = (
            np.stack([getattr(one, name)[seen] for one in held], axis=-1) for name in ("low", "high", "mean")
        )
        return _taken(low, high, mean, down, across)

    def sample(self, rows: PixelAxis, columns: PixelAxis, channels: Sequence[int]) -> Floats:
        """Return one cell of those that each pixel stands for: what can be shown until `prepare` is done."""
        left = int(columns.starts[0])
        if self._values.rank != 2:
            cells = self._table(0, rows.stop, left, columns.stop)
            return cells[np.ix_(rows.starts, columns.starts - left)][..., list(channels)]
        lines = (self._table(row, row + 1, left, columns.stop)[0] for row in rows.starts.tolist())
        return np.stack([line[columns.starts - left][:, list(channels)] for line in lines])

    def is_ready(self, rows: PixelAxis, columns: PixelAxis, channels: Sequence[int]) -> bool:
        """Return whether a picture can be made at once; large arrays are summed up first, by `prepare` or in one go."""
        return min(rows.cells_a_pixel, columns.cells_a_pixel) < _FINEST or self.is_summed_up(channels)

    def is_summed_up(self, channels: Sequence[int]) -> bool:
        """Return whether every picture of some channels can be made at once."""
        is_small = math.prod(self._values.shape) <= _AT_ONCE
        return is_small or all(channel in self._summaries for channel in channels)

    def channels_beside(self, channels: Sequence[int]) -> Sequence[int]:
        """Return what to sum up with some channels: all of a few, whose thumbnails need it too."""
        return range(self._values.channels) if self._values.channels <= _FEW_CHANNELS else channels

    def prepare(self, channels: Sequence[int]) -> bool:
        """Sum up some more rows for pictures of these channels; return whether all are done."""
        wanted = tuple(channel for channel in channels if channel not in self._summaries)
        if not wanted:
            return True
        if self._begun is None or self._begun.channels != wanted:
            self._begun = _PendingSummary(wanted, {channel: _empty_summaries(self.shape) for channel in wanted})
        begun, (height, width) = self._begun, self.shape
        end = min(height, begun.row + _BAND)
        self._summarise(begun.summaries, begun.row, end, 0, width)
        begun.row = end
        if end == height:
            self._summaries.update(begun.summaries)
            self._begun = None
        return end == height

    def _need(self, channels: Sequence[int]) -> None:
        while not self.prepare(channels):
            pass

    def _summarise(self, summaries: Mapping[int, list[_Summary]], top: int, bottom: int, left: int, right: int) -> None:
        """Sum up the blocks that meet a box, band by band."""
        rows, columns = self.shape
        top, left = top // _FINEST * _FINEST, left // _FINEST * _FINEST
        right = min(columns, -(-right // _FINEST) * _FINEST)
        with np.errstate(invalid="ignore", over="ignore"):
            for start in range(top, bottom, _BAND):
                stop = min(rows, -(-min(start + _BAND, bottom) // _FINEST) * _FINEST)
                cells = self._table(start, stop, left, right)
                at = slice(start // _FINEST, -(-stop // _FINEST)), slice(left // _FINEST, -(-right // _FINEST))
                for channel, (finest, *_coarser) in summaries.items():
                    part = np.ascontiguousarray(cells[..., channel])
                    finest.low[at], finest.high[at], finest.mean[at] = _of_blocks(part, part, part, _FINEST)
            for levels in summaries.values():
                _carry_up(levels, top, bottom, left, right)

    def _table(self, top: int, bottom: int, left: int, right: int) -> Floats:
        """Return a part of the table `(rows, columns, channels)`."""
        values = self._values
        if values.rank == 2:
            return values.box((slice(top, bottom), slice(left, right)))
        whole = values.to_array()
        return whole.reshape(-1, self.shape[1], values.channels)[top:bottom, left:right]


@dataclass(frozen=True, eq=False)
class _Summary:
    """The least value, the largest and the mean of blocks of `side` × `side` cells of one channel."""

    side: int
    low: Floats
    high: Floats
    mean: Floats


@dataclass(eq=False)
class _PendingSummary:
    """Summaries that are being made, and the row that comes next."""

    channels: tuple[int, ...]
    summaries: dict[int, list[_Summary]]
    row: int = 0


def standing_out(low: Floats, high: Floats, mean: Floats) -> Floats:
    """Return what a pixel shows of many cells with this least value, largest value and mean: three arrays of one shape.

    It is the mean where the cells are spread evenly, and the more an extreme value the lonelier that stands: a thin
    line or a dot keeps its colour however small the picture is, and a photograph stays as it is. Of a signed map,
    values of both signs would cancel each other in the mean, so that the larger one is shown. What is not a number, or
    infinite, is the most extreme.

    >>> standing_out(np.float32([0, 0]), np.float32([1, 1]), np.float32([0.5, 0.04])).astype(float).round(2).tolist()
    [0.5, 0.85]
    """
    spread = np.where(high > low, high - low, np.float32(1))
    lean = ((high - mean) - (mean - low)) / spread  # from -1, one low value in a high crowd, to 1
    extreme = np.where(lean > 0, high, low)
    shown = mean + lean * lean * (extreme - mean)
    if np.any(low < 0):
        larger = np.where(high >= -low, high, low)
        both = np.clip(np.minimum(high, -low) / np.maximum(np.maximum(high, -low), np.float32(1e-30)), 0, 1)
        shown = shown + both * (larger - shown)
    if not np.isfinite(shown).all():
        shown = np.where(np.isfinite(shown) | ~(np.isfinite(low) & np.isfinite(high)), shown, low / 2 + high / 2)
        shown = np.where(np.isinf(low), low, shown)
        shown = np.where(np.isinf(high), high, shown)
        shown = np.where(np.isnan(low), low, shown)
    return np.asarray(shown, np.float32)


def _bands(rows: PixelAxis, columns: PixelAxis, channels: Sequence[int]) -> Iterator[PixelAxis]:
    """Cut the rows into stretches of few pixels: what is computed of them stays in the cache."""
    count = len(rows.starts)
    step = max(_FEWEST_ROWS, _PIXELS // (len(columns.starts) * len(channels)))
    for start in range(0, count, step):
        yield rows.part(slice(start, min(start + step, count)))


def _on_blocks(axis: PixelAxis, side: int, length: int) -> tuple[Places, int, int]:
    """Return where pixels begin among blocks of `side` cells, counted from the first, and the first and last block.

    `length` is that of the whole axis. A block belongs to one pixel, the last that begins in it or before it.
    """
    blocks = -(-length // side)
    starts = np.minimum(axis.starts // side, blocks - 1)
    first, last = int(starts[0]), blocks if axis.stop >= length else axis.stop // side
    return starts - first, first, max(first + 1, last)


def _taken(low: Floats, high: Floats, mean: Floats, down: Places, across: Places) -> Floats:
    """Take values `(rows, columns, channels)` together, from one start to the next, and return what pixels show."""
    count = _lengths(down, len(low))[:, np.newaxis] * _lengths(across, low.shape[1])
    with np.errstate(invalid="ignore", over="ignore"):
        shown: Floats = _reduced(mean, down, across, np.add)
        shown /= count[..., np.newaxis].astype(np.float32)
        low, high = _reduced(low, down, across, np.minimum), _reduced(high, down, across, np.maximum)
        return standing_out(low, high, shown)


def _reduced(values: Floats, down: Places, across: Places, way: np.ufunc) -> Floats:
    if not _is_each(down, len(values)):
        values = _gathered(values, down, way)
    if not _is_each(across, values.shape[1]):
        values = _gathered(np.ascontiguousarray(values.swapaxes(0, 1)), across, way).swapaxes(0, 1)
    return values


def _is_each(starts: Places, count: int) -> bool:
    """Return whether each of `count` values is a pixel's; two pixels at an end may begin at the same value."""
    return len(starts) == count and bool(np.all(starts[1:] > starts[:-1]))


def _gathered(rows: Floats, starts: Places, way: np.ufunc) -> Floats:
    """Do what `way.reduceat` does along the first axis: whole rows at a time, which is ten times as fast."""
    lengths = _lengths(starts, len(rows))
    taken = rows[starts]
    for at in range(1, int(lengths.max())):
        longer = np.flatnonzero(lengths > at)
        if len(longer) == len(starts):
            way(taken, rows[starts + at], out=taken)
        else:
            taken[longer] = way(taken[longer], rows[starts[longer] + at])
    return taken


def _lengths(starts: Places, end: int) -> Places:
    """Count the values from each start to the next, or to the end; at least one."""
    lengths = np.empty_like(starts)
    lengths[:-1] = starts[1:] - starts[:-1]
    lengths[-1] = end - starts[-1]
    return np.maximum(lengths, 1)


def _of_blocks(low: Floats, high: Floats, mean: Floats, side: int) -> tuple[Floats, Floats, Floats]:
    """Take blocks of `side` × `side` values together; the last ones may be smaller."""
    return (
        _folded(_folded(low, side, 0, np.minimum), side, 1, np.minimum),
        _folded(_folded(high, side, 0, np.maximum), side, 1, np.maximum),
        _folded(_folded(mean, side, 0, np.add), side, 1, np.add) / np.float32(side * side),
    )


def _folded(values: Floats, side: int, axis: int, way: np.ufunc) -> Floats:
    missing = -values.shape[axis] % side
    if missing:
        edge = [(0, missing if at == axis else 0) for at in range(2)]
        values = np.pad(values, edge, mode="edge")
    pieces = [values[at::side] if axis == 0 else values[:, at::side] for at in range(side)]
    taken: Floats = way(pieces[0], pieces[1])
    for piece in pieces[2:]:
        way(taken, piece, out=taken)
    return taken


def _empty_summaries(shape: tuple[int, int]) -> list[_Summary]:
    """Make room for summaries of blocks of 4, 8, 16, ... cells, until one block holds the shorter side."""
    found: list[_Summary] = []
    side = _FINEST
    while not found or side <= min(shape):
        size = -(-shape[0] // side), -(-shape[1] // side)
        found.append(_Summary(side, *(np.empty(size, np.float32) for _ in range(3))))
        side *= 2
    return found


def _carry_up(levels: list[_Summary], top: int, bottom: int, left: int, right: int) -> None:
    """Make the coarser summaries of a box again from the finer ones."""
    for fine, coarse in pairwise(levels):
        rows = slice(top // coarse.side, -(-bottom // coarse.side))
        columns = slice(left // coarse.side, -(-right // coarse.side))
        inside = slice(2 * rows.start, 2 * rows.stop), slice(2 * columns.start, 2 * columns.stop)
        coarse.low[rows, columns], coarse.high[rows, columns], coarse.mean[rows, columns] = _of_blocks(
            fine.low[inside], fine.high[inside], fine.mean[inside], 2
        )
