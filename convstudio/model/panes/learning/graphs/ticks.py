"""Where the axes of a plot have ticks: round numbers, few enough to be read."""

from __future__ import annotations

import math

from convstudio.model.values.numbers import format_number

_ROUND = (1, 2, 5, 10)
_ENOUGH = 4
_POWERS = 5

Ticks = tuple[tuple[float, str], ...]


def linear_ticks(low: float, high: float, most: int = _ENOUGH) -> Ticks:
    """Return places between two values, and at them, with their numbers: at most `most`, a round number apart.

    >>> linear_ticks(0, 10)
    ((0, '0'), (5, '5'), (10, '10'))
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return ((low, format_number(low, 3)),) if math.isfinite(low) else ()
    power = 10.0 ** math.floor(math.log10(span / most))
    apart = next(power * step for step in _ROUND if span / (power * step) <= most - 1 or step == _ROUND[-1])
    first, last = math.ceil(low / apart - 1e-9), math.floor(high / apart + 1e-9)
    places = [round(number * apart, 12) for number in range(first, last + 1)]
    return tuple((_whole(place), format_number(place, 3)) for place in places)


def log_ticks(low: float, high: float) -> Ticks:
    """Return powers of ten between two positive values, by their logarithm to base 10, with their numbers.

    >>> log_ticks(0.02, 30)
    ((-1, '0.1'), (0, '1'), (1, '10'))
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    apart = max(1, math.ceil((last - first + 1) / _POWERS))
    powers = range(first, last + 1, apart)
    if len(powers) < 2:  # within one power of ten: its ends, as they are
        return tuple((math.log10(value), format_number(value, 2)) for value in dict.fromkeys((low, high)))
    return tuple((power, format_number(10.0**power, 3)) for power in powers)


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number
