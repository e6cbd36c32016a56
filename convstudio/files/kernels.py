"""Kernel files: our own JSON, NumPy arrays, tables and safetensors."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np

from convstudio.files.arrays import decode_npy, encode_npy, read_header
from convstudio.files.foreign import refuse_foreign
from convstudio.files.limits import LIMITS, check_between, check_kernel_size
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.problems import FileProblem, WriteProblem, named
from convstudio.files.reading import read_bytes
from convstudio.files.save import save_bytes
from convstudio.files.tables import decode_table, encode_table, is_one_line
from convstudio.files.versions import FileFormat
from convstudio.files.weights import WEIGHTS_MENU, decode_only_tensor, encode_only_tensor
from convstudio.model.arrays import Floats, same_array
from convstudio.model.numbers import format_shape

SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": " "}
KERNEL_SUFFIXES = frozenset({".json", ".npy", ".safetensors", *SEPARATORS})
"""Every suffix that `read_kernel` and `write_kernel` take."""

_TEXT_SUFFIXES = frozenset({".json", *SEPARATORS})


class _KernelFile(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    version: int
    weights: Nested
    name: str = ""


KERNEL_FORMAT = FileFormat("convstudio-kernel", 1, _KernelFile, "kernel")


def read_kernel(path: str | os.PathLike[str], rank: int | None = None) -> Floats:
    """Read a kernel `(columns,)`, `(rows, columns)` or `(rows, columns, channels)`; raise FileProblem.

    A table says nothing about its rank: one row or one column is a kernel for sequences, unless `rank` is 2.
    """
    where, suffix = named(path), _suffix(path)
    if suffix not in KERNEL_SUFFIXES:
        refuse_foreign(path)
        raise FileProblem(
            f"{where} is not a kernel file: choose a file that ends in {', '.join(sorted(KERNEL_SUFFIXES))}."
        )
    most = LIMITS.kernel_bytes if suffix in _TEXT_SUFFIXES else LIMITS.file_bytes
    kernel = _decode(read_bytes(path, most), suffix, where, rank)
    if not np.all(np.isfinite(kernel)):
        raise FileProblem(f"{where} holds NaN or infinity: a kernel's weights are finite numbers.")
    return kernel


def write_kernel(path: str | os.PathLike[str], kernel: Floats, name: str = "") -> None:
    """Write a kernel in the format of the suffix, as `read_kernel` reads it; raise FileProblem or WriteProblem."""
    suffix = _suffix(path)
    if suffix not in KERNEL_SUFFIXES:
        raise FileProblem(
            f"{named(path)} says no format for a kernel: end the name in {', '.join(sorted(KERNEL_SUFFIXES))}."
        )
    save_bytes(path, _encode(kernel, suffix, name, named(path)), verify=lambda data: _verify(data, suffix, kernel))


def encode_kernel(kernel: Floats, name: str = "") -> bytes:
    """Return our own JSON document of a kernel; the same kernel gives the same bytes."""
    return KERNEL_FORMAT.encode(_KernelFile(KERNEL_FORMAT.name, KERNEL_FORMAT.version, to_nested(kernel), name))


def decode_kernel(data: bytes, where: str = "The kernel") -> Floats:
    """Return the kernel of our own JSON document; raise FileProblem."""
    return from_nested(KERNEL_FORMAT.decode(data, where).weights, where, _check_shape)


def _suffix(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.lower()


def _decode(data: bytes, suffix: str, where: str, rank: int | None) -> Floats:
    if suffix == ".json":
        return decode_kernel(data, where)
    if suffix == ".npy":
        header = read_header(data, where)
        _check_shape(header.shape, where)
        return decode_npy(data, header, where)
    kernel = decode_only_tensor(data, where) if suffix == ".safetensors" else _table(data, where, rank)
    _check_shape(kernel.shape, where)
    return kernel


def _table(data: bytes, where: str, rank: int | None) -> Floats:
    table = decode_table(data, where, _check_shape)
    return table.reshape(-1) if is_one_line(table) and rank != 2 else table


def _check_shape(shape: tuple[int, ...], where: str) -> None:
    if len(shape) not in (1, 2, 3):
        raise FileProblem(
            f"{where} has {len(shape)} axes ({format_shape(shape) or 'a single number'}): "
            "a kernel is columns, rows × columns, or rows × columns × channels. "
            f"Open the weights of a whole layer by {WEIGHTS_MENU}."
        )
    check_kernel_size(shape[:2], where)
    if len(shape) == 3:
        check_between(1, shape[2], LIMITS.input_channels, f"{where} has {shape[2]} channels")


def _encode(kernel: Floats, suffix: str, name: str, where: str) -> bytes:
    if suffix == ".json":
        return encode_kernel(kernel, name)
    if suffix == ".npy":
        return encode_npy(kernel)
    if suffix == ".safetensors":
        return encode_only_tensor(kernel)
    if kernel.ndim > 2:
        raise FileProblem(
            f"{where} is a table, and the kernel has {kernel.shape[-1]} channels: end the name in .json or .npy."
        )
    return encode_table(np.atleast_2d(kernel), SEPARATORS[suffix]).encode()


def _verify(data: bytes, suffix: str, kernel: Floats) -> None:
    if not same_array(_decode(data, suffix, "The kernel", kernel.ndim), kernel):
        raise WriteProblem("The kernel does not read back as it was written, so nothing was saved: tell us about it.")
