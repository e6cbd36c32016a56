"""Opening an input: an array, a table, a picture, or a bundled sample by its name."""

from __future__ import annotations

import os
from pathlib import Path

from convstudio.files.arrays import decode_npy, read_header
from convstudio.files.images import decode_image
from convstudio.files.limits import check_input_shape
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.reading import read_bytes
from convstudio.files.resources import load_sample
from convstudio.files.tables import decode_table, is_one_line
from convstudio.model.arrays import Floats
from convstudio.model.numbers import format_shape
from convstudio.model.sample import Sample

ARRAY_SUFFIXES = frozenset({".npy"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"})
INPUT_SUFFIXES = ARRAY_SUFFIXES | TABLE_SUFFIXES | IMAGE_SUFFIXES
"""Every suffix that `read_input` takes."""

SAMPLE_PREFIX = "sample:"


def read_input_spec(spec: str) -> Sample:
    """Return the input that `sample:NAME` or a path names; raise FileProblem."""
    if spec.startswith(SAMPLE_PREFIX):
        return load_sample(spec.removeprefix(SAMPLE_PREFIX))
    return read_input(spec)


def read_input(path: str | os.PathLike[str]) -> Sample:
    """Read an array, a table or a picture as an input, by the suffix of its name; raise FileProblem.

    An array or table of one line is a sequence; three axes are rows, columns and channels.
    """
    where, suffix = named(path), Path(path).suffix.lower()
    if os.fspath(path) and Path(path).is_dir():
        raise FileProblem(f"{where} is a folder: choose a file inside it.")
    if suffix not in INPUT_SUFFIXES:
        raise FileProblem(f"{where} is no input: choose a file that ends in {', '.join(sorted(INPUT_SUFFIXES))}.")
    values = _decode(read_bytes(path), suffix, where)
    name = printable(Path(path).name)
    return Sample.of(name, values, name)  # never the whole path: a project may be shared


def _decode(data: bytes, suffix: str, where: str) -> Floats:
    if suffix in ARRAY_SUFFIXES:
        return _array(data, where)
    if suffix in TABLE_SUFFIXES:
        return _table(data, where)
    return decode_image(data, where).values


def _array(data: bytes, where: str) -> Floats:
    header = read_header(data, where)
    if len(header.shape) not in (1, 2, 3):
        raise FileProblem(
            f"{where} has {len(header.shape)} axes ({format_shape(header.shape) or 'a single number'}): "
            "save a sequence, rows × columns, or rows × columns × channels."
        )
    shape = header.shape if len(header.shape) == 3 else (*header.shape, 1)
    check_input_shape(shape, where)
    return decode_npy(data, header, where).reshape(shape)


def _table(data: bytes, where: str) -> Floats:
    table = decode_table(data, where)
    shape = (table.size, 1) if is_one_line(table) else (*table.shape, 1)
    check_input_shape(shape, where)
    return table.reshape(shape)
