"""Memory that is used again for the next input, where the C library would give it back after every array."""

from __future__ import annotations

import sys
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the parameters' names in glibc's malloc.h
_LARGEST_ARRAY = 32 * 2**20  # bytes: the largest that glibc takes
_KEPT = 64 * 2**20


def keep_memory() -> None:
    """Let this process keep up to 64 MiB that it freed, for the arrays of the next input; glibc alone is asked.

    It gives an array of a few hundred kilobytes back to the system when that is freed, and the system clears every page
    of the next one: that took 40 % of the time of a thousand pictures.
    """
    if sys.platform != "linux":
        return
    import ctypes  # here, and not above: no start needs it

    with suppress(OSError, AttributeError):  # other C libraries have no such function
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST_ARRAY)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
