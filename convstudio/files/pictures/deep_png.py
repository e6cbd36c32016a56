"""PNG files that Pillow does not keep: of 16 bits a channel, or grey of 2 or 4 bits with one transparent grey.

imagecodecs decodes them with libpng and changes no sample. Pillow cuts 16-bit colour to 8 bits, and looks for the
transparent grey of 2 or 4 bits among greys that it has spread over 0 to 255 before.
"""

from __future__ import annotations

import ctypes
import io
import struct

from convstudio.files.limits import check_page
from convstudio.files.pictures.orientation import orientation_of
from convstudio.files.pictures.page import (
    PLAIN,
    Opacity,
    Page,
    Samples,
    Values,
    Wish,
    as_numbers,
    check_size,
    on_white,
    opacity_note,
    upright,
)
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY = 0
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def is_deep_png(data: bytes) -> bool:
    """Return whether a file is one of these, by its first chunks."""
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        return False
    depth, colour = data[24], data[25]
    return depth == 16 or (colour == _GREY and depth in (2, 4) and b"tRNS" in data[33 : max(33, data.find(b"IDAT"))])


def open_deep_png(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode it; raise FileProblem where it is too large, or for a later frame of an animation."""
    columns, rows, depth, colour = struct.unpack(">IIBB", data[16:26])
    pages = _frames(data)
    check_page(page, pages, where)
    if page > 1:
        raise FileProblem(
            f"{where} is an animated PNG of {depth} bits a channel, of which only frame 1 is read: "
            "save the others as separate pictures."
        )
    channels = (1 if _SAMPLES.get(colour, 3) < 3 else 3) + wish.keeps_opacity
    orientation = _orientation(data)
    most = min(LIMITS.framed_pixels, LIMITS.decoded_bytes * 8 // max(8, depth * _SAMPLES.get(colour, 3)))
    check_size(rows, columns, channels, where, wish, orientation, max(most, LIMITS.image_pixels))
    samples = _decode(data)
    samples = upright(samples.reshape(*samples.shape[:2], -1), orientation)
    has_alpha = samples.shape[2] in (2, 4)
    is_opaque = not has_alpha or int(samples[..., -1].min()) == (1 << 8 * samples.dtype.itemsize) - 1
    if is_opaque and has_alpha:
        samples = samples[..., :-1]

    opacity: Opacity = "none" if is_opaque else "kept" if wish.keeps_opacity else "white"

    def read(first: int, last: int) -> Values:
        values = as_numbers(samples[first:last], 8 * samples.dtype.itemsize, where)
        return on_white(values) if opacity == "white" else values

    channels = (1 if samples.shape[2] < 3 else 3) + (opacity == "kept")
    shape = (samples.shape[0], samples.shape[1], channels)
    return Page(shape, read, page, pages, opacity_note(opacity), opacity)


def _decode(data: bytes) -> Samples:
    """Decode the samples; raise what imagecodecs raises, and give back the reference to None that this costs it.

    Its failing decoder releases None once too often, until Python frees it and aborts. Where a failure costs none, None
    is held once too often, which does no harm.
    """
    import imagecodecs  # here, and not above: only rare files need it

    try:
        return imagecodecs.png_decode(data)
    except Exception:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))
        raise


def _frames(data: bytes) -> int:
    """Return how many frames an animation claims to have; its chunk is before the pixels."""
    at = data.find(b"acTL", 0, max(0, data.find(b"IDAT")))
    return max(1, int.from_bytes(data[at + 4 : at + 8], "big")) if at >= 0 else 1


def _orientation(data: bytes) -> object:
    from PIL import Image  # here for the reason in by_pillow

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            return orientation_of(image, data)
    except Exception:  # libpng may read what Pillow does not open
        return None
