"""Sums, differences, products and quotients of maps and stored numbers, as ONNX writes them: each a rescaling.

Networks begin with some of them where they bring pictures into the range that they were trained on.
"""

from __future__ import annotations

import numpy as np

from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.readings.networks.onnx_graph import Array
from convstudio.model.values.layer import Shape

SCALINGS = frozenset({"Add", "Sub", "Mul", "Div"})
"""The operators of two values that are a rescaling where one of them is stored."""


def rescaling_of(operator: str, stored: Array, shape: Shape, *, is_stored_first: bool, is_last: bool) -> Rescaling:
    """Return the rescaling that an operator is; raise ValueError, with a reason to put after its name.

    `shape` is what it reads, `(*spatial, channels)`; the numbers stand along the axes of ONNX, with the channels last
    where `is_last`. `is_stored_first` tells that the numbers stand before the maps, as in 1 − x.

    >>> rescaling_of("Div", np.float32(4), (8, 8, 3), is_stored_first=False, is_last=False).scale
    (0.25,)
    """
    numbers = _of_channels(stored, shape, is_last=is_last)
    if operator == "Div":
        if is_stored_first:
            raise ValueError("it divides by the maps that it reads")
        if not numbers.all():
            raise ValueError("it divides by 0")
    ones, zeros = np.ones_like(numbers), np.zeros_like(numbers)
    scale, offset = {
        "Add": (ones, numbers),
        "Sub": (-ones, numbers) if is_stored_first else (ones, -numbers),
        "Mul": (numbers, zeros),
        "Div": (1 / np.where(numbers == 0, 1, numbers), zeros),
    }[operator]
    return Rescaling(tuple(scale.tolist()), tuple((offset + 0).tolist()))


def in_one(first: Rescaling, second: Rescaling) -> Rescaling:
    """Return the rescaling that does what one and then another do.

    >>> in_one(Rescaling((1.0,), (-3.0,)), Rescaling((0.5, 2.0), (0.0, 1.0))).offset
    (-1.5, -5.0)
    """
    scale = np.multiply(first.scale, second.scale)
    offset = np.multiply(first.offset, second.scale) + second.offset
    return Rescaling(tuple(scale.tolist()), tuple(offset.tolist()))


def _of_channels(stored: Array, shape: Shape, *, is_last: bool) -> Array:
    """Return the one number, or the number of each channel, that stand along the axes (batch, channels, *spatial)."""
    axes = len(shape) + 1
    lengths = (1,) * (axes - stored.ndim) + stored.shape
    channels = axes - 1 if is_last else 1
    others = [length for axis, length in enumerate(lengths) if axis != channels]
    if len(lengths) != axes or any(length != 1 for length in others) or lengths[channels] not in (1, shape[-1]):
        raise ValueError("its numbers are other than one, or one for each channel")
    numbers = stored.reshape(-1).astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("its numbers are not all finite")
    return numbers
