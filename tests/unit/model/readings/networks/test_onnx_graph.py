"""A graph of ONNX as plain values."""

from __future__ import annotations

import numpy as np

from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode


def test_nodes_and_graphs_are_told_apart_by_what_they_are_and_not_by_their_arrays() -> None:
    nodes = [OnnxNode("Constant", "", {"value": np.ones(3)}, (), ("one",)) for _ in range(2)]
    graphs = [OnnxGraph(nodes, {"w": np.ones(3)}, "x", (3, None, None)) for _ in range(2)]
    assert len({*nodes, *graphs}) == 4
