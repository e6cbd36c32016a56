"""The formats of other programs' networks, in one table."""

from __future__ import annotations

import os
from dataclasses import dataclass

from convstudio.model.words.file_kinds import FileKind, ending_of, endings_of, kind_of

ARRAYS_ENDING = ".weights.h5"
"""The ending of Keras's files that hold the arrays of a model without its layers."""

FOREIGN_NETWORK_FORMATS = (
    FileKind("Keras model", (".keras",), "a network of layers that follow each other; needs convstudio[models]"),
    FileKind(
        "Keras model in HDF5", (".h5", ".hdf5"), "a network of layers that follow each other; needs convstudio[models]"
    ),
    FileKind("ONNX", (".onnx",), "a network of layers that follow each other; needs convstudio[models]"),
)


@dataclass(frozen=True)
class StateDictFormat(FileKind):
    """A format of arrays that may be the weights of a network.

    `keeps_order` tells that they stand as they came, `has_notes` that texts may stand beside them.
    """

    keeps_order: bool
    has_notes: bool


STATE_DICT_FORMATS = (
    StateDictFormat(
        "PyTorch state_dict in safetensors",
        (".safetensors",),
        "the weights of layers that follow each other",
        keeps_order=False,
        has_notes=True,
    ),
    StateDictFormat(
        "PyTorch state_dict in NumPy archive",
        (".npz",),
        "the weights of layers that follow each other",
        keeps_order=True,
        has_notes=False,
    ),
)
"""Formats of arrays that may be the weights of a network; other doors read the same endings otherwise."""


def is_state_dict_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a name is that of a file of arrays, which may be the weights of a network."""
    return ending_of(path) in endings_of(STATE_DICT_FORMATS)


def keeps_order(path: str | os.PathLike[str]) -> bool:
    """Return whether a format keeps the order in which arrays were written; safetensors has one of its own."""
    kind = kind_of(STATE_DICT_FORMATS, ending_of(path))
    return kind is not None and kind.keeps_order


def has_notes(path: str | os.PathLike[str]) -> bool:
    """Return whether a format has a place for texts beside its arrays, such as the names of classes."""
    kind = kind_of(STATE_DICT_FORMATS, ending_of(path))
    return kind is not None and kind.has_notes


def is_foreign_network(path: str | os.PathLike[str]) -> bool:
    """Return whether a name is that of another program's network.

    >>> is_foreign_network("net.h5"), is_foreign_network("net.weights.h5")
    (True, False)
    """
    has_layers = not os.fspath(path).lower().endswith(ARRAYS_ENDING)
    return has_layers and ending_of(path) in endings_of(FOREIGN_NETWORK_FORMATS)
