"""Any picture, opened by the decoder that keeps its pixels exactly, or refused in one sentence that names its kind."""

from __future__ import annotations

import struct
import warnings

from convstudio.files.pictures.by_pillow import open_by_pillow
from convstudio.files.pictures.deep_png import is_deep_png, open_deep_png
from convstudio.files.pictures.framing import framed_page
from convstudio.files.pictures.netpbm import is_netpbm, open_netpbm
from convstudio.files.pictures.page import INCOMPLETE, PLAIN, Page, Wish
from convstudio.files.pictures.qoi import FIRST_BYTES as QOI_BYTES
from convstudio.files.pictures.qoi import open_qoi
from convstudio.files.pictures.tiff import FIRST_BYTES as TIFF_BYTES
from convstudio.files.pictures.tiff import open_tiff
from convstudio.files.problems import decoding
from convstudio.model.values.limits import LIMITS

_FIRST_BYTES = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", *TIFF_BYTES, b"RIFF", QOI_BYTES)


def open_page(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode a page of a picture; raise FileProblem. Its size is checked before.

    Transparency is laid on white, or kept as the last channel where that is wished and something is transparent.
    """
    with warnings.catch_warnings():  # Pillow warns of large or untidy files, and the size is checked anyway
        warnings.simplefilter("ignore")
        with decoding(where, lambda error: _not_decoded(data, error)):
            whole = _open_whole(data, page, where, wish)
            return whole if wish.is_whole else framed_page(whole, wish, where)  # which may decode as it goes


def _open_whole(data: bytes, page: int, where: str, wish: Wish) -> Page:
    if data.startswith(TIFF_BYTES):
        return open_tiff(data, page, where, wish)
    if is_deep_png(data):
        return open_deep_png(data, page, where, wish)
    if data.startswith(QOI_BYTES):
        return open_qoi(data, page, where, wish)
    if is_netpbm(data):
        return open_netpbm(data, page, where, wish)
    return open_by_pillow(data, page, where, wish)


def _not_decoded(data: bytes, error: BaseException) -> str:
    from PIL import Image  # here for the reason in by_pillow

    if isinstance(error, Image.DecompressionBombError):
        return (
            f"{{file}} has more than the {LIMITS.framed_pixels} pixels of which a part or a smaller size can be taken: "
            "crop or shrink it in another program first."
        )
    kind = _jpeg_kind(data) if data.startswith(b"\xff\xd8\xff") else None
    if kind is None and isinstance(error, OSError) and str(error).startswith("Unsupported BMP"):
        kind = "a BMP of an unusual layout"
    if kind is not None:
        return f"{{file}} is {kind}, which is not read: save it as PNG."
    if data.startswith(_FIRST_BYTES) or is_netpbm(data):
        return INCOMPLETE
    return "{file} is not a picture: open a PNG, JPEG, BMP, GIF, TIFF, WebP, PNM or QOI file, whatever its suffix."


def _jpeg_kind(data: bytes) -> str | None:
    """Name a JPEG that Pillow does not read, by its frame header; None for a usual one."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, (length,) = data[at + 1], struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            bits = data[at + 4]
            return f"a JPEG of {bits} bits a channel" if bits != 8 else None
        at += 2 + length
    return None
