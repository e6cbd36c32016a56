"""A graph of ONNX as plain values: its operators in order, its stored arrays, and its input."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

_NEAR = 1e-6


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

    `input_shape` is without the batch, None for lengths that are left open.
    """

    nodes: Sequence[OnnxNode]
    arrays: Mapping[str, Array]
    input_name: str
    input_shape: tuple[int | None, ...]


def numbered_nodes(nodes: Sequence[OnnxNode]) -> Iterator[tuple[int, OnnxNode]]:
    """Yield the nodes with their numbers, from 1; a value times its own sigmoid is one node, with the product's number.

    Most programs write a swish, and older ones a hard swish, as these two operators.
    """
    readers = Counter(name for node in nodes for name in node.inputs)
    gates = {node.outputs[0]: node for node in nodes if _gated(node) and readers[node.outputs[0]] == 1}
    products = {node.outputs[0]: gate for node in nodes if (gate := _gate_of(node, gates)) is not None}
    joined = {gate.outputs[0] for gate in products.values()}
    for number, node in enumerate(nodes, 1):
        gate = products.get(node.outputs[0])
        if gate is not None:
            yield number, OnnxNode(_gated(gate), node.name, {}, gate.inputs, node.outputs)
        elif node.outputs[0] not in joined:
            yield number, node


def _gated(node: OnnxNode) -> str:
    """Return which operator a value times this one of it is, "" where it is none."""
    if node.operator == "Sigmoid" and len(node.inputs) == 1:
        return "Swish"
    slope, middle = node.attributes.get("alpha"), node.attributes.get("beta", 0.5)
    is_usual = (
        node.operator == "HardSigmoid"
        and isinstance(slope, float)  # in a damaged file it may be anything
        and math.isclose(slope, 1 / 6, rel_tol=_NEAR)
        and middle == 0.5
    )
    return "HardSwish" if is_usual and len(node.inputs) == 1 else ""


def _gate_of(node: OnnxNode, gates: Mapping[str, OnnxNode]) -> OnnxNode | None:
    """Return the sigmoid with which a node multiplies what the sigmoid reads."""
    if node.operator != "Mul" or len(node.inputs) != 2:
        return None
    one, other = node.inputs
    for value, gate in ((one, gates.get(other)), (other, gates.get(one))):
        if gate is not None and gate.inputs == (value,):
            return gate
    return None
