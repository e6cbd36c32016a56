"""Files of ONNX, parsed in a helper process, which may end in any way. What it parses has tests of its own."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from convstudio.files.networks.onnx_file import read_onnx
from convstudio.files.problems import FileProblem
from tests.onnx_models import Chain

WEIGHTS = np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3)
DATA = Chain(1, 6, 7).then("Conv", WEIGHTS).then("LeakyRelu", alpha=0.5).data


def test_a_graph_is_read_with_its_arrays_and_attributes() -> None:
    graph = read_onnx(DATA, "it")
    assert [(node.operator, node.attributes) for node in graph.nodes] == [("Conv", {}), ("LeakyRelu", {"alpha": 0.5})]
    assert (graph.input_name, graph.input_shape) == ("input", (1, 6, 7))
    np.testing.assert_array_equal(graph.arrays["array0"], WEIGHTS)


def test_a_sentence_of_the_helper_is_passed_on() -> None:
    with pytest.raises(FileProblem, match="it is not an ONNX model, or is damaged"):
        read_onnx(DATA[:100], "it")


@pytest.mark.skipif(sys.platform != "linux", reason="where memory can be held to a limit")
def test_short_numbers_that_unpack_to_many_bytes_do_not_fill_the_memory() -> None:
    model = Chain(1, 6, 7).then("Relu").model
    count = 30_000_000
    stored = model.graph.initializer.add(name="w", data_type=7, dims=[count])
    stored.int64_data.extend([1] * count)  # a byte each in the file, eight and more in memory
    with pytest.raises(FileProblem, match=r"^it .*\.$"):
        read_onnx(model.SerializeToString(), "it")
