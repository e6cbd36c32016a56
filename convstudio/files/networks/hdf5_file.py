"""HDF5 files, each asked in a helper process, which has a minute and a stated amount of memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from safetensors.numpy import load

from convstudio.files.arrays.tensors import read_notes
from convstudio.files.networks.hdf5_process import CONFIG, LAYERS, VERSION
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.files.reading import Content, StoredFile
from convstudio.model.readings.networks.keras_layers import Array

_SECONDS = 60.0


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
    """Return what the helper process answers."""
    if find_spec("h5py") is None:
        raise FileProblem(f"{where} needs the h5py package: install it with “pip install convstudio[models]”.")
    command = [sys.executable, "-P", "-m", "convstudio.files.networks.hdf5_process", where, *question]
    here = os.pathsep.join(part for part in sys.path if part)
    environment = {**os.environ, "PYTHONPATH": here, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    with data.opened() if isinstance(data, StoredFile) else nullcontext() as file:
        given: Any = {"input": data[:]} if file is None else {"stdin": file}
        try:
            done = subprocess.run(command, capture_output=True, env=environment, timeout=_SECONDS, check=False, **given)
        except subprocess.TimeoutExpired:
            raise FileProblem(
                f"{where} takes longer than {_SECONDS:.0f} seconds to read: use a smaller network."
            ) from None
    if done.returncode == 1 and done.stderr:
        raise FileProblem(done.stderr.decode(errors="replace").splitlines()[-1])
    if done.returncode:
        raise FileProblem(f"{where} stopped its reader, so it is probably damaged: get a whole copy of it.")
    answer: bytes = done.stdout
    return answer
