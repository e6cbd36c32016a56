"""A small convolution in one go: all windows unfolded at once, and one product with the filters.

Equals [samples], [positions], [filters] and [terms] of `ops.reference`, for one group: the four loops are one product.

The same idea as `unfold`, without its boxes and threads, which would take four times as long as the work itself.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array, pad
from convstudio.ops.shapes import Geometry


def convolve(call: ConvCall) -> Array:
    """Compute the feature maps of a layer of one group: `(samples · positions, filters)`."""
    columns = as_columns(call.x, call.geometry, call.padding_mode)
    maps: Array = columns @ call.weights.reshape(-1, call.weights.shape[-1])
    if call.bias is not None:
        maps += call.bias
    return maps


def as_columns(x: Array, shape: Geometry, padding_mode: str = "zeros") -> Array:
    """Put every window in a row: `(samples · positions, kernel cells · channels)`.

    `x` is `(*batch, *spatial, channels)`.

    >>> from convstudio.ops.shapes import geometry
    >>> as_columns(np.array([[1.0], [2.0], [3.0]]), geometry((3,), (2,))).tolist()
    [[1.0, 2.0], [2.0, 3.0]]
    """
    padded = pad(x, shape.pairs, padding_mode, shape.rank) if shape.is_padded else x
    cells = padded.reshape(-1, math.prod(shape.padded), x.shape[-1])
    taken = cells.take(cells_of_windows(shape), axis=1, mode="wrap")  # "raise" copies twice
    return taken.reshape(-1, math.prod(shape.kernel) * x.shape[-1])


@lru_cache(maxsize=32)
def cells_of_windows(shape: Geometry) -> npt.NDArray[np.intp]:
    """Number the cells of the padded input that each window reads, one position after the other.

    Remembered for the last few shapes, since a student changes numbers far more often than shapes.

    >>> from convstudio.ops.shapes import geometry
    >>> cells_of_windows(geometry((4,), (2,), stride=2)).tolist()
    [0, 1, 2, 3]
    """
    cells = np.zeros((1, 1), dtype=np.intp)
    for size, kernel, stride, dilation, output in zip(
        shape.padded, shape.kernel, shape.stride, shape.dilation, shape.output, strict=True
    ):
        along = np.arange(output)[:, None] * stride + np.arange(kernel) * dilation
        wider = cells[:, None, :, None] * size + along[:, None, :]
        cells = wider.reshape(len(cells) * output, -1)
    return cells.reshape(-1)
