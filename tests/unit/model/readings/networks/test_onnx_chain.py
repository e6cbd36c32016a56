"""A graph of ONNX as a chain of layers, as far as it is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convstudio.model.readings.networks.onnx_chain import network_of
from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode


def graph(*nodes: OnnxNode, shape: tuple[int | None, ...] = (2, 4, 5), **arrays: Any) -> OnnxGraph:
    return OnnxGraph(nodes, {name: np.float32(array) for name, array in arrays.items()}, "x", shape)


def node(operator: str, reads: str, makes: str, **attributes: Any) -> OnnxNode:
    return OnnxNode(operator, "", attributes, tuple(reads.split()), (makes,))


def test_nodes_that_follow_each_other_are_layers_in_that_order() -> None:
    found = network_of(graph(node("Relu", "x", "a"), node("Identity", "a", "b"), node("Tanh", "b", "c")))
    assert [layer.name for layer in found.network.layers] == ["ReLU", "Tanh"]
    assert (found.input_shape, found.stopped) == ((4, 5, 2), "")


def test_an_array_among_the_nodes_counts_as_stored() -> None:
    weights = node("Constant", "", "w", value=np.ones((3, 2, 1, 1), np.float32))
    found = network_of(graph(weights, node("Conv", "x w", "y")))
    assert found.network.layers[0].name.startswith("Conv 1×1")


def test_an_input_with_channels_last_is_known_by_the_turn_after_it() -> None:
    turned = graph(node("Transpose", "x", "a", perm=[0, 3, 1, 2]), node("Relu", "a", "b"), shape=(4, 5, 2))
    assert network_of(turned).input_shape == (4, 5, 2)


def test_a_vector_in_another_order_at_the_end_is_said() -> None:
    found = network_of(graph(node("Flatten", "x", "a")))
    assert "channel by channel" in found.notes[0]


STOPS = [
    ((node("Relu", "x", "a"), node("Add", "a x", "b")), "the network branches before it"),
    ((node("Relu", "x", "a"), node("Concat", "a other", "b")), "it reads more than the layer before it"),
    ((node("Relu", "x", "a"), node("Relu", "other", "b")), "it reads another branch"),
    ((node("Relu", "x", "a"), node("Flatten", "a", "b", axis=2)), "flattens more than rows"),
    ((node("Relu", "x", "a"), node("Reshape", "a", "b")), "another shape than one vector"),
    ((node("Relu", "x", "a"), node("Squeeze", "a", "b")), "drops an axis"),
]


@pytest.mark.parametrize(("nodes", "reason"), STOPS, ids=[reason for _, reason in STOPS])
def test_where_the_chain_ends_the_reason_is_said(nodes: tuple[OnnxNode, ...], reason: str) -> None:
    if reason == "the network branches before it":
        nodes = (nodes[0], node("Sigmoid", "a", "c"), node("Add", "a c", "b"))
    assert reason in network_of(graph(*nodes)).stopped


def test_damaged_attributes_are_a_reason_too() -> None:
    found = network_of(graph(node("Relu", "x", "a"), node("MaxPool", "a", "b", kernel_shape=["x"])))
    assert "cannot be a layer here" in found.stopped


def test_more_layers_than_a_project_takes_are_left_out() -> None:
    nodes = [node("Relu", "x" if place == 0 else f"r{place - 1}", f"r{place}") for place in range(70)]
    found = network_of(graph(*nodes))
    assert len(found.network.layers) == 64
    assert "at most 64 layers" in found.stopped


def test_a_network_that_does_not_say_its_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="how many channels"):
        network_of(graph(node("Relu", "x", "a"), shape=(None, 4, 5)))


def test_a_damaged_array_is_named_and_what_comes_before_it_is_kept() -> None:
    whole = graph(node("Relu", "x", "a"), node("Conv", "a w", "b"))
    found = network_of(replace(whole, problems={"w": "is damaged"}))
    assert len(found.network.layers) == 1
    assert "Node 2 (Conv) cannot be a layer here: its array “w” is damaged. The 1 layer before it" in found.stopped


def test_an_array_that_cannot_be_computed_is_named_where_it_is_needed() -> None:
    nodes = (node("ConstantOfShape", "w", "big"), node("Relu", "x", "a"), node("Conv", "a big", "b"))
    found = network_of(graph(*nodes, w=[2**20, 2**20]))
    assert len(found.network.layers) == 1
    assert "its array “big” is computed by a ConstantOfShape of other numbers than can be taken" in found.stopped


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ((node("Relu", "p", "b"),), "Node 3 (Relu) cannot be a layer here: the padding before it can only be"),
        ((), "The padding at its end cannot be a layer here: no layer follows it."),
    ],
)
def test_a_padding_before_no_convolution_is_said(rest: Any, sentence: str) -> None:
    nodes = (node("Relu", "x", "a"), node("Pad", "a", "p", pads=[0, 0, 1, 1, 0, 0, 1, 1]), *rest)
    assert sentence in network_of(graph(*nodes)).stopped
