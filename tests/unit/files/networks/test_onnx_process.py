"""Files of ONNX, parsed here and not in a process of their own: whole, or refused in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from convstudio.files.networks.onnx_process import graph_of
from convstudio.files.problems import FileProblem
from tests.onnx_models import Chain

WEIGHTS = np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3)


def test_a_graph_is_read_with_its_arrays_and_its_input_without_the_batch() -> None:
    graph = graph_of(Chain(1, 6, 7).then("Conv", WEIGHTS).then("Relu").data, "it")
    assert [node.operator for node in graph.nodes] == ["Conv", "Relu"]
    assert (graph.input_name, graph.input_shape) == ("input", (1, 6, 7))
    np.testing.assert_array_equal(graph.arrays["array0"], WEIGHTS)


def test_lengths_that_are_left_open_are_none() -> None:
    assert graph_of(Chain(1, "rows", "columns").then("Relu").data, "it").input_shape == (1, None, None)


@pytest.mark.parametrize("part", [0, 1, 10, 50, 100])
def test_a_part_of_a_file_is_refused(part: int) -> None:
    data = Chain(1, 6, 7).then("Conv", WEIGHTS).data[:part]
    with pytest.raises(FileProblem, match=r"is not an ONNX model|holds no network|damaged"):
        graph_of(data, "it")


def test_an_array_in_another_file_is_not_opened() -> None:
    model = Chain(1, 6, 7).then("Conv", WEIGHTS).model
    stored = model.graph.initializer[0]
    stored.ClearField("raw_data")
    stored.data_location = 1
    entry = stored.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    with pytest.raises(FileProblem, match="keeps its weights in another file"):
        graph_of(model.SerializeToString(), "it")


def test_an_array_that_says_it_is_huge_is_refused_before_it_is_made() -> None:
    model = Chain(1, 6, 7).then("Conv", WEIGHTS).model
    model.graph.initializer[0].dims[:] = [1 << 40, 1, 3, 3]
    assert "too large" in graph_of(model.SerializeToString(), "it").problems["array0"]


def test_an_array_with_too_few_bytes_is_named() -> None:
    model = Chain(1, 6, 7).then("Conv", WEIGHTS).model
    model.graph.initializer[0].raw_data = b"\0" * 7
    graph = graph_of(model.SerializeToString(), "it")
    assert (list(graph.arrays), graph.problems) == ([], {"array0": "is damaged"})


def test_an_array_of_words_is_told_and_the_others_are_read() -> None:
    model = Chain(1, 6, 7).then("Conv", WEIGHTS).model
    model.graph.initializer.add(name="words", data_type=8, dims=[1]).string_data.append(b"word")
    graph = graph_of(model.SerializeToString(), "it")
    assert (list(graph.arrays), list(graph.problems)) == (["array0"], ["words"])


def test_bfloat16_is_read() -> None:
    model = Chain(1, 6, 7).then("Conv", WEIGHTS).model
    stored = model.graph.initializer[0]
    stored.data_type = 16
    stored.raw_data = (WEIGHTS.view(np.uint32) >> 16).astype("<u2").tobytes()
    np.testing.assert_array_equal(graph_of(model.SerializeToString(), "it").arrays["array0"], WEIGHTS)


def test_two_inputs_are_refused() -> None:
    model = Chain(1, 6, 7).then("Relu").model
    model.graph.input.append(model.graph.input[0])
    with pytest.raises(FileProblem, match="has 2 inputs"):
        graph_of(model.SerializeToString(), "it")


@pytest.mark.parametrize(("version", "by_channel"), [(6, True), (7, None)])
def test_the_slopes_of_a_prelu_before_version_7_are_those_of_channels(version: int, by_channel: bool | None) -> None:
    model = Chain(2, 6, 7).then("PRelu", np.ones(2, np.float32)).model
    model.opset_import[0].version = version
    (node,) = graph_of(model.SerializeToString(), "x.onnx").nodes
    assert node.attributes.get("by_channel") == by_channel


@pytest.mark.parametrize(("version", "over_all"), [(12, True), (13, None)])
def test_a_softmax_before_version_13_goes_over_all_axes(version: int, over_all: bool | None) -> None:
    model = Chain(2, 6, 7).then("Softmax", axis=1).model
    model.opset_import[0].version = version
    (node,) = graph_of(model.SerializeToString(), "it").nodes
    assert node.attributes.get("over_all") == over_all
