"""Labelled patterns: lines in 2, 4 or 8 directions, each somewhere in its picture and with noise, drawn with a seed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number

Doubles = NDArray[np.floating]

CLASS_COUNTS = (2, 4, 8)
LEAST_SIDE = 4


@dataclass(frozen=True)
class PatternSettings:
    """What the patterns are: `classes` directions of lines, evenly over half a turn, and `per_class` pictures of each.

    Pictures have `side` rows and columns, and the line in each passes up to `shift` cells from the middle. `noise` is
    the standard deviation of what is added to every cell, where lines are 1 and the ground is 0.
    """

    classes: int = 4
    side: int = 8
    per_class: int = 100
    shift: int = 2
    noise: float = 0.1
    seed: int = 1


USUAL_PATTERNS = PatternSettings()


def direction_names(classes: int) -> tuple[str, ...]:
    """Return the names of the directions: 0° is along the columns, then clockwise, as rows count downwards.

    >>> direction_names(4)
    ('0°', '45°', '90°', '135°')
    """
    return tuple(f"{format_number(180 * number / classes)}°" for number in range(classes))


def pattern_data(settings: PatternSettings = USUAL_PATTERNS) -> Dataset:
    """Draw the patterns, `(samples, side, side, 1)`: one of each class in turn; a seed gives the same bits again.

    A line is as bright in each cell as it covers of it. Raises ValueError, in a sentence, beyond the limits.

    >>> data = pattern_data(PatternSettings(classes=2, per_class=3, shift=0, noise=0))
    >>> data.class_names, data.labels.tolist(), data.inputs[0, 4, :3, 0].tolist()
    (('0°', '90°'), [0, 1, 0, 1, 0, 1], [1.0, 1.0, 1.0])
    """
    check_patterns(settings)
    count = settings.classes * settings.per_class
    draw = np.random.default_rng(settings.seed)
    labels = np.arange(count) % settings.classes
    shifts = draw.uniform(-settings.shift, settings.shift, count)
    shape = (count, settings.side, settings.side)
    pictures = _lines(180 * labels / settings.classes, shifts, settings.side)
    if settings.noise:
        pictures = pictures + settings.noise * draw.standard_normal(shape)
    names = direction_names(settings.classes)
    return Dataset(
        f"Lines in {settings.classes} directions",
        frozen(pictures[..., np.newaxis]),
        labels,
        class_names=names,
        sample_names=tuple(f"line {number + 1}, {names[label]}" for number, label in enumerate(labels)),
    )


def check_patterns(settings: PatternSettings) -> None:
    """Raise ValueError, in a sentence, where a setting is beyond its limits; nothing is drawn before."""
    if settings.classes not in CLASS_COUNTS:
        raise ValueError(f"Patterns have 2, 4 or 8 directions, not {settings.classes}. Choose one of these.")
    ranges = (
        ("The side of a pattern", settings.side, LEAST_SIDE, LIMITS.pattern_side),
        ("The number of patterns per class", settings.per_class, 1, LIMITS.patterns),
        ("The shift of a pattern", settings.shift, 0, min(LIMITS.pattern_shift, settings.side // 2)),
        ("The noise of a pattern", settings.noise, 0, LIMITS.pattern_noise),
        ("The seed", settings.seed, 0, LIMITS.seed),
    )
    for what, number, least, most in ranges:
        if not least <= number <= most:
            raise ValueError(f"{what} must be from {least} to {format_number(most)}, not {format_number(number)}.")
    values = settings.classes * settings.per_class * settings.side**2
    if values > LIMITS.data_values:
        raise ValueError(
            f"So many patterns are {values} numbers, and at most {LIMITS.data_values} fit. "
            "Choose fewer per class, or a smaller side."
        )


def _lines(angles: Doubles, shifts: Doubles, side: int) -> Doubles:
    """Return `(lines, side, side)`: lines one cell wide, `shifts` cells from the middle, in directions in degrees."""
    place = np.arange(side) - float(side // 2)
    across = [(round(math.cos(turn), 12), round(math.sin(turn), 12)) for turn in np.radians(angles + 90).tolist()]
    by_column, by_row = np.array(across).T[..., np.newaxis, np.newaxis]
    distance = by_column * place + by_row * place[:, np.newaxis] - shifts[:, np.newaxis, np.newaxis]
    return np.asarray(np.clip(1 - np.abs(distance), 0, 1))
