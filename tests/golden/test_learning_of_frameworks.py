"""Losses, optimisers and gradients give the numbers of Keras and PyTorch; where one is missing, that is said."""

import os
from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.panes.learning.loss_sum import LossSum
from convstudio.ops import batch_norm
from convstudio.ops.learning import layer_gradients, losses, optimisers
from tests.watched import passed, question

STEPS = 5
DRAW = np.random.default_rng(7)
START = DRAW.standard_normal((3, 2)).astype(np.float32)
GRADIENTS = DRAW.standard_normal((STEPS, 3, 2)).astype(np.float32)
OPTIMIZERS = {
    "SGD": ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
    "RMSprop": ({}, {"momentum": 0.9, "rho": 0.8}),
    "Adam": ({}, {"beta_1": 0.8, "epsilon": 1e-3}),
    "AdamW": ({"weight_decay": 0.004}, {"weight_decay": 0.1}),
}
KERAS_LOSSES = {
    "mean_squared_error": ("MeanSquaredError", {}),
    "half_squared_error": ("MeanSquaredError", {}),
    "mean_absolute_error": ("MeanAbsoluteError", {}),
    "binary_crossentropy": ("BinaryCrossentropy", {}),
    "binary_crossentropy_from_logits": ("BinaryCrossentropy", {"from_logits": True}),
    "categorical_crossentropy": ("CategoricalCrossentropy", {}),
    "categorical_crossentropy_from_logits": ("CategoricalCrossentropy", {"from_logits": True}),
}


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")


@pytest.fixture
def keras(torch):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")


def walked(name, settings):
    """Take some steps with one of our optimisers."""
    weights, first, second = START, np.zeros_like(START), np.zeros_like(START)
    for step, gradient in enumerate(GRADIENTS, start=1):
        if name == "SGD":
            weights, first = optimisers.sgd_step(weights, gradient, first, rate=0.05, **settings)
        elif name == "RMSprop":
            weights, first, second = optimisers.rmsprop_step(weights, gradient, first, second, rate=0.05, **settings)
        else:
            weights, first, second = optimisers.adam_step(weights, gradient, first, second, step, rate=0.05, **settings)
    return weights


@pytest.mark.parametrize(("name", "settings"), [(name, one) for name, some in OPTIMIZERS.items() for one in some])
def test_every_optimiser_takes_the_steps_of_keras(keras, name, settings):
    theirs = keras.Variable(START)
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.05, **settings)
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
    ours = walked(name, settings)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs.value.detach().numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", losses.LOSSES)
@pytest.mark.parametrize("shape", [(5, 4), (2, 3, 3, 4)])
def test_every_loss_and_its_gradient_are_those_of_keras(keras, torch, name, shape):
    draw = np.random.default_rng(8)
    predicted = draw.random(shape).astype(np.float32)
    wanted = np.eye(4, dtype=np.float32)[draw.integers(0, 4, shape[:-1])]
    kind, settings = KERAS_LOSSES[name]
    given = torch.tensor(predicted, requires_grad=True)
    theirs = getattr(keras.losses, kind)(**settings)(torch.tensor(wanted), given)
    if name == "half_squared_error":  # a sum of halves, which Keras has as a mean
        theirs = theirs * predicted.size / 2
    theirs.backward()
    assert losses.loss(predicted, wanted, name) == pytest.approx(float(theirs.detach()), rel=1e-5)
    np.testing.assert_allclose(losses.loss_gradient(predicted, wanted, name), given.grad.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("training", [False, True])
def test_batch_normalisation_learns_as_in_pytorch(torch, training):
    draw = np.random.default_rng(9)
    x, grad = (draw.standard_normal((4, 5, 5, 3)).astype(np.float32) for _ in range(2))
    gamma, beta, mean = (draw.standard_normal(3).astype(np.float32) for _ in range(3))
    variance = (draw.random(3) + 0.5).astype(np.float32)
    layer = torch.nn.BatchNorm2d(3, eps=1e-3).train(training)
    with torch.no_grad():
        for held, values in ((layer.weight, gamma), (layer.bias, beta), (layer.running_mean, mean),
                             (layer.running_var, variance)):  # fmt: skip
            held.copy_(torch.tensor(values))
    given = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    made = layer(given)
    made.backward(torch.tensor(grad.transpose(0, 3, 1, 2)))
    if training:
        ours = layer_gradients.batch_norm_in_training(x, gamma, beta)[0]
        gradients = layer_gradients.batch_norm_in_training_gradients(x, grad, gamma)
    else:
        ours = batch_norm(x, mean, variance, gamma, beta)
        gradients = layer_gradients.batch_norm_gradients(x, mean, variance, grad, gamma)
    np.testing.assert_allclose(ours, made.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-4, atol=1e-5)
    theirs = given.grad.numpy().transpose(0, 2, 3, 1), layer.weight.grad.numpy(), layer.bias.grad.numpy()
    for found, wanted in zip(gradients, theirs, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "settings", [{}, {"stride": 2, "padding": 1, "output_padding": 1}, {"dilation": 2, "groups": 2}]
)
def test_a_transposed_convolution_learns_as_in_pytorch(torch, settings):
    draw = np.random.default_rng(10)
    layer = torch.nn.ConvTranspose2d(4, 6, 3, **settings)
    given = torch.tensor(draw.standard_normal((2, 4, 5, 5)), dtype=torch.float32, requires_grad=True)
    made = layer(given)
    grad = draw.standard_normal(made.shape).astype(np.float32)
    made.backward(torch.tensor(grad))
    # PyTorch's weights are (in, out / groups, rows, columns); ours (rows, columns, out / groups, in)
    weights = layer.weight.detach().numpy().transpose(2, 3, 1, 0)
    ours = layer_gradients.conv_transpose_gradients(
        given.detach().numpy().transpose(0, 2, 3, 1), weights, grad.transpose(0, 2, 3, 1), **settings
    )
    theirs = (
        given.grad.numpy().transpose(0, 2, 3, 1),
        layer.weight.grad.numpy().transpose(2, 3, 1, 0),
        layer.bias.grad.numpy(),
    )
    for found, wanted in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("logits", [[40.0, -3.0, 0.5], [-900.0, 900.0, 0.0]])
def test_terms_of_logits_are_those_of_pytorch(torch, logits):
    values, wanted = np.float32([logits]), np.float32([[0, 0, 1]])
    found = replace(passed(question()), output=values, wanted=wanted)
    binary = LossSum.of(replace(found, loss="binary_crossentropy_from_logits"), 0)
    own = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(values), torch.tensor(wanted), reduction="none"
    )
    np.testing.assert_allclose(binary.values, own.numpy().ravel(), rtol=1e-6)
    classes = LossSum.of(replace(found, loss="categorical_crossentropy_from_logits"), 0)
    own = torch.nn.functional.cross_entropy(torch.tensor(values), torch.tensor(wanted))
    np.testing.assert_allclose(classes.values.sum() / classes.share, own.numpy(), rtol=1e-6)
