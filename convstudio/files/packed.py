"""JSON documents with large arrays in base64, which is coded in pieces and never seen by the JSON parser.

A call into a C library keeps Python's lock as long as it runs, and the window waits for the lock: parsing a project of
350 MB in one call would stop the window for seconds, though it happens in a worker. So the long base64 strings are cut
out of the document first; what is left is small, and the strings are turned into arrays a megabyte at a time. No number
is held as text in between: reading takes the file and the arrays, not twice the file and the arrays.
"""

from __future__ import annotations

import binascii
import io
import math
import os
import re
from collections.abc import Iterator, Set
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from convstudio.files.problems import FileProblem, decoding
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress

Content = TypeVar("Content")

_KEY = b'"base64"'
_BEGIN = re.compile(rb'\s{0,99}:\s{0,99}"')
_LEAST_CUT = 2**16
_PIECE_BYTES = 3 * 2**18
_PIECE_SIGNS = _PIECE_BYTES // 3 * 4
_WINDOW = 2**24  # what one search may look through: some milliseconds


class Base64:
    """A string of base64 in a document: the array that is to be written, or a text.

    `progress` counts the bytes of a text when it is decoded. (No dataclass: msgspec would write its fields.)
    """

    def __init__(self, source: NDArray[np.float32] | memoryview | bytes, progress: Progress | None = None) -> None:
        self.source = source
        self.progress = progress or Progress()

    @property
    def is_array(self) -> bool:
        """Whether it holds an array: one that is to be written, or that was read from a list of numbers."""
        return isinstance(self.source, np.ndarray)

    @property
    def text(self) -> str:
        """The text of one that holds a text."""
        return bytes(self.source).decode("ascii", "replace")


def encode_json(content: object, progress: Progress | None = None) -> bytes:
    """Return a document as JSON and a line end; the same content gives the same bytes.

    `progress` counts the bytes of the arrays, and may cancel.
    """
    arrays: list[NDArray[np.float32]] = []
    token = _token()

    def stand_in(value: object) -> str:
        if not isinstance(value, Base64):
            raise NotImplementedError(f"{type(value).__name__} has no place in a document")
        if not isinstance(value.source, np.ndarray):
            return value.text
        arrays.append(value.source)
        return f"{token}{len(arrays) - 1}."

    skeleton = msgspec.json.encode(content, enc_hook=stand_in)
    return _filled(skeleton + b"\n", token, arrays, progress or Progress())


@cache
def array_names(kind: type[msgspec.Struct]) -> frozenset[bytes]:
    """Return the names under which arrays stand in a record, and in the records that it is made of."""
    found = set[bytes]()
    for field in msgspec.structs.fields(kind):
        for part in _records(field.type):
            found |= {field.encode_name.encode()} if _is_array(part) else array_names(part)
    return frozenset(found)


@cache
def _is_array(kind: type[msgspec.Struct]) -> bool:
    return any(field.type is Base64 for field in msgspec.structs.fields(kind))


def _records(hint: Any) -> Iterator[type[msgspec.Struct]]:
    """Find the records that a field can hold, alone or in lists."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in get_args(hint):
        yield from _records(part)


class JsonText:
    """A JSON document as it was read, without its long strings of base64 and its long lists of numbers.

    `names` are those of its arrays, which `array_names` finds; in a document without any nothing is cut.
    """

    def __init__(self, data: bytes, names: Set[bytes], progress: Progress | None = None) -> None:
        from convstudio.files.number_lists import cut_number_lists  # here, and not above: no start needs it

        self._progress = progress or Progress()
        self._token = _token()
        self._texts: list[memoryview | Floats] = []
        self._skeleton = cut_number_lists(self._cut(data), names, self._stand_in, progress) if names else data
        if len(self._skeleton) > LIMITS.project_text_bytes:
            raise ValueError(
                f"{len(self._skeleton) >> 20} MiB besides its arrays, and at most {LIMITS.project_text_bytes >> 20}"
            )

    def decode(self, kind: type[Content]) -> Content:
        """Return the document as `kind`, whose Base64 fields hold the strings that were cut out."""
        return msgspec.json.decode(self._skeleton, type=kind, dec_hook=self._put_back)

    def decode_plain(self) -> Any:
        """Return the document as plain lists and dictionaries, which `convert` turns into a kind."""
        return msgspec.json.decode(self._skeleton)

    def convert(self, plain: object, kind: type[Content]) -> Content:
        """Return plain content as `kind`."""
        return msgspec.convert(plain, kind, dec_hook=self._put_back)

    def _put_back(self, kind: type, value: object) -> Base64:
        if kind is not Base64 or not isinstance(value, str):
            raise NotImplementedError(f"{kind.__name__} is not read from a document")
        if not value.startswith(self._token):
            return Base64(value.encode(), self._progress)
        return Base64(self._texts[int(value.removeprefix(self._token))], self._progress)

    def _stand_in(self, values: Floats) -> bytes:
        """Return what stands for a list of numbers, which was read already: the same array as base64 would give."""
        self._texts.append(values)
        shape = ",".join(map(str, values.shape))
        return f'{{"dtype":"float32","shape":[{shape}],"base64":"{self._token}{len(self._texts) - 1}"}}'.encode()

    def _cut(self, data: bytes) -> bytes:
        """Return the document with each long string of base64 replaced by a short one that no other equals."""
        parts: list[bytes] = []
        whole, done = memoryview(data), 0
        key = _find(data, _KEY, 0)
        while key >= 0:
            begin = _BEGIN.match(data, key + len(_KEY))
            start = begin.end() if begin else key + len(_KEY)
            end = _find(data, b'"', start) if begin else start
            if end < 0:
                break
            if end - start >= _LEAST_CUT and not _holds(data, b"\\", start, end):
                parts += (bytes(whole[done:start]), f"{self._token}{len(self._texts)}".encode())
                self._texts.append(whole[start:end])
                done = end
            key = _find(data, _KEY, end)
        return b"".join((*parts, bytes(whole[done:]))) if parts else data


def values_of(text: Base64, shape: tuple[int, ...], where: str) -> Floats:
    """Return the float32 array of this shape whose bytes, little-endian, a string of base64 holds; raise FileProblem.

    Raises CancelledError after a Cancel.
    """
    if isinstance(text.source, np.ndarray):  # a list of numbers, which is an array already
        return frozen(text.source)
    signs, size = memoryview(text.source), 4 * math.prod(shape)
    with decoding(where, "{file} holds damaged base64: open another copy."):
        held = _size_of(signs)
    if held != size:
        raise FileProblem(
            f"{where} claims {format_shape(shape)} values in {size} bytes, but has {held} bytes: open another copy."
        )
    values = np.empty(shape, "<f4")
    raw = values.reshape(-1).view(np.uint8)
    for start in range(0, size, _PIECE_BYTES):
        place = start // 3 * 4
        with decoding(where, "{file} holds damaged base64: open another copy."):
            piece = binascii.a2b_base64(signs[place : place + _PIECE_SIGNS], strict_mode=True)
            raw[start : start + _PIECE_BYTES] = np.frombuffer(piece, np.uint8)
        text.progress(len(piece))
    values.flags.writeable = False
    return frozen(values)


def _size_of(signs: memoryview) -> int:
    """Return how many bytes a string of base64 claims to hold."""
    if len(signs) % 4:
        raise ValueError("base64 comes in groups of four signs")
    return len(signs) // 4 * 3 - bytes(signs[-2:]).count(b"=")


def _filled(skeleton: bytes, token: str, arrays: list[NDArray[np.float32]], progress: Progress) -> bytes:
    """Put the arrays in where their stand-ins are."""
    written = io.BytesIO()  # grows without a copy, and gives its bytes away without one
    for number, part in enumerate(_split(skeleton, token, len(arrays))):
        written.write(part)
        if number < len(arrays):
            raw = np.ascontiguousarray(arrays[number], "<f4").reshape(-1).view(np.uint8)
            for start in range(0, raw.size, _PIECE_BYTES):
                written.write(binascii.b2a_base64(raw[start : start + _PIECE_BYTES].data, newline=False))
                progress(_PIECE_BYTES)
    return written.getvalue()


def _split(skeleton: bytes, token: str, count: int) -> list[bytes]:
    """Return what stands before, between and after the stand-ins, which come in order."""
    parts, rest = [], skeleton
    for number in range(count):
        before, _, rest = rest.partition(f"{token}{number}.".encode())
        parts.append(before)
    return [*parts, rest]


def _find(data: bytes, wanted: bytes, start: int) -> int:
    """Return where some bytes are found first, or -1: a search in windows, between which other threads run."""
    for window in range(start, len(data), _WINDOW):
        found = data.find(wanted, window, window + _WINDOW + len(wanted) - 1)
        if found >= 0:
            return found
    return -1


def _holds(data: bytes, wanted: bytes, start: int, end: int) -> bool:
    return any(data.find(wanted, window, min(window + _WINDOW, end)) >= 0 for window in range(start, end, _WINDOW))


def _token() -> str:
    """Return a text that no document holds by chance, and no base64 ever: it has a dash."""
    return f"array-{os.urandom(16).hex()}-"
