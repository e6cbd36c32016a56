"""Layers that networks of other programs have: what PyTorch, Keras and ONNX made of numbers, stored in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer

STORED = np.load(Path(__file__).parent / "layers" / "layers.npz")
NAMES = sorted({key.rsplit(".", 1)[0] for key in STORED.files})


def held(name: str, part: str) -> Floats:
    return frozen(STORED[f"{name}.{part}"])


def layer_of(name: str) -> Layer:
    match name.split():
        case ["lrn", "usual"]:
            return LocalResponseNorm()
        case ["lrn", size]:
            return LocalResponseNorm(int(size) // 2, (int(size) - 1) // 2, 0.7, 0.6, 1.5)
        case ["onnx", "lrn", size]:
            return LocalResponseNorm((int(size) - 1) // 2, int(size) // 2, 0.7, 0.6, 1.5)
        case [*_, "threshold", number]:
            return Activation("thresholded_relu", float(number))
        case ["keras", "prelu", *_]:
            return PRelu(held(name, "slopes"))
    raise ValueError(f"no layer is known for {name}")


def test_the_stored_numbers_are_there() -> None:
    assert len(NAMES) == 19


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_makes_the_frameworks_numbers(name: str) -> None:
    found = layer_of(name).run(held(name, "x"))
    np.testing.assert_allclose(found, held(name, "y"), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in NAMES if f"{name}.grad_x" in STORED.files])
def test_a_layer_passes_the_frameworks_gradients_back(name: str) -> None:
    found = layer_of(name).backward(held(name, "x"), held(name, "grad_y"))
    np.testing.assert_allclose(found.inputs, held(name, "grad_x"), rtol=1e-5, atol=1e-6)
    for field, grad in found.learned.items():
        np.testing.assert_allclose(grad, held(name, f"grad_{field}"), rtol=1e-5, atol=1e-6)
