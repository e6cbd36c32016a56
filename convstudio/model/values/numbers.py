"""Reading numbers as people type them, and writing them as people read them.

How many digits a reader wants to see, and which decimal sign, is a `NumberFormat`. The functions that write for
readers take the current one, as `decimal` takes the precision from its context: some 300 places write a number, and
handing a format through all of them would hide what they are about. Every thread begins with `USUAL`, which is also how
everything is written that leaves the window: files, programs, copied numbers and the command line, none of which calls
`use_number_format`. Results are never touched: a format chooses the text of a number, not the number. Fixed texts, such
as tooltips, are there before a format is chosen: they hold no decimals, but whole numbers and fractions. Names of
detectors keep theirs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Literal

import numpy as np

from convstudio.model.values.limits import LIMITS

Write = Callable[[float], str]
"""A way of writing a number."""

_NUMBER = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_TERM = re.compile(
    rf"(?P<sign>[+\-−]?)\s*(?:(?P<number>{_NUMBER})|(?:sqrt|√)\s*(?P<open>\()?\s*(?P<root>{_NUMBER})\s*(?(open)\)))$"
)
_MAX_DENOMINATOR = 1024
_MOST_BY_CHANCE = 2**14
"""The largest product of the two numbers of a fraction: of weights that were learned, 1 in 2,000 equals such a one."""
_LARGEST_FIXED = 1e6
_NEVER_CUT = 4
_LEAST_SHARE, _MOST_SHARE = 0.001, 0.999
_NO_BREAK = "\N{NO-BREAK SPACE}"
_PERCENT = f"{_NO_BREAK}%"  # a line never ends between a number and its sign

DecimalSign = Literal["point", "comma"]


@dataclass(frozen=True)
class NumberFormat:
    """How a reader wants numbers written: at most so many significant `digits`, and this decimal sign.

    A place with little room may write fewer digits, and whole numbers are written in full either way.
    """

    digits: int = 4
    sign: DecimalSign = "point"

    def digits_of(self, value: float) -> int:
        """Return how many digits of a number are written: up to four before the decimal sign are never cut off.

        >>> NumberFormat(2).digits_of(0.123), NumberFormat(2).digits_of(123.4), NumberFormat(6).digits_of(123.4)
        (2, 3, 6)
        """
        if self.digits >= _NEVER_CUT or not math.isfinite(value):
            return self.digits
        before = len(str(int(abs(value)))) if abs(value) < _LARGEST_FIXED else 0
        return max(self.digits, min(before, _NEVER_CUT))

    def signed(self, text: str) -> str:
        """Return a number written with a decimal point with this format's sign.

        >>> NumberFormat(sign="comma").signed("-0.5")
        '-0,5'
        """
        return text.replace(".", ",") if self.sign == "comma" else text


USUAL = NumberFormat()
"""How numbers are written where nobody chose otherwise, and whatever was chosen in all that leaves the window."""

_current: ContextVar[NumberFormat] = ContextVar("number format", default=USUAL)


def number_format() -> NumberFormat:
    """Return how numbers are written for readers now."""
    return _current.get()


def use_number_format(chosen: NumberFormat) -> None:
    """Write numbers in this way from now on, in the thread that calls it and in work that copies its context."""
    _current.set(chosen)


@contextmanager
def written_in(chosen: NumberFormat) -> Iterator[None]:
    """Write numbers in this way inside a `with` block.

    >>> with written_in(NumberFormat(digits=2, sign="comma")):
    ...     format_number(1 / 3)
    '0,33'
    """
    token = _current.set(chosen)
    try:
        yield
    finally:
        _current.reset(token)


ROUNDS_TO_INFINITY = 2.0**128 - 2.0**103
"""The least number that float32 can no longer hold: half a step above the largest."""


def parse_number(text: str) -> float:
    """Read `1/9`, `-1/8`, `sqrt(2)`, `1/sqrt(2)`, `0.5` or `0,5`.

    Raises ValueError with a sentence when the text is empty or not a number, divides by zero, or is too large for
    float32.

    >>> parse_number("-1/8")
    -0.125
    """
    stripped = text.strip()
    if not stripped:
        raise ValueError(f"The cell is empty: type a number such as 2, {format_number(0.5)} or 1/9.")
    parts = [_parse_term(part) for part in stripped.split("/")]
    if len(parts) > 2 or None in parts:
        raise not_a_number(stripped)
    numerator, denominator = parts[0] or 0.0, 1.0 if len(parts) == 1 else parts[1] or 0.0
    if denominator == 0.0:
        raise no_division_by_zero(stripped)
    return check_size(numerator / denominator, stripped)


def check_size(value: float, text: str) -> float:
    """Return a number that was read from a text; raise ValueError where float32 cannot hold it."""
    if not abs(value) < ROUNDS_TO_INFINITY:
        raise ValueError(f"“{text[:40]}” is too large: the largest number is {format_number(LIMITS.number, 2)}.")
    return value


def not_a_number(text: str) -> ValueError:
    """Return the refusal of a text that no number can be read from."""
    return ValueError(f"“{text[:40]}” is not a number: type one such as 2, {format_number(0.5)}, 1/9 or sqrt(2).")


def no_division_by_zero(text: str) -> ValueError:
    """Return the refusal of a division by zero."""
    return ValueError(f"“{text[:40]}” divides by zero: type another number below the line.")


def _parse_term(text: str) -> float | None:
    match = _TERM.match(text.strip())
    if match is None:
        return None
    root = match["root"]
    size = math.sqrt(_to_float(root)) if root else _to_float(match["number"])
    return -size if match["sign"] in ("-", "−") else size


def _to_float(digits: str) -> float:
    return float(digits.replace(",", "."))


def format_number(value: float, most: int | None = None) -> str:
    """Write a number in the reader's significant digits, but at most `most`; whole ones in full up to seven digits.

    >>> format_number(3.0), format_number(1 / 3), format_number(-0.0), format_number(float("nan"))
    ('3', '0.3333', '0', 'NaN')
    """
    now = _current.get()
    digits = now.digits_of(value)
    return now.signed(_significant(value, digits if most is None else min(digits, most)))


def _significant(value: float, digits: int) -> str:
    """Write a number in at most so many significant digits, with a decimal point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == round(value) and abs(value) < 1e7:
        return str(round(value))
    text = f"{value:.{digits}g}"
    return text if "e" not in text else _tidy_exponent(text)


def _tidy_exponent(text: str) -> str:
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def format_weight(value: float) -> str:
    """Write a weight as it can be typed again: a fraction such as `1/9` where the weight is exactly that in float32.

    >>> format_weight(float(np.float32(1 / 9))), format_weight(0.5), format_weight(0.123456)
    ('1/9', '0.5', '0.1235')
    """
    short = format_number(value)
    if not math.isfinite(value) or _is_same_float32(_to_float(short), value):
        return short
    return as_fraction(value) or short


@lru_cache(maxsize=4096)  # the same weights are written again with every edit
def as_fraction(value: float) -> str:
    """Write a weight as a simple fraction, such as those of kernels, or as "" where it is none in float32.

    Of any weights, one in fifty equals a fraction such as 782/801 by chance, which would tell a reader nothing.

    >>> as_fraction(0.0625), as_fraction(2.0), as_fraction(float(np.float32(np.pi))), as_fraction(782 / 801)
    ('1/16', '', '', '')
    """
    if not math.isfinite(value):
        return ""
    fraction = Fraction(value).limit_denominator(_MAX_DENOMINATOR)
    is_simple = fraction.denominator > 1 and abs(fraction.numerator) * fraction.denominator <= _MOST_BY_CHANCE
    is_exact = is_simple and _is_same_float32(fraction.numerator / fraction.denominator, value)
    return f"{fraction.numerator}/{fraction.denominator}" if is_exact else ""


def _is_same_float32(one: float, other: float) -> bool:
    with np.errstate(over="ignore"):  # the largest float32, rounded to four digits, is just beyond it
        return bool(np.float32(one) == np.float32(other))


def format_fixed(value: float, decimals: int) -> str:
    """Write a number to a fixed number of decimals; whole ones without any, and a zero never with a sign.

    What only rounds to a whole number shows its decimals; from a million on three digits stay.

    >>> [format_fixed(value, 2) for value in (0.0, 0.004, -0.004, 0.426, -3.0)]
    ['0', '0.00', '0.00', '0.43', '-3']
    """
    if not math.isfinite(value) or value == round(value):
        return format_number(value)
    if abs(value) >= _LARGEST_FIXED:
        return format_number(value, 3)
    text = f"{value:.{decimals}f}"
    return _current.get().signed(text if float(text) else text.removeprefix("-"))


def short_weight(value: float, letters: int) -> str:
    """Write a weight exactly where it fits into so many letters, else with two digits.

    >>> short_weight(1 / 9, 6), short_weight(-0.123456, 6)
    ('1/9', '-0.12')
    """
    exact = (write(value) for write in (format_weight, as_fraction))
    return next((text for text in exact if 0 < len(text) <= letters), "") or format_number(value, 2)


def fitting_way(values: Iterable[float], letters: int, *, are_weights: bool = False) -> Write | None:
    """Return the way of writing numbers with which each fits into so many letters; None where none does.

    The reader's digits, else fewer down to three, else two decimals, and never one: -0.25 is not -0.2. Weights are
    written as the kernel pane writes them.

    >>> [fitting_way([1 / 3], letters)(1 / 3) for letters in (6, 5, 4)], fitting_way([1 / 3], 3)
    (['0.3333', '0.333', '0.33'], None)
    """
    told = list(values)
    ways: tuple[Write, ...] = (partial(short_weight, letters=letters),) if are_weights else _ways()
    return next((write for write in ways if all(len(write(value)) <= letters for value in told)), None)


def least_letters(values: Iterable[float]) -> int:
    """Return how many letters the longest of some numbers takes, written as short as `fitting_way` writes them.

    >>> least_letters([1 / 3, -12.3456]), least_letters([0, 1])
    (5, 1)
    """
    told = list(values)
    return min(max((len(write(value)) for value in told), default=1) for write in _ways())


def format_exact(value: float) -> str:
    """Write a float32 with as many digits as it takes to read the same float32 back, for programs: with a point always.

    >>> format_exact(float(np.float32(0.1))), format_exact(float(np.float32(1e20))), format_exact(-1e-50)
    ('0.1', '1e20', '-1e-50')
    """
    if not math.isfinite(value) or (value == round(value) and abs(value) < 1e7):
        return _significant(value, USUAL.digits)
    with np.errstate(over="ignore"):
        single = np.float32(value)
    text = str(single if single and math.isfinite(single) else float(value)).removesuffix(".0")
    return text if "e" not in text else _tidy_exponent(text)


def format_in_full(value: float) -> str:
    """Write a float32 with as many digits as it takes to read the same float32 back, for readers.

    >>> with written_in(NumberFormat(digits=2, sign="comma")):
    ...     format_in_full(float(np.float32(0.1234567)))
    '0,1234567'
    """
    return _current.get().signed(format_exact(value))


def as_single(value: float) -> float:
    """Return the float64 with the fewest digits that is the same float32.

    >>> as_single(0.10000000149011612), as_single(1 / 3)
    (0.1, 0.33333334)
    """
    return float(str(np.float32(value)))


def rounded(value: float, digits: int) -> float:
    """Return the number with so many significant digits that is nearest to a value.

    >>> rounded(0.00030000000000000003, 12), rounded(1234.5, 2)
    (0.0003, 1200.0)
    """
    return float(f"{value:.{digits}g}")


def apart(count: int) -> str:
    """Write a count with the thousands apart, by a space at which no line ends.

    >>> apart(36928)
    '36\\xa0928'
    """
    return f"{count:,}".replace(",", _NO_BREAK)


def percent(share: float) -> str:
    """Write a share in per cent, finer near nothing and near all, so that only those are called 0 % and 100 %.

    >>> shares = [percent(share) for share in (0, 0.0004, 0.005, 0.42, 0.995, 0.9996, 1)]
    >>> " ".join(shares).replace("\N{NO-BREAK SPACE}", "")
    '0% <0.1% 0.5% 42% 99.5% >99.9% 100%'
    """
    if share in (0, 1):
        return in_percent(f"{100 * share:.0f}")
    signed = _current.get().signed
    if share < _LEAST_SHARE:
        return in_percent(f"<{_NO_BREAK}{signed('0.1')}")
    if share > _MOST_SHARE:
        return in_percent(f">{_NO_BREAK}{signed('99.9')}")
    is_middle = 0.01 <= share <= 0.99
    return in_percent(signed(f"{100 * share:.{0 if is_middle else 1}f}"))


def in_percent(number: str) -> str:
    """Put the sign of per cent after a number, with a space at which no line ends.

    >>> in_percent("99")
    '99\\xa0%'
    """
    return f"{number}{_PERCENT}"


def format_bytes(count: int) -> str:
    """Write a number of bytes as a reader thinks of it.

    >>> format_bytes(3 * 2**29), format_bytes(70 * 2**20)
    ('1.5 GiB', '70 MiB')
    """
    return f"{_current.get().signed(f'{count / 2**30:.1f}')} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


def format_shape(shape: tuple[int, ...]) -> str:
    """Write a shape with multiplication signs.

    >>> format_shape((8, 8, 1))
    '8×8×1'
    """
    return "×".join(map(str, shape))


def _ways() -> tuple[Write, ...]:
    """Return the ways of writing a number, the longest first."""
    fewer = (partial(format_number, most=digits) for digits in range(number_format().digits - 1, 2, -1))
    return (format_number, *fewer, partial(format_fixed, decimals=2))


def between_numbers() -> str:
    """Return what stands between numbers in a list: no comma where that is the decimal sign.

    >>> with written_in(NumberFormat(sign="comma")):
    ...     between_numbers().join(map(format_number, (0.5, 2)))
    '0,5; 2'
    """
    return ", " if number_format().sign == "point" else "; "


def in_sum(text: str) -> str:
    """Put a number that is a term of a sum, or a factor, into brackets where it is negative.

    >>> in_sum("-2"), in_sum("3")
    ('(-2)', '3')
    """
    return f"({text})" if text.startswith("-") else text
