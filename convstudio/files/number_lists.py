"""Long lists of numbers in a JSON document, read into arrays before the JSON parser would make an object of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Set

import msgspec

from convstudio.model.readings.nested_text import read_nested
from convstudio.model.values.arrays import Floats
from convstudio.model.values.progress import Progress

_LEAST_CUT = 2**12
_PIECE = 2**20
_KEY = re.compile(rb'"(\w{1,40})"\s*:\s*(?=\[[\s\[]*-?\d)')  # in a string its quotes would stand after backslashes
_SIGNS = b"0123456789.eE+-,[] \t\r\n"
_OTHER = re.compile(rb"[^-0-9.eE+,\[\] \t\r\n]")


def cut_number_lists(
    data: bytes, names: Set[bytes], stand_in: Callable[[Floats], bytes], progress: Progress | None = None
) -> bytes:
    """Return a JSON document with what `stand_in` returns in the place of each long list of numbers, or lists of them.

    `names` are those of the arrays: the numbers of a list of another name are wanted one by one.

    Raises an exception of msgspec where a list is not JSON, and ValueError where it is not an array of numbers.

    >>> cut_number_lists(b'{"a": [1, 2]}', {b"a"}, lambda values: b"...") == b'{"a": [1, 2]}'
    True
    """
    parts: list[bytes] = []
    done = 0
    key = _KEY.search(data)
    while key is not None:
        start = key.end()
        stop = _end(data, start) if key[1] in names else start
        if stop - start >= _LEAST_CUT and data.count(b"[", start, stop) == data.count(b"]", start, stop):
            msgspec.json.decode(
                memoryview(data)[start:stop], type=msgspec.Raw
            )  # raises with the place where it is not JSON
            values = read_nested(data, progress=progress, within=(start, stop))
            parts += (data[done:start], stand_in(values))
            done = stop
        key = _KEY.search(data, stop)
    return b"".join((*parts, data[done:])) if parts else data


def _end(data: bytes, start: int) -> int:
    """Return where the signs of numbers and lists end, at the last bracket that closes; a piece at a time."""
    stop = start
    while stop < len(data) and not data[stop : stop + _PIECE].translate(None, _SIGNS):
        stop = min(stop + _PIECE, len(data))
    other = _OTHER.search(data, stop)
    end = len(data) if other is None else other.start()
    return max(start + 1, data.rfind(b"]", start, end) + 1)
