"""Pictures as inputs: any page of any kind that is opened, within the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convstudio.files.problems import decoding
from convstudio.model.values.arrays import Floats
from convstudio.model.values.progress import Progress

if TYPE_CHECKING:
    from convstudio.files.pictures.page import Opacity, Wish


@dataclass(frozen=True)
class Picture:
    """One page or frame of a picture file: `values` are `(rows, columns, channels)`, pages count from 1.

    `notes` are facts about how it was read, each a sentence, such as "Transparency was laid on white."; `opacity` is
    "none" where nothing is transparent, "white" where that was laid on white, "kept" where it is the last channel.
    `whole` is the shape of the whole picture, where a part or another size was wished.
    """

    values: Floats
    page: int = 1
    pages: int = 1
    notes: tuple[str, ...] = ()
    opacity: Opacity = "none"
    whole: tuple[int, ...] = ()


def decode_image(
    data: bytes, where: str, page: int = 1, progress: Progress | None = None, wish: Wish | None = None
) -> Picture:
    """Return a page or frame of a picture; raise FileProblem, in a sentence that names a kind which is not read.

    Unsigned whole-number pixels are divided by their type's largest value; signed and floating-point ones are kept.
    Transparency is laid on white, or kept as the last channel where that is wished; palettes and inks become colours, a
    photograph is turned upright. The size is checked before a pixel is decoded. A picture that may take long is decoded
    in a helper process, which has a deadline. A `progress` that is cancelled raises CancelledError.
    """
    from convstudio.files.pictures.opening import open_page  # here, and not above: every start would pay for them
    from convstudio.files.pictures.page import PLAIN
    from convstudio.files.pictures.slowness import can_be_slow

    check = progress or Progress()
    check(0)
    if can_be_slow(data, page):
        from convstudio.files.pictures.helper import decode_in_helper  # here: starting processes is rarely needed

        slow = decode_in_helper(data, where, page, check, wish=wish or PLAIN)
        slow.values.flags.writeable = False
        return Picture(slow.values, slow.page, slow.pages, slow.notes, slow.opacity, slow.whole)
    source = open_page(data, page, where, wish or PLAIN)
    with decoding(where):
        values = np.empty(source.shape, np.float32)
        for first, block in source.blocks():
            check(0)
            values[first : first + len(block)] = block
    values.flags.writeable = False
    return Picture(values, source.page, source.pages, source.notes, source.opacity, source.whole)
