"""Safetensors files: their head, checked before anything is believed, and one tensor at a time.

The library unpacks every tensor of a file at once, so this reads the head itself: eight bytes with its length, then
JSON, then the numbers. Source: the format's description, https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray
from safetensors.numpy import save

from convstudio.files.arrays.npy import to_float32
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.files.reading import Content
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?",
        "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
    }
)  # fmt: skip
_LENGTH_BYTES = 8
_NOTES = "__metadata__"
_BAD = "{file} is not a safetensors file, or a damaged one: save it again."


class Tensor(msgspec.Struct, frozen=True):
    """What a file's head declares of one tensor; its offsets count from the end of the head."""

    dtype: str
    shape: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(max_length=LIMITS.array_axes)]
    data_offsets: tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)]]

    @property
    def type_name(self) -> str:
        """The type of its numbers, as NumPy names it where it knows it."""
        known = _TYPES.get(self.dtype)
        return "bfloat16" if self.dtype == "BF16" else self.dtype[:20] if known is None else np.dtype(known).name


def list_tensors(data: Content, where: str) -> dict[str, Tensor]:
    """Return what a safetensors file holds, by names that can be printed; raise FileProblem."""
    with decoding(where, _BAD):
        entries = _entries(data, where)
        entries.pop(_NOTES, None)
        if len(entries) > LIMITS.file_arrays:
            raise FileProblem(
                f"{where} holds {len(entries)} arrays, and at most {LIMITS.file_arrays} are read: save fewer."
            )
        return {printable(name): msgspec.json.decode(entry, type=Tensor) for name, entry in entries.items()}


def read_notes(data: Content, where: str) -> dict[str, str]:
    """Return the texts that a safetensors file holds beside its tensors; raise FileProblem."""
    with decoding(where, _BAD):
        return msgspec.json.decode(_entries(data, where).get(_NOTES, b"{}"), type=dict[str, str])


def _entries(data: Content, where: str) -> dict[str, msgspec.Raw]:
    head = data[_LENGTH_BYTES : _LENGTH_BYTES + _head_length(data, where)]
    return msgspec.json.decode(head, type=dict[str, msgspec.Raw])


def read_tensor(data: Content, tensor: Tensor, where: str) -> Floats:
    """Return one tensor of a file as float32; raise FileProblem."""
    if tensor.dtype not in _TYPES:
        raise FileProblem(f"{where} holds numbers of type {tensor.dtype[:20]}: save them as F32.")
    if math.prod(tensor.shape) == 0:
        raise FileProblem(f"{where} holds a tensor without values: save one with values.")
    start = _LENGTH_BYTES + _head_length(data, where)
    begin, end = (start + offset for offset in tensor.data_offsets)
    with decoding(where, _BAD):
        values = np.frombuffer(data[begin:end], _TYPES[tensor.dtype]).reshape(tensor.shape)
    return to_float32(_widened(values) if tensor.dtype == "BF16" else values, where)


def write_tensor(name: str, values: Floats) -> bytes:
    """Return a safetensors file that holds one array under a name."""
    return save({name: values})


def _head_length(data: Content, where: str) -> int:
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if len(data) < _LENGTH_BYTES or length > len(data) - _LENGTH_BYTES:
        raise FileProblem(_BAD.format(file=where))
    if length > LIMITS.file_names_bytes:
        raise FileProblem(
            f"{where} has a list of names of {length / 2**20:.1f} MiB, and at most "
            f"{LIMITS.file_names_bytes >> 20} MiB are read: "
            "save fewer arrays, or shorter names."
        )
    return length


def _widened(halves: NDArray[Any]) -> NDArray[np.float32]:
    """Return bfloat16 numbers as float32, whose upper half they are."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
