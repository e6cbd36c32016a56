"""Matrices in OpenCV's FileStorage: YAML, XML and JSON, as `cv2.FileStorage` writes them.

`cv2.filter2D` applies a kernel as it stands (cross-correlation). Of YAML only what FileStorage writes is read, by a
pattern: its directive `%YAML:1.0` and its tags are not those of a YAML library, and nothing else is needed.
Source: OpenCV's documentation of filter2D, and what versions 4 and 5 write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import msgspec
import numpy as np

from convstudio.files.kernels.reading import (
    KernelContent,
    KernelReading,
    SeveralKernels,
    as_kernel,
    check_kernel_shape,
    exact,
    read_numbers,
)
from convstudio.files.kernels.text import parse_xml, text_of
from convstudio.files.problems import FileProblem, decoding, printable, tried
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS

_NAME = "kernel"
"""The name under which a kernel is written, and which is taken where a file holds several matrices."""
_TYPE_ID = "opencv-matrix"
_JSON_NAMES = 6  # of one matrix: its own and those of its five facts
_JSON_TYPE = re.compile(rb'"type_id"\s*:\s*"opencv-')
_TYPE = re.compile(r"\"?\s*(\d{0,4})([ucwsifdh])\s*\"?", re.ASCII)
_YAML_MATRIX = re.compile(
    r"^[ \t-]{0,80}+(?P<name>[^\n:]{1,200}):[ \t]*!!opencv-matrix[ \t]*\n"
    r"[ \t]+rows:[ \t]*(?P<rows>\d{1,9})[ \t]*\n[ \t]+cols:[ \t]*(?P<cols>\d{1,9})[ \t]*\n"
    r"[ \t]+dt:[ \t]*(?P<dt>[^\n]{1,20})\n[ \t]+data:[ \t]*(?:\[(?P<data>[^\]:]*)\])?",
    re.MULTILINE | re.ASCII,
)
_DATA = re.compile(rb"\s*\[([^\[\]{}\"]*)\]\s*")


@dataclass(frozen=True)
class _Matrix:
    """What a file tells of a matrix, each as its text."""

    rows: str
    cols: str
    dt: str
    data: str


class _JsonMatrix(msgspec.Struct):
    type_id: str = ""
    rows: int = 0
    cols: int = 0
    dt: str = ""
    data: msgspec.Raw = field(default_factory=lambda: msgspec.Raw(b""))


def is_yaml(data: bytes) -> bool:
    """Return whether a text names the type of OpenCV's matrices as YAML does."""
    return b"!!opencv-matrix" in data


def is_xml(data: bytes) -> bool:
    """Return whether a text is likely XML of OpenCV."""
    return data.lstrip()[:1] == b"<" and b"<opencv_storage" in data


def is_json(data: bytes) -> bool:
    """Return whether a text is likely JSON of OpenCV."""
    return data.lstrip()[:1] == b"{" and _JSON_TYPE.search(data) is not None


def read_yaml(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read the matrix of a YAML file; raise FileProblem."""
    found: dict[str, _Matrix] = {}
    for match in _YAML_MATRIX.finditer(text_of(data, where).replace("\r\n", "\n")):
        name = match["name"].strip().strip("\"'")
        _add(found, name, _Matrix(match["rows"], match["cols"], match["dt"], match["data"] or ""), where)
    return _chosen(found, where, rank)


def read_xml(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read the matrix of an XML file; raise FileProblem."""
    found: dict[str, _Matrix] = {}
    parts: dict[str, list[str]] = {}
    path: list[str] = []
    matrix_depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal matrix_depth
        path.append(name)
        if attributes.get("type_id") == _TYPE_ID and not matrix_depth:
            matrix_depth = len(path)

    def text(piece: str) -> None:
        if matrix_depth and len(path) == matrix_depth + 1:
            parts.setdefault(path[-1], []).append(piece)

    def end(name: str) -> None:
        nonlocal matrix_depth
        if len(path) == matrix_depth:
            values = ("".join(parts.get(one, ())) for one in ("rows", "cols", "dt", "data"))
            _add(found, name, _Matrix(*values), where)
            parts.clear()
            matrix_depth = 0
        path.pop()

    parse_xml(data, where, start, text, end)
    return _chosen(found, where, rank)


def read_json(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read the matrix of a JSON file; raise FileProblem."""
    if data.count(b":") > _JSON_NAMES * LIMITS.file_arrays:
        raise FileProblem(f"{where} has more names than {LIMITS.file_arrays} matrices have: write fewer.")
    found: dict[str, _Matrix] = {}
    with decoding(where, lambda error: f"{{file}} is not JSON, or damaged ({str(error)[:80]}): open another copy."):
        for name, raw in msgspec.json.decode(data, type=dict[str, msgspec.Raw]).items():
            if bytes(raw).startswith(b"{"):
                matrix = msgspec.json.decode(raw, type=_JsonMatrix)
                numbers = _DATA.fullmatch(bytes(matrix.data))
                if matrix.type_id == _TYPE_ID:
                    text = numbers[1].decode() if numbers else ""
                    _add(found, name, _Matrix(str(matrix.rows), str(matrix.cols), matrix.dt, text), where)
    return _chosen(found, where, rank)


def write_yaml(content: KernelContent) -> bytes:
    """Write a kernel as the matrix `kernel` of a YAML file."""
    rows, cols, kind = _declared(content.kernel)
    return (
        f"%YAML:1.0\n---\n{_NAME}: !!opencv-matrix\n   rows: {rows}\n   cols: {cols}\n   dt: {kind}\n"
        f"   data: [ {', '.join(_numbers(content.kernel))} ]\n"
    ).encode()


def write_xml(content: KernelContent) -> bytes:
    """Write a kernel as the matrix `kernel` of an XML file."""
    rows, cols, kind = _declared(content.kernel)
    numbers = " ".join(_numbers(content.kernel))
    return (
        f'<?xml version="1.0"?>\n<opencv_storage>\n<{_NAME} type_id="{_TYPE_ID}">\n  <rows>{rows}</rows>\n'
        f"  <cols>{cols}</cols>\n  <dt>{kind}</dt>\n  <data>\n    {numbers}</data></{_NAME}>\n"
        "</opencv_storage>\n"
    ).encode()


def write_json(content: KernelContent) -> bytes:
    """Write a kernel as the matrix `kernel` of a JSON file."""
    rows, cols, kind = _declared(content.kernel)
    quoted = kind if kind.startswith('"') else f'"{kind}"'
    return (
        f'{{\n    "{_NAME}": {{\n        "type_id": "{_TYPE_ID}",\n        "rows": {rows},\n        "cols": {cols},\n'
        f'        "dt": {quoted},\n        "data": [ {", ".join(_numbers(content.kernel))} ]\n    }}\n}}\n'
    ).encode()


def _declared(kernel: Floats) -> tuple[int, int, str]:
    """Return rows, columns and type as FileStorage writes them; several channels count in the type."""
    shape = (1, *kernel.shape) if kernel.ndim == 1 else kernel.shape
    return shape[0], shape[1], "f" if len(shape) == 2 else f'"{shape[2]}f"'


def _numbers(kernel: Floats) -> list[str]:
    """Write every number with a point or an exponent, or OpenCV would take a zero without its sign."""
    return [text if set(text) & set(".e") else f"{text}.0" for text in map(exact, kernel.ravel().tolist())]


def _add(found: dict[str, _Matrix], name: str, matrix: _Matrix, where: str) -> None:
    if len(found) >= LIMITS.file_arrays:
        raise FileProblem(
            f"{where} holds more than {LIMITS.file_arrays} matrices, the most that are read: write fewer."
        )
    found[name] = matrix


def _chosen(found: Mapping[str, _Matrix], where: str, rank: int | None) -> KernelReading:
    """Return the only matrix of a file; raise SeveralKernels, in which the one that is named as we name it is usual."""
    if not found:
        raise FileProblem(f"{where} holds no matrix that OpenCV wrote: write one with cv2.FileStorage.")
    readings = [
        (printable(name), tried(partial(_reading, matrix, name, where, rank, is_alone=len(found) == 1)))
        for name, matrix in found.items()
    ]
    if len(readings) > 1:
        names = ", ".join(f"“{name[:40]}”" for name, _ in readings[:5])
        sentence = (
            f"{where} holds {len(found)} matrices ({names}): choose one by its name after the file's, such as "
            f"FILE#{readings[0][0][:40]}, name one of them {_NAME}, or keep one only."
        )
        raise SeveralKernels(sentence, readings, _NAME if _NAME in found else "")
    ((_, only),) = readings
    if isinstance(only, FileProblem):
        raise only
    return only


def _reading(matrix: _Matrix, name: str, where: str, rank: int | None, *, is_alone: bool) -> KernelReading:
    told = f"“{printable(name)[:40]}”"
    kernel = _kernel(matrix, f"{where}, {told},", rank)
    return KernelReading(kernel, details=() if is_alone and name == _NAME else (f"the matrix {told}",))


def _kernel(matrix: _Matrix, where: str, rank: int | None) -> Floats:
    kind = _TYPE.fullmatch(matrix.dt.strip())
    if kind is None:
        raise FileProblem(f"{where} holds numbers of type {printable(matrix.dt.strip())[:20]}: write them as float32.")
    if not all(re.fullmatch(r"\s*\d{1,9}\s*", side, re.ASCII) for side in (matrix.rows, matrix.cols)):
        raise FileProblem(f"{where} gives no number of rows and columns: write it again.")
    rows, cols, channels = int(matrix.rows), int(matrix.cols), int(kind[1] or 1)
    shape = (rows, cols, channels) if kind[1] else (rows, cols)
    check_kernel_shape(shape, where)
    values = read_numbers(matrix.data, rows * cols * channels, where)
    return as_kernel(np.reshape(values, shape), rank, where)
