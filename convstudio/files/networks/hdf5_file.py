"""HDF5 files, each asked in a helper process, which has a minute and a stated amount of memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safetensors.numpy import load

from convstudio.files.arrays.tensors import read_notes
from convstudio.files.networks.hdf5_process import CONFIG, LAYERS, PROBLEMS, VERSION
from convstudio.files.networks.helper import ask
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.files.reading import Content
from convstudio.model.readings.networks.keras_layers import Array

_MOST_NAMED = 100
"""How many names a process is given: a command has a largest length, and for more of them all arrays are read."""


@dataclass(frozen=True, eq=False)
class Hdf5File:
    """The arrays of a file by their paths; and of a whole model, its configuration and the paths of each layer.

    `problems` tells what is wrong with arrays that cannot be read. `keras_version` is that of the Keras which wrote the
    model.
    """

    arrays: Mapping[str, Array]
    problems: Mapping[str, str]
    config: str
    layers: Mapping[str, tuple[str, ...]]
    keras_version: str

    def array(self, path: str) -> Array:
        """Return the array at a path of the file; raise FileProblem where it cannot be read."""
        if path in self.problems:
            raise FileProblem(self.problems[path])
        return self.arrays[path]


def read_hdf5(data: Content, where: str) -> Hdf5File:
    """Read all arrays of a file; raise FileProblem, also where the extra is missing."""
    answer = _ask(data, where, "model")
    with decoding(where):
        notes = read_notes(answer, where)
        layers = json.loads(notes.get(LAYERS, "{}"))
        paths = {name: tuple(some) for name, some in layers.items()}
        problems = json.loads(notes.get(PROBLEMS, "{}"))
        return Hdf5File(load(answer), problems, notes.get(CONFIG, ""), paths, notes.get(VERSION, ""))


def list_hdf5(data: Content, where: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """List shapes and types of a file's arrays by printable paths; raise FileProblem, also without the extra."""
    answer = _ask(data, where, "list")
    with decoding(where):
        listed: dict[str, Any] = json.loads(answer)
        return {printable(path): (tuple(shape), str(kind)) for path, (shape, kind) in listed.items()}


def read_hdf5_arrays(data: Content, names: Collection[str], where: str) -> Iterator[tuple[str, Array | FileProblem]]:
    """Yield arrays, or what is wrong with each, by the names that `list_hdf5` gave them; all are read in one go.

    Raises FileProblem where the file itself cannot be read, or is without one of them.
    """
    answer = _ask(data, where, "arrays", *(names if len(names) <= _MOST_NAMED else ()))
    with decoding(where):
        problems: dict[str, str] = json.loads(read_notes(answer, where).get(PROBLEMS, "{}"))
        found: dict[str, Array | FileProblem] = {path: FileProblem(text) for path, text in problems.items()}
        found |= load(answer)
        wanted = [(name, one) for path, one in found.items() if (name := printable(path)) in names]
    yield from wanted


def _ask(data: Content, where: str, *question: str) -> bytes:
    return ask("hdf5_process", "h5py", data, where, *question)
