"""What every operation asks of its arguments: floats of a shape that fits, or one clear error."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times

_FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def as_float(values: npt.ArrayLike, name: str) -> Array:
    """Take numbers as the engine's floats: float32 stays, float64 stays, integers and bools become float64.

    Raises ValueError for anything that is not real numbers. float16 becomes float32, longer floats float64.

    >>> as_float([1, 2], "x").dtype
    dtype('float64')
    """
    array = np.asarray(values)
    if array.dtype in _FLOATS:
        return array
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(
            f"{name} must be real numbers, but its type is {array.dtype}; use float32, float64 or integers"
        )
    return array.astype(np.float32 if array.dtype.itemsize <= 4 else np.float64)


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


def first_spatial(x: Array, rank: int, least: int = 0) -> int:
    """Return the first of an input's spatial axes, refusing an input that has not so many, and channels.

    >>> first_spatial(np.ones((5, 8, 8, 1)), 2)
    1
    """
    if not least <= rank <= 3 or x.ndim < rank + 1:
        raise ShapeError(
            f"the input {times(x.shape)} has no {rank} spatial axes and one for channels; "
            f"use a rank from {least} to 3 that the input has"
        )
    return x.ndim - 1 - rank


def check_bias(bias: npt.ArrayLike | None, filters: int, dtype: np.dtype[np.floating]) -> Array | None:
    """Take a bias as floats of the result's type, one per filter; none stays none.

    >>> check_bias([1, 2], 2, np.dtype(np.float32))
    array([1., 2.], dtype=float32)
    """
    if bias is None:
        return None
    values = as_float(bias, "the bias")
    if values.shape != (filters,):
        raise ShapeError(
            f"a bias of shape {times(values.shape)} does not fit {filters} filters; use one number per filter"
        )
    return values.astype(dtype, copy=False)
