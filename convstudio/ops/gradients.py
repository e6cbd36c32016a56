"""How the loss changes with a layer's input, weights and bias: what the layer learns from."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, conv_call
from convstudio.ops.padding import Array, source_index
from convstudio.ops.shapes import Padding, PerAxis, ShapeError, times
from convstudio.ops.strategies.gather import gather_bias, gather_weights
from convstudio.ops.strategies.paint import Painting, Region
from convstudio.ops.strategies.spread import spread
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, sweep

_LARGER = 4
"""How much larger than usual a box of padding may be: folding it back takes more time than cache misses."""


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
    grad = matching(grad_y, call.output_shape, "grad_y").astype(call.x.dtype, copy=False)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        layer = sweep(call)
        grads = grad.reshape(layer.output_shape)
        grad_x = _grad_x(layer, grads, groups).reshape(call.x.shape)
        grad_weights = gather_weights(layer, grads, groups).reshape(call.weights.shape)
        grad_bias = gather_bias(grads)
    if flip:
        grad_weights = np.flip(grad_weights, tuple(range(call.geometry.rank)))
    return grad_x, grad_weights, grad_bias


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
    """Give the gradients back to the cells that the windows met; those of padding go to the cells it repeats."""
    painting = Painting(grad, layer.weights, layer.shape.stride, layer.shape.dilation, groups)
    grad_x = np.empty(layer.x.shape, layer.x.dtype)
    planes, rows, columns = map(_stripes, layer.shape.spatial, layer.shape.pairs)
    inner, *outer = itertools.product(planes, rows, columns)
    spread(painting, inner, grad_x)
    if layer.padding_mode != "zeros" and grad_x.size:
        for stripe in outer:
            for box in _boxes(grad_x, stripe):
                _fold(painting, box, layer, grad_x[box[0]])
    return grad_x


def _stripes(size: int, pair: tuple[int, int]) -> list[slice]:
    """Name the padded cells of an axis: those inside, those before and those after."""
    before, after = pair
    stripes = [slice(before, before + size), slice(0, before), slice(before + size, before + size + after)]
    return stripes[:1] + [stripe for stripe in stripes[1:] if stripe.stop > stripe.start]


def _boxes(grad_x: Array, stripe: Region) -> list[Box]:
    """Cut a stripe of padding into boxes that take little memory."""
    region = (slice(0, len(grad_x)), *stripe)
    lengths, room = [1] * len(region), fitting(grad_x.shape[-1]) * _LARGER
    for at in reversed(range(len(region))):
        lengths[at] = max(min(region[at].stop - region[at].start, room), 1)
        room //= lengths[at]
    samples, planes, rows, columns = lengths
    return cut(region, (samples, planes, rows, columns), (1, 1, 1, 1))


def _fold(painting: Painting, box: Box, layer: Sweep, grad_x: Array) -> None:
    """Add the gradients of some padding cells to the cells that they show."""
    samples, *region = box
    made = np.empty((len(grad_x), *(axis.stop - axis.start for axis in region), grad_x.shape[-1]), grad_x.dtype)
    spread(painting._replace(y=painting.y[samples]), (region[0], region[1], region[2]), made)
    shown: list[npt.NDArray[np.integer]] = []
    for at, (axis, size, (before, _)) in enumerate(zip(region, layer.shape.spatial, layer.shape.pairs, strict=True)):
        cells = source_index(np.arange(axis.start, axis.stop) - before, size, layer.padding_mode)
        if layer.padding_mode == "replicate" and (cells == cells[0]).all():  # all show the edge
            made, cells = made.sum(axis=at + 1, keepdims=True), cells[:1]
        shown.append(cells)
    where: tuple[Any, ...] = (slice(None), *np.ix_(*shown))
    grad_x[where] += made
