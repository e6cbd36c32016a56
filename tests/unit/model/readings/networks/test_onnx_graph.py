"""The operators of a graph of ONNX, with a value times its own sigmoid as one."""

from __future__ import annotations

from typing import Any

import pytest

from convstudio.model.readings.networks.onnx_graph import OnnxNode, numbered_nodes


def node(operator: str, reads: str, makes: str, **attributes: Any) -> OnnxNode:
    return OnnxNode(operator, makes.upper(), attributes, tuple(reads.split()), (makes,))


def told(*nodes: OnnxNode) -> list[tuple[int, str, str, tuple[str, ...]]]:
    return [(number, one.operator, one.name, one.inputs) for number, one in numbered_nodes(nodes)]


@pytest.mark.parametrize("factors", ["x s", "s x"])
def test_a_value_times_its_sigmoid_is_a_swish_with_the_number_of_the_product(factors: str) -> None:
    nodes = (node("Sigmoid", "x", "s"), node("Mul", factors, "y"), node("Relu", "y", "z"))
    assert told(*nodes) == [(2, "Swish", "Y", ("x",)), (3, "Relu", "Z", ("y",))]


def test_a_value_times_its_hard_sigmoid_is_a_hard_swish() -> None:
    gate = node("HardSigmoid", "x", "s", alpha=1 / 6, beta=0.5)
    assert told(gate, node("Mul", "x s", "y")) == [(2, "HardSwish", "Y", ("x",))]


@pytest.mark.parametrize(
    "nodes",
    [
        (node("HardSigmoid", "x", "s"), node("Mul", "x s", "y")),
        (node("HardSigmoid", "x", "s", alpha=[0.2]), node("Mul", "x s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "w s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "s s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "x s", "y"), node("Relu", "s", "z")),
        (node("Sigmoid", "x", "s"), node("Add", "x s", "y")),
        (node("Sigmoid", "", "s"), node("Mul", "", "y")),
    ],
    ids=["another slope", "a damaged slope", "another value", "its square", "read elsewhere", "a sum", "nothing read"],
)
def test_any_other_nodes_stay_as_they_are(nodes: tuple[OnnxNode, ...]) -> None:
    assert told(*nodes) == [(number, one.operator, one.name, one.inputs) for number, one in enumerate(nodes, 1)]
