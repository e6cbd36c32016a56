"""Files that Keras writes of a whole model: its configuration, and its arrays, which are HDF5 or in an HDF5 file.

A `.keras` file is an archive of the configuration and of an HDF5 file; in a whole-model `.h5` file of Keras 2 or 3 both
are HDF5.

Nothing in them is run: of each layer, only the name of its kind, its settings and its numbers are read.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from convstudio.files.arrays.archives import open_archive
from convstudio.files.networks.hdf5_file import Hdf5File, read_hdf5
from convstudio.files.problems import FileProblem, decoding, printable
from convstudio.files.reading import Content
from convstudio.model.readings.networks.keras_layers import Array, StoredLayer
from convstudio.model.values.limits import LIMITS

_BAD = "{file} is not a Keras model, or is damaged: save it again with model.save."
_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_CONFIG_BYTES, _METADATA_BYTES = 16 * 2**20, 2**16
_BRANCHES = "reads other layers"
"""What is written beside a layer that does not read the one before it alone."""
_PLACE = re.compile(r"^layers/([^/]+)/vars/(\d+)$")


@dataclass(frozen=True, eq=False)
class KerasModel:
    """A model as its file holds it: layers that follow each other, and the input's shape without the batch."""

    layers: Sequence[StoredLayer]
    input_shape: tuple[int | None, ...]


def read_keras(data: Content, where: str) -> KerasModel:
    """Return the model of a `.keras` file; raise FileProblem, also where the extra is missing.

    A model whose layers do not follow each other is read up to the first that reads another one.
    """
    with decoding(where):
        archive = open_archive(data, where, _BAD)
        stated = _layers(msgspec.json.decode(_member(archive, _CONFIG, _CONFIG_BYTES, where)), where)
        file = read_hdf5(_member(archive, _WEIGHTS, LIMITS.file_bytes, where), where)
        paths = _paths_of_layers(file)
        held = [tuple(map(file.array, paths.get(name, ()))) for name in _group_names(stated)]
        return _model(stated, held, _is_of_keras_2(archive, where), where)


def read_keras_hdf5(data: Content, where: str) -> KerasModel:
    """Return the model of a whole-model `.h5` file, as `read_keras` does."""
    with decoding(where):
        file = read_hdf5(data, where)
        if not file.config:
            raise FileProblem(
                f"{where} holds arrays alone and no whole model: save it with “model.save('model.h5')”, or open the "
                "weights of one layer by Filter bank, From a file of weights."
            )
        stated = _layers(msgspec.json.decode(file.config), where)
        paths = [file.layers.get(str(one["config"].get("name")), ()) for one in stated]
        held = [tuple(map(file.array, some)) for some in paths]
        return _model(stated, held, file.keras_version.startswith("2."), where)


def keras_weights(data: Content, where: str) -> bytes:
    """Return the HDF5 file of arrays in a `.keras` file; raise FileProblem."""
    with decoding(where):
        return _member(open_archive(data, where, _BAD), _WEIGHTS, LIMITS.file_bytes, where)


def _model(
    stated: Sequence[Mapping[str, Any]], arrays: Sequence[tuple[Array, ...]], is_of_keras_2: bool, where: str
) -> KerasModel:
    layers = tuple(
        StoredLayer(
            _short(one["class_name"]),
            _short(one["config"].get("name", "")),
            one["config"],
            held,
            is_of_keras_2,
            _BRANCHES in one,
        )
        for one, held in zip(stated, arrays, strict=True)
        if one["class_name"] != "InputLayer"
    )
    return KerasModel(layers, _input_shape(stated, where))


def _short(name: object) -> str:
    return printable(str(name)[:60])


def _member(archive: zipfile.ZipFile, name: str, most: int, where: str) -> bytes:
    """Unpack one member, whose stated size is checked first."""
    if name not in archive.namelist():
        raise FileProblem(f"{where} holds no {name}: save the whole model with “model.save('model.keras')”.")
    if archive.getinfo(name).file_size > most:
        raise FileProblem(f"{where}: its {name} is larger than {most >> 20} MiB: use a smaller network.")
    with archive.open(name) as member:
        return member.read(most)


def _is_of_keras_2(archive: zipfile.ZipFile, where: str) -> bool:
    if _METADATA not in archive.namelist():
        return False
    stated = msgspec.json.decode(_member(archive, _METADATA, _METADATA_BYTES, where))
    return isinstance(stated, Mapping) and str(stated.get("keras_version")).startswith("2.")


def _layers(config: Mapping[str, Any], where: str) -> list[Mapping[str, Any]]:
    """Return the stated layers of a sequential model, or of a functional one as far as it is a chain."""
    kind = config["class_name"]
    if kind not in ("Sequential", "Functional", "Model"):
        raise FileProblem(f"{where} is a model of the class {printable(str(kind)[:60])}: only layers that follow each "
                          "other can be read.")  # fmt: skip
    settings = config["config"]
    stated = list(
        settings if isinstance(settings, list) else settings["layers"]
    )  # a list of the oldest sequential ones
    return stated if kind == "Sequential" else list(_chain(stated))


def _chain(stated: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Return the layers of a functional model, and, in the place of the first that is none of a chain, what it is."""
    before: str | None = None
    for one in stated:
        read = list(_read_by(one.get("inbound_nodes", [])))
        if read != ([] if before is None else [before]):
            yield {"class_name": one["class_name"], "config": {"name": one["config"].get("name", "")}, _BRANCHES: True}
            return
        before = str(one["config"].get("name", one.get("name")))
        yield one


def _read_by(content: Any) -> Iterator[str]:
    """Return the names of the layers whose results a layer reads, wherever they stand in its nodes.

    Keras 3 writes each as a mapping with its history, Keras 2 as a list of a name, two numbers and settings.
    """
    if isinstance(content, list) and [type(part) for part in content[:3]] == [str, int, int]:
        yield content[0]
        return
    if isinstance(content, Mapping):
        history = content.get("keras_history")
        if history is not None:
            yield str(history[0])
            return
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from _read_by(item)


def _group_names(stated: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return under which name the file holds the arrays of each layer: its kind in lower case, and a count."""
    seen: Counter[str] = Counter()
    names = []
    for one in stated:
        plain = _snake_case(str(one["class_name"]))
        names.append(f"{plain}_{seen[plain]}" if seen[plain] else plain)
        seen[plain] += 1
    return names


def _snake_case(name: str) -> str:
    """Write a class's name as Keras writes it in its files.

    >>> _snake_case("SeparableConv2D"), _snake_case("ReLU")
    ('separable_conv2d', 're_lu')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _paths_of_layers(file: Hdf5File) -> dict[str, list[str]]:
    """Return the paths of each layer's arrays in their order, by the name under which the file holds the layer."""
    found: dict[str, list[tuple[int, str]]] = {}
    for path in (*file.arrays, *file.problems):
        match = _PLACE.match(path)
        if match is not None:
            found.setdefault(match[1], []).append((int(match[2]), path))
    return {name: [path for _, path in sorted(places)] for name, places in found.items()}


def _input_shape(stated: Sequence[Mapping[str, Any]], where: str) -> tuple[int | None, ...]:
    for one in stated[:1]:
        settings, built = one["config"], one.get("build_config") or {}
        shape = settings.get("batch_shape") or settings.get("batch_input_shape") or built.get("input_shape")
        if shape is not None:
            return tuple(None if length is None else int(length) for length in shape[1:])
    raise FileProblem(f"{where} does not say what shape the model reads: begin it with keras.Input and save it again.")
