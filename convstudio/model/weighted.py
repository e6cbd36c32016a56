"""The terms of an output of the other layers that add up products: the transposed convolution and the dense layer."""

from __future__ import annotations

import numpy as np

from convstudio.model.arrays import Floats, TiledArray, frozen
from convstudio.model.kinds import ConvTranspose, Dense
from convstudio.model.links import painting_taps
from convstudio.model.trace import Calculation, Cells, read_cells
from convstudio.ops import activate, dense


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
    rivals = dense(vector, layer.weights, layer.bias) if layer.activation == "softmax" else None
    return _calculation((unit,), unit, range(1), window, kernel, layer, rivals)


def explain_transposed(
    values: TiledArray, layer: ConvTranspose, filter_index: int, position: tuple[int, ...]
) -> Calculation:
    """Return every term of one output of a transposed convolution: the input cells that paint it, times their weights.

    Raises ShapeError when the layer cannot work on the values.
    """
    layer.made_shape(values.shape)
    painters = painting_taps(layer, values.shape, position)
    cells = _cells_at(values, tuple(at for at, _ in painters))
    kernels = layer.weights[np.ix_(*(taps for _, taps in painters))]
    channels = layer.channels_read_by(filter_index)
    window, kernel = _read_by(layer, cells, filter_index), kernels[..., filter_index]
    rivals = _sums(layer, cells, kernels) if layer.activation == "softmax" else None
    return _calculation(position, filter_index, channels, window, kernel, layer, rivals)


def _cells_at(values: TiledArray, painters: Cells) -> Floats:
    """Read the cells that paint an output; there may be none."""
    lengths = [len(along) for along in painters]
    return read_cells(values, painters) if all(lengths) else frozen(np.zeros((*lengths, values.channels)))


def _read_by(layer: ConvTranspose, cells: Floats, index: int) -> Floats:
    channels = layer.channels_read_by(index)
    return cells[..., channels.start : channels.stop]


def _sums(layer: ConvTranspose, cells: Floats, kernels: Floats) -> Floats:
    """Return what every filter makes of the same cells."""
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        products = (_read_by(layer, cells, index) * kernels[..., index] for index in range(layer.filters))
        return frozen(np.array([product.sum(dtype=np.float64) for product in products]) + layer.bias)


def _calculation(
    position: tuple[int, ...],
    index: int,
    channels: range,
    window: Floats,
    kernel: Floats,
    layer: ConvTranspose | Dense,
    rivals: Floats | None,
) -> Calculation:
    """Add up the products; `rivals` are the sums of all filters or units, which softmax alone looks at."""
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        products = window.astype(np.float64) * kernel
        channel_sums = products.reshape(-1, products.shape[-1]).sum(axis=0)
        total = float(channel_sums.sum() + layer.bias[index])
        made = activate([total], layer.activation) if rivals is None else activate(rivals, "softmax")[index:]
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
        total=total,
        activation=layer.activation,
        output=float(made[0]),
    )
