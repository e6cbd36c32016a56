"""Train the digit classifier of File > Examples, and say how many digits it gets right that it never saw.

Run it in the root of a clone: `PYTHONPATH=. python packaging/train_digits.py`. It takes some seconds, reads the bundled
digits, writes `resources/networks/digits.safetensors`, and gives the same bits on every run on one machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from threadpoolctl import threadpool_limits

from convstudio.files.digits import Digits
from convstudio.files.resources import load_digits
from convstudio.model.edits.building import glorot
from convstudio.ops import activate, activation_gradient, conv, conv_gradients, dense, flatten, pool, pool_gradient

SEED, EPOCHS, BATCH, RATE, DECAY = 1, 30, 32, 3e-3, 1e-2
BRIGHTEST = 16
SHAPES = {"conv1.weights": (3, 3, 1, 8), "conv2.weights": (3, 3, 8, 16), "dense.weights": (256, 10)}
WEIGHTS_FILE = Path(__file__).parents[1] / "resources" / "networks" / "digits.safetensors"

Weights = Mapping[str, NDArray[np.float32]]


def first_weights(seed: int) -> Weights:
    """Draw the weights that training starts from; every bias is 0."""
    drawn = {name: np.array(glorot(shape, seed + place)) for place, (name, shape) in enumerate(SHAPES.items())}
    biases = {_bias_of(name): np.zeros(shape[-1], np.float32) for name, shape in SHAPES.items()}
    return drawn | biases


def train(digits: Digits, epochs: int, seed: int) -> Weights:
    """Return weights trained on `digits`, whose images go from 0 to 1: Adam with decaying weights and rate.

    Source: D. Kingma and J. Ba, "Adam", 2014; I. Loshchilov and F. Hutter, "Decoupled weight decay", 2017.
    """
    weights = first_weights(seed)
    means = {name: np.zeros_like(held) for name, held in weights.items()}
    squares = {name: np.zeros_like(held) for name, held in weights.items()}
    for step, (share, batch) in enumerate(_batches(digits, epochs, seed), start=1):
        rate = RATE * (1 + math.cos(math.pi * share)) / 2
        slopes = gradients(weights, batch)
        for name, slope in slopes.items():
            means[name] = 0.9 * means[name] + 0.1 * slope
            squares[name] = 0.999 * squares[name] + 0.001 * slope**2
        weights = {
            name: _moved(name, held, means[name] / (1 - 0.9**step), squares[name] / (1 - 0.999**step), rate)
            for name, held in weights.items()
        }
    return weights


def gradients(weights: Weights, batch: Digits) -> Weights:
    """Return how the mean cross-entropy of a batch changes with every weight: the network backwards."""
    kernel1, kernel2, matrix = (weights[name] for name in SHAPES)
    sums1 = conv(batch.images, kernel1, weights["conv1.bias"], padding="same")
    maps1 = activate(sums1, "relu")
    pooled = pool(maps1, "max", (2, 2))
    sums2 = conv(pooled, kernel2, weights["conv2.bias"], padding="same")
    maps2 = activate(sums2, "relu")
    line = flatten(maps2, 2)
    grad_units = activate(dense(line, matrix, weights["dense.bias"]), "softmax")
    grad_units[np.arange(len(batch)), batch.labels] -= 1
    grad_units /= len(batch)
    grad_sums2 = activation_gradient(sums2, (grad_units @ matrix.T).reshape(maps2.shape), "relu")
    grad_pooled, grad_kernel2, grad_bias2 = conv_gradients(pooled, kernel2, grad_sums2, padding="same")
    grad_sums1 = activation_gradient(sums1, pool_gradient(maps1, grad_pooled, "max", (2, 2)), "relu")
    _, grad_kernel1, grad_bias1 = conv_gradients(batch.images, kernel1, grad_sums1, padding="same")
    return {
        "conv1.weights": grad_kernel1,
        "conv1.bias": grad_bias1,
        "conv2.weights": grad_kernel2,
        "conv2.bias": grad_bias2,
        "dense.weights": line.T @ grad_units,
        "dense.bias": grad_units.sum(axis=0),
    }


def for_raw_images(weights: Weights) -> Weights:
    """Return the weights for images from 0 to 16, as the window shows them; a division by 16 loses no bit."""
    return {**weights, "conv1.weights": weights["conv1.weights"] / np.float32(BRIGHTEST)}


def units(weights: Weights, digits: Digits) -> NDArray[np.float32]:
    """Return what the network makes of digits, `(digits, 10)`, before the softmax."""
    maps = activate(conv(digits.images, weights["conv1.weights"], weights["conv1.bias"], padding="same"), "relu")
    pooled = pool(maps, "max", (2, 2))
    maps = activate(conv(pooled, weights["conv2.weights"], weights["conv2.bias"], padding="same"), "relu")
    return dense(flatten(maps, 2), weights["dense.weights"], weights["dense.bias"])


def accuracy(weights: Weights, digits: Digits) -> float:
    """Return the share of digits that the network gets right."""
    return float((units(weights, digits).argmax(axis=-1) == digits.labels).mean())


def scaled(digits: Digits) -> Digits:
    """Return the digits with images from 0 to 1, where training is quickest."""
    return Digits(digits.images / np.float32(BRIGHTEST), digits.labels)


def main() -> None:
    """Train, write the weights, and report."""
    digits = load_digits()
    with threadpool_limits(1):  # sums over threads would depend on their number
        weights = for_raw_images(train(scaled(digits.for_training), EPOCHS, SEED))
    WEIGHTS_FILE.write_bytes(save({name: np.ascontiguousarray(held) for name, held in weights.items()}))
    print(f"{sum(held.size for held in weights.values()):,} weights, trained on {len(digits.for_training):,} digits")
    for name, part in (("trained on", digits.for_training), ("held out", digits.held_out)):
        print(f"right of the {len(part):,} {name}: {accuracy(weights, part):.1%}")


def _batches(digits: Digits, epochs: int, seed: int) -> Iterator[tuple[float, Digits]]:
    """Shuffle the digits anew for every epoch; each batch comes with the share of the training before it."""
    generator = np.random.default_rng(seed)
    for epoch in range(epochs):
        order = generator.permutation(len(digits))
        for start in range(0, len(order), BATCH):
            yield epoch / epochs, digits.part(order[start : start + BATCH])


def _moved(
    name: str,
    held: NDArray[np.float32],
    mean: NDArray[np.float32],
    square: NDArray[np.float32],
    rate: float,
) -> NDArray[np.float32]:
    decay = DECAY * held if name in SHAPES else 0
    return (held - rate * (mean / (np.sqrt(square) + 1e-8) + decay)).astype(np.float32)


def _bias_of(name: str) -> str:
    return name.replace("weights", "bias")


if __name__ == "__main__":
    main()
