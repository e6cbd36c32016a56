"""How a camera was held, from the notes of a picture: read without decoding a pixel."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_TAG = 0x0112  # the number of the orientation among the notes
_SIGNATURE_BYTES = 8
_AROUND = 12  # bytes of a chunk besides its content: length, kind and check sum
_NOTES = b"Exif\x00\x00"


def orientation_of(image: Image.Image, data: bytes) -> object:
    """Return the orientation, 1 to 8, that the notes of a picture tell; None where there is none.

    Pillow would decode every pixel of a PNG whose notes may still come after them: so its chunks are gone through here.
    """
    from PIL import Image  # here for the reason in by_pillow

    try:
        if image.format != "PNG":
            return image.getexif().get(_TAG)
        notes = Image.Image.getexif(image)
        if _TAG not in notes and "exif" not in image.info:
            notes.load(_NOTES + _late_notes(data))
        return notes.get(_TAG)
    except Exception:  # a damaged note about the camera does not make the picture unreadable
        return None


def _late_notes(data: bytes) -> bytes:
    """Return the notes of a PNG, wherever they stand; nothing where there are none."""
    at = _SIGNATURE_BYTES
    while at + _AROUND <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"eXIf":
            return data[at + 8 : at + 8 + length]
        at += _AROUND + length
    return b""
