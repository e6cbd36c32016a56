"""Whole models that Keras saves: opened here they predict what Keras predicts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.networks.opening import load_network
from convstudio.files.weights import open_weights
from convstudio.model.run.forward import forward

keras: Any = pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
SHAPE = (14, 18, 3)


def classifier() -> Any:
    layers = keras.layers
    return keras.Sequential([
        keras.Input(SHAPE), layers.Conv2D(8, 3, activation="relu", name="first"), layers.BatchNormalization(),
        layers.MaxPooling2D(), layers.SpatialDropout2D(0.3), layers.DepthwiseConv2D(3, depth_multiplier=2),
        layers.SeparableConv2D(5, 3, activation="tanh"), layers.Flatten(), layers.Dropout(0.5), layers.Dense(9),
        layers.LeakyReLU(negative_slope=0.2), layers.Dense(4, activation="softmax"),
    ])  # fmt: skip


def decoder() -> Any:
    layers = keras.layers
    return keras.Sequential([
        keras.Input(SHAPE), layers.Conv2D(6, 3, strides=2, padding="same", groups=3, use_bias=False),
        layers.BatchNormalization(scale=False), layers.Activation("elu"), layers.UpSampling2D((2, 3)),
        layers.Conv2DTranspose(4, 3, strides=2, padding="same"), layers.AveragePooling2D(3, 2, padding="same"),
        layers.Conv2D(3, 2, dilation_rate=2, activation="sigmoid"), layers.GlobalAveragePooling2D(), layers.Softmax(),
    ])  # fmt: skip


def functional() -> Any:
    layers = keras.layers
    given = keras.Input(SHAPE)
    x = layers.Conv2D(4, 3, activation="gelu")(given)
    x = layers.Conv2D(5, 3, activation="softplus")(x)
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(given, layers.Dense(3)(layers.ReLU()(x)))


def activations() -> Any:
    layers = keras.layers
    return keras.Sequential([
        keras.Input(SHAPE), layers.Conv2D(4, 3, activation="silu"), layers.Conv2D(4, 1, activation="hard_sigmoid"),
        layers.Conv2D(4, 1, activation=layers.LeakyReLU(negative_slope=0.1)), layers.Activation("hard_silu"),
        layers.Conv2D(4, 1, activation="mish"), layers.Activation("selu"), layers.Activation("softsign"),
        layers.Conv2D(4, 1), layers.ReLU(max_value=0.5),
        layers.ReLU(threshold=0.05), layers.ReLU(threshold=0.1, negative_slope=0.3),
        layers.Conv2D(4, 1), layers.ReLU(threshold=0.02, negative_slope=0.5, max_value=0.4),
        layers.Conv2D(4, 1, activation="hard_tanh"), layers.Activation("relu6"), layers.ReLU(max_value=6),
        layers.Conv2D(4, 1, activation="leaky_relu"), layers.ReLU(negative_slope=0.3), layers.LeakyReLU(),
        layers.Activation(layers.ELU(0.5)), layers.ELU(2.0),
        layers.Conv2D(4, 1), layers.PReLU(shared_axes=[1, 2]), layers.Conv2D(4, 1), layers.PReLU(shared_axes=[1, 2, 3]),
        layers.PReLU(), layers.PReLU(shared_axes=[1]),
        layers.Flatten(), layers.Dense(3), layers.PReLU(),
    ])  # fmt: skip


def padded() -> Any:
    layers = keras.layers
    return keras.Sequential([
        keras.Input(SHAPE), layers.ZeroPadding2D(((0, 1), (2, 3))), layers.DepthwiseConv2D(3, strides=2),
        layers.ZeroPadding2D(1), layers.Conv2D(3, 3, strides=2, padding="same"), layers.ZeroPadding2D((1, 1)),
        layers.AveragePooling2D(2), layers.Activation("celu"),
    ])  # fmt: skip


def sequence() -> Any:
    layers = keras.layers
    return keras.Sequential([
        keras.Input((20, 2)), layers.Conv1D(3, 3, padding="causal", dilation_rate=2),
        layers.Conv1D(4, 5, activation="relu"), layers.MaxPooling1D(2),
        layers.Conv1DTranspose(3, 2, strides=2), layers.GlobalAveragePooling1D(),
    ])  # fmt: skip


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let Keras warn: what it warns of is no error of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def saved(tmp_path: Path, make: Callable[[], Any], ending: str = ".keras") -> tuple[Any, Path]:
    keras.utils.set_random_seed(1)
    model = make()
    for weights in model.weights:  # else a normalisation would do nothing
        if "seed" not in weights.path:
            drawn = np.random.default_rng(len(weights.path)).uniform(0.1, 0.6, weights.shape)
            weights.assign(drawn)
    path = tmp_path / f"model{ending}"
    model.save(path)
    return model, path


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("make", [classifier, decoder, functional, activations, padded, sequence])
def test_a_model_predicts_what_keras_predicts(tmp_path: Path, make: Callable[[], Any], ending: str) -> None:
    model, path = saved(tmp_path, make, ending)
    document, notes = load_network(path)
    x = document.sample.values.to_array()
    theirs = np.asarray(keras.ops.convert_to_numpy(model(x[np.newaxis], training=False)))[0]
    ours = forward(document).layers[-1].maps
    assert ours is not None
    assert notes == ()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_a_branch_is_named_and_what_comes_before_it_is_opened(tmp_path: Path) -> None:
    def make() -> Any:
        given = keras.Input(SHAPE)
        x = keras.layers.Conv2D(3, 3, padding="same")(given)
        return keras.Model(given, keras.layers.Add(name="join")([x, given]))

    _, path = saved(tmp_path, make)
    document, notes = load_network(path)
    assert [layer.name for layer in document.layers] == ["Conv 3×3 · 3 filters"]
    assert "“join” (Add) cannot be a layer here: it reads other layers than the one before it" in notes[0]


def test_a_scaling_at_the_beginning_is_a_layer_and_its_range_is_said(tmp_path: Path) -> None:
    def make() -> Any:
        scaled = keras.layers.Rescaling(1 / 255, name="scaled")
        return keras.Sequential([keras.Input((None, None, 3)), scaled, keras.layers.Conv2D(2, 3)])

    _, path = saved(tmp_path, make)
    document, notes = load_network(path)
    assert document.sample.values.shape == (64, 64, 3)
    assert [layer.name for layer in document.layers] == ["Rescaling", "Conv 3×3 · 2 filters"]
    assert "“scaled”, which brings its inputs into another range" in notes[1]


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize(
    "make_layer",
    [
        lambda: keras.layers.Rescaling(2.0, -1.0),
        lambda: keras.layers.Rescaling([2.0, 3.0, 4.0], [-1.0, 0.0, 1.0]),
        lambda: keras.layers.Normalization(mean=[0.4, 0.5, 0.6], variance=[0.1, 0.2, 0.3]),
        lambda: keras.layers.Normalization(),
    ],
)
def test_the_range_of_inputs_is_that_of_keras(tmp_path: Path, make_layer: Callable[[], Any], ending: str) -> None:
    def make() -> Any:
        return keras.Sequential([keras.Input((6, 6, 3)), make_layer(), keras.layers.Conv2D(2, 3)])

    model, path = saved(tmp_path, make, ending)
    document, _ = load_network(path)
    x = document.sample.values.to_array()
    theirs = np.asarray(keras.ops.convert_to_numpy(model(x[np.newaxis], training=False)))[0]
    np.testing.assert_allclose(forward(document).layers[-1].maps, theirs, rtol=1e-5, atol=1e-5)


def test_weights_alone_are_no_network_and_it_is_said_what_to_save(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, _ = saved(tmp_path, sequence)
    model.save_weights(tmp_path / "net.weights.h5")
    assert main(["summary", str(tmp_path / "net.weights.h5")]) == 2
    assert "holds arrays alone and no whole model: save it with “model.save('model.h5')”" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".h5"])
def test_one_layer_of_any_file_of_keras_has_its_weights_on_the_command_line(tmp_path: Path, ending: str) -> None:
    model, path = saved(tmp_path, functional, ".keras" if ending == ".weights.h5" else ending)
    if ending == ".weights.h5":
        path = tmp_path / "model.weights.h5"
        model.save_weights(path)
    kernel, bias = (keras.ops.convert_to_numpy(one) for one in model.layers[1].weights)
    file = open_weights(path)
    named = next(name for name in file.entries if np.array_equal(file.array(name), kernel))
    beside = next(name for name in file.entries if np.array_equal(file.array(name), bias))
    x, out = tmp_path / "x.npy", tmp_path / "y.npy"
    np.save(x, np.random.default_rng(1).random(SHAPE, np.float32))
    arguments = ["apply", str(x), "--kernel", f"{path}#{named}", "--bias", f"{path}#{beside}", "--activation", "gelu"]
    assert main([*arguments, "-o", str(out)]) == 0
    theirs = keras.ops.convert_to_numpy(model.layers[1](np.load(x)[np.newaxis]))[0]
    np.testing.assert_allclose(np.load(out), theirs, rtol=1e-4, atol=1e-4)
