"""Lists of numbers within lists as text: JSON, and what Python and NumPy print; read into one array at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import parse_number
from convstudio.model.values.plain_numbers import LETTERS, SIGNS, plain_numbers
from convstudio.model.values.progress import Progress

_PIECE = 2**18
_OPEN, _CLOSE = b"[]"
_BLANKS = b" \t\r\n\v\f,"
_IS_PART = np.isin(np.arange(256, dtype=np.uint8), np.frombuffer(b"[]" + _BLANKS, np.uint8), invert=True)
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]"))
_TO_SPACES = bytes.maketrans(b"[]" + _BLANKS, b" " * (2 + len(_BLANKS)))
_BLANK = re.compile(rb"[\[\],\s]")
_NO_NUMBER = re.compile(rb"[,\[]\s*,")
_EMPTY_LISTS = re.compile(rb"(?:\[\])++")  # possessive: a match of millions keeps nothing to go back to
_NAME = re.compile(rb"\s*(?:(?:np|numpy|torch|tf|jnp)\s*\.\s*)?(?:array|asarray|matrix|tensor|Tensor)?\s*\(?\s*(?=\[)")
_REST = re.compile(rb"\s*(?:,\s*[\w.]+\s*=[^\[\]]{0,80})?\)?[\s;]*")
_GAPS = (b"...", "…".encode())
_WORDS = {"True": 1.0, "False": 0.0}
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_RAGGED = "the lists of one level are not all as long as each other: give every row the same number."


def is_nested(data: bytes) -> bool:
    """Return whether a text begins as a list of numbers does.

    >>> is_nested(b"array([[1, 2]])"), is_nested(b"1,2")
    (True, False)
    """
    return _NAME.match(data[:200]) is not None


def read_nested(
    data: bytes,
    longest: int | None = None,
    *,
    takes_all: bool = False,
    check_shape: Callable[[tuple[int, ...]], None] | None = None,
    progress: Progress | None = None,
    within: tuple[int, int] | None = None,
) -> Floats:
    """Return the numbers of lists within lists, one axis a level, as frozen float32.

    Lists of one level are as long as each other. Numbers stand apart by commas, or by spaces as NumPy prints them.
    The text is read in pieces: it takes little more memory than its array. With `takes_all` nan and inf are read too.
    `check_shape` sees the shape before it is allocated. The lists are the whole text, or `within` two places in it.

    Raises ValueError in a sentence for anything else, and for a side of more than `longest` numbers (None: any).

    >>> read_nested(b"[[1. 2. 3.]\\n [4. 5. 6.]]").tolist()
    [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    """
    start, stop = _outer_lists(data) if within is None else within
    return _NestedText(data, start, stop, takes_all).read(longest, check_shape, progress)


class _NestedText:
    """The text of nested lists, from the first bracket to the last."""

    def __init__(self, data: bytes, start: int, stop: int, takes_all: bool) -> None:
        self._data = data
        self._start = start
        self._stop = stop
        self._takes_all = takes_all
        self._known: dict[str, float] = {}
        if any(data.find(gap, self._start, self._stop) >= 0 for gap in _GAPS):
            raise ValueError("the text leaves numbers out (…): write all of them, or save the array with numpy.save.")

    def read(
        self, longest: int | None, check_shape: Callable[[tuple[int, ...]], None] | None, progress: Progress | None
    ) -> Floats:
        """Return the array."""
        shape = self._shape()
        if longest is not None and max(shape) > longest:
            raise ValueError(f"the text has lists of more than {longest} entries, the most that fit: crop it.")
        if check_shape is not None:
            check_shape(shape)
        values = np.empty(math.prod(shape), np.float32)
        lists, filled = _Lists(shape[-1]), 0
        for piece in self._pieces(self._start):
            count = lists.count_numbers(piece)
            values[filled : filled + count] = self._numbers(piece, count, filled, shape)
            filled += count
            if progress is not None:
                progress(len(piece))
        values.flags.writeable = False
        return values.reshape(shape)

    def _shape(self) -> tuple[int, ...]:
        """Return the lengths of all levels; the brackets alone must be those of an array of that shape."""
        brackets = b"".join(piece.translate(None, _ALL_BUT_BRACKETS) for piece in self._pieces(self._start))
        levels = len(brackets) - len(brackets.lstrip(b"["))
        if levels > LIMITS.nested_levels:
            raise ValueError(
                f"the lists have {levels} levels, and an array has at most {LIMITS.nested_levels}: use fewer."
            )
        lengths: list[int] = []
        whole = b"[]"
        for level in range(levels - 1, 0, -1):
            count = _repeats(brackets, whole, level)
            lengths.insert(0, count)
            whole = b"[" + whole * count + b"]"
        if whole != brackets:
            opening, closing = brackets.count(b"["), brackets.count(b"]")
            raise ValueError(_RAGGED if opening == closing else _unclosed(opening, closing))
        return (*lengths, self._first_length())

    def _first_length(self) -> int:
        """Return how many numbers the first innermost list holds."""
        stop = self._data.index(b"]", self._start)
        start = self._data.rindex(b"[", self._start, stop) + 1
        count = sum(int(np.count_nonzero(_starts(piece))) for piece in self._pieces(start, stop))
        if count == 0:
            raise ValueError("the text has an empty list: write rows of numbers.")
        return count

    def _pieces(self, start: int, stop: int | None = None) -> Iterator[bytes]:
        """Cut the text into pieces of about the same length, between two numbers."""
        end = self._stop if stop is None else stop
        while start < end:
            cut = min(start + _PIECE, end)
            if cut < end:
                match = _BLANK.search(self._data, cut, end)
                cut = match.end() if match else end
            yield self._data[start:cut]
            start = cut

    def _numbers(
        self, piece: bytes, count: int, before: int, shape: tuple[int, ...]
    ) -> NDArray[np.float64] | list[float]:
        """Return the numbers of a piece; `before` tells how many came before it."""
        if _NO_NUMBER.search(piece):
            raise ValueError(f"{_spot(before, shape)}: a number is missing before a comma.")
        spaced = piece.translate(_TO_SPACES)
        others = spaced.translate(None, SIGNS + b" ")
        if not others or (self._takes_all and not others.translate(None, LETTERS)):
            values = plain_numbers(spaced, b" ", count) if count else np.empty(0)
            if values is not None:
                return values
        return [self._number(text, before + at, shape) for at, text in enumerate(_texts(spaced))]

    def _number(self, text: str, at: int, shape: tuple[int, ...]) -> float:
        if text not in self._known:
            try:
                self._known[text] = _WORDS[text] if text in _WORDS else self._read(text)
            except ValueError as refusal:
                raise ValueError(f"{_spot(at, shape)}: {refusal}") from None
        return self._known[text]

    def _read(self, text: str) -> float:
        return float(text) if self._takes_all and _NOT_FINITE.fullmatch(text) else parse_number(text)


def _outer_lists(data: bytes) -> tuple[int, int]:
    """Return where the first bracket of a text stands, and where its last one ends."""
    match = _NAME.match(data)
    stop = data.rfind(b"]") + 1
    if match is None or stop <= match.end() or not _REST.fullmatch(data, stop):
        raise ValueError("the lists are cut off, or other text follows them: copy the whole text again.")
    return match.end(), stop


class _Lists:
    """Counts the numbers of one piece of text after the other, and checks that each innermost list has `length`."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._last_bracket = _CLOSE
        self._since = 0
        self._count = 0

    def count_numbers(self, piece: bytes) -> int:
        """Return how many numbers stand in a piece. Raises ValueError where a list is of another length."""
        signs = np.frombuffer(piece, np.uint8)
        counts = np.cumsum(_starts(piece))
        places = np.flatnonzero((signs == _OPEN) | (signs == _CLOSE))
        total = int(counts[-1])
        if places.size == 0:
            self._since += total
            return total
        held = np.diff(counts[places], prepend=-self._since)
        brackets = signs[places]
        before = np.concatenate([[self._last_bracket], brackets[:-1]])
        wanted = np.where((before == _OPEN) & (brackets == _CLOSE), self._length, 0)
        if not np.array_equal(held, wanted):
            raise ValueError(self._told(held, wanted))
        self._count += int(np.count_nonzero(wanted))
        self._last_bracket, self._since = int(brackets[-1]), total - int(counts[places[-1]])
        return total

    def _told(self, held: NDArray[np.int_], wanted: NDArray[np.int_]) -> str:
        """Say which innermost list is of another length than the first."""
        first = int(np.flatnonzero(held != wanted)[0])
        if not wanted[first]:
            return _RAGGED
        row = self._count + int(np.count_nonzero(wanted[:first])) + 1
        return (
            f"row {row} has {counted(int(held[first]), 'number')} and row 1 has {self._length}: "
            "give every row the same number."
        )


def _unclosed(opening: int, closing: int) -> str:
    return f"the lists have {opening} opening and {closing} closing brackets: copy the whole text again."


def _starts(piece: bytes) -> NDArray[np.bool_]:
    """Say of every sign whether a number begins there."""
    is_part = _IS_PART[np.frombuffer(piece, np.uint8)]
    starts: NDArray[np.bool_] = is_part.copy()
    starts[1:] &= ~is_part[:-1]
    return starts


def _repeats(brackets: bytes, whole: bytes, start: int) -> int:
    """Return how often the brackets of one list follow each other from a place on."""
    if len(whole) == 2:
        match = _EMPTY_LISTS.match(brackets, start)
        return (match.end() - start) // 2 if match else 0
    count = 0
    while brackets.startswith(whole, start + count * len(whole)):
        count += 1
    return count


def _texts(spaced: bytes) -> list[str]:
    """Return what stands between the blanks: those that are counted, and no others that Unicode knows."""
    return [part.decode("utf-8", "replace") for part in spaced.split(b" ") if part]


def _spot(at: int, shape: tuple[int, ...]) -> str:
    """Say where in an array a number stands, as the sentences about tables do."""
    place = [int(index) + 1 for index in np.unravel_index(min(at, math.prod(shape) - 1), shape)]
    named = {1: ("entry",), 2: ("row", "column"), 3: ("plane", "row", "column")}
    names = named.get(len(shape)) or [f"place on axis {axis}:" for axis in range(1, len(shape) + 1)]
    return ", ".join(f"{name} {index}" for name, index in zip(names, place, strict=True))
