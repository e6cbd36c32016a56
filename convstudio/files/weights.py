"""Tensors of safetensors files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from convstudio.files.arrays import to_float32
from convstudio.files.problems import FileProblem
from convstudio.model.arrays import Floats

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?",
        "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
    }
)  # fmt: skip
_MOST_NAMES = 5


def decode_only_tensor(data: bytes, where: str) -> Floats:
    """Return the one tensor of a safetensors file; raise FileProblem, which names the tensors when there are more."""
    try:
        tensors = deserialize(data)  # type: ignore[no-untyped-call]  # compiled, without annotations
    except SafetensorError:
        raise FileProblem(f"{where} is no safetensors file, or a damaged one: save it again.") from None
    if len(tensors) != 1:
        raise FileProblem(f"{where} holds {len(tensors)} tensors{_names(tensors)}: save a file with one kernel only.")
    return _tensor(tensors[0][1], where)


def encode_only_tensor(values: Floats) -> bytes:
    """Return a safetensors file that holds the array under the name `kernel`."""
    return save({"kernel": values})


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
    values = np.frombuffer(tensor["data"], _TYPES[kind]).reshape(shape)
    return to_float32(_widened(values) if kind == "BF16" else values, where)


def _widened(halves: NDArray[Any]) -> NDArray[np.float32]:
    """Return bfloat16 numbers as float32, whose upper half they are."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
