"""Arrays of weights by their names, in the formats of `WEIGHTS_FORMATS`; only what is chosen is unpacked."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

import numpy as np

from convstudio.files.arrays.archives import list_npz, read_npz
from convstudio.files.arrays.foreign import refuse_foreign
from convstudio.files.arrays.npy import decode_npy, read_header, to_float32
from convstudio.files.arrays.tensors import Tensor, list_tensors, read_tensor, write_tensor
from convstudio.files.networks.foreign_formats import ARRAYS_ENDING
from convstudio.files.networks.hdf5_file import list_hdf5, read_hdf5, read_hdf5_array
from convstudio.files.networks.keras_file import keras_weights
from convstudio.files.networks.onnx_file import read_onnx
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.reading import Content, stored_file
from convstudio.model.readings.weights.weight_names import stated_order
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.file_kinds import FileKind, ending_among, ending_of, kind_of, listed_endings

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


@dataclass(frozen=True, eq=False)
class WeightsFile:
    """The arrays of one file by their names, and the file from which one is read when it is asked for.

    `where` names the file in sentences, and `unpack` reads one array of it by its name. `unpack_all` reads all of them
    where that takes hardly longer.
    """

    where: str
    suffix: str
    entries: Mapping[str, ArrayEntry]
    data: Content
    unpack: Callable[[Content, str, str], Floats]
    unpack_all: Callable[[Content, str], Mapping[str, Floats]] | None = None

    @property
    def data_format(self) -> DataFormat | None:
        """The framework whose order the format states for the axes of all arrays; None where it states none."""
        return stated_order(self.suffix)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shapes of the arrays by their names."""
        return {name: entry.shape for name, entry in self.entries.items()}

    def all_arrays(self) -> Iterator[tuple[str, Floats | FileProblem]]:
        """Read every array in turn, or what is wrong with it; of a format that is read at once, all at once."""
        if self.unpack_all is not None:
            arrays = self.unpack_all(self.data, self.where)
            for name in self.entries:
                yield name, _checked(arrays[name], name, self.where)
            return
        for name in self.entries:
            try:
                yield name, self.array(name, LIMITS.layer_values)
            except FileProblem as problem:
                yield name, problem

    def array(self, name: str, most: int = LIMITS.weights) -> Floats:
        """Unpack one array of at most so many numbers; raise FileProblem where it is damaged or not all finite."""
        entry, size = self.entries[name], len(self.data)
        count = entry.count
        if count > most:
            raise FileProblem(
                f"{self.where} holds {format_shape(entry.shape)} weights in “{name[:60]}”, and at most "
                f"{most} fit: choose a smaller layer."
            )
        if size + entry.unpacked + 4 * count > _MEMORY_PER_BYTE * size + _SPARE_MEMORY:
            raise FileProblem(
                f"{self.where} packs {count} numbers of “{name[:60]}” into {size} bytes: save it again as float32, "
                "with numpy.savez."
            )
        values = _checked(self.unpack(self.data, name, self.where), name, self.where)
        if isinstance(values, FileProblem):
            raise values
        return values


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
    entries = kind.entries(data, where)
    if not entries:
        raise FileProblem(f"{where} contains no arrays: save the weights again.")
    return WeightsFile(where, ending_of(path), MappingProxyType(entries), data, kind.read, kind.read_all)


def _checked(values: Floats, name: str, where: str) -> Floats | FileProblem:
    """Return the numbers of an array, or the problem that they are not all finite."""
    if np.all(np.isfinite(values)):
        return values
    return FileProblem(f"{where} holds NaN or infinity in “{name[:60]}”: weights are finite numbers.")


def open_array(spec: str) -> tuple[WeightsFile, str] | None:
    """Return the file and the name that `FILE#NAME` means; None where a text means neither. Raise FileProblem.

    A file whose own name has the sign in it is that file.
    """
    if os.path.lexists(spec):
        return None
    parts = spec.split("#")
    for count in range(1, len(parts)):
        path, name = "#".join(parts[:count]), "#".join(parts[count:])
        if kind_of(WEIGHTS_FORMATS, ending_among(WEIGHTS_FORMATS, path)) is not None:
            file = open_weights(path)
            if name not in file.entries:
                near = get_close_matches(name, file.entries, n=3, cutoff=0.4) or list(file.entries)[:3]
                raise FileProblem(
                    f"{file.where} holds no array “{name[:60]}”: choose one such as "
                    f"{', '.join(one[:60] for one in near)}, or list them by “convstudio info”."
                )
            return file, name
    return None


def decode_only_tensor(data: bytes, where: str) -> Floats:
    """Return the one tensor of a safetensors file; raise FileProblem, which names the tensors when there are more."""
    tensors = list_tensors(data, where)
    if len(tensors) != 1:
        raise FileProblem(
            f"{where} holds {len(tensors)} tensors{_names(tensors)}: save a file with one kernel "
            f"only, or open it by {WEIGHTS_MENU}."
        )
    (only,) = tensors.values()
    return read_tensor(data, only, where)


def encode_only_tensor(values: Floats) -> bytes:
    """Return a safetensors file that holds the array under the name `kernel`."""
    return write_tensor("kernel", values)


def _npy_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    header = read_header(data, where)
    return {_ONE_ARRAY: ArrayEntry(header.shape, header.dtype.name)}


def _read_npy(data: Content, _name: str, where: str) -> Floats:
    return decode_npy(data[:], read_header(data, where), where)


def _npz_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    listed = list_npz(data, where).items()
    return {name: ArrayEntry(header.shape, header.dtype.name, header.byte_count) for name, header in listed}


def _tensor_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    return {name: ArrayEntry(one.shape, one.type_name) for name, one in list_tensors(data, where).items()}


def _read_named_tensor(data: Content, name: str, where: str) -> Floats:
    return read_tensor(data, list_tensors(data, where)[name], where)


def _hdf5_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    return {name: ArrayEntry(*listed) for name, listed in list_hdf5(data, where).items()}


def _read_hdf5(data: Content, name: str, where: str) -> Floats:
    return to_float32(read_hdf5_array(data, name, where), where)


def _read_all_hdf5(data: Content, where: str) -> dict[str, Floats]:
    return {printable(name): to_float32(one, where) for name, one in read_hdf5(data, where).arrays.items()}


def _keras_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    return _hdf5_entries(keras_weights(data, where), where)


def _read_keras(data: Content, name: str, where: str) -> Floats:
    return _read_hdf5(keras_weights(data, where), name, where)


def _read_all_keras(data: Content, where: str) -> dict[str, Floats]:
    return _read_all_hdf5(keras_weights(data, where), where)


def _onnx_entries(data: Content, where: str) -> dict[str, ArrayEntry]:
    arrays = read_onnx(data, where).arrays
    return {printable(name): ArrayEntry(one.shape, one.dtype.name) for name, one in arrays.items()}


def _read_onnx_array(data: Content, name: str, where: str) -> Floats:
    return _read_all_onnx(data, where)[name]


def _read_all_onnx(data: Content, where: str) -> dict[str, Floats]:
    return {printable(name): to_float32(one, where) for name, one in read_onnx(data, where).arrays.items()}


def _names(tensors: Mapping[str, Tensor]) -> str:
    names = sorted(name[:60] for name in tensors)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f" ({', '.join(names[:_MOST_NAMES])}{more})" if names else ""


# --- the table of formats -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeightsFormat(FileKind):
    """A format of weights: how the arrays of a file are listed, and how one of them is read by its name.

    `read_all` reads all of a format in which one takes as long as all.
    """

    entries: Callable[[Content, str], dict[str, ArrayEntry]]
    read: Callable[[Content, str, str], Floats]
    read_all: Callable[[Content, str], Mapping[str, Floats]] | None = None


_EXTRA = "needs convstudio[models]"
WEIGHTS_FORMATS = (
    WeightsFormat("Safetensors", (".safetensors",), "arrays by their names", _tensor_entries, _read_named_tensor),
    WeightsFormat("NumPy archive", (".npz",), "arrays by their names", _npz_entries, read_npz),
    WeightsFormat("NumPy array", (".npy",), "one array", _npy_entries, _read_npy),
    WeightsFormat(
        "Keras model",
        (".keras",),
        f"arrays in the order of Keras; {_EXTRA}",
        _keras_entries,
        _read_keras,
        _read_all_keras,
    ),
    WeightsFormat(
        "Keras weights in HDF5",
        (ARRAYS_ENDING, ".h5", ".hdf5"),
        f"arrays in the order of Keras; {_EXTRA}",
        _hdf5_entries,
        _read_hdf5,
        _read_all_hdf5,
    ),
    WeightsFormat(
        "ONNX",
        (".onnx",),
        f"arrays in the order of ONNX and PyTorch; {_EXTRA}",
        _onnx_entries,
        _read_onnx_array,
        _read_all_onnx,
    ),
)
"""Every format that `open_weights` takes."""
