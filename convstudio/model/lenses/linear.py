"""Convolutions as plain correlations with one dense kernel, so that two of them can be joined into one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.subject import Doubles, check_effort
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_number
from convstudio.ops import conv, output_shape


@dataclass(frozen=True, eq=False)
class Linear:
    """A convolution without padding and activation, its groups, dilation and flip written out in its weights.

    `weights` is `(*kernel, channels, filters)`, `bias` `(filters,)`, both float64; `stride` has one entry per axis.
    """

    weights: Doubles
    bias: Doubles
    stride: tuple[int, ...]

    @classmethod
    def of_kernel(cls, kernel: ArrayLike) -> Linear:
        """Make the convolution of one kernel `(*kernel,)`, stride 1, from one channel to one map.

        >>> Linear.of_kernel([0, 1, 0]).weights.shape
        (3, 1, 1)
        """
        weights = np.asarray(kernel, np.float64)[..., np.newaxis, np.newaxis]
        return cls(weights, np.zeros(1), (1,) * (weights.ndim - 2))

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The lengths of the kernel's axes, the holes of dilation included."""
        return self.weights.shape[:-2]

    @property
    def filters(self) -> int:
        """The number of maps that come out."""
        return int(self.weights.shape[-1])

    @property
    def channels(self) -> int:
        """The number of channels that go in."""
        return int(self.weights.shape[-2])

    def run(self, x: Doubles) -> Doubles:
        """Return the maps `(*output, filters)` of `x` `(*spatial, channels)`.

        Raises ShapeError when the kernel does not fit into `x`, ValueError when it would take too long.
        """
        output = output_shape(x.shape[:-1], self.kernel_size, stride=self.stride)
        check_effort(math.prod(output) * self.weights.size)
        return np.asarray(conv(x, self.weights, self.bias, stride=self.stride))


def linear_of(layer: Conv, only: int | None = None) -> Linear:
    """Write a layer's weights out as those of a plain, dense correlation; padding and activation are left out.

    `only` is the filter to take; None takes all of them. Raises ValueError for weights that are not finite.

    >>> dilated = Linear.of_kernel([1, 1])
    >>> linear_of(Conv((np.ones((2, 1, 1), np.float32)), np.zeros(1, np.float32), (1,), (2,))).weights.ravel().tolist()
    [1.0, 0.0, 1.0]
    """
    filters = range(layer.filters) if only is None else range(only, only + 1)
    weights = _dense(layer, filters)
    if layer.flip:
        weights = np.flip(weights, axis=tuple(range(layer.rank)))
    bias = layer.bias[filters.start : filters.stop].astype(np.float64)
    if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise ValueError(
            f"The {layer.filters} filters hold NaN or infinite weights, and this lens compares numbers: "
            "give those weights a number."
        )
    return Linear(spread(weights, layer.dilation), bias, layer.stride)


def difference_words(largest: float, *, is_rounding: bool) -> str:
    """Write the largest difference of two results, and whether rounding alone explains it.

    >>> difference_words(0.0, is_rounding=True), difference_words(1.2e-16, is_rounding=True)
    ('0', '1.2e-16 (rounding)')
    """
    text = format_number(largest, 2)
    return f"{text} (rounding)" if largest and is_rounding else text


def joined(first: Linear, second: Linear) -> Linear:
    """Return the one convolution that does what `first` and then `second` do.

    Its kernel is the full convolution of both, `(k1 − 1) + stride1 · (k2 − 1) + 1` cells along each axis, summed over
    the maps between them; its bias is the second one plus what the first one's becomes; its stride is the product.

    Raises ValueError when the second reads another number of channels, or when it would take too long.

    Source: the associativity of convolution, e.g. R. Szeliski, "Computer Vision", 2nd edition, section 3.2.

    >>> joined(Linear.of_kernel([1, 2]), Linear.of_kernel([1, 1])).weights.ravel().tolist()
    [1.0, 3.0, 2.0]
    """
    if first.filters != second.channels:
        raise ValueError(
            f"The second convolution reads {counted(second.channels, 'channel')}, "
            f"and the first one makes {counted(first.filters, 'map')}: "
            "give the second layer as many channels as the first one has filters."
        )
    spread_out = spread(second.weights, first.stride)
    size = tuple(a + b - 1 for a, b in zip(first.kernel_size, spread_out.shape[:-2], strict=True))
    check_effort(math.prod(size) * first.channels * spread_out.size)
    turned = np.flip(spread_out, axis=tuple(range(spread_out.ndim - 2)))
    kernels = conv(np.moveaxis(first.weights, -2, 0), turned, padding="full")
    bias = second.bias + np.tensordot(first.bias, second.weights.sum(axis=tuple(range(second.weights.ndim - 2))), 1)
    stride = tuple(a * b for a, b in zip(first.stride, second.stride, strict=True))
    return Linear(np.moveaxis(np.asarray(kernels), 0, -2), bias, stride)


def spread(weights: Doubles, gaps: tuple[int, ...]) -> Doubles:
    """Put `gaps − 1` zeros between the weights along each axis, as dilation does.

    >>> spread(np.ones((2, 1, 1)), (3,)).ravel().tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    size = tuple(gap * (length - 1) + 1 for gap, length in zip(gaps, weights.shape[:-2], strict=True))
    wide = np.zeros((*size, *weights.shape[-2:]))
    wide[tuple(slice(None, None, gap) for gap in gaps)] = weights
    return wide


def one_map(values: Doubles) -> Floats:
    """Return the only map of `(*spatial, 1)` values in float32, as the grids show it.

    >>> one_map(np.ones((2, 2, 1))).shape
    (2, 2)
    """
    return values[..., 0].astype(np.float32)


def _dense(layer: Conv, filters: range) -> Doubles:
    """Return the weights of some filters with a kernel for every channel: zeros for the channels of other groups."""
    weights = layer.weights[..., filters.start : filters.stop].astype(np.float64)
    if layer.groups == 1:
        return weights
    dense = np.zeros((*layer.kernel_size, layer.channels, len(filters)))
    for place, index in enumerate(filters):
        read = layer.channels_read_by(index)
        dense[..., read.start : read.stop, place] = weights[..., place]
    return dense
