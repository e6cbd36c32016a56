"""Arrays of weights by their names, in the formats of `WEIGHTS_FORMATS`; only what is chosen is unpacked."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from convstudio.files.arrays.archives import list_npz, read_npz
from convstudio.files.arrays.foreign import refuse_foreign
from convstudio.files.arrays.npy import decode_npy, read_header, to_float32
from convstudio.files.arrays.tensors import list_tensors, read_tensor, write_tensor
from convstudio.files.networks.foreign_formats import ARRAYS_ENDING
from convstudio.files.networks.hdf5_file import list_hdf5, read_hdf5_arrays
from convstudio.files.networks.keras_file import keras_weights
from convstudio.files.networks.onnx_file import read_onnx
from convstudio.files.problems import FileProblem, named, printable, tried
from convstudio.files.reading import Content, stored_file
from convstudio.model.readings.weights.weight_names import stated_order
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.file_kinds import FileKind, ending_among, ending_of, file_and_name, kind_of, listed_endings

WEIGHTS_MENU = "Filter bank, From a file of weights, in the window"
"""Where the weights of a whole layer are opened."""

_MOST_NAMES = 5
_ONE_ARRAY = "array"
_MEMORY_PER_BYTE, _SPARE_MEMORY = 3, 64 * 2**20


@dataclass(frozen=True)
class ArrayEntry:
    """What a file declares of one array: its shape, the type of its numbers, and what it takes before it is float32.

    `unpacked` counts the bytes beside those of the file.
    """

    shape: tuple[int, ...]
    type_name: str
    unpacked: int = 0

    @property
    def count(self) -> int:
        """How many numbers the array has."""
        return math.prod(self.shape)


Listing: TypeAlias = dict[str, ArrayEntry | FileProblem]
Unpacked: TypeAlias = Iterator[tuple[str, Floats | FileProblem]]
Unpack: TypeAlias = Callable[[Content, Collection[str], str], Unpacked]


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The arrays of one file by their names, and the file from which one is read when it is asked for.

    `where` names the file in sentences, and `unpack` reads several arrays of it by their names in one go. `problems`
    tells what is wrong with those that cannot even be listed.
    """

    where: str
    suffix: str
    entries: Mapping[str, ArrayEntry]
    data: Content
    unpack: Unpack
    problems: Mapping[str, FileProblem]

    @property
    def data_format(self) -> DataFormat | None:
        """The framework whose order the format states for the axes of all arrays; None where it states none."""
        return stated_order(self.suffix)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shapes of the arrays by their names."""
        return {name: entry.shape for name, entry in self.entries.items()}

    def array(self, name: str, most: int = LIMITS.weights) -> Floats:
        """Unpack one array of at most so many numbers; raise FileProblem where it is damaged or not all finite."""
        return self.arrays([name], most)[name]

    def arrays(self, names: Collection[str], most: int = LIMITS.weights) -> dict[str, Floats]:
        """Unpack several arrays in one go; raise the FileProblem of the first that has one, as `array` does."""
        found = {}
        for name, values in self.each(names, most):
            if isinstance(values, FileProblem):
                raise values
            found[name] = values
        return found

    def each(self, names: Collection[str], most: int) -> Iterator[tuple[str, Floats | FileProblem]]:
        """Unpack arrays in one go, and yield each, or what is wrong with it, in any order.

        Raises FileProblem where the file itself cannot be read any more.
        """
        refused = {name: problem for name in names if (problem := self._refusal(name, most)) is not None}
        yield from refused.items()
        wanted = dict.fromkeys(name for name in names if name not in refused)
        for name, values in self.unpack(self.data, wanted.keys(), self.where) if wanted else ():
            yield name, _checked(values, name, self.where)

    def _refusal(self, name: str, most: int) -> FileProblem | None:
        """Return why an array is not unpacked at all; None where it is."""
        entry, size = self.entries[name], len(self.data)
        count = entry.count
        if count > most:
            return FileProblem(
                f"{self.where} holds {format_shape(entry.shape)} weights in “{name[:60]}”, and at most "
                f"{most} fit: choose a smaller layer."
            )
        if size + entry.unpacked + 4 * count > _MEMORY_PER_BYTE * size + _SPARE_MEMORY:
            return FileProblem(
                f"{self.where} packs {count} numbers of “{name[:60]}” into {size} bytes: save it again as float32, "
                "with numpy.savez."
            )
        return None


def open_weights(path: str | os.PathLike[str]) -> WeightsFile:
    """List the arrays of a file of weights; raise FileProblem.

    Nothing is unpickled, and of the file only the list of its arrays is read.
    """
    where, kind = named(path), kind_of(WEIGHTS_FORMATS, ending_among(WEIGHTS_FORMATS, path))
    if kind is None:
        refuse_foreign(path)
        raise FileProblem(
            f"{where} is not a file of weights: choose one that ends in {listed_endings(WEIGHTS_FORMATS)}."
        )
    data = stored_file(path)
    listed = kind.list(data, where)
    entries = {name: one for name, one in listed.items() if isinstance(one, ArrayEntry)}
    problems = {name: one for name, one in listed.items() if isinstance(one, FileProblem)}
    if not entries:
        raise next(iter(problems.values()), FileProblem(f"{where} contains no arrays: save the weights again."))
    return WeightsFile(where, ending_of(path), MappingProxyType(entries), data, kind.read, MappingProxyType(problems))


def _checked(values: Floats | FileProblem, name: str, where: str) -> Floats | FileProblem:
    """Return the numbers of an array, or what is wrong with it; also the problem that they are not all finite."""
    if isinstance(values, FileProblem) or np.all(np.isfinite(values)):
        return values
    return FileProblem(f"{where} holds NaN or infinity in “{name[:60]}”: weights are finite numbers.")


def open_array(spec: str) -> tuple[WeightsFile, str] | None:
    """Return the file and the name that `FILE#NAME` means; None where a text means neither. Raise FileProblem.

    A file whose own name has the sign in it is that file.
    """
    if os.path.lexists(spec):
        return None
    meant = file_and_name(WEIGHTS_FORMATS, spec)
    if meant is None:
        return None
    file, name = open_weights(meant[0]), meant[1]
    if name in file.problems:
        raise file.problems[name]
    if name not in file.entries:
        near = get_close_matches(name, file.entries, n=3, cutoff=0.4) or list(file.entries)[:3]
        raise FileProblem(
            f"{file.where} holds no array “{name[:60]}”: choose one such as "
            f"{', '.join(one[:60] for one in near)}, or list them by “convstudio info”."
        )
    return file, name


def decode_only_tensor(data: bytes, where: str) -> Floats:
    """Return the one tensor of a safetensors file; raise FileProblem, which names the tensors when there are more."""
    tensors = list_tensors(data, where)
    if len(tensors) != 1:
        raise not_one_kernel(where, "tensor", tensors)
    (only,) = tensors.values()
    return read_tensor(data, only, where)


def encode_only_tensor(values: Floats) -> bytes:
    """Return a safetensors file that holds the array under the name `kernel`."""
    return write_tensor("kernel", values)


def _list_npy(data: Content, where: str) -> Listing:
    header = read_header(data, where)
    return {_ONE_ARRAY: ArrayEntry(header.shape, header.dtype.name)}


def _read_npy(data: Content, _names: Collection[str], where: str) -> Unpacked:
    yield _ONE_ARRAY, decode_npy(data[:], read_header(data, where), where)


def _list_npz(data: Content, where: str) -> Listing:
    return {
        name: one if isinstance(one, FileProblem) else ArrayEntry(one.shape, one.dtype.name, one.byte_count)
        for name, one in list_npz(data, where).items()
    }


def _list_tensors(data: Content, where: str) -> Listing:
    return {name: ArrayEntry(one.shape, one.type_name) for name, one in list_tensors(data, where).items()}


def _read_tensors(data: Content, names: Collection[str], where: str) -> Unpacked:
    for name, tensor in list_tensors(data, where).items():
        if name in names:
            yield name, tried(partial(read_tensor, data, tensor, where))


def _list_hdf5(data: Content, where: str) -> Listing:
    return {name: ArrayEntry(*listed) for name, listed in list_hdf5(data, where).items()}


def _read_hdf5(data: Content, names: Collection[str], where: str) -> Unpacked:
    for name, one in read_hdf5_arrays(data, names, where):
        yield name, one if isinstance(one, FileProblem) else tried(partial(to_float32, one, where))


def _list_keras(data: Content, where: str) -> Listing:
    return _list_hdf5(keras_weights(data, where), where)


def _read_keras(data: Content, names: Collection[str], where: str) -> Unpacked:
    return _read_hdf5(keras_weights(data, where), names, where)


def _list_onnx(data: Content, where: str) -> Listing:
    graph = read_onnx(data, where)
    bad = {
        printable(name): FileProblem(f"{where}: the array “{name[:60]}” {reason}: get a whole copy of the file.")
        for name, reason in graph.problems.items()
    }
    return {printable(name): ArrayEntry(one.shape, one.dtype.name) for name, one in graph.arrays.items()} | bad


def _read_onnx(data: Content, names: Collection[str], where: str) -> Unpacked:
    for stored, one in read_onnx(data, where).arrays.items():
        name = printable(stored)
        if name in names:
            yield name, tried(partial(to_float32, one, where))


def not_one_kernel(where: str, noun: str, names: Collection[str]) -> FileProblem:
    """Return what is wrong with a file of none or of several arrays where one kernel is wanted."""
    if not names:
        return FileProblem(f"{where} holds no {noun}: save a file with one kernel.")
    listed = sorted(name[:60] for name in names)
    more = f" and {len(listed) - _MOST_NAMES} more" if len(listed) > _MOST_NAMES else ""
    return FileProblem(
        f"{where} holds {counted(len(listed), noun)} ({', '.join(listed[:_MOST_NAMES])}{more}): "
        f"name one of them, as FILE#NAME, or save a file with one kernel only."
    )


# --- the table of formats -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeightsFormat(FileKind):
    """A format of weights: how the arrays of a file are listed, and how several are read by their names in one go."""

    list: Callable[[Content, str], Listing]
    read: Unpack


_EXTRA = "needs convstudio[models]"
_KERAS, _ONNX = f"arrays in the order of Keras; {_EXTRA}", f"arrays in the order of ONNX and PyTorch; {_EXTRA}"
WEIGHTS_FORMATS = (
    WeightsFormat("Safetensors", (".safetensors",), "arrays by their names", _list_tensors, _read_tensors),
    WeightsFormat("NumPy archive", (".npz",), "arrays by their names", _list_npz, read_npz),
    WeightsFormat("NumPy array", (".npy",), "one array", _list_npy, _read_npy),
    WeightsFormat("Keras model", (".keras",), _KERAS, _list_keras, _read_keras),
    WeightsFormat("Keras weights in HDF5", (ARRAYS_ENDING, ".h5", ".hdf5"), _KERAS, _list_hdf5, _read_hdf5),
    WeightsFormat("ONNX", (".onnx",), _ONNX, _list_onnx, _read_onnx),
)
"""Every format that `open_weights` takes."""
