"""NumPy's `.npy` files, read through a header check of our own: nothing is unpickled, evaluated or believed."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.files.problems import FileProblem, decoding
from convstudio.files.reading import Content
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape

_MAGIC = b"\x93NUMPY"
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_NUMERIC = re.compile(r"[<>|=]?(?:b1|[iu][1248]|f[248])")
_TYPE = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([-\d\sL,]*)\)""")


START_BYTES = 12 + LIMITS.npy_header_bytes
"""How many bytes of an `.npy` file are enough to read its header."""


@dataclass(frozen=True)
class NpyHeader:
    """What the first bytes of an `.npy` file claim; `offset` is where the numbers begin."""

    dtype: np.dtype[np.generic]
    is_fortran: bool
    shape: tuple[int, ...]
    offset: int

    @property
    def byte_count(self) -> int:
        """How many bytes the numbers take by the header's word."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(data: Content, where: str) -> NpyHeader:
    """Read the header of an `.npy` file, which must tell the truth about the size; raise FileProblem."""
    return read_header_of(data[:START_BYTES], len(data), where)


def read_header_of(start: bytes, length: int, where: str) -> NpyHeader:
    """Read the same from the first bytes of a file that is `length` bytes long, before the others are read."""
    text, offset = _header_text(start, where)
    kind, order, shape = (pattern.findall(text) for pattern in (_TYPE, _ORDER, _SHAPE))
    if not (len(kind) == len(order) == len(shape) == 1):
        raise FileProblem(f"{where} holds named fields or a damaged header: save one plain array with numpy.save.")
    header = NpyHeader(_dtype(kind[0], where), order[0] == "True", _shape(shape[0], where), offset)
    if header.byte_count != length - offset:
        raise FileProblem(
            f"{where} claims to hold {format_shape(header.shape) or 'one'} values in {header.byte_count} bytes, "
            f"and {length - offset} bytes follow: it is damaged, so save it again."
        )
    return header


def decode_npy(data: bytes, header: NpyHeader, where: str) -> Floats:
    """Return the numbers after a checked header as float32; raise FileProblem where float32 is too small."""
    return to_float32(view_npy(data, header, where), where)


def view_npy(data: bytes, header: NpyHeader, where: str) -> NDArray[np.generic]:
    """Return the numbers after a checked header as they stand in the bytes, without a copy; raise FileProblem."""
    with decoding(where):  # a shape of more axes than NumPy has
        flat = np.frombuffer(data, header.dtype, offset=header.offset)
        return flat.reshape(header.shape, order="F" if header.is_fortran else "C")


def encode_npy(values: Floats) -> bytes:
    """Return the bytes of an `.npy` file that holds the array."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def to_float32(values: NDArray[np.generic], where: str) -> Floats:
    """Return numbers of any type as frozen float32; raise FileProblem when one is too large for it."""
    with np.errstate(over="ignore", invalid="ignore"):
        floats = frozen(values)
    if values.dtype.itemsize > floats.dtype.itemsize and not np.array_equal(np.isinf(floats), np.isinf(values)):
        raise FileProblem(f"{where} holds a number beyond {LIMITS.number:.4g}, the largest: scale it down.")
    return floats


def _header_text(data: bytes, where: str) -> tuple[str, int]:
    if not data.startswith(_MAGIC):
        raise FileProblem(f"{where} is not a NumPy array: save it with numpy.save, or give it its own suffix.")
    width = _LENGTH_BYTES.get(data[6] if len(data) > 6 else 0)
    if width is None:
        raise FileProblem(f"{where} has an unknown version of the .npy format: save it again with numpy.save.")
    start = 8 + width
    length = int.from_bytes(data[8:start], "little")
    if length > LIMITS.npy_header_bytes or start + length > len(data):
        raise FileProblem(f"{where} has a header of {length} bytes that is cut off or too long: save it again.")
    return data[start : start + length].decode("latin-1"), start + length


def _dtype(text: str, where: str) -> np.dtype[np.generic]:
    if not _NUMERIC.fullmatch(text):
        kind = "Python objects" if "O" in text else f"values of type “{text[:20]}”"
        raise FileProblem(f"{where} holds {kind}: save whole or real numbers, such as float32.")
    return np.dtype(text)


def _shape(text: str, where: str) -> tuple[int, ...]:
    lengths = [part.strip().removesuffix("L") for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"\d{1,12}", length, re.ASCII) for length in lengths):
        raise FileProblem(f"{where} claims the impossible shape ({text.strip()[:60]}): save it again with numpy.save.")
    return tuple(map(int, lengths))
