"""How the loss changes with a layer's input, weights and bias: what the layer learns from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import ConvCall, as_float, conv_call
from convstudio.ops.padding import Array, pad, unpad
from convstudio.ops.shapes import Geometry, Padding, PerAxis, ShapeError, times
from convstudio.ops.taps import blocks, tap_index


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
        padded = pad(call.x, call.geometry.pairs, padding_mode, call.geometry.rank)
        spread = spread_taps(grad, call.weights, call.geometry, call.groups)
        grad_x = unpad(spread, call.geometry.pairs, padding_mode, call.geometry.rank)
        grad_weights = _gather_weights(padded, grad, call)
        grad_bias = grad.reshape(-1, grad.shape[-1]).sum(axis=0)
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


def spread_taps(y: Array, weights: Array, shape: Geometry, groups: int) -> Array:
    """Give every output value back to the padded cells of its window, weighed: the adjoint of summing taps.

    `y` is `(*batch, *output, filters)`; returns `(*batch, *padded, channels)`.

    >>> from convstudio.ops.shapes import geometry
    >>> spread_taps(np.ones((2, 1)), np.ones((2, 1, 1)), geometry((3,), (2,)), 1)[:, 0].tolist()
    [1.0, 2.0, 1.0]
    """
    batch = y.shape[: y.ndim - 1 - shape.rank]
    spread = np.zeros((*batch, *shape.padded, weights.shape[-2] * groups), dtype=y.dtype)
    for tap in np.ndindex(shape.kernel):
        cells = spread[tap_index(shape, tap)]
        for channels, filters in blocks(weights, groups):
            cells[..., channels] += y[..., filters] @ weights[*tap, :, filters].T
    return spread


def _gather_weights(padded: Array, grad: Array, call: ConvCall) -> Array:
    gathered = np.zeros_like(call.weights, order="C")
    for tap in np.ndindex(call.geometry.kernel):
        met = padded[tap_index(call.geometry, tap)]
        for channels, filters in blocks(call.weights, call.groups):
            gathered[*tap, :, filters] = _columns(met[..., channels]).T @ _columns(grad[..., filters])
    return gathered


def _columns(x: Array) -> Array:
    return x.reshape(-1, x.shape[-1])
