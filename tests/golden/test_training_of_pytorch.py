"""Twenty steps of a training lead to the losses and the weights of PyTorch, and of Keras where the two differ.

PyTorch adds its epsilon elsewhere in Adam and RMSprop, and its momentum adds up gradients, which is the same while the
rate stays: its optimisers are given what makes their formulas equal to Keras's, or a tolerance that says the rest.
"""

import os
from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.learning.training import advance, begin, plan
from convstudio.model.values.learning.settings import OPTIMISERS, TrainingSettings
from tests.unit.model.learning.networks import CLASSES, CLASSIFIER, FILTER, MAPS, document

STEPS = 20
SETTINGS = TrainingSettings(rate=0.01, batch_size=8, epochs=STEPS, held_out=0.0, l2=1e-3)


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")


@pytest.fixture
def keras(torch):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")


def ours(network, data, settings):
    """Train for some steps; return the losses, the batches of each step, and the network."""
    planned = plan(document(network, data), data, settings)
    state, losses, batches = begin(planned), [], []
    for _ in range(STEPS):
        at = state.step % planned.steps_per_epoch * settings.batch_size
        batches.append(planned.order(state.epoch)[at : at + settings.batch_size])
        state, report, _ = advance(planned, state)
        losses.append(report.loss)
    return losses, batches, state.network


def to_torch(torch, weights):
    axes = (3, 2, 0, 1) if weights.ndim == 4 else (1, 0)
    return torch.nn.Parameter(torch.tensor(weights.transpose(axes).copy()))


def classifier(torch):
    """Rebuild the classifier, whose flattening has the channels last."""
    conv, _, _, dense = CLASSIFIER.layers
    kernel, bias = to_torch(torch, conv.weights), torch.nn.Parameter(torch.tensor(conv.bias))
    matrix, units = to_torch(torch, dense.weights), torch.nn.Parameter(torch.tensor(dense.bias))

    def logits(x):
        maps = torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), kernel, bias, padding=1).relu()
        pooled = torch.nn.functional.max_pool2d(maps, 2).permute(0, 2, 3, 1).flatten(1)
        return torch.nn.functional.linear(pooled, matrix, units)

    return logits, (kernel, matrix), (bias, units)


def keras_step(name, keras, rate):
    kinds = {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9),
        "nesterov": lambda: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate),
        "adam": lambda: keras.optimizers.Adam(rate),
        "adamw": lambda: keras.optimizers.AdamW(rate),
    }
    return kinds[name]()


TORCH_OPTIMISERS = {
    "sgd": lambda torch, given, rate: torch.optim.SGD(given, rate),
    "momentum": lambda torch, given, rate: torch.optim.SGD(given, rate, momentum=0.9),
    "nesterov": lambda torch, given, rate: torch.optim.SGD(given, rate, momentum=0.9, nesterov=True),
    "adam": lambda torch, given, rate: torch.optim.Adam(given, rate, eps=1e-7),
    "adamw": lambda torch, given, rate: torch.optim.AdamW(given, rate, eps=1e-7, weight_decay=4e-3),
}


def theirs(torch, step, given, loss_of, batches):
    losses = []
    for batch in batches:
        for one in given:
            one.grad = None
        loss = loss_of(batch)
        loss.backward()
        losses.append(float(loss.detach()))
        step()
    return losses


def classifier_loss(torch, logits, kernels):
    inputs, labels = torch.tensor(CLASSES.inputs), torch.tensor(CLASSES.labels)

    def loss(batch):
        punished = sum((kernel**2).sum() for kernel in kernels) * SETTINGS.l2
        return torch.nn.functional.cross_entropy(logits(inputs[batch]), labels[batch]) + punished

    return loss


@pytest.mark.parametrize("name", TORCH_OPTIMISERS)
def test_a_classifier_learns_as_in_pytorch(torch, name):
    losses, batches, network = ours(CLASSIFIER, CLASSES, replace(SETTINGS, optimiser=name))
    logits, kernels, biases = classifier(torch)
    optimiser = TORCH_OPTIMISERS[name](torch, [*kernels, *biases], SETTINGS.rate)
    wanted = theirs(torch, optimiser.step, [*kernels, *biases], classifier_loss(torch, logits, kernels), batches)
    np.testing.assert_allclose(losses, wanted, rtol=1e-4)
    kernel = kernels[0].detach().numpy().transpose(2, 3, 1, 0)
    np.testing.assert_allclose(network.layers[0].weights, kernel, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_classifier_learns_as_in_keras(torch, keras, name):
    losses, batches, _ = ours(CLASSIFIER, CLASSES, replace(SETTINGS, optimiser=name))
    logits, kernels, biases = classifier(torch)
    held = [keras.Variable(one.detach().numpy()) for one in (*kernels, *biases)]
    optimiser = keras_step(name, keras, SETTINGS.rate)

    def step():
        optimiser.apply([one.grad for one in (*kernels, *biases)], held)
        with torch.no_grad():
            for own, moved in zip((*kernels, *biases), held, strict=True):
                own.copy_(moved.value)

    wanted = theirs(torch, step, [*kernels, *biases], classifier_loss(torch, logits, kernels), batches)
    np.testing.assert_allclose(losses, wanted, rtol=1e-4)


@pytest.mark.parametrize(("loss", "of"), [("mean_squared_error", "mse_loss"), ("mean_absolute_error", "l1_loss")])
def test_a_filter_learns_a_map_as_in_pytorch(torch, loss, of):
    settings = replace(SETTINGS, loss=loss, optimiser="sgd", l2=0.0, batch_size=2)
    losses, batches, _ = ours(FILTER, MAPS, settings)
    kernel = to_torch(torch, FILTER.layers[0].weights)
    bias = torch.nn.Parameter(torch.zeros(1))
    inputs, maps = (torch.tensor(one).permute(0, 3, 1, 2) for one in (MAPS.inputs, MAPS.maps))

    def loss_of(batch):
        made = torch.nn.functional.conv2d(inputs[batch], kernel, bias, padding=1)
        return getattr(torch.nn.functional, of)(made, maps[batch])

    optimiser = torch.optim.SGD([kernel, bias], settings.rate)
    np.testing.assert_allclose(losses, theirs(torch, optimiser.step, [kernel, bias], loss_of, batches), rtol=1e-4)
