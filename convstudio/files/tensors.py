"""Safetensors files: their head, checked before anything is believed, and one tensor at a time.

The library unpacks every tensor of a file at once, so this reads the head itself: eight bytes with its length, then
JSON, then the numbers. Source: the format's description, https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray
from safetensors.numpy import save

from convstudio.files.arrays import to_float32
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.model.arrays import Floats

MOST_ARRAYS = 10_000
"""How many arrays a file of weights may hold: more than the largest published networks have."""

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?",
        "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
    }
)  # fmt: skip
_LENGTH_BYTES = 8
_LONGEST_HEAD = 4 * 2**20
_MOST_AXES = 32
_KERNEL_AXES = 3
_BAD = "is no safetensors file, or a damaged one: save it again"


class Tensor(msgspec.Struct, frozen=True):
    """What a file's head says of one tensor; its offsets count from the end of the head."""

    dtype: str
    shape: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(max_length=_MOST_AXES)]
    data_offsets: tuple[Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)]]


def list_tensors(data: bytes, where: str) -> dict[str, Tensor]:
    """Return what a safetensors file holds, by names that can be printed; raise FileProblem."""
    head = data[_LENGTH_BYTES : _LENGTH_BYTES + _head_length(data, where)]
    with decoding(where, _BAD):
        entries = msgspec.json.decode(head, type=dict[str, msgspec.Raw])
        entries.pop("__metadata__", None)
        if len(entries) > MOST_ARRAYS:
            raise FileProblem(f"{where} holds {len(entries)} arrays, and at most {MOST_ARRAYS} are read: save fewer.")
        return {printable(name): msgspec.json.decode(entry, type=Tensor) for name, entry in entries.items()}


def read_tensor(data: bytes, tensor: Tensor, where: str) -> Floats:
    """Return one tensor of a file as float32; raise FileProblem."""
    if tensor.dtype not in _TYPES:
        raise FileProblem(f"{where} holds numbers of type {tensor.dtype[:20]}: save them as F32.")
    if math.prod(tensor.shape) == 0:
        raise FileProblem(f"{where} holds a tensor without values: save one with values.")
    start = _LENGTH_BYTES + _head_length(data, where)
    begin, end = (start + offset for offset in tensor.data_offsets)
    with decoding(where, _BAD):
        values = np.frombuffer(memoryview(data)[begin:end], _TYPES[tensor.dtype]).reshape(tensor.shape)
    return to_float32(_widened(values) if tensor.dtype == "BF16" else values, where)


def write_tensor(name: str, values: Floats) -> bytes:
    """Return a safetensors file that holds one array under a name."""
    return save({name: values})


def holds_layers(path: str) -> bool:
    """Say whether a file holds tensors of a network's layers, and not one kernel; only its head is read.

    A file that cannot be read holds none: who opens it says what is wrong.
    """
    if Path(path).suffix.lower() != ".safetensors":
        return False
    try:
        with Path(path).open("rb") as file:
            tensors = list_tensors(file.read(_LENGTH_BYTES + _LONGEST_HEAD), "")
    except (OSError, ValueError, FileProblem):
        return False
    return len(tensors) > 1 or any(len(tensor.shape) > _KERNEL_AXES for tensor in tensors.values())


def _head_length(data: bytes, where: str) -> int:
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if len(data) < _LENGTH_BYTES or length > len(data) - _LENGTH_BYTES:
        raise FileProblem(f"{where} {_BAD}.")
    if length > _LONGEST_HEAD:
        raise FileProblem(
            f"{where} has a list of names of {length / 2**20:.1f} MiB, and at most {_LONGEST_HEAD >> 20} MiB are read: "
            "save fewer arrays, or shorter names."
        )
    return length


def _widened(halves: NDArray[Any]) -> NDArray[np.float32]:
    """Return bfloat16 numbers as float32, whose upper half they are."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
