"""Single operators of ONNX: what each becomes, and why some cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.readings.networks.onnx_layers import _OPERATORS, Node, layers_of, padding_before
from convstudio.model.values.arrays import frozen

MAPS, VECTOR = (8, 9, 3), (12,)


def node(operator: str, *arrays: Any, shape: tuple[int, ...] = MAPS, **attributes: Any) -> Node:
    return Node(operator, attributes, tuple(np.float32(one) for one in arrays), shape)


def test_weights_go_from_filters_first_to_filters_last() -> None:
    weights = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    (layer,) = layers_of(node("Conv", weights))
    assert isinstance(layer, Conv)
    assert layer.weights[1, 2, 0, 1] == weights[1, 0, 1, 2]
    assert not layer.has_bias


def test_a_dropout_is_switched_off_as_in_a_prediction() -> None:
    (layer,) = layers_of(node("Dropout", 0.25))
    assert layer == Dropout(0.25, is_on=False) or (isinstance(layer, Dropout) and not layer.is_on)


@pytest.mark.parametrize(
    ("rule", "rounding"),
    [("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"), ("half_pixel", "round_prefer_ceil")],
)
def test_resizing_by_whole_factors_makes_blocks(rule: str, rounding: str) -> None:
    resize = node(
        "Resize", [], [1, 1, 2, 3], mode=b"nearest", coordinate_transformation_mode=rule, nearest_mode=rounding
    )
    (layer,) = layers_of(resize)
    assert isinstance(layer, UpSampling)
    assert layer.factor == (2, 3)


ACTIVATIONS = [
    (node("LeakyRelu"), Activation("leaky_relu", 0.01)),
    (node("LeakyRelu", alpha=0.10000000149011612), Activation("leaky_relu", 0.1)),
    (node("Elu", alpha=0.5), Activation("elu", 0.5)),
    (node("HardSigmoid"), Activation("hard_sigmoid", 0.2)),
    (node("HardSigmoid", alpha=0.1666666716337204), Activation("hard_sigmoid")),
    (node("HardSwish"), Activation("hard_swish")),
    (node("Swish"), Activation("silu")),
    (node("Clip", 0, 6), Activation("relu6")),
    (node("Clip", min=0, max=6), Activation("relu6")),
    (node("Clip", -1, 1), Activation("hard_tanh")),
    (node("Clip", 0, 1), Activation("clipped_relu", 1)),
    (node("Celu"), Activation("elu", 1)),
    (node("Softmax", axis=-3), Activation("softmax")),
    (node("LogSoftmax", axis=1), Activation("log_softmax")),
    (node("Mish"), Activation("mish")),
    (node("Selu"), Activation("selu")),
    (node("Softsign"), Activation("softsign")),
    (node("ThresholdedRelu"), Activation("thresholded_relu", 1)),
    (node("ThresholdedRelu", alpha=2.5), Activation("thresholded_relu", 2.5)),
    (node("Clip", 0), Activation("relu")),
    (node("Clip"), Activation("linear")),
]


@pytest.mark.parametrize(("stored", "ours"), ACTIVATIONS)
def test_an_activation_keeps_its_numbers(stored: Node, ours: Activation) -> None:
    assert layers_of(stored) == (ours,)


@pytest.mark.parametrize(("size", "before", "after"), [(1, 0, 0), (4, 1, 2), (5, 2, 2)])
def test_an_lrn_of_an_even_size_counts_one_more_channel_after(size: int, before: int, after: int) -> None:
    stored = node("LRN", size=size, alpha=0.00019999999494757503, bias=2.0)
    assert layers_of(stored) == (LocalResponseNorm(before, after, 2e-4, 0.75, 2.0),)


@pytest.mark.parametrize("shape", [(3, 1, 1), (1, 3, 1, 1), (1,), (1, 1, 1)])
def test_a_prelu_has_a_slope_for_each_channel_or_one_for_all(shape: tuple[int, ...]) -> None:
    slopes = np.arange(np.prod(shape)) / 4
    assert layers_of(node("PRelu", slopes.reshape(shape))) == (PRelu(frozen(slopes)),)


def test_before_version_7_of_the_operators_a_list_of_slopes_is_one_for_each_channel() -> None:
    slopes = np.array([0.1, 0.2, 0.3], np.float32)
    assert layers_of(node("PRelu", slopes, by_channel=True)) == (PRelu(frozen(slopes)),)


@pytest.mark.parametrize(("shape", "ours"), [((9,), (1, 9, 1)), ((3, 8, 1), (8, 1, 3)), ((1, 3, 8, 9), (8, 9, 3))])
def test_a_prelu_may_have_a_slope_for_every_cell(shape: tuple[int, ...], ours: tuple[int, ...]) -> None:
    slopes = np.arange(np.prod(shape)).reshape(shape) / 4
    (found,) = layers_of(node("PRelu", slopes))
    assert isinstance(found, PRelu)
    assert found.slopes.shape == ours
    np.testing.assert_array_equal(
        np.moveaxis(found.slopes, -1, 0), slopes.reshape(np.moveaxis(found.slopes, -1, 0).shape)
    )


REFUSED = [
    (node("Sin"), "this operator is not known"),
    (node("Conv", np.zeros((2, 3, 5))), "are not made for what it reads"),
    (node("ConvTranspose", np.zeros((3, 2, 2, 2)), auto_pad="SAME_UPPER"), "with automatic padding"),
    (node("ConvTranspose", np.zeros((3, 2, 2, 2)), output_shape=[9, 9]), "states its output shape"),
    (node("MaxPool", kernel_shape=[2, 2], storage_order=1), "counts places by columns"),
    (node("ReduceMean", axes=[1]), "a mean over other axes"),
    (node("Resize", [], [1, 1, 2, 2], mode="linear"), "interpolates"),
    (node("Resize", [], [1, 1, 1.5, 2]), "by other than whole factors"),
    (node("Resize", [], [1, 1, 2, 2], coordinate_transformation_mode="align_corners"), "by the rule align_corners"),
    (node("Elu", alpha=-0.5), "the alpha must be between 0 and 100, not -0.5"),
    (node("LeakyRelu", alpha=101), "the negative slope must be between 0 and 100, not 101"),
    (node("HardSigmoid", beta=0.4), "a hard sigmoid that is 0.4 at 0, where only 0.5 can be"),
    (node("Swish", alpha=1.7), "a swish with another alpha than 1"),
    (node("Clip", -2, 1), "values cut off at -2 and 1, where only 0 and a number"),
    (node("Celu", alpha=2), "a CELU with another alpha than 1"),
    (node("Pad", mode="reflect"), "this operator is not known"),
    (node("Selu", alpha=1.5), "a SELU with another alpha than 1.673"),
    (node("Clip", 0, float("nan")), "the largest value must be between 0 and 65536, not NaN"),
    (node("Gelu", approximate="tanh"), "only approximated"),
    (node("Softmax", axis=-1), "another axis than the channels"),
    (node("Softmax", axis=1, over_all=True), "over all values of the maps at once"),
    (node("PRelu", np.zeros((2, 3, 8, 9))), "slopes for every sample of a batch"),
    (node("PRelu"), "its slopes are not stored"),
    (node("LRN", size=0), "a normalisation over 0 channels"),
    (node("LRN", size=5, bias=0.0), "a normalisation that may divide by 0 or less"),
    (node("Gemm", np.zeros((12, 2)), shape=VECTOR, alpha=0.5), "with factors or a turned input"),
    (node("MatMul", np.zeros((3, 2))), "other than one vector"),
    (Node("BatchNormalization", {}, (None,) * 4, MAPS), "its scale are not stored"),
]


@pytest.mark.parametrize(("wrong", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_no_layer_does_is_refused_with_the_reason(wrong: Node, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        layers_of(wrong)


@pytest.mark.parametrize(
    ("numbers", "attributes", "sentence"),
    [
        ([0, 0, 1, 1], {}, "other than rows and columns"),
        ([0, 1, 0, 0, 0, 0, 0, 0], {}, "it adds channels"),
        ([0, 0, 1, 1, 0, 0, 1, 1], {"mode": b"odd"}, "other numbers than 0"),
        ([0, 0, 1, 1, 0, 0, 1, 1], {"value": 3.0}, "other numbers than 0"),
    ],
)
def test_a_padding_that_no_layer_has_is_refused(numbers: list[int], attributes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        padding_before(node("Pad", numbers, **attributes))


def test_every_operator_is_named_as_in_onnx() -> None:
    onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
    assert {schema.name for schema in onnx.defs.get_all_schemas()} >= _OPERATORS.keys()
