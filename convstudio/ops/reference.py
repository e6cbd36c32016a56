"""The convolution as the textbook writes it: slow, obvious, and what every faster way is tested against.

The words in brackets, such as [terms], name lines: each file of `ops.strategies` says at its top which ones it equals.
"""

from __future__ import annotations

import itertools
from typing import Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.calls.conv_call import ConvCall, ConvSettings, conv_call
from convstudio.ops.padding import Array, source_index

Cells = list[list[int]]


def conv_reference(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    **settings: Unpack[ConvSettings],
) -> Array:
    """Compute what `conv` computes by one loop per letter of its formula, in float64.

    Arguments, shapes, errors and source as in `conv`; the result is always float64.

    >>> lines = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]]).reshape(3, 3, 1)
    >>> conv_reference(lines, lines.reshape(3, 3, 1, 1)).item()
    3.0
    """
    call = conv_call(x, weights, bias, **settings)
    meets = _cells_met(call)
    output = np.zeros(call.output_shape, dtype=np.float64)
    for sample in np.ndindex(call.batch):  # [samples]
        for position in np.ndindex(call.geometry.output):  # [positions]
            for filter_ in range(call.weights.shape[-1]):  # [filters]
                bias_term = 0.0 if call.bias is None else float(call.bias[filter_])
                output[(*sample, *position, filter_)] = _dot(call, meets, sample, position, filter_) + bias_term
    return output


def _dot(call: ConvCall, meets: list[Cells], sample: tuple[int, ...], position: tuple[int, ...], filter_: int) -> float:
    per_group = call.weights.shape[-2]
    first = filter_ // (call.weights.shape[-1] // call.groups) * per_group  # [groups]
    total = 0.0
    for tap, channel in itertools.product(np.ndindex(call.geometry.kernel), range(per_group)):  # [terms]
        cell = [meet[p][k] for meet, p, k in zip(meets, position, tap, strict=True)]  # [cell]
        value = 0.0 if -1 in cell else float(call.x[(*sample, *cell, first + channel)])  # [padding]
        total += value * float(call.weights[(*tap, channel, filter_)])  # [product]
    return total


def _cells_met(call: ConvCall) -> list[Cells]:
    """List, for each axis, output position and kernel cell, the input cell met; −1 is a zero of padding."""
    return [
        [
            [int(source_index(p * s + k * d - before, size, call.padding_mode)) for k in range(cells)]
            for p in range(positions)
        ]
        for positions, cells, s, d, (before, _), size in zip(
            call.geometry.output,
            call.geometry.kernel,
            call.geometry.stride,
            call.geometry.dilation,
            call.geometry.pairs,
            call.geometry.spatial,
            strict=True,
        )
    ]
