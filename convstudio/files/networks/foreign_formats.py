"""The formats of other programs' networks, in one table."""

from __future__ import annotations

import os

from convstudio.model.words.file_kinds import FileKind, ending_of, endings_of

ARRAYS_ENDING = ".weights.h5"
"""The ending of Keras's files that hold the arrays of a model without its layers."""

FOREIGN_NETWORK_FORMATS = (
    FileKind("Keras model", (".keras",), "a network of layers that follow each other; needs convstudio[models]"),
    FileKind(
        "Keras model in HDF5", (".h5", ".hdf5"), "a network of layers that follow each other; needs convstudio[models]"
    ),
    FileKind("ONNX", (".onnx",), "a network of layers that follow each other; needs convstudio[models]"),
)


def is_foreign_network(path: str | os.PathLike[str]) -> bool:
    """Return whether a name is that of another program's network.

    >>> is_foreign_network("net.h5"), is_foreign_network("net.weights.h5")
    (True, False)
    """
    has_layers = not os.fspath(path).lower().endswith(ARRAYS_ENDING)
    return has_layers and ending_of(path) in endings_of(FOREIGN_NETWORK_FORMATS)
