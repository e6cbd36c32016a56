"""The terms of an output of the other layers that add up products: the transposed convolution and the dense layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import Floats, TiledArray
from convstudio.model.kinds import ConvTranspose, Dense
from convstudio.model.links import painting_taps
from convstudio.model.trace import Calculation, read_cells
from convstudio.ops import activate


def explain_dense(values: TiledArray, layer: Dense, unit: int) -> Calculation:
    """Return every term of one unit: the vector, as a window of one channel, times the unit's weights.

    `values` is `(inputs,)`. Raises ShapeError when the layer cannot work on them.

    >>> told = explain_dense(TiledArray.of([1, 2]), Dense.of([[1], [10]], [0.5]), 0)
    >>> (told.products[:, 0].tolist(), told.output)
    ([1.0, 20.0], 21.5)
    """
    layer.made_shape(values.shape)
    vector = values.to_array()
    window, kernel = vector[:, np.newaxis], layer.weights[:, unit, np.newaxis]
    sums = vector.astype(np.float64) @ layer.weights.astype(np.float64) + layer.bias
    return _calculation((unit,), unit, range(1), window, kernel, layer, sums)


def explain_transposed(
    values: TiledArray, layer: ConvTranspose, filter_index: int, position: tuple[int, ...]
) -> Calculation:
    """Return every term of one output of a transposed convolution: the input cells that paint it, times their weights.

    Raises ShapeError when the layer cannot work on the values.
    """
    layer.made_shape(values.shape)
    painters = painting_taps(layer, values.shape, position)
    channels = layer.channels_read_by(filter_index)
    cells = read_cells(values, tuple(at for at, _ in painters)) if all(len(at) for at, _ in painters) else None
    if cells is None:
        shape = (*(len(at) for at, _ in painters), values.channels)
        cells = np.zeros(shape, np.float32)
    kernels = layer.weights[np.ix_(*(taps for _, taps in painters))]
    sums = np.array([_sum(cells, kernels, layer, index) for index in range(layer.filters)])
    window, kernel = cells[..., channels.start : channels.stop], kernels[..., filter_index]
    return _calculation(position, filter_index, channels, window, kernel, layer, sums)


def _sum(cells: Floats, kernels: Floats, layer: ConvTranspose, index: int) -> float:
    channels = layer.channels_read_by(index)
    window = cells[..., channels.start : channels.stop].astype(np.float64)
    return float((window * kernels[..., index]).sum() + layer.bias[index])


def _calculation(
    position: tuple[int, ...],
    index: int,
    channels: range,
    window: Floats,
    kernel: Floats,
    layer: ConvTranspose | Dense,
    sums: NDArray[np.float64],
) -> Calculation:
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        products = window.astype(np.float64) * kernel
        channel_sums = products.reshape(-1, products.shape[-1]).sum(axis=0)
        made = activate(sums, layer.activation)
    return Calculation(
        position=position,
        filter=index,
        channels=channels,
        window=window,
        kernel=kernel,
        is_padding=np.zeros(window.shape[:-1], np.bool_),
        products=products,
        channel_sums=channel_sums,
        bias=float(layer.bias[index]),
        total=float(sums[index]),
        activation=layer.activation,
        output=float(made[index]),
    )
