"""Reading and writing a kernel in any format of one table, by the ending of its name and by what it holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from convstudio.files.arrays.foreign import refuse_foreign
from convstudio.files.disk.save import save_bytes
from convstudio.files.kernels import arrays, document, tables
from convstudio.files.kernels.reading import KernelContent, KernelReading, SeveralKernels, check_kernel_shape
from convstudio.files.problems import FileProblem, WriteProblem, named, tried
from convstudio.files.reading import read_bytes
from convstudio.files.weights import WEIGHTS_FORMATS, WeightsFile, open_weights
from convstudio.model.values.arrays import Floats, same_array
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.model.words.file_kinds import (
    FileKind,
    ending_among,
    ending_of,
    file_and_name,
    kind_of,
    kinds_of,
    listed_endings,
)

Recognise = Callable[[bytes], bool]
Encode = Callable[[KernelContent], bytes]


def read_kernel(path: str | os.PathLike[str], rank: int | None = None) -> KernelReading:
    """Read a kernel `(columns,)`, `(rows, columns)` or `(rows, columns, channels)`; raise FileProblem.

    Rows and columns do not tell a rank: one of either is a kernel for sequences, unless `rank` is 2. Where several
    formats have the ending, what the file holds decides. `FILE#NAME` is one of several kernels in a file.
    """
    return read_kernel_of(path, kernel_bytes(path), rank)


def kernel_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a kernel's file; raise FileProblem, also where its name is not that of a kernel."""
    place, _ = kernel_place(path)
    return read_bytes(place, _kinds_of(place)[0].most_bytes)


def kernel_place(spec: str | os.PathLike[str]) -> tuple[str | os.PathLike[str], str]:
    """Return the file and the name of a kernel in it that `FILE#NAME` means; the name is empty for a file alone.

    A file whose own name has the sign in it is that file.
    """
    meant = None if os.path.lexists(spec) else file_and_name(KERNEL_FORMATS, os.fspath(spec))
    return (spec, "") if meant is None else meant


def read_kernel_of(path: str | os.PathLike[str], data: bytes, rank: int | None = None) -> KernelReading:
    """Read the same as `read_kernel` from the bytes of the file at a path, which need not be there any more."""
    place, name = kernel_place(path)
    return _decode(data, _kinds_of(place), named(place), rank, name)


def read_kernel_or_weights(path: str | os.PathLike[str], rank: int | None = None) -> KernelReading | WeightsFile:
    """Read a kernel, or list the arrays of a file that holds those of a network's layers; raise FileProblem."""
    if kind_of(WEIGHTS_FORMATS, ending_of(path)) is not None:
        file = open_weights(path)
        if len(file.shapes) > 1 or not all(map(_fits, file.shapes.values())):
            return file
    return read_kernel(path, rank)


def is_kernel_text(path: str | os.PathLike[str]) -> bool:
    """Return whether a file that could be a table is a kernel of another program by its first words.

    A file that cannot be read, or is too large for a kernel, is none: who opens it as a table says why.
    """
    kinds = [kind for kind in kinds_of(KERNEL_FORMATS, ending_of(path)) if kind.recognises is not None]
    if not kinds:
        return False
    try:
        data = read_bytes(path, LIMITS.kernel_bytes)
    except FileProblem:
        return False
    return any(kind.recognises(data) for kind in kinds if kind.recognises is not None)


def read_kernel_text(text: str, rank: int | None = None) -> KernelReading:
    """Read a kernel from a text, such as the clipboard's, in any format of text; raise FileProblem."""
    where = "The text on the clipboard"
    if len(text) > LIMITS.kernel_bytes:
        raise FileProblem(f"{where} has {len(text)} letters, too many for a kernel: copy fewer.")
    return _decode(text.encode("utf-8", "replace"), _TEXT_FORMATS, where, rank)


def write_kernel(path: str | os.PathLike[str], kernel: Floats, name: str = "", bias: float | None = None) -> str:
    """Write a kernel in the format of the ending, as `read_kernel` reads it; return the sentence that tells how.

    The name and the bias of its filter are written where the format holds them.

    Raises FileProblem where the format cannot hold the kernel, and WriteProblem.
    """
    data, sentence = encoded_kernel(path, kernel, name, bias)
    save_bytes(path, data)
    return sentence


def encoded_kernel(
    path: str | os.PathLike[str], kernel: Floats, name: str = "", bias: float | None = None
) -> tuple[bytes, str]:
    """Return the bytes of a kernel's file, which were read again, and the sentence of `write_kernel`; it raises too."""
    kind = kind_of(KERNEL_FORMATS, ending_among(KERNEL_FORMATS, path))
    if kind is None:
        raise FileProblem(f"{named(path)} has no known format: use the extension {listed_endings(KERNEL_FORMATS)}.")
    content = KernelContent(kernel, name, bias, named(path))
    data = kind.encode(content)
    _verify(data, kind, content)
    return data, f"Wrote {named(path)} {_about(kind.name, kind, bias)}"


def kernel_text(form: str, kernel: Floats, name: str = "", bias: float | None = None) -> str:
    """Write a kernel as one of `COPY_FORMS`; raise FileProblem where that form cannot hold it."""
    return COPY_FORMS[form](KernelContent(kernel, name, bias, "This text")).decode()


def copied_sentence(form: str, bias: float | None) -> str:
    """Tell what a copy of a kernel is like, beside its numbers."""
    kind = next((kind for kind in KERNEL_FORMATS if kind.name == form), None)
    return f"The kernel is on the clipboard {_about(form, kind, bias)}"


def formats_for(kernel: Floats) -> tuple[KernelFormat, ...]:
    """Return the formats that can hold a kernel of that shape: not all have channels."""
    return tuple(kind for kind in KERNEL_FORMATS if kernel.ndim < 3 or kind.holds_channels)


def _kinds_of(path: str | os.PathLike[str]) -> tuple[KernelFormat, ...]:
    kinds = kinds_of(KERNEL_FORMATS, ending_among(KERNEL_FORMATS, path))
    if not kinds:
        refuse_foreign(path)
        raise FileProblem(
            f"{named(path)} is not a kernel file: choose a file that ends in {listed_endings(KERNEL_FORMATS)}."
        )
    return kinds


def _decode(
    data: bytes, kinds: tuple[KernelFormat, ...], where: str, rank: int | None, name: str = ""
) -> KernelReading:
    """Read the kernel of that name, or without one the only or the usual kernel."""
    kind = next((kind for kind in kinds if kind.recognises is not None and kind.recognises(data)), kinds[0])
    try:
        only = _finished(kind.decode(data, where, rank), kind, where)
    except SeveralKernels as found:
        readings = [
            (one, held if isinstance(held, FileProblem) else tried(partial(_finished, held, kind, where)))
            for one, held in found.readings
        ]
        several = SeveralKernels(str(found), readings, found.usual)
        if not name and not found.usual:
            raise several from None
        return several.of_name(name or found.usual, where)
    if name:
        raise FileProblem(f"{where} holds one kernel alone: leave “#{name[:60]}” out.")
    return only


def _finished(reading: KernelReading, kind: KernelFormat, where: str) -> KernelReading:
    """Check the numbers that were read, and name the format and what it does to a kernel."""
    if not np.all(np.isfinite(reading.kernel)):
        raise FileProblem(f"{where} holds NaN or infinity: a kernel's weights are finite numbers.")
    if reading.bias is not None and not abs(reading.bias) <= LIMITS.number:
        raise FileProblem(f"{where} has a bias beyond {LIMITS.number:.4g}, the largest number: scale it down.")
    details = (*filter(None, (kind.turning,)), *reading.details)
    return replace(reading, format=kind.name, details=details)


def _fits(shape: tuple[int, ...]) -> bool:
    try:
        check_kernel_shape(shape, "")
    except FileProblem:
        return False
    return True


def _about(name: str, kind: KernelFormat | None, bias: float | None) -> str:
    """Tell the format in which a kernel is written, whether it was turned, and whether its bias is left out."""
    turned = f", {kind.turning}" if kind is not None and kind.turning else ""
    is_left_out = bias and not (kind is not None and kind.holds_bias)
    return f"({name}{turned}).{f' The bias {format_number(bias or 0)} is not in it.' if is_left_out else ''}"


def _verify(data: bytes, kind: KernelFormat, content: KernelContent) -> None:
    read = kind.decode(data, "The kernel", content.kernel.ndim)
    is_biased = not kind.holds_bias or np.float32(read.bias or 0) == np.float32(content.bias or 0)
    if not is_biased or not same_array(read.kernel, content.kernel):
        raise WriteProblem("The kernel does not read back as it was written, so nothing was saved: tell us about it.")


# --- the table of formats -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KernelFormat(FileKind):
    """A format of kernels: how it is read and written, and how large a file of it may be.

    `turning` tells that and why a kernel is turned by 180° on the way; empty where it stays as it is. `recognises`
    decides between formats of one ending; a format without it is the usual one of its endings. `holds_bias` tells
    whether the filter's bias is written, too, and `holds_channels` whether a kernel may have an axis of channels.
    """

    decode: Callable[[bytes, str, int | None], KernelReading]
    encode: Encode
    most_bytes: int = LIMITS.kernel_bytes
    turning: str = ""
    recognises: Recognise | None = None
    holds_bias: bool = False
    holds_channels: bool = False


def _late(name: str) -> Any:
    """Return a function of a format's module, which is imported with the first call: no start needs it."""
    module, _, function = name.rpartition(".")
    return lambda given, *others: getattr(import_module(f"{__package__}.{module}"), function)(given, *others)


_MAGICK_TURNS = "turned by 180°, because -morphology Convolve is a true convolution"
_SVG_TURNS = "turned by 180°, because SVG applies it as a true convolution"
_AS_IT_IS = "applied as it stands (cross-correlation)"
_ROWS = f"the weights of one kernel, a row of them in a line, {_AS_IT_IS}, as ImageJ does"
_MATRIX = f"a matrix of cv2.FileStorage, with its channels, {_AS_IT_IS}, as filter2D does"
_BINARY = LIMITS.file_bytes
KERNEL_FORMATS = (
    KernelFormat(
        "ConvStudio kernel",
        (".json",),
        f"a kernel, its name and its bias, {_AS_IT_IS}",
        document.read_document,
        document.write_document,
        holds_channels=True,
        holds_bias=True,
    ),
    KernelFormat(
        "NumPy array",
        (".npy",),
        f"a kernel with its channels, {_AS_IT_IS}",
        arrays.read_npy_kernel,
        arrays.write_npy_kernel,
        _BINARY,
        holds_channels=True,
    ),
    KernelFormat(
        "NumPy archive",
        (".npz",),
        f"a kernel alone, {_AS_IT_IS}",
        arrays.read_npz_kernel,
        arrays.write_npz_kernel,
        _BINARY,
        holds_channels=True,
    ),
    KernelFormat(
        "Safetensors",
        (".safetensors",),
        f"a kernel alone, {_AS_IT_IS}",
        arrays.read_tensor_kernel,
        arrays.write_tensor_kernel,
        _BINARY,
        holds_channels=True,
    ),
    KernelFormat("Table", (".csv",), _ROWS, tables.read_table_kernel, partial(tables.write_table_kernel, ",")),
    KernelFormat(
        "Tab-separated table", (".tsv",), _ROWS, tables.read_table_kernel, partial(tables.write_table_kernel, "\t")
    ),
    KernelFormat(
        "Space-separated table", (".txt",), _ROWS, tables.read_table_kernel, partial(tables.write_table_kernel, " ")
    ),
    KernelFormat(
        "ImageMagick kernel string",
        (".magick", ".txt"),
        f"one kernel, {_MAGICK_TURNS}",
        _late("imagemagick.read_magick"),
        _late("imagemagick.write_magick"),
        turning=_MAGICK_TURNS,
        recognises=_late("imagemagick.is_magick"),
    ),
    KernelFormat(
        "GIMP convolution matrix",
        (".settings", ".txt"),
        f"5×5 numbers with divisor and offset, which becomes the bias, {_AS_IT_IS}",
        _late("gimp.read_gimp"),
        _late("gimp.write_gimp"),
        recognises=_late("gimp.is_gimp"),
        holds_bias=True,
    ),
    KernelFormat(
        "SVG filter",
        (".svg",),
        f"one feConvolveMatrix with divisor and bias, {_SVG_TURNS}",
        _late("svg.read_svg"),
        _late("svg.write_svg"),
        turning=_SVG_TURNS,
        recognises=_late("svg.is_svg"),
        holds_bias=True,
    ),
    KernelFormat(
        "OpenCV YAML",
        (".yml", ".yaml"),
        _MATRIX,
        _late("opencv.read_yaml"),
        _late("opencv.write_yaml"),
        recognises=_late("opencv.is_yaml"),
        holds_channels=True,
    ),
    KernelFormat(
        "OpenCV XML",
        (".xml",),
        _MATRIX,
        _late("opencv.read_xml"),
        _late("opencv.write_xml"),
        recognises=_late("opencv.is_xml"),
        holds_channels=True,
    ),
    KernelFormat(
        "OpenCV JSON",
        (".opencv.json", ".json"),
        _MATRIX,
        _late("opencv.read_json"),
        _late("opencv.write_json"),
        recognises=_late("opencv.is_json"),
        holds_channels=True,
    ),
)
"""Every format that `read_kernel` and `write_kernel` take; of those with one ending the usual one comes first."""

_TABLE = next(kind for kind in KERNEL_FORMATS if kind.decode is tables.read_table_kernel)
_TEXT_FORMATS = (
    _TABLE,
    replace(KERNEL_FORMATS[0], recognises=document.is_document),
    *(kind for kind in KERNEL_FORMATS if kind.recognises is not None),
)

COPY_FORMS: Mapping[str, Encode] = {
    "Table": partial(tables.write_table_kernel, "\t"),
    "NumPy text": tables.write_numpy_text,
    **{kind.name: kind.encode for kind in KERNEL_FORMATS if kind.recognises is not None},
}
"""How a kernel is copied as text, by the names that the window's menu lists."""
