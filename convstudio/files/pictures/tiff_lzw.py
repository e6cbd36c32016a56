"""LZW strips of a TIFF, unpacked by libtiff.

tifffile takes the decoder of imagecodecs, which reads memory at random where the first code of a damaged strip stands
for nothing yet: now and then that ends the process. libtiff refuses such a code, and is faster.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from types import ModuleType

_LZW = 5
_SHORT, _LONG = 3, 4
_ENTRIES = 9
_BEGIN = 8
_PIXELS = _BEGIN + 2 + 12 * _ENTRIES + 4


def use_libtiff_for_lzw(tifffile: ModuleType) -> None:
    """Let tifffile unpack LZW by `unpack_lzw`."""
    tifffile.TIFF.DECOMPRESSORS._codecs[_LZW] = unpack_lzw


def unpack_lzw(packed: bytes, /, *, out: int) -> memoryview:
    """Unpack `out` bytes; raise what imagecodecs raises where the strip is damaged or holds fewer.

    >>> bytes(unpack_lzw(bytes([128, 0, 0, 48, 16]), out=2))
    b'\\x00\\x01'
    """
    import imagecodecs  # here, and not above: only rare files need it

    return np.ravel(imagecodecs.tiff_decode(_picture_of(packed, out))).data


def _picture_of(packed: bytes, size: int) -> bytes:
    """Return a TIFF that holds nothing but the strip: one row of `size` grey pixels of 8 bits."""
    tags = (
        (256, _LONG, size),  # columns
        (257, _LONG, 1),  # rows
        (258, _SHORT, 8),  # bits a sample
        (259, _SHORT, _LZW),  # packing
        (262, _SHORT, 1),  # black is zero
        (273, _LONG, _PIXELS),  # place of the strip
        (277, _SHORT, 1),  # samples a pixel
        (278, _LONG, 1),  # rows of the strip
        (279, _LONG, len(packed)),
    )
    assert len(tags) == _ENTRIES
    head = struct.pack("<2sHIH", b"II", 42, _BEGIN, _ENTRIES)
    return b"".join([head, *(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags), bytes(4), packed])
