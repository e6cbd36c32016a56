"""HDF5 files, each asked in a helper process, which has a minute and a stated amount of memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safetensors.numpy import load

from convstudio.files.arrays.tensors import read_notes
from convstudio.files.networks.hdf5_process import CONFIG, LAYERS, VERSION
from convstudio.files.networks.helper import ask
from convstudio.files.problems import decoding, printable
from convstudio.files.reading import Content
from convstudio.model.readings.networks.keras_layers import Array


@dataclass(frozen=True, eq=False)
class Hdf5File:
    """All arrays of a file by their paths; and of a whole model, its configuration and the paths of each layer.

    `keras_version` is that of the Keras which wrote the model.
    """

    arrays: Mapping[str, Array]
    config: str
    layers: Mapping[str, tuple[str, ...]]
    keras_version: str


def read_hdf5(data: Content, where: str) -> Hdf5File:
    """Read all arrays of a file; raise FileProblem, also where the extra is missing."""
    answer = _ask(data, where, "all")
    with decoding(where):
        notes = read_notes(answer, where)
        layers = json.loads(notes.get(LAYERS, "{}"))
        paths = {name: tuple(some) for name, some in layers.items()}
        return Hdf5File(load(answer), notes.get(CONFIG, ""), paths, notes.get(VERSION, ""))


def list_hdf5(data: Content, where: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """List shapes and types of a file's arrays by printable paths; raise FileProblem, also without the extra."""
    answer = _ask(data, where, "list")
    with decoding(where):
        listed: dict[str, Any] = json.loads(answer)
        return {printable(path): (tuple(shape), str(kind)) for path, (shape, kind) in listed.items()}


def read_hdf5_array(data: Content, name: str, where: str) -> Array:
    """Read one array, under the name that `list_hdf5` gave it; raise FileProblem."""
    return load(_ask(data, where, "array", name))["array"]


def _ask(data: Content, where: str, *question: str) -> bytes:
    return ask("hdf5_process", "h5py", data, where, *question)
