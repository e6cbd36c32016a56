"""A network of another program as a project: it computes what the reference evaluator of ONNX computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import ModelProto
from safetensors.numpy import save as safetensors_bytes

from convstudio.files.networks import opening
from convstudio.files.networks.onnx_process import graph_of
from convstudio.files.networks.opening import load_network
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from tests.onnx_models import Chain, evaluated


@pytest.fixture(autouse=True)
def parsed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse files of ONNX in this process, which is faster; test_onnx_file.py asks the helper process."""
    monkeypatch.setattr(opening, "read_onnx", lambda data, where: graph_of(data[:], where))


def drawn(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32) / 2


def whole(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64)


CHAINS = {
    "convolution": Chain(3, 9, 8).then("Conv", drawn(4, 3, 3, 2), drawn(4)),
    "padding, stride, dilation": Chain(3, 12, 11).then(
        "Conv", drawn(4, 3, 3, 3), pads=[1, 0, 2, 1], strides=[2, 1], dilations=[1, 2]
    ),
    "groups": Chain(4, 9, 8).then("Conv", drawn(6, 2, 3, 3), drawn(6), group=2),
    "depthwise": Chain(4, 9, 8).then("Conv", drawn(8, 1, 3, 3), group=4),
    "same, the odd cell after": Chain(2, 9, 8).then("Conv", drawn(3, 2, 4, 4), auto_pad="SAME_UPPER", strides=[2, 2]),
    "same, the odd cell before": Chain(2, 9, 8).then("Conv", drawn(3, 2, 4, 4), auto_pad="SAME_LOWER", strides=[2, 2]),
    "sequence": Chain(2, 20).then("Conv", drawn(3, 2, 5), drawn(3)).then("Relu").then("MaxPool", kernel_shape=[2]),
    "transposed": Chain(3, 5, 6).then(
        "ConvTranspose", drawn(3, 4, 3, 3), drawn(4), strides=[2, 2], pads=[1, 1, 0, 1], output_padding=[1, 0]
    ),
    "pooling": Chain(2, 9, 9).then("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    "pooling that rounds up": Chain(2, 9, 9).then("MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
    "mean that counts padding": Chain(2, 9, 9).then(
        "AveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1
    ),
    "mean that does not": Chain(2, 9, 9).then("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    "batch normalisation": Chain(3, 4, 5).then(
        "BatchNormalization", drawn(3), drawn(3), drawn(3), abs(drawn(3)) + 0.1, epsilon=1e-3
    ),
    "flatten and dense": Chain(3, 4, 5).then("Flatten").then("Gemm", drawn(7, 60), drawn(7), transB=1).then("Softmax"),
    "reshape, product and sum": Chain(3, 4, 5)
    .then("Reshape", whole(1, -1))
    .then("Relu")
    .then("MatMul", drawn(60, 7))
    .then("Add", drawn(7)),
    "normalised vector": Chain(2, 3, 3)
    .then("Flatten")
    .then("BatchNormalization", drawn(18), drawn(18), drawn(18), abs(drawn(18)) + 0.1)
    .then("Gemm", drawn(18, 4)),
    "sum after a convolution": Chain(3, 6, 6).then("Conv", drawn(4, 3, 3, 3)).then("Add", drawn(4, 1, 1)).then("Elu"),
    "global mean and dense": Chain(3, 6, 6).then("GlobalAveragePool").then("Flatten").then("Gemm", drawn(3, 5)),
    "mean over rows and columns": Chain(3, 6, 6).then("ReduceMean", whole(2, 3), keepdims=0).then("Gemm", drawn(3, 5)),
    "global maximum": Chain(3, 6, 6).then("GlobalMaxPool").then("Flatten"),
    "blocks": Chain(2, 3, 4).then(
        "Resize", np.zeros(0, np.float32), np.float32([1, 1, 2, 3]),
        mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    ),
    "turned input": Chain(6, 7, 3).then("Transpose", perm=[0, 3, 1, 2]).then("Conv", drawn(4, 3, 3, 3)).then("Relu"),
    "turned input, flattened as ours": Chain(4, 5, 3)
    .then("Transpose", perm=[0, 3, 1, 2])
    .then("Conv", drawn(2, 3, 3, 3))
    .then("Transpose", perm=[0, 2, 3, 1])
    .then("Reshape", whole(-1, 12))
    .then("Gemm", drawn(12, 4)),
    **{
        name: Chain(2, 4, 5).then(name)
        for name in ("Relu", "Sigmoid", "Tanh", "Softplus", "Abs", "Elu")
    },
    "leaky": Chain(2, 4, 5).then("LeakyRelu", alpha=0.1),
    "slopes of cells": Chain(3, 4, 5).then("PRelu", drawn(3, 4, 5)),
    "slopes of columns": Chain(3, 4, 5).then("PRelu", drawn(5)),
    "a threshold": Chain(3, 4, 5).then("ThresholdedRelu", alpha=0.5),
    "slopes of channels": Chain(3, 4, 5).then("PRelu", drawn(3, 1, 1)),
    "slopes of a flattened vector": Chain(2, 3, 3).then("Flatten").then("PRelu", drawn(18)).then("Gemm", drawn(18, 4)),
    "hard sigmoid": Chain(2, 4, 5).then("HardSigmoid"),
    "hard swish": Chain(2, 4, 5).then("HardSwish"),
    "cut off": Chain(2, 4, 5).then("Clip", np.float32(0), np.float32(6)),
    "softmax over channels": Chain(3, 4, 5).then("Softmax", axis=1),
    "numbers of channels": Chain(3, 4, 5).then("Relu").then("Sub", drawn(3, 1, 1)).then("Div", np.float32(0.3)),
    "numbers of a flattened vector": Chain(2, 3, 3).then("Flatten").then("Mul", drawn(18)).then("Gemm", drawn(18, 4)),
    "number added to a vector": Chain(2, 3, 3).then("Flatten").then("Gemm", drawn(18, 4)).then("Add", drawn(1)),
    "dropout": Chain(2, 4, 5).then("Dropout").then("Relu"),
}  # fmt: skip


def gated(operator: str, **attributes: float) -> Chain:
    """Return a chain that multiplies what a convolution makes with a sigmoid of it."""
    chain = Chain(2, 4, 5).then("Conv", drawn(3, 2, 1, 1))
    value = chain.at
    return chain.then(operator, **attributes).times(value).then("Relu")


CHAINS |= {
    "swish as a product": gated("Sigmoid"),
    "hard swish as a product": gated("HardSigmoid", alpha=1 / 6),
}


def load(tmp_path: Path, chain: Chain) -> tuple[Document, tuple[str, ...]]:
    path = tmp_path / "small.onnx"
    path.write_bytes(chain.data)
    return load_network(path)


def our_answer(document: Document) -> NDArray[np.float32]:
    """Return what the network makes of its sample, channels first."""
    last = forward(document).layers[-1]
    assert last.maps is not None
    return np.moveaxis(last.maps, -1, 0)


@pytest.mark.parametrize("name", CHAINS)
def test_a_network_computes_what_its_makers_evaluator_computes(tmp_path: Path, name: str) -> None:
    document, notes = load(tmp_path, CHAINS[name])
    sample = document.sample.values.to_array()
    given = sample if name.startswith("turned") else np.moveaxis(sample, -1, 0)
    assert notes == ()
    np.testing.assert_allclose(our_answer(document), evaluated(CHAINS[name].data, given).squeeze(), atol=1e-5)


def test_a_transposed_convolution_in_groups_is_that_of_its_groups_beside_each_other(tmp_path: Path) -> None:
    weights = drawn(4, 3, 2, 2)  # the evaluator itself takes no groups here
    document, _ = load(tmp_path, Chain(4, 5, 6).then("ConvTranspose", weights, group=2, strides=[2, 2]))
    sample = np.moveaxis(document.sample.values.to_array(), -1, 0)
    halves = [
        evaluated(Chain(2, 5, 6).then("ConvTranspose", weights[part], strides=[2, 2]).data, sample[part])
        for part in (slice(0, 2), slice(2, 4))
    ]
    np.testing.assert_allclose(our_answer(document), np.concatenate(halves), atol=1e-5)


def test_a_network_that_was_opened_can_be_saved_and_opened(tmp_path: Path) -> None:
    document, _ = load(tmp_path, CHAINS["flatten and dense"])
    again, _ = decode_document(encode_document(document))
    np.testing.assert_array_equal(our_answer(again), our_answer(document))
    assert document.title == "small"


@pytest.mark.parametrize(
    ("chain", "sentence"),
    [
        (Chain(2, 4, 5).then("Relu").then("Sin"), "Node 2 “Sin_1” (Sin) cannot be a layer here"),
        (
            Chain(2, 4, 5).then("Relu").then("LeakyRelu", alpha=-1.0),
            "the negative slope must be between 0 and 100, not -1",
        ),
        (Chain(2, 4, 5).then("Relu").then("Transpose", perm=[0, 1, 3, 2]), "it turns axes into the order"),
        (Chain(2, 4, 5).then("Relu").then("Softmax", axis=2), "a softmax along another axis than the channels"),
        (Chain(2, 4, 5).then("Relu").then("Add", drawn(2, 4, 5)), "its numbers are other than one, or one for each"),
        (Chain(2, 4, 5).then("Relu").then("Cast", to=7), "it rounds numbers to whole ones"),
        (Chain(2, 4, 5).then("Relu").then("Conv", drawn(3, 5, 2, 2)), "channels"),
    ],
)
def test_what_cannot_be_a_layer_is_named_and_the_part_before_is_opened(
    tmp_path: Path, chain: Chain, sentence: str
) -> None:
    document, notes = load(tmp_path, chain)
    assert len(document.layers) == 1
    assert sentence in notes[0]
    assert "The 1 layer before it is opened." in notes[0]


def test_a_branch_is_named(tmp_path: Path) -> None:
    chain = Chain(2, 4, 5).then("Relu")
    first = chain.at
    chain.then("Sigmoid")
    model = chain.model
    model.graph.node.append(model.graph.node[-1])
    model.graph.node[-1].CopyFrom(model.graph.node[-2])
    model.graph.node[-1].op_type, model.graph.node[-1].input[:] = "Add", [chain.at, first]
    model.graph.node[-1].output[:] = ["sum"]
    (tmp_path / "branch.onnx").write_bytes(model.SerializeToString())
    document, notes = load_network(tmp_path / "branch.onnx")
    assert len(document.layers) == 1
    assert "the network branches before it" in notes[0]


NORMALISED = {
    "channels first": Chain(3, 6, 7).then("Sub", drawn(3, 1, 1)).then("Div", abs(drawn(3, 1, 1)) + 0.1),
    "turned": Chain(6, 7, 3).then("Sub", drawn(3)).then("Mul", np.float32(2)).then("Transpose", perm=[0, 3, 1, 2]),
}


@pytest.mark.parametrize("name", NORMALISED)
def test_numbers_at_the_beginning_are_one_rescaling_and_the_range_is_said(tmp_path: Path, name: str) -> None:
    chain = NORMALISED[name].then("Conv", drawn(4, 3, 3, 3))
    document, notes = load(tmp_path, chain)
    assert [layer.name for layer in document.layers] == ["Rescaling", "Conv 3×3 · 4 filters"]
    assert [note[:24] for note in notes] == ["The model begins with “S"]
    sample = document.sample.values.to_array()
    given = sample if name == "turned" else np.moveaxis(sample, -1, 0)
    np.testing.assert_allclose(our_answer(document), evaluated(chain.data, given), atol=1e-5)


def test_an_input_of_any_size_gets_64_cells_a_side(tmp_path: Path) -> None:
    document, notes = load(tmp_path, Chain(3, "rows", "columns", batch="batch").then("Relu"))
    assert document.sample.values.shape == (64, 64, 3)
    assert "64 cells a side" in notes[0]


def test_a_network_of_which_nothing_can_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"Node 1 “Sin_0” \(Sin\) cannot be a layer here"):
        load(tmp_path, Chain(2, 4, 5).then("Sin"))


def test_a_layer_beyond_the_limits_is_left_out_with_all_that_follows(tmp_path: Path) -> None:
    chain = Chain(2, 4, 5).then("Relu").then("Conv", np.zeros((600, 2, 1, 1), np.float32)).then("Relu")
    document, notes = load(tmp_path, chain)
    assert len(document.layers) == 1
    assert "600" in notes[0]
    assert "left out, with all that follows" in notes[0]


def with_names(model: ModelProto, names: str) -> bytes:
    entry = model.metadata_props.add()
    entry.key, entry.value = "names", names
    return bytes(model.SerializeToString())


def test_the_class_names_of_the_file_are_those_of_the_project(tmp_path: Path) -> None:
    chain = Chain(3, 4, 4).then("GlobalAveragePool").then("Flatten")
    chain.then("Gemm", np.ones((3, 2), np.float32)).then("Softmax")
    path = tmp_path / "net.onnx"
    path.write_bytes(with_names(chain.model, "{0: 'cat', 1: 'dog'}"))
    document, notes = load_network(path)
    assert document.class_names == ("cat", "dog")
    assert notes[-1] == "The file names the 2 classes: “cat” is the first."


def test_names_of_other_classes_are_left_out(tmp_path: Path) -> None:
    chain = Chain(3, 4, 4).then("GlobalAveragePool").then("Flatten")
    chain.then("Gemm", np.ones((3, 2), np.float32)).then("Softmax")
    path = tmp_path / "net.onnx"
    path.write_bytes(with_names(chain.model, "a, b, c"))
    assert load_network(path)[0].class_names == ()


def test_the_class_names_beside_the_arrays_of_a_safetensors_file_are_those_of_the_project(tmp_path: Path) -> None:
    arrays = {"0.weight": drawn(4, 3, 3, 3), "3.weight": drawn(2, 4 * 6 * 6), "3.bias": drawn(2)}
    path = tmp_path / "net.safetensors"
    path.write_bytes(safetensors_bytes(arrays, {"format": "pt", "id2label": '{"0": "cat", "1": "dog"}'}))
    document, notes = load_network(path)
    assert document.class_names == ("cat", "dog")
    assert any("The file names the 2 classes" in note for note in notes)
