"""Activations and their gradients: what PyTorch and Keras compute, at the corners too."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convstudio.ops import ACTIVATIONS, activate, activation_gradient, prelu

os.environ.setdefault("KERAS_BACKEND", "torch")  # whichever it is, Keras gives the same numbers; PyTorch is there
torch: Any = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
LINE = np.linspace(-8, 8, 1025, dtype=np.float32).reshape(-1, 5)  # the corners at -3, -1, 0, 1, 3 and 6 are among them
NUMBERS = {
    "leaky_relu": (None, 0.01, 0.3),
    "elu": (None, 0.5, 2.0),
    "hard_sigmoid": (None,),
    "clipped_relu": (None, 6.0),
    "thresholded_relu": (None, 0.0, 3.0),
}
CASES = [(name, alpha) for name in ACTIVATIONS for alpha in NUMBERS.get(name, (None,))]


def of_pytorch(name: str, alpha: float | None) -> Callable[[Any], Any]:
    functional = torch.nn.functional
    numbers = () if alpha is None else (alpha,)
    return {
        "linear": lambda x: x * 1,
        "abs": torch.abs,
        "leaky_relu": lambda x: functional.leaky_relu(x, *(numbers or (0.2,))),
        "elu": lambda x: functional.elu(x, *numbers),
        "softmax": lambda x: functional.softmax(x, dim=-1),
        "log_softmax": lambda x: functional.log_softmax(x, dim=-1),
        "hard_sigmoid": functional.hardsigmoid,
        "hard_swish": functional.hardswish,
        "hard_tanh": functional.hardtanh,
        "clipped_relu": lambda x: functional.hardtanh(x, 0, *(numbers or (1.0,))),
        "thresholded_relu": lambda x: functional.threshold(x, *(numbers or (1.0,)), 0),
    }.get(name) or getattr(functional, name)


@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_values_and_gradients_are_pytorchs(name: str, alpha: float | None) -> None:
    x = torch.tensor(LINE, requires_grad=True)
    y = of_pytorch(name, alpha)(x)
    grad_y = np.cos(np.arange(LINE.size, dtype=np.float32)).reshape(LINE.shape)
    y.backward(torch.tensor(grad_y))
    np.testing.assert_allclose(activate(LINE, name, alpha), y.detach().numpy(), rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(activation_gradient(LINE, grad_y, name, alpha), x.grad.numpy(), rtol=1e-5, atol=2e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, which asks PyTorch for its numbers
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_are_those_of_keras_by_the_same_name(name: str) -> None:
    keras: Any = pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
    others = {
        "abs": keras.ops.abs,
        "clipped_relu": lambda x: keras.activations.relu(x, max_value=1.0),
        "thresholded_relu": lambda x: keras.activations.relu(x, threshold=1.0),
    }
    theirs = others.get(name) or keras.activations.get(name)
    values = keras.ops.convert_to_numpy(theirs(keras.ops.convert_to_tensor(LINE)))
    np.testing.assert_allclose(activate(LINE, name), values, rtol=1e-5, atol=2e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras, which asks PyTorch for its numbers
@pytest.mark.parametrize(("threshold", "slope"), [(1.0, 0.25), (3.0, 2.0)])
def test_a_threshold_with_a_slope_and_its_gradient_are_those_of_keras(threshold: float, slope: float) -> None:
    keras: Any = pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
    x = torch.tensor(LINE, requires_grad=True)
    y = keras.activations.relu(x, negative_slope=slope, threshold=threshold)
    grad_y = np.cos(np.arange(LINE.size, dtype=np.float32)).reshape(LINE.shape)
    y.backward(torch.tensor(grad_y))
    numbers = ("thresholded_relu", threshold, slope)
    np.testing.assert_array_equal(activate(LINE, *numbers), y.detach().numpy())
    np.testing.assert_array_equal(activation_gradient(LINE, grad_y, *numbers), x.grad.numpy())


@pytest.mark.parametrize("count", [1, 5])
def test_a_prelu_is_pytorchs(count: int) -> None:
    slopes = np.linspace(-0.5, 1.5, count, dtype=np.float32)
    theirs = torch.nn.functional.prelu(torch.tensor(LINE), torch.tensor(slopes)).numpy()
    np.testing.assert_array_equal(prelu(LINE, slopes), theirs)
