"""How each kind of layer works on a batch, `(samples, *spatial, channels)`: forward, and the way back.

A layer's own `compute` and `backward` answer for one sample, and for one direction at a time. Here both directions
share what was computed, dropout draws what it silences, and batch normalisation takes the statistics of the batch, as
while training. Every kind has its line in one table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.values.layer import Layer
from convstudio.ops import (
    activate,
    activation_gradient,
    conv,
    conv_gradients,
    conv_transpose,
    conv_weight_gradients,
    global_pool,
    global_pool_gradient,
    pool,
    upsample,
)
from convstudio.ops.learning.columns import (
    columns_conv,
    columns_input_gradient,
    columns_weight_gradients,
)
from convstudio.ops.learning.layer_gradients import batch_norm_in_training, batch_norm_in_training_gradients
from convstudio.ops.native.engine import kernels
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.pooling import where_won
from convstudio.ops.strategies.whole import as_columns

MOVING = 0.99
"""How much of the moving statistics of a batch normalisation a step keeps: Keras's `momentum` of that layer."""

_MOST_COLUMNS = 2**22
"""Values of all windows of a part of a batch, at most, for the products of matrices: 16 MiB. Tiles do the rest."""

_FEW_COLUMNS = 2**16
"""The same where there are native kernels, which are quicker where there is more than a call's time to save."""

Mask = NDArray[np.bool_]
Gradients = tuple[Array | None, Mapping[str, Array]]
"""The gradient of what a layer read, None where nobody asked, and those of the arrays that it learns, by name."""

_NOTHING: Mapping[str, Array] = MappingProxyType({})


class Draw(NamedTuple):
    """What the numbers of a training step are drawn from: no two layers, parts of a batch, or steps draw the same."""

    seed: int
    step: int
    part: int


class Pass(NamedTuple):
    """What a layer made of a batch, the way back, and the arrays that it measured, by their field.

    `back` takes the gradient of the loss in the output, and whether the one in the input is asked for.
    """

    output: Array
    back: Callable[[Array, bool], Gradients]
    measured: Mapping[str, Array] = _NOTHING


def layer_pass(layer: Layer, values: Array, index: int, draw: Draw | None) -> Pass:
    """Run a layer, the one at `index`, on a batch that it can read: in training with a `draw`, else as it is used.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> made = layer_pass(Flatten(), np.ones((2, 3, 4)), 0, None)
    >>> made.output.shape, made.back(made.output, True)[0].shape
    ((2, 12), (2, 3, 4))
    """
    if not layer.is_on:
        return _unchanged(values)
    return _PASSES[type(layer)](layer, values, index, draw)


def measures(layer: Layer) -> bool:
    """Return whether a layer takes statistics of the whole batch while training, so that no part of it is enough.

    One that is locked works as after training, as in Keras.
    """
    return isinstance(layer, BatchNorm) and layer.is_on and not layer.is_locked


def columns_size(layer: Layer, input_shape: tuple[int, ...]) -> int:
    """Return how many values a pass keeps of one sample besides what it reads: the windows of a convolution."""
    if not isinstance(layer, Conv) or isinstance(layer, ConvTranspose) or not layer.is_on or kernels() is not None:
        return 0
    return math.prod(layer.geometry(input_shape[:-1]).output) * math.prod(layer.kernel_size) * layer.channels


def _unchanged(values: Array) -> Pass:
    return Pass(values, lambda grad, _: (grad, _NOTHING))


# --- convolutions and dense layers ---------------------------------------------------------------------------------


def _conv(layer: Conv, values: Array, _index: int, _draw: Draw | None) -> Pass:
    if layer.groups == 1 and layer.padding_mode == "zeros":
        windows = layer.geometry(values.shape[1:-1])
        size = len(values) * math.prod(windows.output) * math.prod(windows.kernel) * layer.channels
        if size <= (_MOST_COLUMNS if kernels() is None else _FEW_COLUMNS):
            return _conv_of_columns(layer, values, windows)
    return _conv_in_tiles(layer, values)


def _conv_of_columns(layer: Conv, values: Array, windows: Geometry) -> Pass:
    samples, filters = len(values), layer.filters
    kernel_axes = tuple(range(layer.rank))
    weights = np.flip(layer.weights, kernel_axes) if layer.flip else layer.weights
    columns = as_columns(values, windows)
    sums = columns_conv(columns, weights, layer.bias)
    output, gate = _activated(sums, layer.activation)

    def back(grad: Array, wants_inputs: bool) -> Gradients:
        slopes = gate(grad.reshape(-1, filters))
        of_weights, of_bias = columns_weight_gradients(columns, slopes, weights.shape)
        if layer.flip:
            of_weights = np.flip(of_weights, kernel_axes)
        inputs = columns_input_gradient(slopes, weights, windows, samples) if wants_inputs else None
        return inputs, dict(zip(layer.learned, (of_weights, of_bias), strict=False))

    return Pass(output.reshape(samples, *windows.output, filters), back)


def _conv_in_tiles(layer: Conv, values: Array) -> Pass:
    output, gate = _activated(conv(values, layer.weights, layer.bias, **layer.settings), layer.activation)

    def back(grad: Array, wants_inputs: bool) -> Gradients:
        slopes = gate(grad)
        if not wants_inputs:
            learned = conv_weight_gradients(values, layer.weights, slopes, **layer.settings)
            return None, dict(zip(layer.learned, learned, strict=False))
        inputs, *gradients = conv_gradients(values, layer.weights, slopes, **layer.settings)
        return inputs, dict(zip(layer.learned, gradients, strict=False))

    return Pass(output, back)


def _transposed(layer: ConvTranspose, values: Array, _index: int, _draw: Draw | None) -> Pass:
    made = conv_transpose(values, layer.adjoint_weights, layer.bias, **layer.growing, groups=layer.groups)
    linear, _ = layer.sums_and_activation()
    return _of_gradients(linear, values, *_activated(made, layer.activation))


def _dense(layer: Dense, values: Array, _index: int, _draw: Draw | None) -> Pass:
    sums = values @ layer.weights
    sums += layer.bias
    output, gate = _activated(sums, layer.activation)

    def back(grad: Array, wants_inputs: bool) -> Gradients:
        slopes = gate(grad)
        learned = {"weights": values.T @ slopes, "bias": np.ones(len(slopes), slopes.dtype) @ slopes}
        return slopes @ layer.weights.T if wants_inputs else None, learned

    return Pass(output, back)


# --- activations ---------------------------------------------------------------------------------------------------


def _activated(
    sums: Array, name: str, alpha: float | None = None, slope: float = 0.0, *, is_own: bool = True
) -> tuple[Array, Callable[[Array], Array]]:
    """Apply an activation, and return how a gradient goes back through it; sums of one's own may be overwritten."""
    if name == "linear":
        return sums, lambda grad: grad
    if name == "relu":
        output = np.maximum(sums, 0, out=sums if is_own else None)
        return output, lambda grad: where_won(output > 0, grad)
    return activate(sums, name, alpha, slope), lambda grad: activation_gradient(sums, grad, name, alpha, slope)


def _activation(layer: Activation, values: Array, _index: int, _draw: Draw | None) -> Pass:
    output, gate = _activated(values, layer.activation, layer.alpha, layer.slope, is_own=False)
    return Pass(output, lambda grad, _: (gate(grad), _NOTHING))


# --- pooling, and other shapes -------------------------------------------------------------------------------------


def _pool(layer: Pool, values: Array, _index: int, _draw: Draw | None) -> Pass:
    """Windows that are side by side, and leave nothing over, are parts of a view; the rest is `ops.pool`'s."""
    is_tiling = layer.stride in (None, layer.size) and layer.padding == "valid" and not layer.ceil_mode
    is_small = kernels() is None or values.size <= _FEW_COLUMNS
    if is_small and is_tiling and max(layer.dilation or (1,)) == 1 and math.prod(layer.size) <= _MOST_TAPS:
        taps = list(product(*map(range, layer.size)))
        return (_largest_of_tiles if layer.kind == "max" else _mean_of_tiles)(values, taps, layer.size)
    return _of_gradients(layer, values, pool(values, layer.kind, layer.size, **layer.settings))


_MOST_TAPS = 16


def _tile_views(values: Array, taps: list[tuple[int, ...]], stride: tuple[int, ...]) -> list[Array]:
    """View the cells that are at one place of all windows, for each place in reading order."""
    lengths = [length // step for length, step in zip(values.shape[1:-1], stride, strict=True)]
    axes = [list(zip(tap, lengths, stride, strict=True)) for tap in taps]
    return [values[:, *(slice(at, at + n * step, step) for at, n, step in places)] for places in axes]


def _largest_of_tiles(values: Array, taps: list[tuple[int, ...]], stride: tuple[int, ...]) -> Pass:
    cells = _tile_views(values, taps, stride)
    largest = cells[0].copy()
    for other in cells[1:]:
        np.maximum(largest, other, out=largest)

    def back(grad: Array, wants_inputs: bool) -> Gradients:
        if not wants_inputs:
            return None, _NOTHING
        given = np.zeros(values.shape, grad.dtype)
        *owns, last = _tile_views(given, taps, stride)
        is_open: Mask | None = None
        for own, cell in zip(owns, cells, strict=False):
            wins = cell == largest
            if is_open is None:
                is_open = ~wins
            else:
                wins &= is_open
                is_open ^= wins
            where_won(wins, grad, own)
        if is_open is None:
            last[...] = grad
        else:
            where_won(is_open, grad, last)  # one cell of each window wins
        return given, _NOTHING

    return Pass(largest, back)


def _mean_of_tiles(values: Array, taps: list[tuple[int, ...]], stride: tuple[int, ...]) -> Pass:
    first, *others = _tile_views(values, taps, stride)
    mean = first.copy()
    for other in others:
        mean += other
    share = values.dtype.type(1 / len(taps))
    mean *= share

    def back(grad: Array, _wants_inputs: bool) -> Gradients:
        given = np.zeros(values.shape, grad.dtype)
        for own in _tile_views(given, taps, stride):
            np.multiply(grad, share, out=own)
        return given, _NOTHING

    return Pass(mean, back)


def _global_pool(layer: GlobalPool, values: Array, _index: int, _draw: Draw | None) -> Pass:
    rank = values.ndim - 2
    if layer.kind == "average":
        return _mean_of_cells(values)
    return Pass(
        global_pool(values, layer.kind, rank),
        lambda grad, _: (global_pool_gradient(values, grad, layer.kind, rank), _NOTHING),
    )


def _mean_of_cells(values: Array) -> Pass:
    samples, channels = len(values), values.shape[-1]
    cells = values.reshape(samples, -1, channels)
    share = values.dtype.type(1 / cells.shape[1])
    mean = np.full((1, cells.shape[1]), share) @ cells

    def back(grad: Array, _wants_inputs: bool) -> Gradients:
        each = (grad * share)[:, np.newaxis]  # of every cell: a view of so many takes no memory
        return np.broadcast_to(each, cells.shape).reshape(values.shape), _NOTHING

    return Pass(mean[:, 0], back)


def _upsampling(layer: UpSampling, values: Array, _index: int, _draw: Draw | None) -> Pass:
    return _of_gradients(layer, values, upsample(values, layer.factor))


def _flatten(_layer: Flatten, values: Array, _index: int, _draw: Draw | None) -> Pass:
    return Pass(values.reshape(len(values), -1), lambda grad, _: (grad.reshape(values.shape), _NOTHING))


# --- what is different while training ------------------------------------------------------------------------------


def _batch_norm(layer: BatchNorm, values: Array, index: int, draw: Draw | None) -> Pass:
    if draw is None or layer.is_locked:
        return _by_channel(layer, values, index, draw)
    output, mean, variance = batch_norm_in_training(values, layer.gamma, layer.beta, epsilon=layer.epsilon)

    def back(grad: Array, _wants_inputs: bool) -> Gradients:
        gradients = batch_norm_in_training_gradients(values, grad, layer.gamma, epsilon=layer.epsilon)
        return gradients[0], dict(zip(layer.learned, gradients[1:], strict=True))

    measured = {"mean": _moved(layer.mean, mean), "variance": _moved(layer.variance, variance)}
    return Pass(output, back, measured)


def _moved(held: Array, new: Array) -> Array:
    kept = held.dtype.type(MOVING)
    return held * kept + new * (1 - kept)


def _dropout(layer: Dropout, values: Array, index: int, draw: Draw | None) -> Pass:
    return _silenced(layer, values, values.shape, index, draw)


def _spatial_dropout(layer: SpatialDropout, values: Array, index: int, draw: Draw | None) -> Pass:
    shape = (len(values), *(1 for _ in values.shape[1:-1]), values.shape[-1])
    return _silenced(layer, values, shape, index, draw)


def _silenced(layer: Dropout, values: Array, shape: tuple[int, ...], index: int, draw: Draw | None) -> Pass:
    """Silence what is drawn, and scale up the rest; after training, nothing is silenced."""
    if draw is None or not layer.rate:
        return _unchanged(values)
    numbers = np.random.default_rng((layer.seed, index, *draw)).random(shape, np.float32)
    factors = (numbers >= layer.rate).astype(values.dtype)
    if layer.rate < 1:
        factors /= values.dtype.type(1 - layer.rate)
    return Pass(values * factors, lambda grad, _: (grad * factors, _NOTHING))


def _by_channel(layer: Layer, values: Array, _index: int, _draw: Draw | None) -> Pass:
    """Run a layer that works along the channels of each position, and so on a batch as on one sample."""
    return _of_gradients(layer, values, layer.compute(values))


def _of_gradients(layer: Layer, values: Array, output: Array, gate: Callable[[Array], Array] | None = None) -> Pass:
    """Return the pass of a layer whose own gradients are those of a batch, too; `gate` is its activation's way back."""

    def back(grad: Array, _wants_inputs: bool) -> Gradients:
        found = layer.backward(values, grad if gate is None else gate(grad))
        return found.inputs, found.learned

    return Pass(output, back)


_PASSES: Mapping[type[Layer], Callable[[Any, Array, int, Draw | None], Pass]] = MappingProxyType(
    {
        Conv: _conv,
        ConvTranspose: _transposed,
        Dense: _dense,
        Activation: _activation,
        PRelu: _by_channel,
        LocalResponseNorm: _by_channel,
        Pool: _pool,
        GlobalPool: _global_pool,
        UpSampling: _upsampling,
        Flatten: _flatten,
        Rescaling: _by_channel,
        BatchNorm: _batch_norm,
        Dropout: _dropout,
        SpatialDropout: _spatial_dropout,
    }
)
