"""The weights of the whole network in one file, as the model of Keras or PyTorch takes them."""

from __future__ import annotations

import io

import numpy as np
from safetensors.numpy import save

from convstudio.files.code.named_weights import Arrays, keras_weights, pytorch_weights
from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.problems import FileProblem

_NO_WEIGHTS = "This network has no weights to export. Add a convolution or a dense layer."


def as_pytorch_safetensors(subject: PageSubject) -> bytes:
    """Write the state dict of the program for PyTorch: `model.load_state_dict(load_file(path))`."""
    return _safetensors(pytorch_weights(subject.document))


def as_keras_safetensors(subject: PageSubject) -> bytes:
    """Write the weights under Keras's names; a file of this format keeps no order."""
    return _safetensors(keras_weights(subject.document))


def as_keras_npz(subject: PageSubject) -> bytes:
    """Write the weights of the program for Keras, in order: `model.set_weights(list(np.load(path).values()))`."""
    return _npz(keras_weights(subject.document))


def as_pytorch_npz(subject: PageSubject) -> bytes:
    """Write the state dict of the program for PyTorch."""
    return _npz(pytorch_weights(subject.document))


def _safetensors(arrays: Arrays) -> bytes:
    return save({name: np.ascontiguousarray(values) for name, values in _some(arrays).items()})


def _npz(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **_some(arrays))
    return buffer.getvalue()


def _some(arrays: Arrays) -> Arrays:
    """Return the arrays; raise FileProblem where there is none."""
    if not arrays:
        raise FileProblem(_NO_WEIGHTS)
    return arrays
