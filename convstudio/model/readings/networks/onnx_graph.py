"""A graph of ONNX as plain values: its operators in order, its stored arrays, and its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, eq=False)
class OnnxNode:
    """An operator of a graph: what it is, its name, its attributes, and the names of what it reads and makes."""

    operator: str
    name: str
    attributes: dict[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OnnxGraph:
    """A graph: its nodes in order, its stored arrays by name, and its input.

    `input_shape` is without the batch, None for lengths that are left open. `problems` tells what is wrong with arrays
    that cannot be read, by their names, such as “is damaged”. `metadata` are texts about the model, by their keys.
    """

    nodes: Sequence[OnnxNode]
    arrays: Mapping[str, Array]
    input_name: str
    input_shape: tuple[int | None, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
