"""The helper process that parses a file of ONNX: a damaged or hostile one may crash it, or fill its memory.

    onnx_process WHERE

It takes the file on its standard input and writes the graph to its standard output, as `onnx_file` reads it; or, with
status 1, a sentence to its standard error. It runs nothing that stands in the file, and opens no other one.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.files.networks.onnx_wire import written
from convstudio.files.pictures.process import hold_memory
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode
from convstudio.model.values.limits import LIMITS

_KINDS = ("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_SOFTMAX_OF_ONE_AXIS = 13
"""The version of the operators from which a softmax goes along one axis, no longer over all axes from that one on."""
_MEMORY_PER_BYTE, _OWN_BYTES = 3, 256 * 2**20


def main() -> None:
    """Parse one file and write its graph; the argument is its name for sentences."""
    where = sys.argv[1]
    import onnx  # noqa: F401  before memory is held: what the package takes for itself is not the file's

    data = sys.stdin.buffer.read()
    hold_memory(_MEMORY_PER_BYTE * len(data) + _OWN_BYTES)
    try:
        for part in _answered(data, where):
            sys.stdout.buffer.write(part)
    except FileProblem as problem:
        sys.stderr.write(str(problem))
        sys.exit(1)


def _answered(data: bytes, where: str) -> Iterator[bytes]:
    with decoding(where):
        yield from written(graph_of(data, where))


def graph_of(data: bytes, where: str) -> OnnxGraph:
    """Return the graph of a file, parsed in this process; raise FileProblem.

    Arrays that stand in other files are refused: such a file could name any file of the disk.
    """
    import onnx

    with decoding(where):
        model = _parsed(onnx, data, where)
        del data
        graph = model.graph
        stored = [*graph.initializer, *(array for node in graph.node for array in _constants(onnx, node))]
        _check_arrays(onnx, stored, where)
        arrays = _Arrays(onnx, {one.name: one for one in graph.initializer}, where)
        inputs = [one for one in graph.input if one.name not in arrays]
        if len(inputs) != 1:
            raise FileProblem(
                f"{where} has {len(inputs)} inputs, and a network here has one: export one with one input."
            )
        version = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 1)
        nodes = tuple(_node(onnx, node, where) for node in graph.node)
        for node in nodes:
            if node.operator == "Softmax" and version < _SOFTMAX_OF_ONE_AXIS:
                node.attributes["over_all"] = True
        return OnnxGraph(nodes, arrays, inputs[0].name, _shape(inputs[0], where))


class _Arrays(Mapping[str, NDArray[Any]]):
    """The stored arrays by name, each made when it is asked for, so that only one is held beside the file."""

    def __init__(self, onnx: ModuleType, stored: Mapping[str, Any], where: str) -> None:
        self._onnx, self._stored, self._where = onnx, stored, where

    def __getitem__(self, name: str) -> NDArray[Any]:
        return _array(self._onnx, self._stored[name], self._where)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def _parsed(onnx: ModuleType, data: bytes, where: str) -> Any:
    try:
        model = onnx.ModelProto.FromString(data)
    except Exception:  # protobuf's own kinds of error differ between its versions
        raise FileProblem(f"{where} is not an ONNX model, or is damaged: get a whole copy of it.") from None
    if any(not node.output for node in model.graph.node):
        raise FileProblem(f"{where} holds a node without a result, so it is damaged: get a whole copy of it.")
    if not model.graph.node:
        raise FileProblem(f"{where} holds no network: get a whole copy of it.")
    return model


def _constants(onnx: ModuleType, node: Any) -> list[Any]:
    return [item.t for item in node.attribute if item.type == onnx.AttributeProto.TENSOR]


def _check_arrays(onnx: ModuleType, arrays: list[Any], where: str) -> None:
    """Refuse arrays in other files, and more than the program takes, before one of them is made."""
    for one in arrays:
        if one.data_location == onnx.TensorProto.EXTERNAL:
            raise FileProblem(
                f"{where} keeps its weights in another file, which is not opened: save the model as one file."
            )
        if any(length < 0 for length in one.dims) or math.prod(one.dims) > LIMITS.layer_values:
            raise FileProblem(f"{where} holds an array {tuple(one.dims)}, which is too large: use a smaller network.")


def _array(onnx: ModuleType, stored: Any, where: str) -> NDArray[Any]:
    with decoding(where, f"{{file}}: the array {_quoted(stored)} is damaged: get a whole copy of the file."):
        array = np.asarray(onnx.numpy_helper.to_array(stored))
    if array.dtype.name not in _KINDS:
        raise FileProblem(f"{where}: the array {_quoted(stored)} holds {array.dtype.name} and not numbers.")
    return array


def _quoted(stored: Any) -> str:
    return f"“{printable(str(stored.name)[:60])}”"  # a damaged one comes as bytes


def _node(onnx: ModuleType, node: Any, where: str) -> OnnxNode:
    kinds, attributes = onnx.AttributeProto, dict[str, Any]()
    plain = (kinds.FLOAT, kinds.INT, kinds.STRING, kinds.FLOATS, kinds.INTS, kinds.STRINGS)
    for item in node.attribute:
        if item.type == kinds.TENSOR:
            attributes[item.name] = _array(onnx, item.t, where)
        elif item.type in plain:
            attributes[item.name] = onnx.helper.get_attribute_value(item)
    _name_constant(attributes)
    return OnnxNode(node.op_type, printable(node.name[:60]), attributes, tuple(node.input), tuple(node.output))


def _name_constant(attributes: dict[str, Any]) -> None:
    """Give a constant that is written as a number or a list the one name that all have."""
    for name in ("value_float", "value_int", "value_floats", "value_ints"):
        if name in attributes:
            attributes["value"] = np.asarray(attributes.pop(name))


def _shape(stated: Any, where: str) -> tuple[int | None, ...]:
    """Return the input's shape without the batch; None for what is left open."""
    lengths = [one.dim_value if one.HasField("dim_value") else None for one in stated.type.tensor_type.shape.dim]
    if len(lengths) < 3:
        raise FileProblem(
            f"{where} reads {len(lengths)} axes, and a network here reads at least three: batch, channels and steps."
        )
    return tuple(lengths[1:])


if __name__ == "__main__":
    main()
