"""Small networks and data to learn from."""

from dataclasses import replace

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DRAW = np.random.default_rng(3)


def conv(kernel, channels, filters, **settings):
    """Return a convolution with random weights."""
    return replace(Conv.of(DRAW.normal(0, 0.3, (*kernel, channels, filters))), padding="same", **settings)


CLASSIFIER = Network(
    (
        conv((3, 3), 1, 4, activation="relu"),
        Pool(),
        Flatten(),
        Dense.of(DRAW.normal(0, 0.3, (36, 3)), activation="softmax"),
    )
)
"""Tells three classes of 6×6 inputs apart."""
WITH_STATISTICS = Network(
    (
        conv((3, 3), 1, 4),
        BatchNorm.of(4),
        Activation("relu"),
        Dropout(0.25),
        Flatten(),
        Dense.of(DRAW.normal(0, 0.3, (144, 3)), activation="softmax"),
    )
)
"""The same with batch normalisation and dropout."""
FILTER = Network((conv((3, 3), 1, 1),))
"""One filter, which can learn a map."""

_LABELS = np.arange(45) % 3
_STRIPES = np.stack([np.outer(np.cos(np.arange(6) * (1 + k)), np.ones(6)) for k in range(3)])
CLASSES = Dataset(
    "stripes",
    frozen((_STRIPES[_LABELS] + DRAW.normal(0, 0.3, (45, 6, 6)))[..., np.newaxis]),
    _LABELS,
    class_names=("wide", "middle", "narrow"),
)
_INPUTS = frozen(DRAW.standard_normal((5, 6, 6, 1)))
MAPS = Dataset(
    "maps",
    _INPUTS,
    maps=frozen([replace(Conv.of(np.eye(3)[..., None, None]), padding="same").run(one) for one in _INPUTS]),
)


def document(network, data=CLASSES):
    """Return a document with a network, and the first of the data as its sample."""
    return Document(Sample.of("first", data.inputs[0]), network)
