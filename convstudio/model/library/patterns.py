"""Inputs made by pure code: small patterns on which every number can be followed by eye."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from convstudio.model.values.arrays import Floats, frozen

SIDE = 8
NOISE_SEED = 7


class SequencePattern(Protocol):
    """Makes a sequence `(steps, 1)`, with its own default length."""

    def __call__(self, steps: int = ..., /) -> Floats:
        """Return the sequence."""


class ImagePattern(Protocol):
    """Makes an image `(rows, columns, 1)`, 8×8 unless told."""

    def __call__(self, rows: int = ..., columns: int = ..., /) -> Floats:
        """Return the image."""


def two_step_bump(steps: int = SIDE) -> Floats:
    """Return `(steps, 1)` zeros with ones on the middle two steps, as in the tutorial.

    >>> two_step_bump()[:, 0].tolist()
    [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    """
    return _sequence(_middle_pair(steps))


def step_sequence(steps: int = 2 * SIDE) -> Floats:
    """Return `(steps, 1)`: zeros, then ones from the middle on."""
    return _sequence(np.arange(steps) >= steps // 2)


def impulse_sequence(steps: int = 2 * SIDE) -> Floats:
    """Return `(steps, 1)` zeros with a single one in the middle: a kernel shows itself on it."""
    return _sequence(np.arange(steps) == steps // 2)


def noisy_sine(steps: int = 8 * SIDE, seed: int = NOISE_SEED) -> Floats:
    """Return `(steps, 1)`: two periods of a sine with noise of deviation 0.2, in hundredths."""
    wave = np.sin(4 * np.pi * np.arange(steps) / steps)
    return _sequence((wave + np.random.default_rng(seed).normal(0, 0.2, steps)).round(2))


def flat_sequence(steps: int = SIDE) -> Floats:
    """Return `(steps, 1)` ones: on them a kernel answers with the sum of its weights."""
    return _sequence(np.ones(steps))


def ramp_sequence(steps: int = SIDE) -> Floats:
    """Return `(steps, 1)` in which every step holds its number, from 0."""
    return _sequence(np.arange(steps))


def two_pixel_line(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` with a vertical line two pixels wide, as in the tutorial."""
    return _image(np.tile(_middle_pair(columns), (rows, 1)))


def vertical_line(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` with ones along the middle column."""
    return _image(np.ones((rows, 1), bool) & (np.arange(columns) == columns // 2))


def horizontal_line(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` with ones along the middle row."""
    return _image((np.arange(rows) == rows // 2)[:, np.newaxis] & np.ones(columns, bool))


def diagonal(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` with ones from the top left towards the bottom right."""
    return _image(np.eye(rows, columns))


def cross(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` with ones along the middle row and the middle column."""
    row, column = np.indices((rows, columns))
    return _image((row == rows // 2) | (column == columns // 2))


def flat(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` ones: on them a kernel answers with the sum of its weights."""
    return _image(np.ones((rows, columns)))


def numbered(rows: int = 6, columns: int = 9) -> Floats:
    """Return `(rows, columns, 1)` in which every cell holds ten times its row, plus its column, both from 1.

    >>> numbered()[1, :3, 0].tolist()
    [21.0, 22.0, 23.0]
    """
    row, column = np.indices((rows, columns)) + 1
    return _image(10 * row + column)


def step(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)`: zeros on the left half, ones on the right."""
    return _image(np.tile(np.arange(columns) >= columns // 2, (rows, 1)))


def ramp(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` in which every cell holds the number of its column, from 0."""
    return _image(np.tile(np.arange(columns), (rows, 1)))


def checkerboard(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` of zeros and ones in turn, zero at the top left."""
    return _image(np.indices((rows, columns)).sum(axis=0) % 2)


def impulse(rows: int = SIDE, columns: int = SIDE) -> Floats:
    """Return `(rows, columns, 1)` zeros with a single one in the middle: a kernel shows itself on it."""
    row, column = np.indices((rows, columns))
    return _image((row == rows // 2) & (column == columns // 2))


def noise(rows: int = SIDE, columns: int = SIDE, seed: int = NOISE_SEED) -> Floats:
    """Return `(rows, columns, 1)` of even noise from 0 to 1, in hundredths; the same seed gives the same numbers."""
    return _image(np.random.default_rng(seed).random((rows, columns)).round(2))


def letter(name: str) -> Floats:
    """Return a letter of `LETTERS`, `(8, 8, 1)`, drawn in ones on zeros.

    >>> int(letter("L").sum())
    11
    """
    return _drawn(LETTERS[name])


def drawing(drawing_id: str) -> Floats:
    """Return a drawing of `DRAWINGS`, `(rows, columns, 1)`, in ones, and minus ones, on zeros.

    >>> drawing("plus-and-line").shape
    (9, 14, 1)
    """
    return _drawn(DRAWINGS[drawing_id])


def colour_card() -> Floats:
    """Return `(8, 8, 3)`: a red, a green, a blue and a white square, 1 in their channels, on black.

    >>> colour_card()[1, 1].tolist()
    [1.0, 0.0, 0.0]
    """
    rows = COLOUR_CARD.split()
    return frozen(np.array([[[mark in shown for shown in ("RW", "GW", "BW")] for mark in row] for row in rows]))


SEQUENCES: Mapping[str, SequencePattern] = MappingProxyType(
    {
        "tutorial-sequence": two_step_bump,
        "flat-sequence": flat_sequence,
        "ramp-sequence": ramp_sequence,
        "step-sequence": step_sequence,
        "impulse-sequence": impulse_sequence,
        "noisy-sine": noisy_sine,
    }
)
"""Sequences by their id; each takes a number of steps."""

IMAGES: Mapping[str, ImagePattern] = MappingProxyType(
    {
        "tutorial-lines": two_pixel_line,
        "flat": flat,
        "vertical-line": vertical_line,
        "horizontal-line": horizontal_line,
        "diagonal": diagonal,
        "cross": cross,
        "step": step,
        "ramp": ramp,
        "rows-and-columns": numbered,
        "checkerboard": checkerboard,
        "impulse": impulse,
        "noise": noise,
    }
)
"""Images by their id; each takes a number of rows and of columns."""

LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "A": "........ ..##.... .#..#... .#..#... .####... .#..#... .#..#... ........",
        "C": "........ ..###... .#...#.. .#...... .#...... .#...#.. ..###... ........",
        "E": "........ .#####.. .#...... .####... .#...... .#...... .#####.. ........",
        "H": "........ .#...#.. .#...#.. .#####.. .#...#.. .#...#.. .#...#.. ........",
        "L": "........ .#...... .#...... .#...... .#...... .#...... .######. ........",
        "O": "........ ..####.. .#....#. .#....#. .#....#. .#....#. ..####.. ........",
        "T": "........ .#####.. ...#.... ...#.... ...#.... ...#.... ...#.... ........",
        "X": "........ .#....#. ..#..#.. ...##... ...##... ..#..#.. .#....#. ........",
        "Z": "........ .######. .....#.. ....#... ...#.... ..#..... .######. ........",
    }
)
"""Letters as eight rows of eight cells: `#` is one, `.` is zero."""

COLOUR_CARD = "........ .RR..GG. .RR..GG. ........ ........ .BB..WW. .BB..WW. ........"
"""A picture in colour as eight rows of eight cells: each letter is a colour, `W` is white, `.` is black."""

DRAWINGS: Mapping[str, str] = MappingProxyType(
    {
        "plus-and-line": """
            ..............
            ..........#...
            ....#.....#...
            ....#.....#...
            ..#####...#...
            ....#.....#...
            ....#.....#...
            ..........#...
            ..............
        """,
        "corners-and-bar": """
            ............##..
            ............##..
            ..####......##..
            ..####......##..
            ..####......##..
            ..####......##..
            ..########..##..
            ..########..##..
            ..########..##..
            ............##..
            ............##..
            ............##..
        """,
        "worked-question": """
            #-.
            .#.
            .-#
        """,
    }
)
"""Drawings by their id, as rows of cells: `#` is one, `-` is minus one, `.` is zero."""

_MARKS = MappingProxyType({"#": 1, "-": -1, ".": 0})


def _drawn(rows: str) -> Floats:
    return _image([[_MARKS[mark] for mark in row] for row in rows.split()])


def _middle_pair(length: int) -> Floats:
    place = np.arange(length)
    return frozen((place == length // 2 - 1) | (place == length // 2))


def _sequence(values: object) -> Floats:
    return frozen(np.asarray(values, np.float32)[:, np.newaxis])


def _image(values: object) -> Floats:
    return frozen(np.asarray(values, np.float32)[:, :, np.newaxis])
