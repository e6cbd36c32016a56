"""The backward run of a whole document, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import building
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.backward import backward
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample
from convstudio.ops import ShapeError

DRAW = np.random.default_rng(3)
IMAGE = Sample.of("drawn", DRAW.standard_normal((8, 8, 2)))


def network(*layers):
    return forward(Document(IMAGE, Network(layers)))


def conv(channels, filters, activation="linear"):
    weights = building.glorot((3, 3, channels, filters), filters)
    return replace(Conv.of(weights, DRAW.standard_normal(filters)), activation=activation)


def test_the_gradients_of_a_classifier_are_those_of_pytorch():
    torch = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    first, second = conv(2, 4, "relu"), conv(4, 3, "tanh")
    dense = Dense.of(DRAW.standard_normal((3, 5)), DRAW.standard_normal(5))
    result = network(first, Pool(), second, Flatten(), dense)
    grad = DRAW.standard_normal(5)
    found = backward(result, grad)

    tensors = [torch.tensor(one, requires_grad=True) for one in
               (IMAGE.values.to_array(), first.weights, first.bias, second.weights, second.bias, dense.weights,
                dense.bias)]  # fmt: skip
    image, w1, b1, w2, b2, w3, b3 = tensors
    maps = torch.relu(torch.conv2d(image.permute(2, 0, 1)[None], w1.permute(3, 2, 0, 1), b1))
    maps = torch.tanh(torch.conv2d(torch.max_pool2d(maps, 2), w2.permute(3, 2, 0, 1), b2))
    made = maps.permute(0, 2, 3, 1).reshape(-1) @ w3 + b3
    made.backward(torch.tensor(grad, dtype=torch.float32))

    ours = [found[0].inputs]
    for layer in (0, 2, 4):
        ours += [found[layer].learned["weights"], found[layer].learned["bias"]]
    for one, theirs in zip(ours, tensors, strict=True):
        np.testing.assert_allclose(one, theirs.grad.numpy(), rtol=1e-4, atol=1e-5)


def test_a_layer_that_is_switched_off_passes_the_gradient_on():
    grad = DRAW.standard_normal((8, 8, 2))
    found = backward(network(replace(Activation("relu"), is_on=False)), grad)
    np.testing.assert_array_equal(found[0].inputs, grad)


def test_a_layer_without_a_bias_learns_none():
    found = backward(network(replace(conv(2, 1), has_bias=False)), np.ones((6, 6, 1)))
    assert set(found[0].learned) == {"weights"}


def test_a_gradient_of_another_shape_is_refused_with_both_shapes():
    with pytest.raises(ShapeError, match="has shape 5×5×1 but the network's output has 6×6×1"):
        backward(network(conv(2, 1)), np.ones((5, 5, 1)))


def test_a_network_with_a_layer_that_cannot_work_says_why():
    with pytest.raises(ValueError, match="channels"):
        backward(network(conv(3, 1)), np.ones((6, 6, 1)))


def test_it_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        backward(network(conv(2, 1)), np.ones((6, 6, 1)), progress)
