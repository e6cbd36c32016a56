"""Exported arrays as numbers: NumPy's formats, JSON, tables of text, and TIFF with a page of float32 for each map."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msgspec
import numpy as np

from convstudio.files.arrays.npy import encode_npy
from convstudio.files.arrays.tables import encode_table
from convstudio.files.nested import to_nested
from convstudio.files.packed import encode_json
from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle, titled_planes

FORMAT, VERSION = "convstudio-maps", 1
SEVERAL_FORMAT, SEVERAL_VERSION = "convstudio-arrays", 1


class _MapsFile(msgspec.Struct):
    format: str
    version: int
    axes: list[str]
    names: list[str]
    maps: object


class _OneArray(msgspec.Struct):
    name: str
    axes: list[str]
    names: list[str]
    values: object


class _ArraysFile(msgspec.Struct):
    format: str
    version: int
    arrays: list[_OneArray]


def as_npy(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write the only array, channels last."""
    return encode_npy(arrays[0].values)


def as_npz(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write every array under its name. Numbers alone: a list of titles beside them would not open as weights."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **{array.part.name: array.values for array in arrays})
    return buffer.getvalue()


def as_json(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write maps with the names of their axes; kernels, inputs and several arrays as a list of such."""
    if len(arrays) == 1 and arrays[0].part.axes[-1] in ("filters", "units"):
        part = arrays[0].part
        content = _MapsFile(FORMAT, VERSION, list(part.axes), list(part.titles), to_nested(arrays[0].values))
        return encode_json(content)
    return encode_json(_ArraysFile(SEVERAL_FORMAT, SEVERAL_VERSION, [_one_array(array) for array in arrays]))


def _one_array(array: ExportedArray) -> _OneArray:
    part = array.part
    return _OneArray(part.name, list(part.axes), list(part.titles), to_nested(array.values))


def as_csv(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write the first plane as a table of numbers and nothing else: no cell of it can be a formula."""
    return encode_table(_table(arrays), ",").encode()


def as_tsv(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write the same, separated by tabs."""
    return encode_table(_table(arrays), "\t").encode()


def as_tiff(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write every plane exactly, one page of float32 each, which is described by its title."""
    from tifffile import TiffWriter  # here, and not above: it would cost every start 50 ms

    buffer = io.BytesIO()
    with TiffWriter(buffer) as file:
        for title, array, index in titled_planes(arrays):
            file.write(
                np.ascontiguousarray(np.atleast_2d(array.plane(index))),
                photometric="minisblack",
                description=title.encode(),
                metadata=None,
                software=False,
                contiguous=False,
            )
    return buffer.getvalue()


def _table(arrays: Sequence[ExportedArray]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.atleast_2d(arrays[0].plane(0))
