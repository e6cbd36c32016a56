"""Arrays of weights by their names: `.safetensors`, `.npz` and `.npy`; only what is chosen is unpacked."""

from __future__ import annotations

import io
import math
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import deserialize
from safetensors.numpy import save

from convstudio.files.arrays import LONGEST_START, decode_npy, read_header, read_header_of, to_float32
from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem, decoding, named, printable
from convstudio.files.reading import read_bytes
from convstudio.model.arrays import Floats
from convstudio.model.numbers import format_shape

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?",
        "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
    }
)  # fmt: skip
_MOST_NAMES = 5
_MOST_ARRAYS = 10_000
_ONE_ARRAY = "array"
_BAD_NPZ = "is no .npz archive, or a damaged one: save it again with numpy.savez"
_BAD_SAFETENSORS = "is no safetensors file, or a damaged one: save it again"

WEIGHTS_SUFFIXES = frozenset({".npy", ".npz", ".safetensors"})
"""Every suffix that `open_weights` takes."""


class _TensorEntry(msgspec.Struct):
    shape: tuple[Annotated[int, msgspec.Meta(ge=0)], ...]


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The arrays of one file: their shapes by their names, and the bytes from which one is unpacked when it is asked.

    `where` names the file in sentences.
    """

    where: str
    suffix: str
    shapes: Mapping[str, tuple[int, ...]]
    data: bytes

    def array(self, name: str) -> Floats:
        """Unpack one array; raise FileProblem where it is damaged, too large, or not all finite numbers."""
        if math.prod(self.shapes[name]) > LIMITS.weights:
            raise FileProblem(
                f"{self.where} holds {format_shape(self.shapes[name])} weights in “{name[:60]}”, and at most "
                f"{LIMITS.weights} fit: choose a smaller layer."
            )
        values = _UNPACKERS[self.suffix](self, name)
        if not np.all(np.isfinite(values)):
            raise FileProblem(f"{self.where} holds NaN or infinity in “{name[:60]}”: weights are finite numbers.")
        return values


def open_weights(path: str | os.PathLike[str]) -> WeightsFile:
    """Read which arrays a file of weights holds; raise FileProblem. Nothing is unpickled, and nothing unpacked yet."""
    where, suffix = named(path), Path(path).suffix.lower()
    if suffix not in WEIGHTS_SUFFIXES:
        known = ", ".join(sorted(WEIGHTS_SUFFIXES))
        raise FileProblem(f"{where} is no file of weights: choose one that ends in {known}.")
    data = read_bytes(path)
    shapes = _LISTERS[suffix](data, where)
    if not shapes:
        raise FileProblem(f"{where} holds no arrays: save the weights again.")
    return WeightsFile(where, suffix, MappingProxyType(shapes), data)


def decode_only_tensor(data: bytes, where: str) -> Floats:
    """Return the one tensor of a safetensors file; raise FileProblem, which names the tensors when there are more."""
    tensors = _tensors(data, where)
    if len(tensors) != 1:
        raise FileProblem(
            f"{where} holds {len(tensors)} tensors{_names(tensors)}: save a file with one kernel "
            "only, or open it by Filter bank, From a file of weights."
        )
    return _tensor(tensors[0][1], where)


def encode_only_tensor(values: Floats) -> bytes:
    """Return a safetensors file that holds the array under the name `kernel`."""
    return save({"kernel": values})


def _list_npy(data: bytes, where: str) -> dict[str, tuple[int, ...]]:
    return {_ONE_ARRAY: read_header(data, where).shape}


def _unpack_npy(file: WeightsFile, _name: str) -> Floats:
    return decode_npy(file.data, read_header(file.data, file.where), file.where)


def _list_npz(data: bytes, where: str) -> dict[str, tuple[int, ...]]:
    """Read the headers of an archive's arrays: of each only the first bytes are unpacked."""
    with _archive(data, where) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ARRAYS:
            raise FileProblem(f"{where} holds {len(entries)} files, and at most {_MOST_ARRAYS} are read: save fewer.")
        return {
            printable(entry.filename.removesuffix(".npy")): _member_shape(archive, entry, where)
            for entry in entries
            if entry.filename.endswith(".npy")
        }


def _member_shape(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> tuple[int, ...]:
    start = _unpacked(archive, entry, LONGEST_START, where)
    return read_header_of(start, entry.file_size, f"{where}, “{printable(entry.filename)[:60]}”,").shape


def _unpack_npz(file: WeightsFile, name: str) -> Floats:
    with _archive(file.data, file.where) as archive:
        entry = next(one for one in archive.infolist() if printable(one.filename.removesuffix(".npy")) == name)
        data = _unpacked(archive, entry, entry.file_size, file.where)
    return decode_npy(data, read_header(data, file.where), file.where)


def _archive(data: bytes, where: str) -> zipfile.ZipFile:
    with decoding(where, _BAD_NPZ):
        return zipfile.ZipFile(io.BytesIO(data))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, where: str) -> bytes:
    """Return the first `most` bytes of a member, however many it claims to have."""
    fault = f"is damaged or locked at “{printable(entry.filename)[:60]}”: save it again with numpy.savez"
    with decoding(where, fault), archive.open(entry) as member:
        return member.read(most)


def _list_tensors(data: bytes, where: str) -> dict[str, tuple[int, ...]]:
    """Read the head of a safetensors file: a length of eight bytes, then that much JSON."""
    head = data[8 : 8 + int.from_bytes(data[:8], "little")]
    with decoding(where, _BAD_SAFETENSORS):
        entries = msgspec.json.decode(head, type=dict[str, msgspec.Raw])
        return {
            printable(name): msgspec.json.decode(entry, type=_TensorEntry).shape
            for name, entry in entries.items()
            if name != "__metadata__"
        }


def _unpack_tensor(file: WeightsFile, name: str) -> Floats:
    tensors = _tensors(file.data, file.where)
    return _tensor(next(tensor for held, tensor in tensors if printable(held) == name), file.where)


_LISTERS = MappingProxyType({".npy": _list_npy, ".npz": _list_npz, ".safetensors": _list_tensors})
_UNPACKERS = MappingProxyType({".npy": _unpack_npy, ".npz": _unpack_npz, ".safetensors": _unpack_tensor})


def _tensors(data: bytes, where: str) -> list[tuple[str, Any]]:
    with decoding(where, _BAD_SAFETENSORS):
        return list(deserialize(data))  # type: ignore[no-untyped-call]  # compiled, without annotations


def _names(tensors: list[tuple[str, Any]]) -> str:
    names = sorted(name[:60] for name, _ in tensors)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f" ({', '.join(names[:_MOST_NAMES])}{more})" if names else ""


def _tensor(tensor: Mapping[str, Any], where: str) -> Floats:
    kind, shape = tensor["dtype"], tuple(tensor["shape"])
    if kind not in _TYPES:
        raise FileProblem(f"{where} holds numbers of type {kind}: save them as F32.")
    if math.prod(shape) == 0:
        raise FileProblem(f"{where} holds a tensor without values: save one with values.")
    with decoding(where, _BAD_SAFETENSORS):  # a shape of more axes than NumPy has
        values = np.frombuffer(tensor["data"], _TYPES[kind]).reshape(shape)
    return to_float32(_widened(values) if kind == "BF16" else values, where)


def _widened(halves: NDArray[Any]) -> NDArray[np.float32]:
    """Return bfloat16 numbers as float32, whose upper half they are."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
