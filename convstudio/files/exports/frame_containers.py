"""Animated PNG and WebP, put together frame by frame: of each only the part that changed, and none waits in memory.

Pillow writes both too, in twice the time: it goes through the frames of a PNG twice and tries all filters of each row,
and through libwebp's encoder of animations every picture is compared as a whole with the one before it. The containers
are those of the PNG specification, third edition (acTL, fcTL and fdAT), and of Google's "WebP Container Specification"
(VP8X, ANIM and ANMF).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB, _UP = 2, 2  # the type of colour, and the filter that takes the row above away
_MILLISECONDS = 1000  # in a second
_FRAME_HEAD = struct.Struct(">IIIIIHHBB")
_ANIMATED, _REPLACES = 0x02, 0x02  # flags of a WebP, and of a frame that is not blended with those before
_RIFF_HEAD = 12  # bytes of a WebP before its first chunk
_LONGEST_WEBP = 2**24 - 1  # milliseconds
_NEARLY_WHITE = 249  # above the lightest of the window's colours, which are kept

Container = Callable[[Iterable["Image.Image"], "Timing"], bytes]


@dataclass(frozen=True)
class Timing:
    """How many frames an animation has, and the milliseconds of each; the last one stays for `rest` more."""

    frames: int
    each: int
    rest: int

    def of(self, index: int) -> int:
        """Return the milliseconds of a frame.

        >>> [Timing(2, 125, 1000).of(index) for index in range(2)]
        [125, 1125]
        """
        return self.each + (self.rest if index == self.frames - 1 else 0)


def in_colours_of(richest: Image.Image, frames: Iterable[Image.Image]) -> Iterator[Image.Image]:
    """Yield frames in 256 colours of the richest of them, for a GIF; white paper stays white.

    Pillow takes the colour that is nearest to a block of 4×4×4, so that white became one of the greys of the letters'
    edges: those that are nearly white are white here.
    """
    from PIL import Image  # here, and not above: Pillow would cost every start 20 ms

    palette = richest.quantize(256)
    chosen = np.array(palette.getpalette(), np.uint8).reshape(-1, 3)
    chosen[(chosen >= _NEARLY_WHITE).all(axis=1)] = 255
    palette.putpalette(chosen.ravel().tolist())
    for frame in frames:
        yield frame.quantize(palette=palette, dither=Image.Dither.NONE)


def as_apng(frames: Iterable[Image.Image], timing: Timing) -> bytes:
    """Return an animated PNG of frames in RGB, which plays again and again; each frame is asked for when it is next."""
    data, number = io.BytesIO(), 0
    for index, (part, left, top) in enumerate(_changes(frames, 1)):
        if index == 0:
            data.write(_SIGNATURE + _chunk(b"IHDR", struct.pack(">IIBBBBB", *part.size, 8, _RGB, 0, 0, 0)))
            data.write(_chunk(b"acTL", struct.pack(">II", timing.frames, 0)))
        place = (number, *part.size, left, top)
        data.write(_chunk(b"fcTL", _FRAME_HEAD.pack(*place, timing.of(index), _MILLISECONDS, 0, 0)))
        packed = _packed(part)
        data.write(_chunk(b"IDAT", packed) if index == 0 else _chunk(b"fdAT", struct.pack(">I", number + 1) + packed))
        number += 1 if index == 0 else 2  # the pixels of the first frame have no number
    data.write(_chunk(b"IEND", b""))
    return data.getvalue()


def as_webp(frames: Iterable[Image.Image], timing: Timing) -> bytes:
    """Return an animated WebP of frames in RGB without loss, which plays again and again; see `as_apng`."""
    data = io.BytesIO()
    for index, (part, left, top) in enumerate(_changes(frames, 2)):
        if index == 0:
            canvas = _three_bytes(part.width - 1) + _three_bytes(part.height - 1)
            data.write(_riff(b"VP8X", struct.pack("<I", _ANIMATED) + canvas))
            data.write(_riff(b"ANIM", struct.pack("<IH", 0xFFFFFFFF, 0)))
        sizes = (left // 2, top // 2, part.width - 1, part.height - 1, min(timing.of(index), _LONGEST_WEBP))
        data.write(_riff(b"ANMF", b"".join(map(_three_bytes, sizes)) + bytes([_REPLACES]) + _still(part)))
    content = b"WEBP" + data.getvalue()
    return b"RIFF" + struct.pack("<I", len(content)) + content


def _changes(frames: Iterable[Image.Image], grid: int) -> Iterator[tuple[Image.Image, int, int]]:
    """Yield of each frame the part that differs from the one before it, at a column and a row on a grid of pixels."""
    from PIL import ImageChops  # here for the reason in animation

    before: Image.Image | None = None
    for frame in frames:
        box = (0, 0, *frame.size)
        if before is not None:
            left, top, right, bottom = ImageChops.difference(before, frame).getbbox() or (0, 0, 1, 1)
            box = (left - left % grid, top - top % grid, right, bottom)
        yield frame.crop(box), box[0], box[1]
        before = frame


def _packed(part: Image.Image) -> bytes:
    """Return the pixels of a PNG, from each row the one above it taken away: cells of many pixels become zeros."""
    rows = np.asarray(part).reshape(part.height, -1)
    filtered = np.empty((part.height, rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return zlib.compress(filtered.data, 1)


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _still(part: Image.Image) -> bytes:
    """Return the chunk of pixels of a still WebP."""
    buffer = io.BytesIO()
    part.save(buffer, "WEBP", lossless=True, quality=0, method=0)
    return buffer.getvalue()[_RIFF_HEAD:]


def _riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _three_bytes(number: int) -> bytes:
    return number.to_bytes(3, "little")
