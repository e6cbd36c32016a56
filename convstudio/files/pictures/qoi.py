"""QOI pictures, decoded by imagecodecs: Pillow's decoder is written in Python and needs a minute for a photograph."""

from __future__ import annotations

import struct

from convstudio.files.limits import check_page
from convstudio.files.pictures.page import (
    INCOMPLETE,
    PLAIN,
    Opacity,
    Page,
    Values,
    Wish,
    as_numbers,
    check_size,
    on_white,
    opacity_note,
)
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

FIRST_BYTES = b"qoif"
_LONGEST_RUN = 62  # equal pixels that one byte stands for
_END = b"\0\0\0\0\0\0\0\1"


def open_qoi(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode it; raise FileProblem where it is too large. The format is described at its author's, in one page."""
    import imagecodecs  # here, and not above: only rare files need it

    columns, rows, channels = struct.unpack(">IIB", data[4:13])
    check_page(page, 1, where)
    if channels not in (3, 4):
        raise FileProblem(f"{where} announces {channels} channels, which no QOI picture has: get a whole copy of it.")
    # the decoder makes a copy of its samples
    check_size(
        rows, columns, channels, where, wish, None, min(LIMITS.framed_pixels, LIMITS.decoded_bytes // (2 * channels))
    )
    if not _is_whole(data, rows * columns):  # the decoder would fill up what is missing
        raise FileProblem(INCOMPLETE.format(file=where))
    samples = imagecodecs.qoi_decode(data)
    opacity: Opacity = "none"
    if channels == 4 and int(samples[..., 3].min()) < 255:
        opacity = "kept" if wish.keeps_opacity else "white"

    def read(first: int, last: int) -> Values:
        values = as_numbers(samples[first:last], 8, where)
        if opacity == "kept":
            return values
        return on_white(values) if opacity == "white" else values[..., :3]

    shape = (rows, columns, 4 if opacity == "kept" else 3)
    return Page(shape, read, notes=opacity_note(opacity), opacity=opacity)


def _is_whole(data: bytes, pixels: int) -> bool:
    """Return whether a file ends as it must, and is long enough for so many pixels."""
    return data.endswith(_END) and pixels <= _LONGEST_RUN * len(data)
