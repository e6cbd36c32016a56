"""Networks as programs of other libraries: each builds the network, runs it, and checks its output against ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from convstudio.files.code.to_keras import keras_code
from convstudio.files.code.to_numpy import numpy_code
from convstudio.files.code.to_opencv import opencv_code
from convstudio.files.code.to_pytorch import pytorch_code
from convstudio.files.code.to_scipy import scipy_code
from convstudio.model.document import Document

__all__ = ["TARGETS", "code_for"]

_WRITERS: Mapping[str, Callable[[Document], str]] = MappingProxyType(
    {
        "keras": keras_code,
        "pytorch": pytorch_code,
        "numpy": numpy_code,
        "scipy": scipy_code,
        "opencv": opencv_code,
    }
)
TARGETS: Mapping[str, str] = MappingProxyType(
    {"keras": "Keras", "pytorch": "PyTorch", "numpy": "NumPy", "scipy": "SciPy", "opencv": "OpenCV"}
)
"""The libraries that programs are written for, with their names as people write them."""


def code_for(document: Document, target: str) -> str:
    """Return the program of a document for one of the TARGETS.

    Raises FileProblem, which names the layer, where a layer cannot work or the library cannot express it.
    """
    return _WRITERS[target](document)
