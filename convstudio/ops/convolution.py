"""The convolution of a layer: every filter slides over the input and makes one feature map."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import ConvCall, conv_call
from convstudio.ops.native import forward
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Padding, PerAxis
from convstudio.ops.strategies import depthwise, rows, unfold, whole
from convstudio.ops.strategies.sweep import Sweep, sweep
from convstudio.ops.strategies.taps import blocks
from convstudio.ops.threads import cores, share

_SMALL = 2**19
"""Multiplications, and values of the padded input, up to which everything is done at once."""

_AT_ONCE = 2**12
"""Values that get their bias at once."""

_BIAS_TILE = 2**6
"""How often so many values make a tile for one thread."""

_HIGH, _LONG = 4, 32
"""Rows and columns of a feature map from which whole rows are worth copying."""


def conv(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    padding_mode: str = "zeros",
    dilation: PerAxis = 1,
    groups: int = 1,
    flip: bool = False,
) -> Array:
    """Slide every filter over the input, without turning it (cross-correlation, as in Keras and PyTorch).

    `y[p, f] = bias[f] + Σ x[p · stride + k · dilation − before, c] · weights[k, c, f]`, summed over all
    kernel cells k and the channels c of the filter's group.

    - `x` is `(*batch, *spatial, channels)`, any number of leading axes; `weights` is
      `(*kernel, channels / groups, filters)`, so that the rank, 1 to 3, is `weights.ndim − 2`; `bias` is
      `(filters,)`.
    - `stride` and `dilation`, in cells, are one int or one per axis; for `padding` see `resolve_padding`, for
      `padding_mode` `source_index`; filter block g of `groups` reads channel block g.
    - `flip=True` turns the kernel first: true convolution.

    Returns `(*batch, *output, filters)` with `output = output_shape(spatial, kernel, ...)`: float32 where
    both arrays are, else float64. NaN and infinity travel with their terms; whole numbers stay whole.

    Raises ShapeError when channels, groups, filters, bias, ranks or sizes do not fit each other, ValueError
    for a stride, dilation, padding or number of groups that cannot be.

    Source: I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, equations 9.6 and 9.8,
    https://www.deeplearningbook.org/contents/convnets.html

    >>> sequence = np.array([[0], [0], [1], [1], [0], [0]], dtype=np.float32)
    >>> step = np.array([-1, 1], dtype=np.float32).reshape(2, 1, 1)
    >>> conv(sequence, step)[:, 0].tolist()
    [0.0, 1.0, 0.0, -1.0, 0.0]
    """
    call = conv_call(
        x,
        weights,
        bias,
        stride=stride,
        padding=padding,
        padding_mode=padding_mode,
        dilation=dilation,
        groups=groups,
        flip=flip,
    )
    made = forward.convolve(call)
    if made is not None:
        return made
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if _is_small(call):
            return add_bias(whole.convolve(call), call.bias)
        output = np.empty(call.output_shape, dtype=call.x.dtype)
        if output.size:
            layer = sweep(call)
            _convolve(layer, call.groups, output.reshape(layer.output_shape))
        return add_bias(output, call.bias)


def convolve_into(output: Array, call: ConvCall) -> None:
    """Fill memory of the caller, `(samples, planes, rows, columns, filters)`, with a call of rank 3; no bias.

    The positions may be apart in memory, as those of every second column do; the filters may not.

    >>> from convstudio.ops.shapes import geometry
    >>> x, output = np.ones((1, 1, 1, 5, 1)), np.zeros((1, 1, 1, 6, 1))
    >>> shape = geometry(x.shape[1:4], (1, 1, 3))
    >>> convolve_into(output[..., ::2, :], ConvCall(x, np.ones((1, 1, 3, 1, 1)), None, shape, "zeros", 1))
    >>> output.ravel().tolist()
    [3.0, 0.0, 3.0, 0.0, 3.0, 0.0]
    """
    if forward.convolve(call, output) is not None:
        return
    if _is_small(call):
        output[...] = whole.convolve(call)
    elif output.size:
        _convolve(sweep(call), call.groups, output)


def _convolve(layer: Sweep, groups: int, output: Array) -> None:
    """Choose the strategy that is fastest for a layer, by what was measured, and let it fill the output.

    - One channel for every filter: too few terms for a matrix product, see `depthwise`.
    - Several groups: each is a separate layer.
    - One channel and one filter, on an image: whole rows at a time, see `rows`.
    - Everything else: the windows as a matrix, see `unfold`.
    """
    channels, filters = layer.weights.shape[-2:]
    if groups > 1 and channels == 1:
        depthwise.convolve(layer, output)
    elif groups > 1:
        for read, made in blocks(layer.weights, groups):
            part = layer._replace(x=layer.x[..., read], weights=layer.weights[..., made])
            _convolve(part, 1, output[..., made])
    elif channels == filters == 1 and _is_image(layer):
        rows.convolve(layer, output)
    else:
        unfold.convolve(layer, output)


def _is_small(call: ConvCall) -> bool:
    multiplications = math.prod(call.output_shape) * math.prod(call.weights.shape[:-1])
    return call.groups == 1 and multiplications <= _SMALL and call.padded_size <= _SMALL


def _is_image(layer: Sweep) -> bool:
    """Return whether rows are long, and kernel and map high enough, for whole rows to be worth their copies."""
    return layer.shape.kernel[1] > 1 and layer.shape.output[1] >= _HIGH and layer.shape.output[2] >= _LONG


def add_bias(output: Array, bias: Array | None) -> Array:
    """Add its own number to every feature map, in place; returns the maps.

    >>> add_bias(np.zeros((2, 2)), np.array([1.0, 2.0])).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    if bias is not None:
        values = output.reshape(-1)
        many = np.tile(bias, _AT_ONCE // len(bias) + 1)  # adding to each position alone is slow
        _add_everywhere(values, many)
    return output


def _add_everywhere(values: Array, many: Array) -> None:
    """Add numbers again and again along the values; several threads share a large array."""
    stretch = _BIAS_TILE * len(many)
    if values.size > stretch:
        tiles = [values[at : at + stretch] for at in range(0, values.size, stretch)]
        share(tiles, partial(_add_to_tiles, many), cores())
    else:
        _add_to_tiles(many, (values,))


def _add_to_tiles(many: Array, tiles: Iterable[Array]) -> None:
    for tile in tiles:
        whole = tile.size - tile.size % len(many)
        lines, rest = tile[:whole].reshape(-1, len(many)), tile[whole:]
        lines += many
        rest += many[: len(rest)]
