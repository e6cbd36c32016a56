"""How the loss changes with a layer's input, weights and bias: what the layer learns from."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import ConvCall, as_float, conv_call
from convstudio.ops.native.gradients import weight_gradients
from convstudio.ops.native.spread import spread
from convstudio.ops.padding import Array, source_index
from convstudio.ops.shapes import Padding, PerAxis, ShapeError, times
from convstudio.ops.strategies.gather import gather_weights, sum_of_rows
from convstudio.ops.strategies.paint import Painting, Region
from convstudio.ops.strategies.sweep import BOX_VALUES, Sweep, cut, sweep


def conv_gradients(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    padding_mode: str = "zeros",
    dilation: PerAxis = 1,
    groups: int = 1,
    flip: bool = False,
) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(conv(x, weights, bias, ...) · grad_y)`.

    With `q = p · stride + k · dilation − before`, every term `x[q, c] · weights[k, c, f]` of `y[p, f]` gives

    - `grad_x[q, c] = Σ grad_y[p, f] · weights[k, c, f]`, over the p, k and f that meet cell q;
    - `grad_weights[k, c, f] = Σ grad_y[p, f] · x[q, c]`, over all samples and positions p;
    - `grad_bias[f] = Σ grad_y[p, f]`.

    `grad_y` has the shape of `conv`'s result; the other arguments are `conv`'s. A padding that repeats cells
    adds its gradient to the cells it repeats.

    Returns (grad_x, grad_weights, grad_bias) with the shapes of `x`, `weights` and `(filters,)`. Raises
    ShapeError when `grad_y` does not fit, and otherwise as `conv`.

    Source: I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, equations 9.11 and 9.13,
    https://www.deeplearningbook.org/contents/convnets.html

    >>> x, weights, grad_y = [[1.0], [2.0], [3.0]], [[[1.0]], [[-1.0]]], [[1.0], [1.0]]
    >>> grad_x, grad_weights, grad_bias = conv_gradients(x, weights, grad_y)
    >>> grad_x[:, 0].tolist(), grad_weights[:, 0, 0].tolist(), grad_bias.tolist()
    ([1.0, 0.0, -1.0], [3.0, 5.0], [2.0])
    """
    call = conv_call(
        x,
        weights,
        None,
        stride=stride,
        padding=padding,
        padding_mode=padding_mode,
        dilation=dilation,
        groups=groups,
        flip=flip,
    )
    layer, grads = sweep(call), _of_output(grad_y, call)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        grad_x = _grad_x(layer, grads, groups).reshape(call.x.shape)
        return grad_x, *_of_weights(layer, grads, call, flip)


def conv_weight_gradients(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    padding_mode: str = "zeros",
    dilation: PerAxis = 1,
    groups: int = 1,
    flip: bool = False,
) -> tuple[Array, Array]:
    """Compute grad_weights and grad_bias of `conv_gradients` alone: a first layer has nobody before it who learns.

    Arguments, formulas, shapes and errors are those of `conv_gradients`.

    >>> [part.ravel().tolist() for part in conv_weight_gradients([[1.0], [2.0], [3.0]], [[[1.0]]], [[1.0]] * 3)]
    [[6.0], [3.0]]
    """
    call = conv_call(
        x,
        weights,
        None,
        stride=stride,
        padding=padding,
        padding_mode=padding_mode,
        dilation=dilation,
        groups=groups,
        flip=flip,
    )
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return _of_weights(sweep(call), _of_output(grad_y, call), call, flip)


def _of_output(grad_y: npt.ArrayLike, call: ConvCall) -> Array:
    """Take the gradient of the maps as one of planes, rows and columns, in the float type of the call."""
    grad = matching(grad_y, call.output_shape, "grad_y").astype(call.x.dtype, copy=False)
    return grad.reshape(math.prod(call.batch), *(1,) * (3 - call.geometry.rank), *grad.shape[len(call.batch) :])


def _of_weights(layer: Sweep, grads: Array, call: ConvCall, flip: bool) -> tuple[Array, Array]:
    made = weight_gradients(layer, grads, call.groups)
    if made is None:
        sums = sum_of_rows(grads.reshape(-1, grads.shape[-1])).astype(grads.dtype)
        made = gather_weights(layer, grads, call.groups), sums
    grad_weights = made[0].reshape(call.weights.shape)
    return np.flip(grad_weights, tuple(range(call.geometry.rank))) if flip else grad_weights, made[1]


def matching(values: npt.ArrayLike, shape: tuple[int, ...], name: str) -> Array:
    """Take an array as floats, refusing any other shape than the one it must have.

    >>> matching([[1, 2]], (1, 2), "grad_y").shape
    (1, 2)
    """
    array = as_float(values, name)
    if array.shape != shape:
        raise ShapeError(
            f"{name} has shape {times(array.shape)} but the output has {times(shape)}; give one value per output"
        )
    return array


def _grad_x(layer: Sweep, grad: Array, groups: int) -> Array:
    """Give the gradients back to the cells that the windows met; those of padding go to the cells that it repeats."""
    painting = Painting(grad, layer.weights, layer.shape.stride, layer.shape.dilation, groups)
    grad_x = np.empty(layer.x.shape, layer.x.dtype)
    planes, rows, columns = map(_stripes, layer.shape.spatial, layer.shape.pairs)
    inner, *outer = itertools.product(planes, rows, columns)
    spread(painting, inner, grad_x)
    if layer.padding_mode != "zeros":
        for stripe in outer:
            _fold(painting, stripe, layer, grad_x)
    return grad_x


def _stripes(size: int, pair: tuple[int, int]) -> list[slice]:
    """Name the padded cells of an axis: those inside, those before and those after."""
    before, after = pair
    stripes = [slice(before, before + size), slice(0, before), slice(before + size, before + size + after)]
    return stripes[:1] + [stripe for stripe in stripes[1:] if stripe.stop > stripe.start]


def _fold(painting: Painting, stripe: Region, layer: Sweep, grad_x: Array) -> None:
    """Add the gradients of a stripe of padding to the cells that it shows, a box at a time."""
    samples, *_, channels = grad_x.shape
    for some, *region in cut((slice(0, samples), *stripe), max(BOX_VALUES // channels, 1)):
        made = np.empty((some.stop - some.start, *(axis.stop - axis.start for axis in region), channels), grad_x.dtype)
        planes, rows, columns = region
        spread(painting._replace(y=painting.y[some]), (planes, rows, columns), made)
        shown = [
            source_index(np.arange(axis.start, axis.stop) - before, size, layer.padding_mode)
            for axis, size, (before, _) in zip(region, layer.shape.spatial, layer.shape.pairs, strict=True)
        ]
        np.add.at(grad_x, np.ix_(np.arange(some.start, some.stop), *shown), made)  # several may show the same cell
