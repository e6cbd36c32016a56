"""Where one number comes from: its window, its terms, and the cells that it is linked to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import Floats, TiledArray, distinct
from convstudio.model.layers import Conv
from convstudio.ops import activate, conv
from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry

Positions = NDArray[np.int64]
Cells = tuple[Positions, ...]


@dataclass(frozen=True, eq=False)
class Window:
    """The part of the input under the kernel for one output position.

    Per axis, `positions` counts from the first input cell (a padding cell is below 0 or past the end), and `sources`
    says which input cell each one reads, -1 for a zero of the padding.
    """

    positions: Cells
    sources: Cells

    @property
    def has_cells(self) -> bool:
        """Whether there are any: no cell paints some outputs of a transposed convolution."""
        return all(len(along) for along in self.positions)


@dataclass(frozen=True, eq=False)
class Calculation:
    """Every term of one output value.

    `window` and `kernel` (as it meets the window: flipped for a true convolution) are `(*kernel, channels read)`;
    `products` likewise, in float64; `is_padding` is `(*kernel,)`; `channel_sums` has one entry per channel read.
    """

    position: tuple[int, ...]
    filter: int
    channels: range
    window: Floats
    kernel: Floats
    is_padding: NDArray[np.bool_]
    products: NDArray[np.float64]
    channel_sums: NDArray[np.float64]
    bias: float
    total: float
    activation: str
    output: float

    @property
    def sum(self) -> float:
        """The sum of all products, before the bias."""
        return float(self.channel_sums.sum())

    def tells_the_same_as(self, other: Calculation) -> bool:
        """Say whether both have the same terms and the same output."""
        return (
            (self.position, self.filter, self.channels) == (other.position, other.filter, other.channels)
            and (self.bias, self.activation, self.output) == (other.bias, other.activation, other.output)
            and np.array_equal(self.window, other.window)
            and np.array_equal(self.kernel, other.kernel)
            and np.array_equal(self.is_padding, other.is_padding)
        )


def window_at(layer: Conv, spatial: tuple[int, ...], position: tuple[int, ...]) -> Window:
    """Return the window of an output position. Raises ShapeError when the layer cannot work on `spatial`.

    >>> layer = Conv.of(np.ones((3, 1, 1)))
    >>> window_at(layer, (8,), (2,)).positions[0].tolist()
    [2, 3, 4]
    """
    return slid_window(layer.geometry(spatial), layer.padding_mode, position)


def slid_window(sliding: Geometry, mode: str, position: tuple[int, ...]) -> Window:
    """Return the window of an output position, over padding of the given mode."""
    positions = tuple(
        at * stride - before + dilation * np.arange(length)
        for at, stride, (before, _), dilation, length in zip(
            position, sliding.stride, sliding.pairs, sliding.dilation, sliding.kernel, strict=True
        )
    )
    return Window(positions, _sources(positions, sliding.spatial, mode))


def explain(values: TiledArray, layer: Conv, filter_index: int, position: tuple[int, ...]) -> Calculation:
    """Return every term of the output of one filter at one position; sums are float64, of float32 terms.

    Raises ShapeError or ValueError where the layer cannot work on the values.

    >>> layer = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))
    >>> explain(TiledArray.of(np.arange(5)[:, np.newaxis]), layer, 0, (2,)).output
    3.0
    """
    if values.channels != layer.channels or layer.filters % layer.groups:
        layer.made_shape(values.shape)  # says what is wrong with them
    channels = layer.channels_read_by(filter_index)
    placed = window_at(layer, values.spatial, position)
    window = read_cells(values, placed.sources)[..., channels.start : channels.stop]
    kernel = kernel_as_used(layer, filter_index)
    with np.errstate(invalid="ignore", over="ignore"):
        products = window.astype(np.float64) * kernel
        channel_sums = products.reshape(-1, len(channels)).sum(axis=0)
        total = float(channel_sums.sum() + layer.bias[filter_index])
    return Calculation(
        position=position,
        filter=filter_index,
        channels=channels,
        window=window,
        kernel=kernel,
        is_padding=_outside(placed, values.spatial),
        products=products,
        channel_sums=channel_sums,
        bias=float(layer.bias[filter_index]),
        total=total,
        activation=layer.activation,
        output=_activated(values, layer, filter_index, position, total),
    )


def _activated(values: TiledArray, layer: Conv, filter_index: int, position: tuple[int, ...], total: float) -> float:
    """Apply the activation; softmax alone looks at the other filters too."""
    if layer.activation != "softmax":
        return float(activate(np.array([total]), layer.activation)[0])
    window = read_cells(values, window_at(layer, values.spatial, position).sources).astype(np.float64)
    totals = conv(window, layer.weights, layer.bias, groups=layer.groups, flip=layer.flip).ravel()
    return float(activate(totals, "softmax")[filter_index])


def kernel_as_used(layer: Conv, filter_index: int) -> Floats:
    """Return one filter's kernels `(*kernel, channels)` as they meet the window: flipped in a true convolution."""
    kernels = layer.weights[..., filter_index]
    return np.flip(kernels, axis=tuple(range(layer.rank))) if layer.flip else kernels


def read_by_weight(layer: Conv, sliding: Geometry, weight: tuple[int, ...]) -> Cells:
    """Return the input cells that a weight is multiplied with, padding cells included."""
    steps = tuple(length - 1 - at if layer.flip else at for at, length in zip(weight, sliding.kernel, strict=True))
    return tuple(
        np.arange(outputs) * stride - before + dilation * step
        for outputs, stride, (before, _), dilation, step in zip(
            sliding.output, sliding.stride, sliding.pairs, sliding.dilation, steps, strict=True
        )
    )


def fed_cells(sliding: Geometry, mode: str, cell: tuple[int, ...]) -> Cells:
    """Return the outputs whose window reads an input cell, directly or as padding of the given mode."""
    return tuple(_fed_along(sliding, mode, axis, at) for axis, at in enumerate(cell))


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


def _outside(placed: Window, spatial: tuple[int, ...]) -> NDArray[np.bool_]:
    outside = np.zeros(tuple(map(len, placed.positions)), np.bool_)
    for axis, (along, size) in enumerate(zip(placed.positions, spatial, strict=True)):
        outside[(slice(None),) * axis + ((along < 0) | (along >= size),)] = True
    return outside
