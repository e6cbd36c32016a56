from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.weights.layer_weights import decided, readings, use_weights
from convstudio.model.readings.weights.weight_names import bias_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

RGB = Conv.of(np.ones((3, 3, 3, 1)))
GREY = Conv.of(np.ones((3, 3, 1, 1)))
SEQUENCE = Conv.of(np.ones((3, 1, 1)))


def ranked(layer, suffix=".npy", **shapes):
    document = Document(Sample.of("zeros", np.zeros((4, 6, 3))), Network((Flatten(), layer)))
    return readings(shapes, suffix, document, 1, 31)


def orders(layer, shape, **others):
    return [one.title.split(" as ")[1].split(",")[0] for one in ranked(layer, w=shape, **others)]


@pytest.mark.parametrize(
    ("shape", "layer", "found"),
    [
        ((5, 5, 3, 16), RGB, ["Keras Conv2D", "Keras DepthwiseConv2D"]),
        ((16, 3, 5, 5), RGB, ["PyTorch Conv2d"]),
        ((3, 3, 3, 2), RGB, ["Keras Conv2D", "Keras DepthwiseConv2D", "PyTorch Conv2d"]),
        ((16, 3, 3, 3), RGB, ["PyTorch Conv2d", "Keras Conv2D", "Keras DepthwiseConv2D"]),
        ((99, 1, 8), SEQUENCE, ["PyTorch Conv1d"]),
        ((8, 1, 9), SEQUENCE, ["Keras Conv1D", "PyTorch Conv1d"]),
        ((8, 1, 3, 3), replace(GREY, groups=2), ["PyTorch Conv2d"]),
        ((1, 1, 1, 1), GREY, ["Keras Conv2D"]),
        ((3, 4), Dense.of(np.ones((3, 2))), ["Keras Dense"]),
        ((3, 3), Dense.of(np.ones((3, 2))), ["Keras Dense", "PyTorch Linear"]),
    ],
)
def test_the_readings_are_those_that_fit_the_layer_the_likeliest_first(shape, layer, found):
    assert orders(layer, shape) == found


@pytest.mark.parametrize("shape", [(16, 4, 5, 5), (16, 3, 5), (32, 5, 3, 2), (513, 3, 5, 5), (8, 3, 33, 33), ()])
def test_what_fits_no_way_is_refused_with_its_shape_and_what_would_fit(shape):
    with pytest.raises(ValueError, match=r"No array of the file fits this layer \(.+\)\. It needs rows × columns × "):
        ranked(RGB, w=shape)


def test_a_bias_drops_the_readings_that_it_contradicts():
    assert orders(RGB, (8, 3, 3, 3), b=(8,)) == ["PyTorch Conv2d"]
    assert orders(RGB, (8, 3, 3, 3), b=(3,)) == ["Keras Conv2D"]


def test_a_bias_that_fits_no_reading_leaves_none():
    with pytest.raises(ValueError, match="a bias with one number for each filter"):
        ranked(RGB, w=(8, 3, 3, 3), b=(7,))


@pytest.mark.parametrize(
    ("name", "suffix", "first"),
    [
        ("0.weight", ".safetensors", "PyTorch Conv2d"),
        ("conv2d/kernel:0", ".npz", "Keras Conv2D"),
        ("depthwise_conv2d/depthwise_kernel:0", ".npz", "Keras DepthwiseConv2D"),
    ],
)
def test_a_name_says_whose_weights_they_are(name, suffix, first):
    found = ranked(RGB, suffix, **{name: (3, 3, 3, 3)})
    assert f"as {first}," in found[0].title


def test_two_likely_readings_are_not_decided():
    assert decided(ranked(RGB, w=(3, 3, 3, 3))) is None


def test_a_reading_that_changes_the_groups_is_not_decided_even_alone():
    (only,) = ranked(Conv.of(np.ones((3, 3, 4, 1))), ".safetensors", **{"0.weight": (6, 2, 3, 3)})
    assert (only.caution, decided([only])) == ("sets Groups from 1 to 2", None)


def test_a_name_that_speaks_of_another_kind_of_layer_is_asked_about():
    found = ranked(RGB, ".npz", **{"conv2d_transpose/kernel": (3, 3, 3, 3)})
    assert decided(found) is None
    assert found[0].caution == "its name speaks of a transposed convolution"


def test_weights_of_another_kind_of_layer_are_named():
    with pytest.raises(ValueError, match="It fits a transposed convolution: add one in the ribbon and open the file"):
        ranked(RGB, ".safetensors", **{"0.weight": (3, 5, 3, 3), "0.bias": (5,)})
    with pytest.raises(ValueError, match="It fits a convolution: add one in the ribbon"):
        ranked(ConvTranspose.of(np.ones((3, 3, 3, 1))), ".safetensors", **{"0.weight": (5, 3, 3, 3), "0.bias": (5,)})


def test_arrays_of_several_layers_are_listed_as_people_count_and_doubtful_readings_last():
    shapes = {f"features.{n}.weight": (3, 3, 3, 3) for n in (10, 2)}
    found = ranked(RGB, ".safetensors", **shapes)
    assert [one.names[0] for one in found[:2]] == ["features.2.weight", "features.10.weight"]
    assert all("PyTorch" in one.title for one in found[:2])
    assert not any("PyTorch" in one.title for one in found[2:])


def test_a_reading_says_in_plain_words_what_the_layer_then_has():
    (only,) = ranked(RGB, ".safetensors", **{"0.weight": (16, 3, 5, 5), "0.bias": (16,)})
    assert only.text == (
        "0.weight (16×3×5×5) as PyTorch Conv2d, filters × channels × rows × columns\n"
        "16 filters · kernel 5×5 · 3 channels · bias from 0.bias"
    )
    assert only.sentence == (
        "Read 0.weight (16×3×5×5) as PyTorch Conv2d, filters × channels × rows × columns: "
        "16 filters, kernel 5×5, 3 channels, bias from 0.bias."
    )


def test_a_layer_without_weights_says_which_have_some():
    with pytest.raises(ValueError, match="Layer 2 has no weights: choose a convolution, a dense layer, a batch"):
        ranked(Pool(), w=(3, 3))


@pytest.mark.parametrize("names", [("gamma", "beta", "moving_mean", "moving_variance"), ("0", "1", "2", "3")])
def test_a_batch_normalisation_takes_four_vectors(names):
    named = [name if name.isalpha() or "_" in name else f"arr_{name}" for name in names]
    norm = BatchNorm.of(3)
    document = Document(Sample.of("zeros", np.zeros((4, 6, 3))), Network((norm,)))
    found = readings(dict.fromkeys(named, (3,)), ".npz", document, 0, 31)
    arrays = {name: np.full(3, at + 1, np.float32) for at, name in enumerate(named)}
    made = use_weights(document, 0, found[0], arrays).layers[0]
    assert [made.gamma[0], made.beta[0], made.mean[0], made.variance[0], made.epsilon] == [1, 2, 3, 4, norm.epsilon]


def test_a_negative_variance_is_refused():
    names = ["weight", "bias", "running_mean", "running_var"]
    document = Document(Sample.of("zeros", np.zeros((4, 6, 3))), Network((BatchNorm.of(3),)))
    found = readings(dict.fromkeys(names, (3,)), ".safetensors", document, 0, 31)
    with pytest.raises(ValueError, match="“running_var” holds a negative number, and a variance cannot be negative"):
        use_weights(document, 0, found[0], {name: np.full(3, -1, np.float32) for name in names})


def test_pytorchs_usual_epsilon_is_offered_because_no_file_holds_it():
    names = ["weight", "bias", "running_mean", "running_var"]
    document = Document(Sample.of("zeros", np.zeros((4, 6, 3))), Network((BatchNorm.of(3),)))
    found = readings(dict.fromkeys(names, (3,)), ".safetensors", document, 0, 31)
    assert [one.caution for one in found] == ["sets Epsilon from 0.001 to 1e-5, PyTorch's usual one", ""]
    assert decided(found) is None


@pytest.mark.parametrize(
    ("name", "others", "bias"),
    [
        ("features.0.weight", {"features.0.bias": (8,), "features.1.bias": (8,)}, "features.0.bias"),
        ("conv/kernel:0", {"conv/bias:0": (8,)}, "conv/bias:0"),
        ("conv/depthwise_kernel", {"conv/bias": (8,)}, "conv/bias"),
        ("conv/depthwise_kernel", {"conv/bias": (8,), "conv/pointwise_kernel": (1, 1, 3, 8)}, ""),
        ("arr_0", {"arr_1": (8,)}, "arr_1"),
        ("arr_0", {"arr_1": (3, 3, 8, 8)}, ""),
        ("arr_0", {f"arr_{n}": (8,) for n in range(1, 5)}, ""),
        ("arr_0", {f"arr_{n}": (8,) for n in range(1, 6)}, "arr_1"),
        ("w", {"offset": (8,)}, "offset"),
        ("w", {"offset": (8,), "scale": (8,)}, ""),
    ],
)
def test_the_bias_of_an_array_is_found_by_name(name, others, bias):
    assert bias_of(name, {name: (3, 3, 3, 8), **others}) == bias


def test_a_plain_convolution_is_taken_before_a_depthwise_one_of_many_filters_a_channel():
    found = decided(ranked(RGB, w=(5, 5, 3, 16)))
    assert found is not None
    assert "Keras Conv2D" in found.title
