"""One channel, one filter: several rows of the feature map at once, as one product with a banded matrix.

Equals [terms] of `ops.reference` where there is one channel and one filter, for several [positions] below each other.

The rows of an image are stored one after the other, so that whole rows are copied and multiplied: each
row once for every kernel column, taken one cell further each time. The banded matrix of the kernel's rows,
see `bands`, makes four or more rows of the feature map from a run of them; the next rows of the map read
the run that starts where theirs do, and share what overlaps.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.strategies import unfold
from convstudio.ops.strategies.bands import band, may_leak, split, stretch
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, run, seen

_FEWEST, _MOST = 4, 64
_MATRIX = 2**18
"""The size of a banded matrix that does not grow any more: 1 MiB of float32."""

_LARGER = 4
"""How much larger a box may be, to hold all columns."""


class _RowBlock(NamedTuple):
    """The rows of the output that are computed as many at a time as the matrix has rows."""

    layer: Sweep
    rows: slice
    height: int
    matrix: Array
    shifted: Array | None  # of the whole input, where there is no padding

    @property
    def shifts(self) -> int:
        """How often each row is copied: once for every plane and column of the kernel."""
        return self.layer.shape.kernel[0] * self.layer.shape.kernel[2]

    def boxes(self) -> list[Box]:
        """Cut the output so that the copies for a box stay close to a core."""
        samples, planes, rows, columns, _ = self.layer.output_shape
        wide = min(max(_LARGER * fitting(self.shifts * _stretch(self.layer, self.height)), 1), columns)
        copied = fitting(self.shifts * wide) - _stretch(self.layer, 1) + 1
        high = min(copied // self.layer.shape.stride[1], samples * planes * rows // self.layer.fewest_boxes)
        return cut(self.layer.region(rows=self.rows), (1, 1, high, wide), (1, 1, self.height, 1))

    def seen(self, box: Box, cells: Array) -> Array:
        """View the rows that a box meets, see `_shifted`."""
        samples, planes, rows, columns = box
        if self.shifted is None:
            return _shifted(self.layer, cells, columns.stop - columns.start)
        first = rows.start * self.layer.shape.stride[1]
        return self.shifted[samples, planes, first : first + cells.shape[2], :, :, columns]


class _RowBuffers(NamedTuple):
    """Memory for the shifted rows of one box after the other, and the runs of them that make rows of the map."""

    shifted: Array
    """`(rows, kernel planes, kernel columns, columns)`"""
    runs: Array
    """`(bands, run, columns)`"""


def convolve(layer: Sweep, output: Array, height: int | None = None) -> None:
    """Fill `output`, `(samples, planes, rows, columns, 1)`, `height` rows at a time."""
    height = height or band_height(layer)
    shifted = None if layer.is_padded else _shifted(layer, layer.x[..., 0], output.shape[3])
    parts = [_RowBlock(layer, rows, n, _kernel_matrix(layer, n), shifted) for rows, n in split(output.shape[2], height)]
    tiles = [(part, part.boxes()) for part in parts]

    def work(taken: Iterable[tuple[int, Box]]) -> None:
        rooms: dict[int, _RowBuffers] = {}
        for at, box in taken:
            part, boxes = tiles[at]
            if at not in rooms:
                rooms[at] = _room(part, boxes[0])
            cells = seen(layer, box)[..., 0]
            if not _fill(part, part.seen(box, cells), output[box][..., 0], rooms[at]):
                unfold.convolve_densely(layer, box, output)

    run([(at, box) for at, (_, boxes) in enumerate(tiles) for box in boxes], work, layer.multiplications)


def band_height(layer: Sweep) -> int:
    """Choose how many rows to compute at once: about half the kernel's height, a power of two from 4 to 64.

    Fewer where the matrix would grow too large.
    """
    height, shifts = _FEWEST, layer.shape.kernel[0] * layer.shape.kernel[2]
    while 2 * height < min(layer.shape.kernel[1], 2 * _MOST) and height * shifts * _stretch(layer, height) < _MATRIX:
        height *= 2
    return min(height, layer.shape.output[1])


def _room(part: _RowBlock, box: Box) -> _RowBuffers:
    rows, columns = _stretch(part.layer, box[2].stop - box[2].start), box[3].stop - box[3].start
    kernel = part.layer.shape.kernel
    memory = np.empty((rows * part.shifts, columns), part.matrix.dtype)
    runs = sliding_window_view(memory, part.matrix.shape[1], axis=0)
    apart = part.height * part.layer.shape.stride[1] * part.shifts
    return _RowBuffers(memory.reshape(rows, kernel[0], kernel[2], columns), runs[::apart].swapaxes(1, 2))


def _fill(part: _RowBlock, seen: Array, output: Array, room: _RowBuffers) -> bool:
    """Fill a box, and return whether all went well: a NaN may have leaked through the band's zeros."""
    samples, planes, rows, columns = output.shape
    bands = rows // part.height
    for sample, plane in np.ndindex(samples, planes):
        shifted = room.shifted[: seen.shape[2], ..., :columns]
        np.copyto(shifted, seen[sample, plane])
        if _may_leak(part.layer, shifted):
            return False
        made = output[sample, plane].reshape(bands, part.height, columns)
        np.matmul(part.matrix, room.runs[:bands, :, :columns], out=made)
    return True


def _may_leak(layer: Sweep, shifted: Array) -> bool:
    """Check every cell that was copied, once where the copies allow it: now they are in cache.

    The first copy of a row holds its first cells, the last copy those after them; strides leave some out.
    """
    columns, span = shifted.shape[-1], stretch(1, layer.shape.kernel[2], 1, layer.shape.dilation[2]) - 1
    if layer.shape.stride[2] > 1 or span > columns:
        return may_leak(shifted)
    return may_leak(shifted[:, :, 0]) or may_leak(shifted[:, :, -1, columns - span :])


def _shifted(layer: Sweep, cells: Array, columns: int) -> Array:
    """View the rows of some cells, `(samples, planes, rows, columns)`, once for each kernel plane and column.

    Returns `(samples, planes, rows, kernel planes, kernel columns, columns)`.
    """
    shape = layer.shape
    planes = stretch(1, shape.kernel[0], 1, shape.dilation[0])
    span = stretch(columns, 1, shape.stride[2], 1)
    windows = sliding_window_view(cells, (planes, span), axis=(1, 3))
    windows = windows[:, :: shape.stride[0], :, :: shape.dilation[2], :: shape.dilation[0], :: shape.stride[2]]
    return windows[:, :, :, : shape.kernel[2]].swapaxes(3, 4)


def _kernel_matrix(layer: Sweep, height: int) -> Array:
    kernel = np.moveaxis(layer.weights[..., 0, 0], 1, 0)
    rows = band(kernel, height, layer.shape.stride[1], layer.shape.dilation[1])
    return rows.swapaxes(0, 1).reshape(height, -1)


def _stretch(layer: Sweep, height: int) -> int:
    return stretch(height, layer.shape.kernel[1], layer.shape.stride[1], layer.shape.dilation[1])
