"""Pictures of 8 bits a channel and less, decoded by Pillow: JPEG, GIF, BMP, WebP, most PNG and some TIFF."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convstudio.files.limits import check_page
from convstudio.files.pictures.orientation import orientation_of
from convstudio.files.pictures.page import (
    INKS,
    PLAIN,
    Opacity,
    Page,
    Values,
    Wish,
    as_numbers,
    check_size,
    colours_of_inks,
    on_white,
    opacity_note,
)
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
"""Pillow's names of the formats that are opened."""

_GREY = frozenset({"1", "L"})
_COLOURED = frozenset({"RGB", "RGBX"})
_MAY_BE_GREY = frozenset({"P", "PA"})
_STRIP_ROWS = 64
_STEPS = MappingProxyType({"BGR;15": (31, 31, 31), "BGR;16": (31, 63, 31)})  # of red, green, blue in a BMP of 16 bits


def open_by_pillow(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode a page; raise FileProblem where it is too large or of a kind that Pillow does not keep exactly."""
    from PIL import Image  # here, and not above: it would cost every start 20 ms

    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    pages = getattr(image, "n_frames", 1)  # only the formats that can hold several have it
    check_page(page, pages, where)
    check_size(
        image.height,
        image.width,
        (1 if image.mode in _GREY | {"LA"} else 3) + wish.keeps_opacity,
        where,
        wish,
        orientation_of(image, data),
        LIMITS.framed_pixels,
    )
    if page > 1:
        image.seek(page - 1)
    steps = _steps(image)
    image.load()
    mode = image.mode
    may_be_grey = mode in _MAY_BE_GREY or image.format == "GIF"
    _turn_upright(image)
    image, notes = _plain(image, where)
    opacity: Opacity = "none"
    if image.mode in ("LA", "RGBA"):
        opacity = "kept" if wish.keeps_opacity else "white"
    if may_be_grey and image.mode == "RGB" and _is_grey(image):
        image = image.getchannel(0)
    channels = (1 if image.mode in _GREY | {"LA"} else 3) + (opacity == "kept")
    read = _reader(image, steps, opacity, where)
    return Page((image.height, image.width, channels), read, page, pages, (*notes, *opacity_note(opacity)), opacity)


def _plain(image: Image.Image, where: str) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the picture as L, LA, RGB, RGBA or CMYK, with an alpha channel only where something is transparent."""
    is_grey = image.mode in _GREY or image.mode == "LA"
    if image.has_transparency_data:
        wanted = "LA" if is_grey else "RGBA"
        if image.mode != wanted:  # Pillow copies a picture that has the kind already
            image = image.convert(wanted)
        if any(strip.getchannel("A").getextrema() != (255, 255) for strip in _strips(image)):
            return image, ()
        return image.convert("L" if is_grey else "RGB"), ()
    if image.mode in ("L", "RGB"):
        return image, ()
    if is_grey:
        return image.convert("L"), ()
    if image.mode == "CMYK":
        return image, (INKS,)
    if image.mode in _COLOURED | _MAY_BE_GREY:
        return image.convert("RGB"), ()
    raise FileProblem(f"{where} holds pixels of the kind {image.mode}, which is not read: convert it to RGB or grey.")


def _reader(
    image: Image.Image, steps: tuple[int, ...] | None, opacity: Opacity, where: str
) -> Callable[[int, int], Values]:
    def read(first: int, last: int) -> Values:
        levels = np.asarray(image.crop((0, first, image.width, last)))
        if steps is not None:
            return _of_few_steps(levels, steps)
        values = as_numbers(levels.reshape(*levels.shape[:2], -1), 8, where)
        if image.mode == "CMYK":
            return colours_of_inks(values)
        return on_white(values) if opacity == "white" else values

    return read


def _steps(image: Image.Image) -> tuple[int, ...] | None:
    """Return how many steps each channel of a BMP with 16 bits a pixel has; Pillow spreads them over 0 to 255."""
    tiles = getattr(image, "tile", [])
    if image.format != "BMP" or not tiles:
        return None
    options = tiles[0].args
    return _STEPS.get(options[0]) if isinstance(options, tuple) else None


def _of_few_steps(levels: np.ndarray, steps: tuple[int, ...]) -> Values:
    most = np.array(steps, np.float32)
    values: Values = np.rint(levels[..., :3].astype(np.float32) * most / np.float32(255)) / most
    return values


def _turn_upright(image: Image.Image) -> None:
    from PIL import ImageOps  # here for the reason in open_by_pillow

    with contextlib.suppress(Exception):  # a damaged note about the camera does not make the picture unreadable
        ImageOps.exif_transpose(image, in_place=True)


def _is_grey(image: Image.Image) -> bool:
    from PIL import ImageChops  # here for the reason in open_by_pillow

    for strip in _strips(image):
        red, green, blue = strip.split()
        if any(ImageChops.difference(red, other).getbbox() is not None for other in (green, blue)):
            return False
    return True


def _strips(image: Image.Image) -> Iterator[Image.Image]:
    """Go through a picture a few rows at a time: a copy of each channel as a whole would be held beside it."""
    for top in range(0, image.height, _STRIP_ROWS):
        yield image.crop((0, top, image.width, min(top + _STRIP_ROWS, image.height)))
