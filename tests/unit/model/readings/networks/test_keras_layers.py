"""Single layers of Keras: what each becomes, and why some cannot. tests/golden compares whole models with Keras."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.readings.networks.keras_layers import StoredLayer, layers_of
from convstudio.model.values.arrays import frozen


def layer(kind: str, *arrays: Any, **settings: Any) -> StoredLayer:
    return StoredLayer(kind, "it", settings, tuple(np.float32(one) for one in arrays))


def test_a_depthwise_convolution_has_a_group_for_each_channel() -> None:
    weights = np.arange(3 * 3 * 4 * 2).reshape(3, 3, 4, 2)
    (found,) = layers_of(layer("DepthwiseConv2D", weights, np.zeros(8)))
    assert isinstance(found, Conv)
    assert (found.groups, found.filters) == (4, 8)
    assert found.weights[1, 2, 0, 2 * 3 + 1] == weights[1, 2, 3, 1]


def test_a_separable_convolution_is_two_with_one_bias() -> None:
    each, mixed = layers_of(layer("SeparableConv2D", np.ones((3, 3, 2, 1)), np.ones((1, 1, 2, 5)), np.arange(5)))
    assert isinstance(each, Conv)
    assert isinstance(mixed, Conv)
    assert (each.has_bias, mixed.bias.tolist()) == (False, [0, 1, 2, 3, 4])


def test_a_pooling_without_strides_moves_by_its_size() -> None:
    (found,) = layers_of(layer("MaxPooling2D", pool_size=[3, 2], strides=None))
    assert isinstance(found, Pool)
    assert found.stride == (3, 2)


def test_a_normalisation_without_scale_has_gamma_1() -> None:
    (found,) = layers_of(layer("BatchNormalization", [1, 2], [3, 4], [5, 6], scale=False, epsilon=0.01))
    assert isinstance(found, BatchNorm)
    assert (found.gamma.tolist(), found.beta.tolist(), found.mean.tolist()) == ([1, 1], [1, 2], [3, 4])


ACTIVATIONS = [
    (layer("Activation", activation="swish"), Activation("silu")),
    (layer("Activation", activation="hard_silu"), Activation("hard_swish")),
    (layer("Activation", activation="hard_sigmoid"), Activation("hard_sigmoid")),
    (replace(layer("Activation", activation="hard_sigmoid"), is_of_keras_2=True), Activation("hard_sigmoid", 0.2)),
    (
        layer("Activation", activation={"class_name": "ELU", "config": {"name": "elu", "alpha": 0.5}}),
        Activation("elu", 0.5),
    ),
    (layer("ReLU"), Activation("relu")),
    (layer("ReLU", max_value=6.0), Activation("relu6")),
    (layer("ReLU", negative_slope=0.1), Activation("leaky_relu", 0.1)),
    (layer("LeakyReLU"), Activation("leaky_relu", 0.3)),
    (layer("LeakyReLU", alpha=0.05), Activation("leaky_relu", 0.05)),
    (layer("ELU", alpha=2), Activation("elu", 2)),
]


@pytest.mark.parametrize(("stored", "ours"), ACTIVATIONS)
def test_an_activation_keeps_its_numbers(stored: StoredLayer, ours: Activation) -> None:
    assert layers_of(stored) == (ours,)


def test_a_relu_with_a_slope_and_a_largest_value_is_four_layers_that_do_the_same() -> None:
    found = layers_of(layer("ReLU", negative_slope=0.1, max_value=6.0))
    x = values = frozen(np.linspace(-20, 20, 81))
    for one in found:
        values = one.run(values)
    assert len(found) == 4
    np.testing.assert_allclose(values, np.minimum(np.where(x < 0, 0.1 * x, x), 6), rtol=0, atol=1e-5)


def test_a_relu_that_ends_at_the_largest_value_of_a_picture_keeps_it() -> None:
    assert layers_of(layer("ReLU", max_value=255.0)) == (Activation("clipped_relu", 255),)


def test_a_prelu_without_shared_axes_keeps_a_slope_for_every_cell() -> None:
    slopes = frozen(np.arange(12).reshape(2, 3, 2))
    assert layers_of(layer("PReLU", slopes)) == (PRelu(slopes),)


@pytest.mark.parametrize(
    "given", [layer("ReLU", threshold=0.5, max_value=None, negative_slope=0.0), layer("ThresholdedReLU", theta=0.5)]
)
def test_a_relu_with_a_threshold_is_an_activation_with_that_number(given: StoredLayer) -> None:
    assert layers_of(given) == (Activation("thresholded_relu", 0.5),)


def test_a_relu_with_a_threshold_and_a_largest_value_does_both() -> None:
    x = values = frozen(np.linspace(-8, 8, 65))
    for one in layers_of(layer("ReLU", threshold=1.0, max_value=6.0)):
        values = one.run(values)
    np.testing.assert_allclose(values, np.where(x > 1, np.minimum(x, 6), 0), rtol=0, atol=1e-6)


def test_a_relu_with_a_threshold_a_slope_and_a_largest_value_does_all_three() -> None:
    given = layer("ReLU", threshold=1.0, negative_slope=0.25, max_value=6.0)
    assert layers_of(given)[0] == Activation("thresholded_relu", 1, 0.25)
    x = values = frozen(np.linspace(-8, 8, 65))
    for one in layers_of(given):
        values = one.run(values)
    np.testing.assert_allclose(values, np.where(x > 1, np.minimum(x, 6), (x - 1) / 4), rtol=0, atol=1e-6)


def test_an_activation_with_a_number_at_the_end_of_a_layer_is_a_layer_after_it() -> None:
    activation = {"class_name": "LeakyReLU", "config": {"negative_slope": 0.1}}
    dense, after = layers_of(layer("Dense", np.ones((2, 3)), np.zeros(3), activation=activation))
    assert (dense, after) == (Dense.of(np.ones((2, 3))), Activation("leaky_relu", 0.1))


@pytest.mark.parametrize("shape", [(1, 1, 3), (3,), (1, 1, 1)])
def test_a_prelu_has_a_slope_for_each_channel_or_one_for_all(shape: tuple[int, ...]) -> None:
    slopes = np.arange(np.prod(shape)) / 4
    assert layers_of(layer("PReLU", slopes.reshape(shape))) == (PRelu(frozen(slopes)),)


def test_an_activation_of_ones_own_is_refused_by_its_name() -> None:
    own = {"class_name": "function", "config": "my_curve", "registered_name": "my_curve"}
    with pytest.raises(ValueError, match="its activation my_curve is not known"):
        layers_of(layer("Activation", activation=own))


REFUSED = [
    (layer("LSTM"), "this kind of layer is not known"),
    (layer("Conv2D", data_format="channels_first"), "it has channels first"),
    (layer("Conv2D"), "the file holds 0 of its arrays"),
    (layer("MaxPooling1D", padding="causal"), "its padding causal is not known"),
    (layer("Activation", activation="squareplus"), "its activation squareplus is not known"),
    (layer("ReLU", max_value=70_000), "the largest value must be between 0 and 65536, not 70000"),
    (layer("ReLU", threshold=0.1, negative_slope=-1), "the negative slope must be between 0 and 100, not -1"),
    (layer("LeakyReLU", negative_slope=-1), "the negative slope must be between 0 and 100, not -1"),
    (layer("ELU", alpha=200), "the alpha must be between 0 and 100, not 200"),
    (layer("Softmax", axis=1), "another axis than the channels"),
    (layer("GlobalMaxPooling2D", keepdims=True), "it keeps the axes"),
    (layer("UpSampling2D", interpolation="bilinear"), "resizing that interpolates (bilinear)"),
    (layer("BatchNormalization", [1]), "the file holds 1 of its arrays"),
]


@pytest.mark.parametrize(("wrong", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_no_layer_does_is_refused_with_the_reason(wrong: StoredLayer, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        layers_of(wrong)
