"""Activations that ONNX writes as products: each is one operator, and other products stay as they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode
from convstudio.model.readings.networks.onnx_products import numbered_nodes

NUMBERS = {
    "three": 3.0,
    "nought": 0.0,
    "six": 6.0,
    "sixth": 1 / 6,
    "half": 0.5,
    "one": 1.0,
    "two": 2.0,
    "root": math.sqrt(2),
    "inverse": math.sqrt(0.5),
}
ARRAYS = {name: np.float32([number]) for name, number in NUMBERS.items()}


def node(operator: str, reads: str, makes: str, **attributes: Any) -> OnnxNode:
    return OnnxNode(operator, makes.upper(), attributes, tuple(reads.split()), (makes,))


def told(*nodes: OnnxNode) -> list[tuple[int, str, str, tuple[str, ...]]]:
    graph = OnnxGraph(nodes, ARRAYS, "x", (3, 4, 5))
    return [(number, one.operator, one.name, one.inputs) for number, one in numbered_nodes(graph)]


@pytest.mark.parametrize("factors", ["x s", "s x"])
def test_a_value_times_its_sigmoid_is_a_swish_with_the_number_of_the_product(factors: str) -> None:
    nodes = (node("Sigmoid", "x", "s"), node("Mul", factors, "y"), node("Relu", "y", "z"))
    assert told(*nodes) == [(2, "Swish", "Y", ("x",)), (3, "Relu", "Z", ("y",))]


def test_a_value_times_its_hard_sigmoid_is_a_hard_swish() -> None:
    gate = node("HardSigmoid", "x", "s", alpha=1 / 6, beta=0.5)
    assert told(gate, node("Mul", "x s", "y")) == [(2, "HardSwish", "Y", ("x",))]


SIXTHS = (node("Add", "x three", "a"), node("Clip", "a nought six", "c"))
"""What is before the product of a hard swish that PyTorch wrote for the operators up to 13."""


@pytest.mark.parametrize(
    "end",
    [
        (node("Mul", "x c", "m"), node("Div", "m six", "y")),
        (node("Mul", "c x", "m"), node("Div", "m six", "y")),
        (node("Mul", "x c", "m"), node("Mul", "m sixth", "y")),
        (node("Mul", "c sixth", "m"), node("Mul", "x m", "y")),
    ],
)
def test_the_four_operators_of_a_hard_swish_are_one(end: tuple[OnnxNode, ...]) -> None:
    assert told(*SIXTHS, *end) == [(4, "HardSwish", "Y", ("x",))]


def test_the_bounds_of_a_hard_swish_may_be_attributes() -> None:
    clip = node("Clip", "a", "c", min=0.0, max=6.0)
    nodes = (SIXTHS[0], clip, node("Mul", "x c", "m"), node("Div", "m six", "y"))
    assert told(*nodes) == [(4, "HardSwish", "Y", ("x",))]


@pytest.mark.parametrize(
    "other",
    [
        (node("Add", "x one", "a"), SIXTHS[1], node("Mul", "x c", "m"), node("Div", "m six", "y")),
        (SIXTHS[0], node("Clip", "a nought two", "c"), node("Mul", "x c", "m"), node("Div", "m six", "y")),
        (*SIXTHS, node("Mul", "x c", "m"), node("Div", "m two", "y")),
    ],
)
def test_what_is_only_like_a_hard_swish_stays_as_it_is(other: tuple[OnnxNode, ...]) -> None:
    assert [operator for _, operator, *_ in told(*other)] == ["Add", "Clip", "Mul", "Div"]


def test_a_value_times_the_tanh_of_its_softplus_is_a_mish() -> None:
    gate = (node("Softplus", "x", "p"), node("Tanh", "p", "t"))
    assert told(*gate, node("Mul", "x t", "y")) == [(3, "Mish", "Y", ("x",))]


def test_a_value_through_one_more_than_its_size_is_a_softsign() -> None:
    nodes = (node("Abs", "x", "a"), node("Add", "one a", "s"), node("Div", "x s", "y"))
    assert told(*nodes) == [(3, "Softsign", "Y", ("x",))]


def normal_share(scaled: OnnxNode) -> tuple[OnnxNode, ...]:
    return scaled, node("Erf", "d", "e"), node("Add", "e one", "a")


@pytest.mark.parametrize("scaled", [node("Div", "x root", "d"), node("Mul", "inverse x", "d")])
@pytest.mark.parametrize(
    "products",
    [
        (node("Mul", "x a", "m"), node("Mul", "m half", "y")),
        (node("Mul", "half a", "m"), node("Mul", "x m", "y")),
        (node("Mul", "x half", "m"), node("Mul", "m a", "y")),
    ],
)
def test_the_five_operators_of_a_gelu_are_one(scaled: OnnxNode, products: tuple[OnnxNode, ...]) -> None:
    assert told(*normal_share(scaled), *products) == [(5, "Gelu", "Y", ("x",))]


def test_a_constant_among_the_nodes_counts_as_stored() -> None:
    one = node("Constant", "", "half2", value=np.array(0.5, np.float32))
    nodes = (*normal_share(node("Div", "x root", "d")), node("Mul", "x a", "m"), one, node("Mul", "m half2", "y"))
    assert [operator for _, operator, *_ in told(*nodes)] == ["Constant", "Gelu"]


def test_products_in_products_without_end_are_left_alone() -> None:
    nodes = [node("Mul", f"m{at} m{at}", f"m{at + 1}") for at in range(5000)]
    assert len(told(*nodes, node("Mul", "y y", "y"))) == 5001


@pytest.mark.parametrize(
    "nodes",
    [
        (*normal_share(node("Div", "root x", "d")), node("Mul", "x a", "m"), node("Mul", "m half", "y")),
        (*normal_share(node("Div", "x two", "d")), node("Mul", "x a", "m"), node("Mul", "m half", "y")),
        (*normal_share(node("Div", "x root", "d")), node("Mul", "x a", "m"), node("Mul", "m two", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "x s", "m"), node("Mul", "m s", "y")),
        (node("HardSigmoid", "x", "s"), node("Mul", "x s", "y")),
        (node("HardSigmoid", "x", "s", alpha=[0.2]), node("Mul", "x s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "w s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "s s", "y")),
        (node("Sigmoid", "x", "s"), node("Mul", "x s", "y"), node("Relu", "s", "z")),
        (node("Sigmoid", "x", "s"), node("Add", "x s", "y")),
        (node("Sigmoid", "", "s"), node("Mul", "", "y")),
    ],
    ids=[
        "the inverse",
        "another scale",
        "another factor",
        "two gates",
        "another slope",
        "a damaged slope",
        "another value",
        "its square",
        "read elsewhere",
        "a sum",
        "nothing read",
    ],
)
def test_any_other_nodes_stay_as_they_are(nodes: tuple[OnnxNode, ...]) -> None:
    assert told(*nodes) == [(number, one.operator, one.name, one.inputs) for number, one in enumerate(nodes, 1)]
