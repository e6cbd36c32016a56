"""Which pictures may take long to decode, by what their first bytes claim."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import numpy as np

from convstudio.files.pictures.by_pillow import FORMATS
from convstudio.files.pictures.netpbm import is_text
from convstudio.files.pictures.qoi import FIRST_BYTES as QOI_BYTES
from convstudio.files.pictures.tiff import FIRST_BYTES as TIFF_BYTES
from convstudio.files.problems import FileProblem, decoding

_QUICK = 32_000_000  # pixels that an ordinary decoder makes in about half a second
_QUICK_TIFF = 2**16  # bytes of a TIFF: so few cannot become much, whatever packs them
_QUICK_GIF = 2**20  # bytes of a GIF, whose frames can only be counted by going through all of them
_QUICK_TEXT = 2**24  # bytes of a picture that is written as text
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_WEBP_COST = 4  # times as long as a JPEG


def can_be_slow(data: bytes, page: int) -> bool:
    """Return whether decoding a page may take longer than half a second, by the size and the scans that it claims."""
    if data.startswith(TIFF_BYTES):
        return len(data) > _QUICK_TIFF
    if data.startswith(b"GIF8") and len(data) > _QUICK_GIF:
        return True
    if is_text(data):
        return len(data) > _QUICK_TEXT
    return _pixels(data) * _passes(data, page) > _QUICK


def _pixels(data: bytes) -> int:
    """Return how many pixels a file claims; 0 where it is none that Pillow knows, which is said elsewhere."""
    if data.startswith(_PNG):  # its head has one place, and to open it twice costs a fifth of a small picture
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    if data.startswith(QOI_BYTES):
        return int.from_bytes(data[4:8], "big") * int.from_bytes(data[8:12], "big")
    from PIL import Image  # here for the reason in by_pillow

    return _quietly(lambda: int(np.prod(Image.open(io.BytesIO(data), formats=FORMATS).size, dtype=np.int64)))


def _passes(data: bytes, page: int) -> int:
    """Return how often a decoder goes through all pixels: the scans of a progressive JPEG, the frames before a page."""
    if data.startswith(b"\xff\xd8\xff"):
        return max(1, data.count(b"\xff\xda"))
    return max(1, page) * (_WEBP_COST if data.startswith(b"RIFF") else 1)


def _quietly(look: Callable[[], int]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with decoding("The picture"):
                return look()
        except FileProblem:  # a file that cannot be read is refused where it is opened
            return 0
