"""Large TIFF pages, unpacked a band of strips or tiles at a time: of a part or a smaller size, never the whole page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from convstudio.files.pictures.page import Samples
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

if TYPE_CHECKING:
    import tifffile

_STEP_BYTES = 2**22


class BandedSamples:
    """The samples of a page, `(rows, columns, samples)`: a slice of rows unpacks the bands that hold them.

    Raises FileProblem where one band takes more memory than there is for it. The page must be whole.
    """

    def __init__(self, page: tifffile.TiffPage, data: bytes, where: str) -> None:
        self.shape = (int(page.imagelength), int(page.imagewidth), int(page.samplesperpixel))
        self.dtype = np.dtype(page.dtype)
        self._page, self._data = page, data
        self._high = min(page.tilelength or page.rowsperstrip or page.imagelength, page.imagelength)
        self._across = math.ceil(page.imagewidth / page.tilewidth) if page.tilewidth else 1
        self._number, self._band = -1, np.empty((0, *self.shape[1:]), self.dtype)
        size = self._high * self.shape[1] * self.shape[2] * self.dtype.itemsize
        if size > LIMITS.band_bytes:
            raise FileProblem(
                f"{where} has strips of {self._high} rows, which unpacked take {size >> 20} MiB, and at most "
                f"{LIMITS.band_bytes >> 20} fit: save it in strips of fewer rows, or in tiles."
            )

    def __getitem__(self, rows: slice) -> Samples:
        """Return the rows of a slice with bounds, `(rows, columns, samples)`."""
        first, last = rows.start, min(rows.stop, self.shape[0])
        parts = [
            self._rows_of(number)[max(0, first - number * self._high) : last - number * self._high]
            for number in range(first // self._high, math.ceil(last / self._high))
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _rows_of(self, number: int) -> Samples:
        """Unpack a band; the last one is kept, because rows are asked for one after the other."""
        if number != self._number:
            self._number, self._band = number, self._unpacked(number)
        return self._band

    def _unpacked(self, number: int) -> Samples:
        page, (rows, columns, count) = self._page, self.shape
        first = number * self._high
        band = np.empty((min(self._high, rows - first), columns, count), self.dtype)
        down, is_planar = math.ceil(rows / self._high), page.planarconfig == 2
        for plane in range(count if is_planar else 1):
            for at in range(self._across):
                index = (plane * down + number) * self._across + at
                begin, length = page.dataoffsets[index], page.databytecounts[index]
                segment, (_, _, _, left, _), _ = page.decode(self._data[begin : begin + length], index)
                assert segment is not None  # a missing one was refused before
                part = segment[0, : len(band), : columns - left]
                channels = slice(plane, plane + 1) if is_planar else slice(None)
                band[: len(part), left : left + part.shape[1], channels] = part
        return band


def bands_of(samples: Samples | BandedSamples) -> Iterator[Samples]:
    """Go through the samples of a page a few rows at a time.

    >>> [len(band) for band in bands_of(np.zeros((3, 2, 1), np.uint8))]
    [3]
    """
    rows, columns, count = samples.shape
    step = max(1, _STEP_BYTES // max(1, columns * count * samples.dtype.itemsize))
    for first in range(0, rows, step):
        yield samples[first : min(rows, first + step)]
