"""A graph of ONNX as bytes between two processes of ours: the length of a head, the head, and all arrays one by one.

The head is in MessagePack. An array stands in it as its type, its shape and where it begins after the head.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode

_LENGTH = 8


class _PlacedArray(msgspec.Struct, frozen=True):
    kind: str
    shape: tuple[int, ...]
    begin: int


class _WrittenNode(msgspec.Struct, frozen=True):
    operator: str
    name: str
    attributes: dict[str, Any]
    arrays: dict[str, _PlacedArray]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class _GraphHead(msgspec.Struct, frozen=True):
    nodes: tuple[_WrittenNode, ...]
    arrays: dict[str, _PlacedArray]
    input_name: str
    input_shape: tuple[int | None, ...]
    problems: dict[str, str]
    metadata: dict[str, str]


def written(graph: OnnxGraph) -> Iterator[bytes]:
    """Yield the parts of a graph; each of its arrays is asked for twice, and held no longer than it takes."""
    places = _ArrayPlaces()
    nodes = tuple(_node(node, places) for node in graph.nodes)
    head = msgspec.msgpack.encode(
        _GraphHead(
            nodes,
            places.of(graph.arrays),
            graph.input_name,
            graph.input_shape,
            dict(graph.problems),
            dict(graph.metadata),
        ),
    )
    yield len(head).to_bytes(_LENGTH, "little")
    yield head
    for node in graph.nodes:
        yield from (value.tobytes() for value in node.attributes.values() if isinstance(value, np.ndarray))
    yield from (array.tobytes() for array in graph.arrays.values())


def read(data: bytes) -> OnnxGraph:
    """Return the graph that was written; its arrays are views of the bytes."""
    begin = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
    head = msgspec.msgpack.decode(data[_LENGTH:begin], type=_GraphHead)

    def found(places: Mapping[str, _PlacedArray]) -> dict[str, NDArray[Any]]:
        return {
            name: np.frombuffer(data, one.kind, math.prod(one.shape), begin + one.begin).reshape(one.shape)
            for name, one in places.items()
        }

    nodes = tuple(
        OnnxNode(one.operator, one.name, {**one.attributes, **found(one.arrays)}, one.inputs, one.outputs)
        for one in head.nodes
    )
    return OnnxGraph(nodes, found(head.arrays), head.input_name, head.input_shape, head.problems, head.metadata)


class _ArrayPlaces:
    """Gives arrays their places, one after the other."""

    def __init__(self) -> None:
        self._begin = 0

    def of(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, _PlacedArray]:
        return {name: self._next(array) for name, array in arrays.items()}

    def _next(self, array: NDArray[Any]) -> _PlacedArray:
        place = _PlacedArray(array.dtype.name, array.shape, self._begin)
        self._begin += array.nbytes
        return place


def _node(node: OnnxNode, places: _ArrayPlaces) -> _WrittenNode:
    arrays = {name: value for name, value in node.attributes.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in node.attributes.items() if name not in arrays}
    return _WrittenNode(node.operator, node.name, plain, places.of(arrays), node.inputs, node.outputs)
