"""Many plain numbers at once, strictly: at any oddity it gives way to the careful reader of cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.numbers import ROUNDS_TO_INFINITY

SIGNS = b"0123456789.+-eE"
"""What plain numbers are written with."""

LETTERS = b"naifNAIFtyTY"
"""What nan and inf are written with."""

Doubles = NDArray[np.float64]

_DECIMALS = b"0123456789.-"
_EXACT_DIGITS = 15
_POWERS = 10.0 ** np.arange(_EXACT_DIGITS + 1)


def plain_numbers(text: bytes, separator: bytes, count: int) -> Doubles | None:
    """Return the `count` numbers that stand between separators, a space for any number of spaces, as float64.

    Fractions are divided; nan is read, and inf is not. None where anything but so many numbers that float32 holds
    stands there: the caller then reads cell by cell, and finds the one at fault.

    >>> plain_numbers(b"1,1/4,-2.5e1", b",", 3).tolist()
    [1.0, 0.25, -25.0]
    >>> plain_numbers(b"1,,2", b",", 3), plain_numbers(b"1,1e99", b",", 2)
    (None, None)
    """
    if b"/" in text:
        return _fractions(text, separator, count)
    values = _parsed(text, separator)
    return values if values is not None and values.size == count and _are_numbers(values, text) else None


def _fractions(text: bytes, separator: bytes, count: int) -> Doubles | None:
    if separator == b" ":
        text = _single_spaced(text)
    signs = np.frombuffer(text, np.uint8)
    is_divided = signs[(signs == separator[0]) | (signs == ord("/"))] == ord("/")
    values = _parsed(text.replace(b"/", separator), separator)
    if values is None or values.size != is_divided.size + 1 or np.any(is_divided[1:] & is_divided[:-1]):
        return None
    above = np.flatnonzero(is_divided)
    below = values[above + 1]
    if not np.all(np.isfinite(values)) or np.any(below == 0):
        return None
    values[above] /= below
    values = np.delete(values, above + 1)
    return values if values.size == count and _are_numbers(values, text) else None


def _parsed(text: bytes, separator: bytes) -> Doubles | None:
    """Return what stands between separators, or None where something is not a number."""
    values = _short_decimals(text, separator)
    return _of_any_length(text, separator) if values is None else values


def _short_decimals(text: bytes, separator: bytes) -> Doubles | None:
    """Read numbers of up to 15 digits without exponents, such as -12.5, all at once; None for any others.

    The digits of all numbers are added up from the last one on, as whole numbers, and then divided by a power of ten.
    Both are exact in float64, so that the quotient is the number that every correct parser reads.
    """
    text = _single_spaced(text) if separator == b" " else text.strip(b" ").replace(separator + b" ", separator)
    if text.translate(None, _DECIMALS + separator) or (separator != b" " and b" " in text):
        return None
    signs = np.frombuffer(text, np.uint8)
    stops = np.append(np.flatnonzero(signs == separator[0]), len(text))
    starts = np.append(0, stops[:-1] + 1)
    if np.any(starts == stops):
        return None
    is_negative = signs[starts] == ord("-")
    if np.count_nonzero(is_negative) != text.count(b"-"):
        return None
    if b"." not in text:
        values = _whole_numbers(signs, starts + is_negative, stops)
    else:
        points = np.flatnonzero(signs == ord("."))
        owners = np.searchsorted(stops, points)
        if np.any(owners[1:] == owners[:-1]):  # a number with two points
            return None
        has_point = np.zeros(stops.size, np.int64)
        has_point[owners] = 1
        before = np.cumsum(has_point)
        after = np.zeros(stops.size, np.int64)
        after[owners] = stops[owners] - 1 - points
        digits = np.frombuffer(text.replace(b".", b""), np.uint8)
        values = _whole_numbers(digits, starts + is_negative - (before - has_point), stops - before)
        values = None if values is None else values / _POWERS[after]
    return None if values is None else np.where(is_negative, -values, values)


def _whole_numbers(signs: NDArray[np.uint8], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> Doubles | None:
    """Return the numbers whose digits stand from `starts` to `stops`; None where one has none or too many of them."""
    lengths = stops - starts
    shortest, longest = int(lengths.min()), int(lengths.max())
    if shortest < 1 or longest > _EXACT_DIGITS:
        return None
    digits = signs - np.uint8(ord("0"))
    values = digits[stops - 1].astype(np.float64)
    for place in range(1, longest):
        digit = digits[np.maximum(stops - 1 - place, 0)]
        values += (digit if place < shortest else digit * (lengths > place)) * _POWERS[place]
    return values


def _of_any_length(text: bytes, separator: bytes) -> Doubles | None:
    """Read numbers of any kind one by one. (np.fromstring is no faster, and makes -1 of an empty cell with a blank.)"""
    if b"_" in text:  # Python takes 1_0 for a number
        return None
    try:
        return np.array(list(map(float, text.split() if separator == b" " else text.split(separator))))
    except ValueError:
        return None


def _single_spaced(text: bytes) -> bytes:
    text = text.strip()
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _are_numbers(values: Doubles, text: bytes) -> bool:
    held = np.abs(values) < ROUNDS_TO_INFINITY
    if np.all(held):
        return True
    return b"n" in text.lower() and bool(np.all(held | np.isnan(values)))
