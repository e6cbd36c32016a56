"""Arrays of weights by their names: `.safetensors`, `.npz` and `.npy`; only what is chosen is unpacked."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from convstudio.files.archives import list_npz, read_npz
from convstudio.files.arrays import decode_npy, read_header
from convstudio.files.foreign import refuse_foreign
from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem, named
from convstudio.files.reading import read_bytes
from convstudio.files.tensors import Tensor, list_tensors, read_tensor, write_tensor
from convstudio.model.arrays import Floats
from convstudio.model.numbers import format_shape

WEIGHTS_MENU = "Filter bank, From a file of weights, in the window"
"""Where the weights of a whole layer are opened."""

_MOST_NAMES = 5
_ONE_ARRAY = "array"
_MEMORY_PER_BYTE, _SPARE_MEMORY = 3, 64 * 2**20


@dataclass(frozen=True)
class ArrayEntry:
    """What a file says of one array: its shape, and how many bytes it takes to unpack it before it becomes float32."""

    shape: tuple[int, ...]
    unpacked: int = 0


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The arrays of one file by their names, and the bytes from which one is unpacked when it is asked.

    `where` names the file in sentences.
    """

    where: str
    suffix: str
    entries: Mapping[str, ArrayEntry]
    data: bytes

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shapes of the arrays by their names."""
        return {name: entry.shape for name, entry in self.entries.items()}

    def array(self, name: str, most: int = LIMITS.weights) -> Floats:
        """Unpack one array of at most so many numbers; raise FileProblem where it is damaged or not all finite."""
        entry, size = self.entries[name], len(self.data)
        count = math.prod(entry.shape)
        if count > most:
            raise FileProblem(
                f"{self.where} holds {format_shape(entry.shape)} weights in “{name[:60]}”, and at most "
                f"{most} fit: choose a smaller layer."
            )
        if size + entry.unpacked + 4 * count > _MEMORY_PER_BYTE * size + _SPARE_MEMORY:
            raise FileProblem(
                f"{self.where} packs {count} numbers of “{name[:60]}” into {size} bytes: save it again as float32, "
                "with numpy.savez."
            )
        values = _FORMATS[self.suffix].read(self.data, name, self.where)
        if not np.all(np.isfinite(values)):
            raise FileProblem(f"{self.where} holds NaN or infinity in “{name[:60]}”: weights are finite numbers.")
        return values


def open_weights(path: str | os.PathLike[str]) -> WeightsFile:
    """Read which arrays a file of weights holds; raise FileProblem. Nothing is unpickled, and nothing unpacked yet."""
    where, suffix = named(path), Path(path).suffix.lower()
    if suffix not in WEIGHTS_SUFFIXES:
        refuse_foreign(path)
        known = ", ".join(sorted(WEIGHTS_SUFFIXES))
        raise FileProblem(f"{where} is not a file of weights: choose one that ends in {known}.")
    data = read_bytes(path)
    entries = _FORMATS[suffix].entries(data, where)
    if not entries:
        raise FileProblem(f"{where} holds no arrays: save the weights again.")
    return WeightsFile(where, suffix, MappingProxyType(entries), data)


def decode_only_tensor(data: bytes, where: str) -> Floats:
    """Return the one tensor of a safetensors file; raise FileProblem, which names the tensors when there are more."""
    tensors = list_tensors(data, where)
    if len(tensors) != 1:
        raise FileProblem(
            f"{where} holds {len(tensors)} tensors{_names(tensors)}: save a file with one kernel "
            f"only, or open it by {WEIGHTS_MENU}."
        )
    (only,) = tensors.values()
    return read_tensor(data, only, where)


def encode_only_tensor(values: Floats) -> bytes:
    """Return a safetensors file that holds the array under the name `kernel`."""
    return write_tensor("kernel", values)


def _npy_entries(data: bytes, where: str) -> dict[str, ArrayEntry]:
    return {_ONE_ARRAY: ArrayEntry(read_header(data, where).shape)}


def _read_npy(data: bytes, _name: str, where: str) -> Floats:
    return decode_npy(data, read_header(data, where), where)


def _npz_entries(data: bytes, where: str) -> dict[str, ArrayEntry]:
    return {name: ArrayEntry(header.shape, header.byte_count) for name, header in list_npz(data, where).items()}


def _tensor_entries(data: bytes, where: str) -> dict[str, ArrayEntry]:
    return {name: ArrayEntry(tensor.shape) for name, tensor in list_tensors(data, where).items()}


def _read_named_tensor(data: bytes, name: str, where: str) -> Floats:
    return read_tensor(data, list_tensors(data, where)[name], where)


def _names(tensors: Mapping[str, Tensor]) -> str:
    names = sorted(name[:60] for name in tensors)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f" ({', '.join(names[:_MOST_NAMES])}{more})" if names else ""


@dataclass(frozen=True)
class _Format:
    """How the arrays of one kind of file are listed, and how one of them is read."""

    entries: Callable[[bytes, str], dict[str, ArrayEntry]]
    read: Callable[[bytes, str, str], Floats]


_FORMATS: Mapping[str, _Format] = MappingProxyType(
    {
        ".npy": _Format(_npy_entries, _read_npy),
        ".npz": _Format(_npz_entries, read_npz),
        ".safetensors": _Format(_tensor_entries, _read_named_tensor),
    }
)

WEIGHTS_SUFFIXES = frozenset(_FORMATS)
"""Every suffix that `open_weights` takes."""
