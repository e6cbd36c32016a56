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
from convstudio.model.readings.networks.metadata_names import KEYS
from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode
from convstudio.model.values.limits import LIMITS

_KINDS = ("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_SOFTMAX_OF_ONE_AXIS = 13
"""The version of the operators from which a softmax goes along one axis, no longer over all axes from that one on."""
_PRELU_OF_LAST_AXES = 7
"""The version of the operators from which the slopes of a PReLU stand along the last axes, no longer the channels."""
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

    Of an array that cannot be read the graph holds the reason. A file with arrays in other files is refused: it could
    name any file of the disk.
    """
    import onnx

    with decoding(where):
        model = _parsed(onnx, data, where)
        graph = model.graph
        stored = [*graph.initializer, *(array for node in graph.node for array in _constants(onnx, node))]
        _check_places(onnx, stored, where)
        initial = {one.name: one for one in graph.initializer}
        problems = {name: reason for name, one in initial.items() if (reason := _problem(onnx, one))}
        arrays = _Arrays(onnx, {name: one for name, one in initial.items() if name not in problems})
        inputs = [one for one in graph.input if one.name not in initial]
        if len(inputs) != 1:
            raise FileProblem(
                f"{where} has {len(inputs)} inputs, and a network here has one: export one with one input."
            )
        version = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 1)
        nodes = tuple(_node(onnx, node, problems) for node in graph.node)
        for node in nodes:
            if node.operator in ("Softmax", "LogSoftmax") and version < _SOFTMAX_OF_ONE_AXIS:
                node.attributes["over_all"] = True
            if node.operator == "PRelu" and version < _PRELU_OF_LAST_AXES:
                node.attributes["by_channel"] = True
        return OnnxGraph(nodes, arrays, inputs[0].name, _shape(inputs[0], where), problems, _metadata(model))


def _metadata(model: Any) -> dict[str, str]:
    """Return the texts that may name classes; others, which may be long, stay here."""
    texts = {one.key: one.value for one in model.metadata_props if one.key.casefold() in KEYS}
    return {key: text for key, text in texts.items() if len(text) <= LIMITS.class_names_text}


class _Arrays(Mapping[str, NDArray[Any]]):
    """The stored arrays by name, each made when it is asked for, so that only one is held beside the file."""

    def __init__(self, onnx: ModuleType, stored: Mapping[str, Any]) -> None:
        self._onnx, self._stored = onnx, stored

    def __getitem__(self, name: str) -> NDArray[Any]:
        return _array(self._onnx, self._stored[name])

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


def _check_places(onnx: ModuleType, arrays: list[Any], where: str) -> None:
    """Refuse a file with arrays in other files."""
    if any(one.data_location == onnx.TensorProto.EXTERNAL for one in arrays):
        raise FileProblem(
            f"{where} keeps its weights in another file, which is not opened: save the model as one file."
        )


def _problem(onnx: ModuleType, stored: Any) -> str:
    """Return what is wrong with an array, empty where it can be read; a large one is refused before it is made."""
    if any(length < 0 for length in stored.dims) or math.prod(stored.dims) > LIMITS.layer_values:
        return f"has the shape {tuple(stored.dims)}, which is too large"
    try:
        kind = _array(onnx, stored).dtype.name
    except MemoryError:
        raise
    except Exception:  # of many kinds, which differ between versions
        return "is damaged"
    return "" if kind in _KINDS else f"holds {kind} and not numbers"


def _array(onnx: ModuleType, stored: Any) -> NDArray[Any]:
    array = np.asarray(onnx.numpy_helper.to_array(stored))
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _node(onnx: ModuleType, node: Any, problems: dict[str, str]) -> OnnxNode:
    """Return a node; what is wrong with an array in it is put down under the name of what the node makes."""
    kinds, attributes = onnx.AttributeProto, dict[str, Any]()
    plain = (kinds.FLOAT, kinds.INT, kinds.STRING, kinds.FLOATS, kinds.INTS, kinds.STRINGS)
    for item in node.attribute:
        if item.type == kinds.TENSOR:
            reason = _problem(onnx, item.t)
            if reason:
                problems[node.output[0]] = reason
            else:
                attributes[item.name] = _array(onnx, item.t)
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
