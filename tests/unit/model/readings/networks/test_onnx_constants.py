"""Nodes that compute arrays out of arrays: what they make is what the reference evaluator of ONNX makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convstudio.model.readings.networks import onnx_constants
from convstudio.model.readings.networks.onnx_constants import computed, is_computed, shape_as_array
from convstudio.model.readings.networks.onnx_graph import OnnxNode
from convstudio.model.values.limits import LIMITS

onnx: Any = pytest.importorskip("onnx", reason="the onnx package is not installed")
reference: Any = pytest.importorskip("onnx.reference")
GRID = np.arange(12, dtype=np.int64).reshape(3, 4)


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


CASES: list[tuple[str, list[np.ndarray], dict[str, Any]]] = [
    ("Cast", [GRID], {"to": 1}),
    ("Cast", [np.float32([1.7, -1.7])], {"to": 7}),
    ("Concat", [GRID, GRID], {"axis": 1}),
    ("ConstantOfShape", [whole(2, 3)], {}),
    ("Gather", [whole(1, 16, 5, 5), whole(3)[0]], {}),
    ("Gather", [GRID, whole(2, 0)], {"axis": 1}),
    ("Identity", [GRID], {}),
    ("Reshape", [GRID, whole(0, 2, -1)], {}),
    ("Slice", [GRID, whole(1), whole(9), whole(1)], {}),
    ("Slice", [GRID, whole(-1), whole(-(2**63)), whole(0), whole(-1)], {}),
    ("Squeeze", [GRID[np.newaxis], whole(0)], {}),
    ("Squeeze", [GRID[np.newaxis]], {}),
    ("Transpose", [GRID], {}),
    ("Transpose", [GRID[np.newaxis]], {"perm": [2, 0, 1]}),
    ("Unsqueeze", [GRID, whole(0)], {}),
    *((operator, [GRID - 5, whole(3)], {}) for operator in ("Add", "Sub", "Mul", "Div")),
    ("Div", [np.float32([1, 2]), np.float32([4])], {}),
    ("Floor", [np.float32([1.7, -1.2])], {}),
    ("Ceil", [np.float32([1.2, -1.7])], {}),
]


def node(operator: str, count: int, attributes: dict[str, Any]) -> OnnxNode:
    return OnnxNode(operator, "", attributes, tuple(f"in{at}" for at in range(count)), ("made",))


@pytest.mark.parametrize(("operator", "arrays", "attributes"), CASES)
def test_what_is_computed_is_what_onnx_computes(operator: str, arrays: list[Any], attributes: dict[str, Any]) -> None:
    names = [f"in{at}" for at in range(len(arrays))]
    given = [onnx.numpy_helper.from_array(np.asarray(one), name) for one, name in zip(arrays, names, strict=True)]
    made = onnx.helper.make_tensor_value_info("made", onnx.TensorProto.UNDEFINED, None)
    nodes = [onnx.helper.make_node(operator, names, ["made"], **attributes)]
    graph = onnx.helper.make_graph(nodes, "computed", [], [made], given)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    (theirs,) = reference.ReferenceEvaluator(model).run(None, {})
    ours = computed(node(operator, len(arrays), attributes), arrays)
    np.testing.assert_array_equal(ours, theirs)


def test_every_operator_that_is_computed_is_tried_here() -> None:
    assert {operator for operator, *_ in CASES} == onnx_constants._COMPUTED.keys()
    assert not is_computed(node("Conv", 2, {}))


def test_axes_and_ends_of_older_versions_are_attributes() -> None:
    assert computed(node("Unsqueeze", 1, {"axes": [0]}), [GRID]).shape == (1, 3, 4)
    assert computed(node("Slice", 1, {"starts": [1], "ends": [2], "axes": [1]}), [GRID]).tolist() == [[1], [5], [9]]


def test_an_array_of_one_number_takes_no_memory() -> None:
    made = computed(node("ConstantOfShape", 1, {"value": np.float32([0.5])}), [whole(4096, 4096)])
    assert (made.shape, made.base is not None, made[7, 7]) == ((4096, 4096), True, 0.5)


@pytest.mark.parametrize(
    ("operator", "arrays"),
    [
        ("ConstantOfShape", [whole(LIMITS.layer_values, 2)]),
        ("ConstantOfShape", [whole(-1)]),
        ("Add", [np.zeros((2048, 1)), np.zeros((1, 2048))]),
        ("Gather", [np.zeros(2), np.zeros(2**21, np.int64)]),
        ("Reshape", [GRID, whole(5, 5)]),
        ("Cast", [GRID]),
    ],
)
def test_too_many_numbers_and_damaged_nodes_are_refused(operator: str, arrays: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match=f"is computed by a {operator} of other numbers than can be taken"):
        computed(node(operator, len(arrays), {}), arrays)


def test_the_shape_of_maps_is_that_of_one_sample() -> None:
    assert shape_as_array((3, 8, 9), node("Shape", 1, {})).tolist() == [1, 3, 8, 9]
    assert shape_as_array((3, 8, 9), node("Shape", 1, {"start": 2})).tolist() == [8, 9]
