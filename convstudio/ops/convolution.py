"""The convolution of a layer: every filter slides over the input and makes one feature map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from convstudio.ops.calls.conv_call import ConvCall, conv_call
from convstudio.ops.native import forward
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Padding, PerAxis
from convstudio.ops.strategies import bands, depthwise, unfold, whole
from convstudio.ops.strategies.sweep import each_group, sweep

_SMALL = 2**19
"""Multiplications, and values of the padded input, up to which everything is done at once."""


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
    call = conv_call(x, weights, bias, stride, padding, padding_mode, dilation, groups, flip)
    made = forward.convolve(call)
    if made is not None:
        return made
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if 0 < call.multiplications <= _SMALL and call.padded_size <= _SMALL and call.groups == 1:
            return whole.convolve(call).reshape(call.output_shape)
        output = np.empty(call.output_shape, dtype=call.x.dtype)
        if output.size:
            layer = sweep(call)
            _convolve(layer, output.reshape(layer.output_shape))
        return output


def _convolve(layer: ConvCall, output: Array) -> None:
    """Fill the output: a product of matrices for each group, unless its filters read one channel alone."""
    if layer.groups == 1:
        bands.convolve(layer, output)
    elif layer.weights.shape[-2] == 1:
        depthwise.convolve(layer, output)
    else:
        for part, filters in each_group(layer):
            unfold.convolve(part, output[..., filters], part.multiplications)
