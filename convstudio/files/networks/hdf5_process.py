"""The helper process that reads arrays out of an HDF5 file: its C library may crash on a damaged one.

    hdf5_process WHERE list|model|arrays [NAME ...]

It takes the file on its standard input and writes to its standard output a list of all arrays as JSON, or a
safetensors file of all arrays, or of those that are named; or, with status 1, a sentence to its standard error. Beside
the arrays stands what is wrong with those that cannot be read. A model has all of them, its configuration and which
arrays each layer has, where the file holds a whole model. It opens no other file: links and arrays that stand elsewhere
are refused.
"""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO

from convstudio.files.pictures.process import hold_memory
from convstudio.files.problems import FileProblem, decoding, printable, tried
from convstudio.model.values.limits import LIMITS

CONFIG, LAYERS, VERSION = "model_config", "layers", "keras_version"
"""Under which names a model's configuration, the arrays of its layers in order, and Keras's version come with it."""
PROBLEMS = "problems"
"""Under which name stands what is wrong with arrays, by their names."""
_WEIGHTS, _LAYER_NAMES, _WEIGHT_NAMES = "model_weights", "layer_names", "weight_names"
_CONFIG_BYTES = LIMITS.file_names_bytes // 4  # it is written into the head of the answer, beside the names
_VERSION_LETTERS = 20
_MEMORY_PER_BYTE, _OWN_BYTES = 3, 256 * 2**20


def main() -> None:
    """Answer one question about one file; the arguments are its name for sentences, the question, and a name."""
    where, question, *names = sys.argv[1:]
    file, size = _file(sys.stdin.buffer)
    import h5py  # before memory is held: what the library takes for itself is not the file's
    import safetensors.numpy  # noqa: F401

    hold_memory(_MEMORY_PER_BYTE * size + _OWN_BYTES)
    try:
        with decoding(where), h5py.File(file, "r") as opened:
            stored: dict[str, Any] = {}
            _collect(h5py, opened, "", stored, where)
            written = _ANSWERS[question](opened, stored, where, *names)
    except FileProblem as problem:
        sys.stderr.write(str(problem))
        sys.exit(1)
    sys.stdout.buffer.write(written)


def _file(given: BinaryIO) -> tuple[BinaryIO, int]:
    """Return the standard input as a file in which one can go back and forth, and its length."""
    file = given if given.seekable() else io.BytesIO(given.read())
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return file, size


def _collect(h5py: Any, group: Any, path: str, stored: dict[str, Any], where: str) -> None:
    """Gather the arrays of numbers of a group and of all groups in it, unread."""
    if path.count("/") > LIMITS.file_levels:
        raise FileProblem(
            f"{where} has groups in groups over {LIMITS.file_levels} levels deep: get a whole copy of it."
        )
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise FileProblem(f"{where} points at another place, which is not opened: save the model again.")
        found = group[name]
        if isinstance(found, h5py.Group):
            _collect(h5py, found, f"{path}{name}/", stored, where)
        elif isinstance(found, h5py.Dataset) and found.dtype.kind in "fiu" and found.shape is not None:
            if found.external or found.is_virtual:
                raise FileProblem(f"{where} stands in another file, which is not opened: save the model as one file.")
            if len(stored) >= LIMITS.file_arrays:
                raise FileProblem(f"{where} holds more than {LIMITS.file_arrays} arrays: use a smaller network.")
            stored[f"{path}{name}"] = found


def _list(_file: Any, stored: Mapping[str, Any], _where: str) -> bytes:
    """List shapes and types by the arrays' names."""
    return json.dumps({name: [list(one.shape), one.dtype.name] for name, one in stored.items()}).encode()


def _arrays(_file: Any, stored: Mapping[str, Any], where: str, *names: str) -> bytes:
    paths = {printable(path): path for path in stored}
    missing = next((name for name in names if name not in paths), None)
    if missing is not None:
        raise FileProblem(f"{where} holds no array “{missing[:60]}” any more: open it again.")
    wanted = {path: stored[path] for path in map(paths.__getitem__, names or paths)}
    return _saved(*_read(wanted, where))


def _model(file: Any, stored: Mapping[str, Any], where: str) -> bytes:
    arrays, told = _read(stored, where)
    if CONFIG in file.attrs:
        told[CONFIG] = _text(file.attrs[CONFIG])
        if len(told[CONFIG]) > _CONFIG_BYTES:
            raise FileProblem(f"{where}: its {CONFIG} is longer than {_CONFIG_BYTES >> 20} MiB: use a smaller network.")
        told[VERSION] = _text(file.attrs.get(VERSION, ""))[:_VERSION_LETTERS]
        told[LAYERS] = json.dumps(_arrays_of_layers(file))
    return _saved(arrays, told)


def _arrays_of_layers(file: Any) -> dict[str, list[str]]:
    """Return the paths of each layer's arrays in the order in which Keras lists them."""
    if _WEIGHTS not in file:
        return {}
    weights = file[_WEIGHTS]
    return {
        layer: [f"{_WEIGHTS}/{layer}/{name}" for name in _names(weights[layer].attrs, _WEIGHT_NAMES)]
        for layer in _names(weights.attrs, _LAYER_NAMES)
    }


def _names(attributes: Any, key: str) -> list[str]:
    """Return a list of names; Keras cuts a long one into parts with numbers after the key."""
    if key in attributes:
        return [_text(name) for name in attributes[key]]
    names: list[str] = []
    part = 0
    while f"{key}{part}" in attributes:
        names += [_text(name) for name in attributes[f"{key}{part}"]]
        part += 1
    return names


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _read(stored: Mapping[str, Any], where: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return arrays by their paths, and what there is to tell of those that cannot be read."""
    found = {path: tried(partial(_values, one, f"{where}, “{path[:60]}”,")) for path, one in stored.items()}
    problems = {path: str(one) for path, one in found.items() if isinstance(one, FileProblem)}
    arrays = {path: one for path, one in found.items() if path not in problems}
    return arrays, {PROBLEMS: json.dumps(problems)} if problems else {}


def _values(stored: Any, where: str) -> Any:
    if math.prod(stored.shape) > LIMITS.layer_values:
        raise FileProblem(f"{where} {stored.shape} is more than the program takes: use a smaller network.")
    with decoding(where):
        return stored.astype("float32")[...]  # a single number too is an array so


def _saved(arrays: dict[str, Any], told: dict[str, str]) -> bytes:
    from safetensors.numpy import save

    written: bytes = save(arrays, told or None)
    return written


_ANSWERS: Mapping[str, Callable[..., bytes]] = {"list": _list, "model": _model, "arrays": _arrays}
"""What answers each question."""

if __name__ == "__main__":
    main()
