"""One or two layers of every kind, each with values that it can read; a kind without one fails the tests."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

import numpy as np

from convstudio.model import kinds
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.values.arrays import frozen
from convstudio.model.values.layer import Layer

DRAW = np.random.default_rng(11)
MAPS = frozen(DRAW.standard_normal((5, 6, 4)))
STEPS = frozen(DRAW.standard_normal((7, 2)))
VOLUME = frozen(DRAW.standard_normal((2, 3, 2, 2)))
VECTOR = frozen(DRAW.standard_normal(6))


def _norm(channels):
    mean, gamma, beta = (frozen(DRAW.standard_normal(channels)) for _ in range(3))
    return BatchNorm(mean, frozen(DRAW.random(channels) + 0.5), gamma, beta)


SPECIMENS = {
    "convolution": (Conv.of(DRAW.standard_normal((3, 2, 4, 3)), [1, 2, 3]), MAPS),
    "convolution with settings": (
        replace(
            Conv.of(DRAW.standard_normal((2, 2, 2, 4)), DRAW.standard_normal(4)),
            stride=(2, 1),
            dilation=(1, 2),
            padding="same",
            padding_mode="reflect",
            groups=2,
            flip=True,
            activation="tanh",
        ),
        MAPS,
    ),
    "convolution of a sequence": (replace(Conv.of(DRAW.standard_normal((3, 2, 2))), padding="causal"), STEPS),
    "transposed": (
        ConvTranspose(frozen(DRAW.standard_normal((3, 2, 4, 2))), frozen([1, -1]), (2, 2), (1, 1), "same"),
        MAPS,
    ),
    "activation": (Activation("tanh"), MAPS),
    "activation with a number": (Activation("leaky_relu", 0.01), MAPS),
    "Rescaling": (Rescaling((2.0, 0.5, 1.0, -1.0), (0.0, 0.25, -1.0, 3.0)), MAPS),
    "Rescaling to −1 to 1": (Rescaling.of(2, -1), STEPS),
    "Rescaling of a vector": (Rescaling((2.0, 0.5, 1.0, -1.0, 0.1, 0.0), (0.0, 0.25, -1.0, 3.0, 2.0, 1.0)), VECTOR),
    "PReLU": (PRelu(frozen(DRAW.random(4))), MAPS),
    "PReLU of a vector": (PRelu(frozen(DRAW.random(6))), VECTOR),
    "PReLU of every cell": (PRelu(frozen(DRAW.random((5, 6, 4)))), MAPS),
    "PReLU of every column": (PRelu(frozen(DRAW.random((1, 6, 1)))), MAPS),
    "PReLU of every step": (PRelu(frozen(DRAW.random((7, 2)))), STEPS),
    "PReLU with one slope": (PRelu(frozen([0.25])), STEPS),
    "softmax": (Activation("softmax"), VECTOR),
    "max pooling": (Pool(), MAPS),
    "average pooling": (Pool("average", (3,), (2,), "same", count_include_pad=True), STEPS),
    "global average": (GlobalPool("average"), MAPS),
    "global maximum": (GlobalPool("max"), STEPS),
    "up-sampling": (UpSampling((2, 3)), MAPS),
    "up-sampling of a sequence": (UpSampling((3,)), STEPS),
    "up-sampling of a volume": (UpSampling((1, 2, 2)), VOLUME),
    "batch normalisation": (_norm(4), MAPS),
    "batch normalisation of a vector": (_norm(6), VECTOR),
    "local response normalisation": (LocalResponseNorm(1, 2, 0.5, 0.75, 2), MAPS),
    "local response normalisation of a vector": (LocalResponseNorm(2, 1, 0.5, 0.5, 1), VECTOR),
    "dropout": (Dropout(0.5, 3), MAPS),
    "spatial dropout": (SpatialDropout(0.5, 4), MAPS),
    "flatten": (Flatten(), MAPS),
    "dense": (Dense.of(DRAW.standard_normal((6, 3)), [1, 2, 3], "sigmoid"), VECTOR),
}
"""The layers by what they are, each with the values `(*spatial, channels)` that it reads here."""


def kinds_of_layers() -> set[type[Layer]]:
    """Find every kind of layer that there is, so that none can be forgotten."""
    for module in iter_modules(kinds.__path__, f"{kinds.__name__}."):
        import_module(module.name)
    return {kind for kind in _below(Layer) if not isabstract(kind) and kind.__module__.startswith(kinds.__name__)}


def _below(kind: type[Layer]) -> Iterator[type[Layer]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
