"""Pictures, decoded by Pillow from an allow-list of formats and within a limit of pixels."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convstudio.files.limits import LIMITS, check_input_shape
from convstudio.files.problems import FileProblem, decoding, named
from convstudio.model.arrays import Floats, frozen
from convstudio.model.progress import Progress
from convstudio.model.sample import Sample

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
"""Pillow's names of the formats that are opened."""

ON_WHITE = "transparency was laid on white"
"""The note of a picture with transparent pixels."""

_FIRST_BYTES = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"RIFF")
_GREY = frozenset({"1", "L", "LA", "La", "I", "F"})
_AS_IT_IS = frozenset({"I", "F"})
_DEEP_GREY = MappingProxyType({"I;16": "<u2", "I;16L": "<u2", "I;16B": ">u2", "I;16N": "=u2"})


@dataclass(frozen=True)
class Picture:
    """One page or frame of a picture file: `values` are `(rows, columns, channels)`, pages count from 1.

    `notes` are facts about how it was read, each the end of a sentence, such as "transparency was laid on white".
    """

    values: Floats
    page: int = 1
    pages: int = 1
    notes: tuple[str, ...] = ()


def image_from_bytes(data: bytes, name: str) -> Sample:
    """Return a picture, such as a pasted one, as a sample of values from 0 to 1, RGB or grey; raise FileProblem."""
    return Sample.of(name, decode_image(data, named(name)).values)


def decode_image(data: bytes, where: str, page: int = 1, progress: Progress | None = None) -> Picture:
    """Return a page or frame of a picture, with one channel or three, from 0 to 1; raise FileProblem.

    The size is checked before a pixel is decoded. A float picture keeps its values; transparency becomes white; a
    photograph is turned upright. A `progress` that was cancelled raises CancelledError.
    """
    from PIL import Image  # here, and not above: it would cost every start 20 ms

    with warnings.catch_warnings():  # Pillow warns of large or untidy files, and the size is checked here anyway
        warnings.simplefilter("ignore")
        with (
            decoding(where, lambda error: _fault(data, error)),
            Image.open(io.BytesIO(data), formats=FORMATS) as image,
        ):
            pages = getattr(image, "n_frames", 1)  # only the formats that can hold several have it
            _turn_to(image, page, pages, where)
            _check_size(image, where)
            notes = (ON_WHITE,) if image.has_transparency_data else ()
            return Picture(frozen(_pixels(_upright(image))), page, pages, notes)


def _turn_to(image: Image.Image, page: int, pages: int, where: str) -> None:
    if not 1 <= page <= pages:
        raise FileProblem(f"{where} has no page {page}: choose one from 1 to {pages}.")
    if page > 1:
        image.seek(page - 1)


def _fault(data: bytes, error: BaseException) -> str:
    from PIL import Image  # here for the reason in decode_image

    if isinstance(error, Image.DecompressionBombError):
        return f"has more than twice the {LIMITS.image_pixels} pixels that fit: crop or shrink it first"
    if data.startswith(_FIRST_BYTES):
        return "is damaged, or breaks off before the picture is complete: get a whole copy of it"
    return "is not a picture: open a PNG, JPEG, BMP, GIF, TIFF or WebP file, whatever its suffix"


def _check_size(image: Image.Image, where: str) -> None:
    columns, rows = image.size
    if rows * columns > LIMITS.image_pixels:
        raise FileProblem(
            f"{where} has {columns}×{rows} = {rows * columns} pixels, and at most {LIMITS.image_pixels} fit: "
            "crop or shrink it first."
        )
    is_grey = image.mode in _GREY or image.mode in _DEEP_GREY
    check_input_shape((rows, columns, 1 if is_grey else 3), where)


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps  # here for the reason in decode_image

    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a damaged note about the camera is no reason to refuse the picture
        return image


def _pixels(image: Image.Image) -> NDArray[np.generic]:
    """Return `(rows, columns, channels)` for every mode that Pillow decodes to."""
    if image.mode in _DEEP_GREY:
        return _unit(np.asarray(image).view(_DEEP_GREY[image.mode]), 65535)
    if image.mode in _AS_IT_IS:
        return np.asarray(image)[:, :, np.newaxis]
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in _GREY:
        return _unit(np.asarray(image.convert("L")), 255)
    colours = _unit(np.asarray(image.convert("RGB")), 255)
    return _without_colours(colours) if image.mode == "P" else colours


def _on_white(image: Image.Image) -> NDArray[np.generic]:
    is_grey = image.mode in _GREY
    whole = _unit(np.asarray(image.convert("LA" if is_grey else "RGBA")), 255)
    colours, alpha = whole[..., :-1], whole[..., -1:]
    return colours * alpha + (1 - alpha)


def _without_colours(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one channel when a palette holds greys only."""
    is_grey = bool(np.all(colours == colours[..., :1]))
    return colours[..., :1] if is_grey else colours


def _unit(levels: NDArray[np.generic], white: int) -> NDArray[np.float32]:
    values = levels.astype(np.float32) / np.float32(white)
    return values if values.ndim == 3 else values[:, :, np.newaxis]
