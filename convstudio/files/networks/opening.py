"""Opening a network of another program as a project: its layers, and a noise input of the shape that it reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from convstudio.files.limits import check_input_shape
from convstudio.files.networks.foreign_formats import FOREIGN_NETWORK_FORMATS, STATE_DICT_FORMATS, is_state_dict_file
from convstudio.files.networks.keras_file import KerasModel, read_keras, read_keras_hdf5
from convstudio.files.networks.onnx_file import read_onnx
from convstudio.files.networks.state_file import read_state_dict
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.projects.layers import layer_content, layer_of
from convstudio.files.reading import Content, stored_file
from convstudio.model.readings.networks import keras_chain, onnx_chain
from convstudio.model.readings.networks.metadata_names import stored_class_names
from convstudio.model.readings.networks.read_network import ReadNetwork
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.words.file_kinds import ending_of, kind_of, listed_endings

_SEED = 1


def load_network(path: str | os.PathLike[str]) -> tuple[Document, tuple[str, ...]]:
    """Return the project that a network file becomes, and sentences about it; raise FileProblem.

    What a project could not hold is left out with all that follows, and a sentence says so.
    """
    where = named(path)
    try:
        found = read_state_dict(path) if is_state_dict_file(path) else _read(path, where)
    except FileProblem:
        raise
    except ValueError as reason:
        raise FileProblem(f"{where}: {reason}") from None
    check_input_shape(found.input_shape, where)
    layers, problem = _within_limits(found)
    if not layers:
        raise FileProblem(f"{where}: {problem}")
    noise = np.random.default_rng(_SEED).random(found.input_shape, np.float32)
    title = os.path.splitext(os.path.basename(os.fspath(path)))[0]  # noqa: PTH119, PTH122  any path, also one of bytes
    document = Document(Sample.of("Noise from 0 to 1", noise, "NumPy, seed 1"), Network(layers), title)
    stopped = problem or found.stopped
    names = () if stopped else stored_class_names(found.metadata, _classes(document))
    named_by = f"The file names the {len(names)} classes: “{printable(names[0])}” is the first." if names else ""
    return replace(document, class_names=names), tuple(note for note in (*found.notes, named_by, stopped) if note)


def _classes(document: Document) -> int:
    """Return how many classes a network can predict: the values of the one vector in which it ends."""
    shape = document.network.shapes(document.sample.values.shape)[-1]
    return shape[0] if shape is not None and len(shape) == 1 else 0


def _read(path: str | os.PathLike[str], where: str) -> ReadNetwork:
    reader = _reader(path)
    return reader(stored_file(path), where)  # the helper process reads the file, so that its bytes are not held here


def _from_onnx(data: Content, where: str) -> ReadNetwork:
    return onnx_chain.network_of(read_onnx(data, where))


def _from_keras(read: Callable[[Content, str], KerasModel], data: Content, where: str) -> ReadNetwork:
    model = read(data, where)
    return keras_chain.network_of(model.layers, model.input_shape)


_READERS: Mapping[str, Callable[[Content, str], ReadNetwork]] = {
    "Keras model": partial(_from_keras, read_keras),
    "Keras model in HDF5": partial(_from_keras, read_keras_hdf5),
    "ONNX": _from_onnx,
}


def _reader(path: str | os.PathLike[str]) -> Callable[[Content, str], ReadNetwork]:
    kind = kind_of(FOREIGN_NETWORK_FORMATS, ending_of(path))
    if kind is None:
        known = listed_endings([*FOREIGN_NETWORK_FORMATS, *STATE_DICT_FORMATS])
        raise FileProblem(f"{named(path)} has no known format of a network: use a file that ends in {known}.")
    return _READERS[kind.name]


def _within_limits(found: ReadNetwork) -> tuple[tuple[Layer, ...], str]:
    """Return the layers up to the first that a project cannot hold, and why that is."""
    kept: list[Layer] = []
    for number, layer in enumerate(found.network.layers, 1):
        try:
            kept.append(layer_of(layer_content(layer, lambda values: values), f"Layer {number}"))
        except FileProblem as problem:
            return tuple(kept), f"{problem} It is left out, with all that follows."
    return tuple(kept), ""
