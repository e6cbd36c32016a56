"""Which cells of an input one output reads, and which outputs one cell feeds: plain geometry, for every layer.

Cells are counted as the window shows them: along the spatial axes, or, in a vector, along its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Box, Floats, TiledArray, distinct
from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry, kernel_extent

Positions = NDArray[np.int64]
Cells = tuple[Positions, ...]


@dataclass(frozen=True, eq=False)
class Window:
    """The part of the input under the kernel for one output position.

    Per axis, `positions` counts from the first input cell (a padding cell is below 0 or past the end), and `sources`
    tells which input cell each one reads, -1 for a zero of the padding.
    """

    positions: Cells
    sources: Cells

    @property
    def has_cells(self) -> bool:
        """Whether there are any: no cell paints some outputs of a transposed convolution."""
        return all(len(along) for along in self.positions)


def slid_window(sliding: Geometry, mode: str, position: tuple[int, ...]) -> Window:
    """Return the window of an output position, over padding of the given mode."""
    positions = tuple(
        at * stride - before + dilation * np.arange(length)
        for at, stride, (before, _), dilation, length in zip(
            position, sliding.stride, sliding.pairs, sliding.dilation, sliding.kernel, strict=True
        )
    )
    return Window(positions, _sources(positions, sliding.spatial, mode))


def window_of_cells(cells: Cells) -> Window:
    """Return the window that reads input cells, and no padding.

    >>> window_of_cells(cells_at((2, 0))).positions
    (array([2]), array([0]))
    """
    return Window(cells, cells)


def cells_at(position: tuple[int, ...]) -> Cells:
    """Return one cell alone."""
    return tuple(np.array([at]) for at in position)


def all_cells(lengths: tuple[int, ...]) -> Cells:
    """Return every cell of axes of such lengths."""
    return tuple(np.arange(length) for length in lengths)


def fed_cells(sliding: Geometry, mode: str, cell: tuple[int, ...]) -> Cells:
    """Return the outputs whose window reads an input cell, directly or as padding of the given mode."""
    return tuple(_fed_along(sliding, mode, axis, at) for axis, at in enumerate(cell))


def touched_outputs(sliding: Geometry, mode: str, box: Box) -> list[Box]:
    """Return boxes of the output positions whose window meets a box of the input, directly or as padding.

    >>> from convstudio.ops.shapes import geometry
    >>> touched_outputs(geometry((8,), (3,), padding="same"), "circular", (slice(0, 1),))
    [(slice(0, 2, None),), (slice(7, 8, None),)]
    """
    along = [_touched_along(sliding, mode, axis, part) for axis, part in enumerate(box)]
    return [tuple(parts) for parts in product(*along)]


def cells_met(sliding: Geometry, axis: int, part: slice) -> slice:
    """Return which cells of an axis, padding included, the windows of a stretch of outputs meet."""
    first = part.start * sliding.stride[axis] - sliding.pairs[axis][0]
    reach = (part.stop - part.start - 1) * sliding.stride[axis] + sliding.dilation[axis] * (sliding.kernel[axis] - 1)
    return slice(first, first + reach + 1)


def _fed_along(sliding: Geometry, mode: str, axis: int, at: int) -> Positions:
    before, after = sliding.pairs[axis]
    size = sliding.spatial[axis]
    padded = np.arange(-before, size + after)
    copies = padded[source_index(padded, size, mode) == at] if 0 <= at < size else np.array([at])
    taps = sliding.dilation[axis] * np.arange(sliding.kernel[axis])
    starts = (copies[:, np.newaxis] + before - taps).ravel()
    outputs, remainders = np.divmod(starts, sliding.stride[axis])
    return distinct(outputs[(remainders == 0) & (outputs >= 0) & (outputs < sliding.output[axis])])


def _sources(positions: Cells, spatial: tuple[int, ...], mode: str) -> Cells:
    return tuple(source_index(at, size, mode) for at, size in zip(positions, spatial, strict=True))


def read_cells(values: TiledArray, sources: Cells) -> Floats:
    """Return the values at the crossings of `sources`, one array per axis, zero where a source is -1."""
    near = (np.where(axis < 0, max(0, axis.max()), axis) for axis in sources)  # a zero costs no way across the input
    read = values.at(*near)
    for axis, along in enumerate(sources):
        read[(slice(None),) * axis + (along < 0,)] = 0
    return read


def outside(placed: Window, spatial: tuple[int, ...]) -> NDArray[np.bool_]:
    """Mark the cells of a window that are padding, `(*kernel,)`."""
    outside = np.zeros(tuple(map(len, placed.positions)), np.bool_)
    for axis, (along, size) in enumerate(zip(placed.positions, spatial, strict=True)):
        outside[(slice(None),) * axis + ((along < 0) | (along >= size),)] = True
    return outside


def _touched_along(sliding: Geometry, mode: str, axis: int, part: slice) -> list[slice]:
    before, after = sliding.pairs[axis]
    size, stride = sliding.spatial[axis], sliding.stride[axis]
    (extent,) = kernel_extent(sliding.kernel[axis : axis + 1], sliding.dilation[axis : axis + 1])
    shown = [part]
    for outside in (np.arange(-before, 0), np.arange(size, size + after)):
        sources = source_index(outside, size, mode)
        hits = outside[(sources >= part.start) & (sources < part.stop)]
        if hits.size:
            shown.append(slice(int(hits[0]), int(hits[-1]) + 1))
    spans = (
        slice(
            max(0, -((extent - 1 - cells.start - before) // stride)),
            min(sliding.output[axis], (cells.stop - 1 + before) // stride + 1),
        )
        for cells in shown
    )
    return _united([span for span in spans if span.start < span.stop])


def _united(spans: Sequence[slice]) -> list[slice]:
    """Join spans that meet or overlap."""
    united: list[slice] = []
    for span in sorted(spans, key=lambda span: (span.start, span.stop)):
        if united and span.start <= united[-1].stop:
            united[-1] = slice(united[-1].start, max(span.stop, united[-1].stop))
        else:
            united.append(span)
    return united
