"""How the loss changes with a layer's input, weights and bias: what the layer learns from."""

from __future__ import annotations

import math
from typing import Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import matching
from convstudio.ops.calls.conv_call import ConvCall, ConvSettings, conv_call
from convstudio.ops.native.gradients import weight_gradients
from convstudio.ops.native.spread import spread
from convstudio.ops.padding import Array, source_index
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.gather import gather_weights, sum_of_rows
from convstudio.ops.strategies.paint import Painting, paint
from convstudio.ops.strategies.sweep import sweep


def conv_gradients(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    **settings: Unpack[ConvSettings],
) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(conv(x, weights, bias, ...) · grad_y)`.

    With `q = p · stride + k · dilation − before`, every term `x[q, c] · weights[k, c, f]` of `y[p, f]` gives

    - `grad_x[q, c] = Σ grad_y[p, f] · weights[k, c, f]`, over the p, k and f that meet cell q;
    - `grad_weights[k, c, f] = Σ grad_y[p, f] · x[q, c]`, over all samples and positions p;
    - `grad_bias[f] = Σ grad_y[p, f]`.

    `grad_y` has the shape of `conv`'s result; the other arguments, and the settings, are `conv`'s. A
    padding that repeats cells adds its gradient to the cells it repeats.

    Returns (grad_x, grad_weights, grad_bias) with the shapes of `x`, `weights` and `(filters,)`. Raises
    ShapeError when `grad_y` does not fit, and otherwise as `conv`.

    Source: I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, equations 9.11 and 9.13,
    https://www.deeplearningbook.org/contents/convnets.html

    >>> x, weights, grad_y = [[1.0], [2.0], [3.0]], [[[1.0]], [[-1.0]]], [[1.0], [1.0]]
    >>> grad_x, grad_weights, grad_bias = conv_gradients(x, weights, grad_y)
    >>> grad_x[:, 0].tolist(), grad_weights[:, 0, 0].tolist(), grad_bias.tolist()
    ([1.0, 0.0, -1.0], [3.0, 5.0], [2.0])
    """
    call = conv_call(x, weights, **settings)
    layer, grads = sweep(call), _of_output(grad_y, call)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        grad_x = _grad_x(layer, grads).reshape(call.x.shape)
        return grad_x, *_of_weights(layer, grads, call, settings)


def conv_weight_gradients(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    **settings: Unpack[ConvSettings],
) -> tuple[Array, Array]:
    """Compute grad_weights and grad_bias of `conv_gradients` alone: a first layer has nobody before it who learns.

    Arguments, formulas, shapes and errors are those of `conv_gradients`.

    >>> [part.ravel().tolist() for part in conv_weight_gradients([[1.0], [2.0], [3.0]], [[[1.0]]], [[1.0]] * 3)]
    [[6.0], [3.0]]
    """
    call = conv_call(x, weights, **settings)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return _of_weights(sweep(call), _of_output(grad_y, call), call, settings)


def _of_output(grad_y: npt.ArrayLike, call: ConvCall) -> Array:
    """Take the gradient of the maps as one of planes, rows and columns, in the float type of the call."""
    grad = matching(grad_y, call.output_shape, "grad_y").astype(call.x.dtype, copy=False)
    return grad.reshape(math.prod(call.batch), *(1,) * (3 - call.geometry.rank), *grad.shape[len(call.batch) :])


def _of_weights(layer: ConvCall, grads: Array, call: ConvCall, settings: ConvSettings) -> tuple[Array, Array]:
    made = weight_gradients(layer, grads, call.groups)
    if made is None:
        sums = sum_of_rows(grads.reshape(-1, grads.shape[-1])).astype(grads.dtype)
        made = gather_weights(layer, grads), sums
    grad_weights = made[0].reshape(call.weights.shape)
    return np.flip(grad_weights, tuple(range(call.geometry.rank))) if settings.get("flip") else grad_weights, made[1]


def _grad_x(layer: ConvCall, grad: Array) -> Array:
    """Give the gradients back to the cells that the windows met; those of padding go to the cells that it repeats."""
    shape, is_repeated = layer.geometry, layer.padding_mode != "zeros"
    painting = Painting(grad, layer.weights, shape.stride, shape.dilation, layer.groups)
    axes = zip(shape.spatial, shape.padded, shape.pairs, strict=True)
    region = [slice(0, padded) if is_repeated else slice(pair[0], pair[0] + size) for size, padded, pair in axes]
    planes, rows, columns = region
    painted = np.empty((len(layer.x), *(cells.stop - cells.start for cells in region), layer.x.shape[-1]), grad.dtype)
    if not spread(painting, (planes, rows, columns), painted):
        paint(painting, (planes, rows, columns), painted)
    return np.ascontiguousarray(_folded(painted, shape, layer.padding_mode)) if is_repeated else painted


def _folded(painted: Array, shape: Geometry, padding_mode: str) -> Array:
    """Add what cells of padding received to the cells that they show, axis by axis."""
    for axis, (size, (before, after)) in enumerate(zip(shape.spatial, shape.pairs, strict=True), start=1):
        cells = np.moveaxis(painted, axis, 0)
        inside = cells[before : before + size]
        for padding in (*range(-before, 0), *range(size, size + after)):
            inside[source_index(padding, size, padding_mode)] += cells[before + padding]
        painted = np.moveaxis(inside, 0, axis)
    return painted
