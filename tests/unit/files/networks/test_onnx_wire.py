"""A graph of ONNX as bytes between two processes: what is read is what was written."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.files.networks.onnx_wire import read, written
from convstudio.model.readings.networks.onnx_graph import OnnxGraph, OnnxNode

names = st.text(max_size=5)
kinds = st.sampled_from([np.float32, np.float64, np.int64, np.uint8, np.float16])
numbers = kinds.flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
whole = st.integers(-(2**63), 2**63 - 1)
plain = st.one_of(whole, st.floats(), st.binary(max_size=5), st.lists(whole), st.lists(st.floats()), st.booleans())
attributes = st.dictionaries(names, plain | numbers, max_size=4)
several = st.lists(names, max_size=3).map(tuple)
nodes = st.builds(OnnxNode, names, names, attributes, several, several)
graphs = st.builds(
    OnnxGraph,
    st.lists(nodes, max_size=4),
    st.dictionaries(names, numbers, max_size=4),
    names,
    st.lists(st.none() | whole, max_size=4).map(tuple),
    st.dictionaries(names, st.text(max_size=5), max_size=2),
)


def told(value: Any) -> Any:
    """Return values that are equal where the same is held, types, shapes and NaN included."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return repr(value)


def parts(graph: OnnxGraph) -> Any:
    return (
        [
            (node.operator, node.name, node.inputs, node.outputs, sorted(map(told_pair, node.attributes.items())))
            for node in graph.nodes
        ],
        {name: told(array) for name, array in graph.arrays.items()},
        graph.input_name,
        graph.input_shape,
        graph.problems,
    )


def told_pair(pair: tuple[str, Any]) -> tuple[str, str]:
    return pair[0], repr(told(pair[1]))


@given(graphs)
def test_a_graph_that_is_read_is_the_one_that_was_written(graph: OnnxGraph) -> None:
    assert parts(read(b"".join(written(graph)))) == parts(graph)
