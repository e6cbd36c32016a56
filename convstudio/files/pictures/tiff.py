"""TIFF files of every depth, byte order and sample format, decoded by tifffile: what it gives is never converted.

Only what is known to be read right is read; every other kind is refused by its name. Pages that a fax or JPEG coder
packed go to Pillow, which reads those exactly.
"""

from __future__ import annotations

import io
import logging
import math
import struct
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convstudio.files.limits import check_page
from convstudio.files.pictures.by_pillow import open_by_pillow
from convstudio.files.pictures.page import (
    INCOMPLETE,
    INKS,
    PLAIN,
    Opacity,
    Page,
    Samples,
    Values,
    Wish,
    as_numbers,
    check_size,
    colours_of_inks,
    on_white,
    opacity_note,
    upright,
)
from convstudio.files.pictures.tiff_bands import BandedSamples, bands_of
from convstudio.files.pictures.tiff_lzw import use_libtiff_for_lzw
from convstudio.files.problems import FileProblem
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.limits import LIMITS

if TYPE_CHECKING:
    import tifffile

FIRST_BYTES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INKS, _YCBCR = 0, 1, 2, 3, 5, 6
_COLOURS = MappingProxyType({_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _INKS: 4, _YCBCR: 3})
_OTHER_COLOURS = MappingProxyType(
    {
        4: "a mask",
        8: "CIE Lab",
        9: "ICC Lab",
        10: "ITU Lab",
        32803: "a raw colour filter",
        32844: "LogL",
        32845: "LogLuv",
    }
)
_PACKINGS = frozenset({1, 5, 8, 32773, 32946, 34925, 50000})  # none, LZW, Deflate, PackBits, LZMA, Zstandard
_BY_PILLOW = frozenset({2, 3, 4, 7})  # fax, and JPEG of 8 bits
_PREDICTORS = frozenset({1, 2, 3})
_UNKNOWN, _MULTIPLIED, _OPACITY = 0, 1, 2


def open_tiff(data: bytes, page: int, where: str, wish: Wish = PLAIN) -> Page:
    """Decode a page; raise FileProblem where it is too large or of a kind that is not read exactly."""
    import tifffile  # here, and not above: it would cost every start 70 ms

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # its remarks are not for the user
    use_libtiff_for_lzw(tifffile)
    pages = _count_pages(data, where)
    check_page(page, pages, where)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = file.pages[page - 1]
        assert isinstance(found, tifffile.TiffPage)
        if found.compression in _BY_PILLOW and found.bitspersample in (1, 8):
            return open_by_pillow(data, page, where, wish)
        _check_kind(found, where)
        if found.samplesperpixel > LIMITS.input_channels + 1:  # one of them may be the opacity
            check_size(found.imagelength, found.imagewidth, found.samplesperpixel, where)
        layout = _SampleLayout(found, where)
        orientation = found.tags.valueof(274)
        is_upright = orientation in (None, 1)
        check_size(
            found.imagelength,
            found.imagewidth,
            layout.channels + wish.keeps_opacity,
            where,
            wish,
            orientation,
            LIMITS.framed_pixels if is_upright else LIMITS.image_pixels,
        )
        _check_whole(found, len(data), where)
        if found.imagelength * found.imagewidth > LIMITS.image_pixels:
            samples: Samples | BandedSamples = _by_bands(found, data, where)
        else:
            samples = upright(_flat(found.asarray(squeeze=False, maxworkers=1), found), orientation)
    shape = (samples.shape[0], samples.shape[1], layout.channels)
    if layout.is_palette:
        shape = (*shape[:2], layout.palette_channels(samples))
    opacity = layout.opacity(samples, keeps_opacity=wish.keeps_opacity)
    read, notes = layout.reader(samples, shape[2], opacity)
    shape = (*shape[:2], shape[2] + (opacity == "kept"))
    return Page(shape, read, page, pages, notes, opacity)


class _SampleLayout:
    """What the samples of a page mean, and how they become one channel, red, green and blue, or what channels it has.

    Raises FileProblem for a meaning that is not known.
    """

    def __init__(self, page: tifffile.TiffPage, where: str) -> None:
        self._where = where
        self._bits = int(page.bitspersample)
        self._photometric = int(page.photometric)
        self._format = "b" if page.dtype is None else page.dtype.kind
        self._colours = _COLOURS[self._photometric]
        self._extras = self._extra_samples(page)
        self.is_palette = self._photometric == _PALETTE
        self._table = _colour_table(page, self._bits, where) if self.is_palette else None
        self._refuse_odd()

    @property
    def channels(self) -> int:
        """How many channels come out of it; a palette of greys turns out to be one."""
        if self._photometric in (_PALETTE, _INKS):
            return 3
        return self._colours + (len(self._extras) if self._are_channels else 0)

    def palette_channels(self, samples: Samples | BandedSamples) -> int:
        """Return 1 where every colour that is used is a grey."""
        assert self._table is not None
        used = np.zeros(len(self._table), bool)
        for band in bands_of(samples):
            for row in band:
                used[row] = True
        colours = self._table[used]
        return 1 if bool(np.all(colours == colours[:, :1])) else 3

    def opacity(self, samples: Samples | BandedSamples, *, keeps_opacity: bool) -> Opacity:
        """Return what becomes of transparency, where something is transparent."""
        if not self._has_opacity or not self._is_transparent(samples):
            return "none"
        return "kept" if keeps_opacity else "white"

    def reader(
        self, samples: Samples | BandedSamples, channels: int, opacity: Opacity
    ) -> tuple[Callable[[int, int], Values], tuple[str, ...]]:
        """Return what makes rows of the samples into numbers, and the notes about it."""
        if self._table is not None:
            table = as_numbers(self._table[:, :channels], 16, self._where)
            return (lambda first, last: table[samples[first:last][..., 0]]), ()
        notes = (*((INKS,) if self._photometric == _INKS else ()), *opacity_note(opacity))
        if opacity == "kept" and self._extras == [_MULTIPLIED]:
            notes = (*notes, "The colours are multiplied by it already.")
        if self._are_channels and self._extras:
            count = len(self._extras)
            unnamed = one_or_many(
                count,
                "A channel without a name was kept beside its colours.",
                f"{count} channels without a name were kept beside its colours.",
            )
            notes = (*notes, unnamed)

        def read(first: int, last: int) -> Values:
            values = as_numbers(samples[first:last], self._bits, self._where)
            if self._photometric == _WHITE_IS_ZERO:
                values = np.concatenate([1 - values[..., :1], values[..., 1:]], axis=-1)
            if self._photometric == _INKS:
                return colours_of_inks(values)
            if not self._has_opacity:
                return values
            if opacity == "none":
                return values[..., :-1]
            if opacity == "kept":
                return values
            return on_white(values, is_multiplied=self._extras == [_MULTIPLIED])

        return read, notes

    @property
    def _are_channels(self) -> bool:
        return all(extra == _UNKNOWN for extra in self._extras)

    @property
    def _has_opacity(self) -> bool:
        return bool(self._extras) and not self._are_channels

    def _is_transparent(self, samples: Samples | BandedSamples) -> bool:
        whole = 1.0 if self._format == "f" else float(2**self._bits - 1)
        return not all(bool(np.all(band[..., -1] == whole)) for band in bands_of(samples))

    def _extra_samples(self, page: tifffile.TiffPage) -> list[int]:
        said = page.tags.valueof(338)
        kinds = [] if said is None else [int(kind) for kind in np.atleast_1d(said)]
        count = int(page.samplesperpixel) - self._colours
        if count < 0:
            raise FileProblem(
                f"{self._where} has {page.samplesperpixel} samples a pixel where its colours need {self._colours}: "
                "convert it to RGB or grey."
            )
        return (kinds + [_UNKNOWN] * count)[:count]

    def _refuse_odd(self) -> None:
        if self._has_opacity and (len(self._extras) > 1 or self._extras[0] not in (_MULTIPLIED, _OPACITY)):
            raise _unread(self._where, "transparency beside other channels")
        if self._has_opacity and self._format == "i":
            raise _unread(self._where, "signed pixels with transparency")
        if self._extras and self._photometric in (_PALETTE, _INKS):
            raise _unread(self._where, "a palette or CMYK with further channels")
        if self._photometric in (_WHITE_IS_ZERO, _INKS, _PALETTE) and self._format not in "ub":
            name = {_WHITE_IS_ZERO: "white as zero", _INKS: "CMYK", _PALETTE: "a palette"}[self._photometric]
            raise _unread(self._where, f"{name} with signed or floating-point pixels")


def _check_kind(page: tifffile.TiffPage, where: str) -> None:
    """Raise FileProblem, which names the kind, unless the page's samples can be read exactly."""
    photometric = int(page.photometric)
    if page.compression not in _PACKINGS:
        name = getattr(page.compression, "name", str(page.compression))
        if page.compression in _BY_PILLOW:
            name = f"{name} of {page.bitspersample} bits"
        raise _unread(where, f"pixels packed by {name}")
    if page.predictor not in _PREDICTORS:
        raise _unread(where, f"pixels predicted by {getattr(page.predictor, 'name', page.predictor)}")
    if not isinstance(page.bitspersample, int):
        raise _unread(where, f"channels of different depths ({', '.join(map(str, page.bitspersample))} bits)")
    if page.sampleformat in (5, 6):
        raise _unread(where, "complex numbers")
    if page.sampleformat not in (1, 2, 3) or page.dtype is None:
        kind = {1: "unsigned", 2: "signed", 3: "floating-point"}.get(page.sampleformat, "undefined")
        raise _unread(where, f"{kind} pixels of {page.bitspersample} bits")
    if photometric == _YCBCR or photometric not in _COLOURS:
        known = getattr(page.photometric, "name", str(photometric))
        raise _unread(where, f"colours of the kind {_OTHER_COLOURS.get(photometric, known)}")
    if photometric == _INKS and page.tags.valueof(332, 1) != 1:
        raise _unread(where, "inks other than CMYK")
    if page.imagedepth > 1:
        raise _unread(where, "a volume in one page")
    if page.planarconfig not in (1, 2):
        raise _unread(where, f"planes arranged in the way {page.planarconfig}")


def _check_whole(page: tifffile.TiffPage, length: int, where: str) -> None:
    """Raise FileProblem unless every strip or tile is in the file; tifffile would fill missing ones with zeros."""
    counts, offsets = page.databytecounts, page.dataoffsets
    across = math.ceil(page.imagewidth / page.tilewidth) if page.tilewidth else 1
    down = math.ceil(page.imagelength / (page.tilelength or page.rowsperstrip or page.imagelength))
    planes = page.samplesperpixel if page.planarconfig == 2 else 1
    if page.tilewidth * page.tilelength * page.samplesperpixel > LIMITS.input_values:
        raise FileProblem(f"{where} has tiles of {page.tilewidth}×{page.tilelength}, more than fit: save it in strips.")
    is_whole = len(offsets) == len(counts) == across * down * planes and all(
        offset > 0 and count > 0 and offset + count <= length for offset, count in zip(offsets, counts, strict=True)
    )
    if not is_whole:
        raise FileProblem(INCOMPLETE.format(file=where))


def _by_bands(page: tifffile.TiffPage, data: bytes, where: str) -> Samples | BandedSamples:
    """Return the samples of a large page: where they are not packed a view of the file, else unpacked band by band."""
    if not page.is_final or page.dtype is None or sum(page.databytecounts) < page.nbytes:
        return BandedSamples(page, data, where)
    kind, count = page.dtype.newbyteorder("<" if data[:2] == b"II" else ">"), math.prod(page.shaped)
    return _flat(np.frombuffer(data, kind, count, page.dataoffsets[0]).reshape(page.shaped), page)


def _flat(decoded: Samples, page: tifffile.TiffPage) -> Samples:
    """Return `(rows, columns, samples)` of what tifffile returns: `(planes, depth, rows, columns, samples)`."""
    return np.moveaxis(decoded[:, 0, :, :, 0], 0, -1) if page.planarconfig == 2 else decoded[0, 0]


def _colour_table(page: tifffile.TiffPage, bits: int, where: str) -> Samples:
    values = page.tags.valueof(320)
    if bits > 16 or values is None or np.size(values) != 3 << bits:
        raise FileProblem(INCOMPLETE.format(file=where))
    table = np.asarray(values, np.uint16).reshape(3, -1).T
    if not np.any(table & 0xFF):  # 8 bits moved up, as Pillow writes them: 65280 is white
        table = (table >> np.uint16(8)) * np.uint16(257)
    elif table.max() < 256:  # 8 bits as they are, as old programs wrote them; libtiff takes them so, too
        table = table * np.uint16(257)
    return table


def _unread(where: str, kind: str) -> FileProblem:
    return FileProblem(f"{where} holds {kind}, which is not read: convert it to RGB or grey of 8, 16 or 32 bits.")


def _count_pages(data: bytes, where: str) -> int:
    """Follow the chain of pages through the file; raise FileProblem where it is too long or runs in a circle."""
    order = "<" if data[:2] == b"II" else ">"
    is_big = data[2:4] in (b"+\0", b"\0+")
    count_of, next_of, entry = (f"{order}Q", f"{order}Q", 20) if is_big else (f"{order}H", f"{order}I", 12)
    try:
        (at,) = struct.unpack_from(next_of, data, 8 if is_big else 4)
        seen: set[int] = set()
        while at and at not in seen and len(seen) <= LIMITS.file_pages:
            seen.add(at)
            (entries,) = struct.unpack_from(count_of, data, at)
            (at,) = struct.unpack_from(next_of, data, at + struct.calcsize(count_of) + entry * entries)
    except (struct.error, OverflowError):
        raise FileProblem(INCOMPLETE.format(file=where)) from None
    if not seen or at in seen:
        raise FileProblem(INCOMPLETE.format(file=where))
    if len(seen) > LIMITS.file_pages:
        raise FileProblem(f"{where} has more than {LIMITS.file_pages} pages: save those that you need.")
    return len(seen)
