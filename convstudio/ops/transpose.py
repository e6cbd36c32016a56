"""The transposed convolution: a small map grows into a large one, every value painting its window."""

from __future__ import annotations

import math
from typing import NamedTuple, Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, check_bias
from convstudio.ops.calls.conv_call import check_weights
from convstudio.ops.calls.painted_cells import TransposeSettings, kept_cells
from convstudio.ops.native.spread import spread
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Padding, PerAxis, ShapeError, check_count, per_axis, times
from convstudio.ops.strategies.paint import Painting, paint


def conv_transpose(
    y: npt.ArrayLike,
    weights: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Send every value of a feature map back through its window: the adjoint of `conv` with the same weights.

    `x[p · stride + k · dilation − before, c] = bias[c] + Σ y[p, f] · weights[k, c, f]`, so that
    `Σ conv(x, w) · y = Σ x · conv_transpose(y, w)`.

    - `y` is `(*batch, *spatial, filters)`; `weights` is `conv`'s, `(*kernel, channels / groups, filters)`;
      `bias` is `(channels,)`.
    - `padding` is cut off the result: in numbers as in PyTorch and ONNX, by name as in Keras, where `"valid"`
      and `"same"` without `output_padding` make the size that `conv` with that stride would shrink to `y`.
    - `output_padding`, below stride or dilation, adds cells after, one int or one per axis.

    Returns `(*batch, *output, channels)` with
    `output = (n − 1) · stride + extent − before − after + output_padding`; `"same"` gives `n · stride`.

    Raises ShapeError when `y`, weights, groups and bias do not fit or nothing would be left, ValueError for a
    setting that cannot be.

    Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    https://arxiv.org/abs/1603.07285, chapter 4; Keras's Conv2DTranspose.

    >>> conv_transpose([[1.0], [10.0]], [[[1.0]], [[2.0]]], stride=2)[:, 0].tolist()
    [1.0, 2.0, 10.0, 20.0]
    """
    call = transpose_call(
        y, weights, groups, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation
    )
    rank, samples = call.weights.ndim - 2, math.prod(call.y.shape[: 1 - call.weights.ndim])
    added, output = check_bias(bias, call.output_shape[-1], call.y.dtype), np.empty(call.output_shape, call.y.dtype)
    more = (1,) * (3 - rank)  # axes of one cell: everything is painted as planes, rows and columns
    painting = Painting(
        call.y.reshape(samples, *more, *call.y.shape[-1 - rank :]),
        call.weights.reshape(more + call.weights.shape),
        more + per_axis(stride, rank, "stride"),
        more + per_axis(dilation, rank, "dilation"),
        call.groups,
    )
    planes, rows, columns = (slice(0, 1),) * (3 - rank) + call.kept
    canvas = output.reshape(samples, *more, *output.shape[-1 - rank :])
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if not spread(painting, (planes, rows, columns), canvas, added):
            paint(painting, (planes, rows, columns), canvas, added)
    return output


class TransposeCall(NamedTuple):
    """A checked call of a transposed convolution: arrays of one float type, and the painted cells that are kept."""

    y: Array
    weights: Array
    kept: tuple[slice, ...]
    groups: int

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the result: `(*batch, *output, channels)`."""
        cells = (axis.stop - axis.start for axis in self.kept)
        return (*self.y.shape[: -1 - len(self.kept)], *cells, self.weights.shape[-2] * self.groups)


def transpose_call(
    y: npt.ArrayLike, weights: npt.ArrayLike, groups: int, **settings: Unpack[TransposeSettings]
) -> TransposeCall:
    """Check the arguments of `conv_transpose`; raises ShapeError and ValueError as it does."""
    maps, filters = as_float(y, "the map"), as_float(weights, "weights")
    rank, groups = check_weights(maps.shape, filters.shape, groups)
    if maps.shape[-1] != filters.shape[-1]:
        raise ShapeError(
            f"weights of shape {times(filters.shape)} have {filters.shape[-1]} filters, but the map has "
            f"{maps.shape[-1]}; give one map per filter"
        )
    kept = kept_cells(maps.shape[-1 - rank : -1], filters.shape[:rank], **settings)
    dtype = np.result_type(maps, filters)
    call = TransposeCall(maps.astype(dtype, copy=False), filters.astype(dtype, copy=False), kept, groups)
    check_count(call.output_shape, "the output")
    return call
