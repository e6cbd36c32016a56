"""Pooling: every window is summed up in its largest or its mean value, channel by channel."""

from __future__ import annotations

import math
from typing import Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, first_spatial, matching
from convstudio.ops.calls.pool_call import PoolSettings, check_kind, pool_call
from convstudio.ops.calls.pooled_axes import window_counts
from convstudio.ops.native import pooling as native
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Padding, PerAxis, ShapeError, times
from convstudio.ops.strategies.gather import sum_of_rows
from convstudio.ops.strategies.pooling import give_back, pool_windows

_RUN = 2**8
"""Cells that are compared with as many others at once."""


def pool(
    x: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = False,
) -> Array:
    """Sum up every window of each channel in one number.

    `x` is `(*batch, *spatial, channels)`; `size`, in cells, has one entry per spatial axis, and its length
    is the rank. `kind` is `"max"` or `"average"`; `stride` is `size` unless given; `padding` and `dilation`
    as in `conv`. Padding never wins a maximum and is left out of a mean, unless `count_include_pad`: it then
    counts as zeros. With `ceil_mode` a last window may reach past the padding, if it starts before it; what it
    meets there never counts. NaN in a window makes it NaN.

    Returns `(*batch, *output, channels)`, float type kept, `output = output_shape(spatial, size, ...)`; with
    `ceil_mode` it is rounded up: `ceil((n + before + after − extent) / stride) + 1`.

    Raises ShapeError when the window does not fit or sees only padding, ValueError for a wrong argument.

    Source: https://keras.io/api/layers/pooling_layers/, and `torch.nn.AvgPool2d` for the last two.

    >>> pool(np.arange(16).reshape(4, 4, 1), "max", (2, 2))[..., 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    >>> pool([[2.0], [4.0]], "average", (2,), stride=1, padding=1, count_include_pad=True)[:, 0].tolist()
    [1.0, 3.0, 2.0]
    """
    pooling = pool_call(x, kind, size, stride, padding, dilation, ceil_mode, count_include_pad)
    counts = window_counts(pooling.axes, pooling.x.dtype) if kind == "average" else None
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        pooled = native.pool(pooling, counts)
        if pooled is None:
            pooled = pool_windows(pooling, kind)
            if counts is not None:
                pooled /= counts
    return pooled.reshape(pooling.result_shape)


def pool_gradient(
    x: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    **settings: Unpack[PoolSettings],
) -> Array:
    """Compute the gradient of `sum(pool(x, ...) · grad_y)` with respect to `x`.

    A maximum gives its gradient to the cell that won, the first of a tie in reading order; a mean shares it
    equally among the input cells of its window. `grad_y` has the shape of `pool`'s result; the other
    arguments and the errors are `pool`'s.

    Returns an array of the shape of `x`. Source: PyTorch's `max_pool2d` and `avg_pool2d`.

    >>> pool_gradient([[1.0], [3.0], [3.0]], [[1.0]], "max", (3,))[:, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    pooling = pool_call(x, kind, size, **settings)
    grads, dtype = matching(grad_y, pooling.result_shape, "grad_y").reshape(pooling.output_shape), pooling.x.dtype
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if kind == "average":
            grads = np.divide(grads, window_counts(pooling.axes, dtype), dtype=dtype)
        grads = grads.astype(dtype, copy=False)
        grad_x = native.pool_gradient(pooling, grads, kind)
        if grad_x is None:
            grad_x = give_back(pooling, kind, grads)
    return grad_x.reshape(pooling.x_shape)


def global_pool(x: npt.ArrayLike, kind: str, rank: int) -> Array:
    """Sum up each whole channel in one number.

    `x` is `(*batch, *spatial, channels)` with `rank` spatial axes; `kind` is `"max"` or `"average"`.

    Returns `(*batch, channels)`, float type kept. Raises ShapeError for an input with too few axes or without
    cells, ValueError for an unknown kind. Source: https://keras.io/api/layers/pooling_layers/

    >>> global_pool(np.arange(4).reshape(2, 2, 1), "average", 2).tolist()
    [1.5]
    """
    cells, shape = _global_call(x, kind, rank)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        pooled = _largest(cells) if kind == "max" else sum_of_rows(cells) / cells.shape[1]
    return np.asarray(pooled, cells.dtype).reshape(shape)


def _largest(cells: Array) -> Array:
    """Return the largest of `(samples, cells, channels)` by channel; many in long runs first, ten times as fast."""
    samples, size, channels = cells.shape
    if size < 16 * _RUN or channels == 1:
        return np.asarray(cells.max(axis=1))
    even = size - size % _RUN
    runs = cells[:, :even].reshape(samples, even // _RUN, _RUN * channels).max(axis=1, initial=-np.inf)
    return np.asarray(np.concatenate([runs.reshape(samples, _RUN, channels), cells[:, even:]], axis=1).max(axis=1))


def global_pool_gradient(x: npt.ArrayLike, grad_y: npt.ArrayLike, kind: str, rank: int) -> Array:
    """Compute the gradient of `sum(global_pool(x, kind, rank) · grad_y)` with respect to `x`.

    Shared or awarded as in `pool_gradient`; `grad_y` is `(*batch, channels)`, the rest as in `global_pool`.

    >>> global_pool_gradient([[1.0], [3.0]], [1.0], "average", 1)[:, 0].tolist()
    [0.5, 0.5]
    """
    cells, shape = _global_call(x, kind, rank)
    grad = matching(grad_y, shape, "grad_y").astype(cells.dtype, copy=False).reshape(len(cells), 1, shape[-1])
    grad_x = np.zeros(cells.shape, cells.dtype)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if kind == "average":
            grad_x += grad / cells.dtype.type(cells.shape[1])
        else:
            first = cells.argmax(axis=1, keepdims=True)  # the first of a tie, or of NaN
            np.put_along_axis(grad_x, first, grad, axis=1)
    return grad_x.reshape(np.shape(x))


def _global_call(x: npt.ArrayLike, kind: str, rank: int) -> tuple[Array, tuple[int, ...]]:
    """Take an input as `(samples, cells, channels)`, and say which shape the result has."""
    values = as_float(x, "the input")
    check_kind(kind)
    first = first_spatial(values, rank, least=1)
    batch, spatial, channels = values.shape[:first], values.shape[first:-1], values.shape[-1]
    if 0 in spatial:
        raise ShapeError(f"the input {times(values.shape)} has no cells; every axis needs at least 1")
    return values.reshape(math.prod(batch), math.prod(spatial), channels), (*batch, channels)
