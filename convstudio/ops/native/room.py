"""Memory for outputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from convstudio.ops.padding import Array

_LINE = 64
"""Bytes of a line of the cache."""

_LARGE = 2**16
"""Values from which an output is worth aligning."""

_FEWEST_KEPT, _MOST_KEPT = 2**25, 2**26 + 2**12
"""Bytes of a room that is kept for the next output. The C library keeps smaller ones by itself, and larger ones would
be much to keep for nothing: 4096² maps of float32 fit."""

_kept: list[Array] = []
"""One room that nobody uses, or none. The system clears fresh memory, which takes longer than a small kernel does."""


def room_for(shape: tuple[int, ...], dtype: np.dtype[np.floating]) -> Array:
    """Make room for an output; a large one begins with a line of the cache, so that no vector is stored in two.

    >>> room_for((2, 3), np.dtype(np.float32)).shape
    (2, 3)
    """
    values = math.prod(shape)
    if values < _LARGE:
        return np.empty(shape, dtype)
    needed = values * dtype.itemsize + _LINE
    lent = None if needed < _FEWEST_KEPT else _Lent(_taken(needed))
    room = np.empty(needed, np.uint8) if lent is None else np.asarray(lent)
    first = -room.ctypes.data % _LINE
    return room[first : first + needed - _LINE].view(dtype).reshape(shape)


class _Lent:
    """A room while it is used: NumPy keeps this object with the array, and with all that show a part of it."""

    def __init__(self, room: Array) -> None:
        self._room = room
        self.__array_interface__: dict[str, Any] = room.__array_interface__

    def __del__(self) -> None:
        if self._room.nbytes <= _MOST_KEPT:
            _kept[:] = [self._room]


def _taken(needed: int) -> Array:
    """Take the room that is kept, where it is large enough and hardly larger, or a new one."""
    try:
        room = _kept.pop()
    except IndexError:
        return np.empty(needed, np.uint8)
    return room if needed <= room.nbytes <= needed + needed // 8 else np.empty(needed, np.uint8)
