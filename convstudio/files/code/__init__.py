"""Networks as programs of other libraries: each builds the network, runs it, and checks its output against ours."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from convstudio.model.values.document import Document

__all__ = ["TARGETS", "code_for"]

TARGETS: Mapping[str, str] = MappingProxyType(
    {"keras": "Keras", "pytorch": "PyTorch", "numpy": "NumPy", "scipy": "SciPy", "opencv": "OpenCV"}
)
"""The libraries that programs are written for, with their names as people write them."""


def code_for(document: Document, target: str) -> str:
    """Return the program of a document for one of the TARGETS.

    Raises FileProblem, which names the layer, where a layer cannot work or the library cannot express it.
    """
    writer = import_module(f"{__name__}.to_{target}")  # here, and not above: no start of the window needs them
    writer_of = import_module(f"{__name__}.layers").writer_of
    program: str = getattr(writer, f"{target}_code")(document, writer_of(target), writer_of("arrays"))
    return program
