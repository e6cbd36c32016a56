"""The convolution by the native kernels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.native.engine import kernels
from convstudio.ops.native.plans import FiltersPart, Plan, conv_plan, rounds
from convstudio.ops.native.room import room_for
from convstudio.ops.padding import Array, pad
from convstudio.ops.threads import cores, share

_SMALL = 2**19
"""Multiplications, some 10 µs, up to which nobody is asked whether to go on."""


def convolve(call: ConvCall) -> Array | None:
    """Compute a call with its bias, `(*batch, *output, filters)`; None where there are no native kernels.

    >>> import numpy as np
    >>> from convstudio.ops.shapes import geometry
    >>> x, weights = np.ones((1, 5, 1)), np.ones((3, 1, 1))
    >>> made = convolve(ConvCall(x, weights, None, geometry((5,), (3,)), "zeros", 1))
    >>> made is None or made[0, :, 0].tolist() == [3.0, 3.0, 3.0]
    True
    """
    native = kernels()
    if native is None:
        return None
    x, weights = call.x, call.weights
    samples = math.prod(x.shape[: x.ndim - 1 - len(call.geometry.kernel)])
    plan = conv_plan(call.geometry, samples, x.shape[-1], weights.shape[-1], call.groups, call.padding_mode)
    y = room_for(plan.y, x.dtype)
    fill(native, plan, x.reshape(plan.x), weights.reshape(plan.weights), call.bias, y)
    return y.reshape(call.output_shape)


def fill(native: Any, plan: Plan, x: Array, weights: Array, bias: Array | None, y: Array) -> None:
    """Compute a plan with its bias into `y`; the arrays have the plan's shapes and any order in memory.

    Only the filters of `y` must be side by side.
    """
    if y.size:
        arrays = in_whole_values(weights), None if bias is None else whole(bias), y
        _run(native, plan, side_by_side(x), *arrays)


def side_by_side(x: Array) -> Array:
    """Return an input whose channels are side by side, and all of it in whole values; any other one is copied.

    >>> import numpy as np
    >>> side_by_side(np.ones((2, 6))[:, ::2]).strides
    (24, 8)
    """
    return in_whole_values(x) if x.strides[-1] == x.itemsize else x.copy()


def in_whole_values(array: Array) -> Array:
    """Return an array whose values are where the processor expects them, whole values apart; any other one is copied.

    >>> import numpy as np
    >>> in_whole_values(np.ones((2, 3)).T).strides
    (8, 24)
    """
    fits = array.flags.aligned and not any(stride % array.itemsize for stride in array.strides)
    return array if fits else array.copy()


def whole(array: Array) -> Array:
    """Return an array whose values are all side by side, where the processor expects them; any other one is copied.

    >>> import numpy as np
    >>> whole(np.ones((2, 3)).T).flags.c_contiguous
    True
    """
    return array if array.flags.c_contiguous and array.flags.aligned else array.copy()


def _run(native: Any, plan: Plan, x: Array, weights: Array, bias: Array | None, y: Array) -> None:
    """Compute all tiles: a small layer in one call, a large one in parts that the threads share."""
    if plan.multiplications <= _SMALL:
        native.conv(plan.code, x, weights, bias, y, None, 0, plan.chunks[-1][1], 1, 1)
    elif plan.by_filters:
        _run_by_filters(native, plan, pad(x, plan.pairs, plan.mode, 3), weights, bias, y)
    else:
        packed = bytearray(native.packed_bytes(plan.code, weights.itemsize == 8))
        native.pack(plan.code, weights, packed)
        threads = cores()

        def work(parts: Iterable[tuple[int, int, int]]) -> None:
            for part in parts:
                native.conv(plan.code, x, weights, bias, y, packed, *part, threads)

        share(rounds(plan.chunks, plan.multiplications, threads), work, 1, plan.multiplications)


def _run_by_filters(native: Any, plan: Plan, x: Array, weights: Array, bias: Array | None, y: Array) -> None:
    def work(parts: Iterable[FiltersPart]) -> None:
        for code, some, tiles in parts:
            own = None if bias is None else bias[some]
            native.conv(code, x, weights[..., some], own, y[..., some], None, *tiles, 1, 1)

    share(plan.by_filters, work, cores(), plan.multiplications)
