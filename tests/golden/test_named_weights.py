"""Exported weights go into the model that "Copy as code" builds: same names, same order, same numbers as its own."""

import contextlib
import io
import os
import warnings
from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.code import code_for
from convstudio.files.code.named_weights import keras_weights, pytorch_weights
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

os.environ.setdefault("KERAS_BACKEND", "torch")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own arrays
DRAW = np.random.default_rng(11)
IMAGE = DRAW.standard_normal((8, 9, 4))
CONV = Conv.of(DRAW.standard_normal((3, 3, 4, 6)), DRAW.standard_normal(6))
GROWING = ConvTranspose(frozen(DRAW.standard_normal((3, 3, 6, 4))), frozen(DRAW.standard_normal(4)), (2, 2), (1, 1))
NORM = BatchNorm(*(frozen(DRAW.random(6)) for _ in range(4)))
NETWORKS = {
    "convolutions, pooling, dense": (
        CONV, Activation(), Pool(), Conv.of(DRAW.standard_normal((2, 2, 6, 5))), Flatten(),
        Dense.of(DRAW.standard_normal((20, 3)), DRAW.standard_normal(3)), Activation(activation="softmax"),
    ),
    "normalised, with slopes": (CONV, NORM, PRelu(frozen(DRAW.random(6)))),
    "groups, flipped": (replace(CONV, weights=CONV.weights[:, :, :2], groups=2, flip=True, padding="same"),),
    "transposed": (CONV, GROWING),
    "transposed in groups": (CONV, replace(GROWING, weights=GROWING.weights[:, :, :3], groups=2)),
    "transposed, dilated": (CONV, replace(GROWING, dilation=(2, 1), padding="same")),
    "dropout": (CONV, Dropout(0.5, seed=3), SpatialDropout(0.5, seed=4)),
    "without a bias": (replace(CONV, bias=frozen(np.zeros(6)), has_bias=False), NORM),
}  # fmt: skip


def model_of(document, target):
    """Run the program of a document, and return its model."""
    program = compile(code_for(document, target), "<program>", "exec")
    held = {"__name__": "program"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(program, held)
    return held["model"]


def document_of(layers):
    return Document(Sample.of("drawn", IMAGE), Network(layers), "Drawn")


@pytest.mark.parametrize("name", NETWORKS)
def test_pytorch_takes_the_weights_as_the_state_dict_of_its_model(name):
    torch = pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    document = document_of(NETWORKS[name])
    own, ours = model_of(document, "pytorch").state_dict(), pytorch_weights(document)
    assert list(ours) == [name for name in own if name in ours]
    model_of(document, "pytorch").load_state_dict({name: torch.tensor(one) for name, one in ours.items()}, strict=True)
    for name, values in own.items():
        np.testing.assert_allclose(values.numpy(), ours[name], rtol=1e-6)  # a program has 8 digits


@pytest.mark.parametrize("name", NETWORKS)
def test_keras_takes_the_weights_in_the_order_of_its_model(name):
    keras = pytest.importorskip("keras", reason="it needs keras and --frameworks, as CI has them")
    document = document_of(NETWORKS[name])
    model, ours = model_of(document, "keras"), keras_weights(document)
    for own, (name, values) in zip(model.weights, ours.items(), strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(own), values, rtol=1e-6)
        layer, variable = own.path.split("/")[-2:]
        assert name.split("/")[-1] == variable
        assert name.split("/")[0].rstrip("_0123456789") == layer.rstrip("_0123456789")
    model.set_weights(list(ours.values()))
