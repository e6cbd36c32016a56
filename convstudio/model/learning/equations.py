"""Linear equations: the smallest solution by least squares, the rank, and the directions that change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.progress import Progress

Doubles = NDArray[np.float64]

_ZERO = 1e-9
_TWELFTHS = 12
_MOST_TURNS = 40
_DIGITS = 10


@dataclass(frozen=True, eq=False)
class Decomposition:
    """A matrix taken apart into singular values, so that one piece of work gives solution, rank and null space.

    `left` is `(rows, kept)`, `values` `(kept,)` and `right` `(columns, columns)`, whose rows after the `rank` span the
    null space.
    """

    left: Doubles
    values: Doubles
    right: Doubles
    rank: int

    @classmethod
    def of(cls, matrix: Doubles) -> Decomposition:
        """Take apart `(rows, columns)`; singular values below NumPy's usual bound count as 0.

        >>> Decomposition.of(np.array([[1.0, 1.0], [2.0, 2.0]])).rank
        1
        """
        rows, columns = matrix.shape
        if not rows:
            return cls(np.zeros((0, 0)), np.zeros(0), np.eye(columns), 0)
        turned, triangle = np.linalg.qr(matrix)  # the tall matrix once; what follows is as small as the unknowns
        left, values, right = np.linalg.svd(triangle)
        bound = values.max(initial=0) * max(rows, columns) * np.finfo(np.float64).eps
        return cls(turned @ left[:, : len(values)], values, right, int((values > bound).sum()))

    @property
    def is_full(self) -> bool:
        """Whether the equations fix every unknown."""
        return self.rank == len(self.right)

    @cached_property
    def null_space(self) -> Doubles:
        """The directions in which the unknowns can change without a change of any equation, `(free, unknowns)`."""
        return self.right[self.rank :]

    def solve(self, wanted: Doubles) -> Doubles:
        """Return the unknowns with the smallest sum of squared errors; of several, those with the smallest squares.

        >>> Decomposition.of(np.array([[1.0, 1.0]])).solve(np.array([2.0])).round(9).tolist()
        [1.0, 1.0]
        """
        parts = (self.left[:, : self.rank].T @ wanted) / self.values[: self.rank]
        return np.asarray(self.right[: self.rank].T @ parts)


def solve_cut_at_zero(matrix: Doubles, wanted: Doubles, whole: Decomposition, progress: Progress) -> Doubles:
    """Return unknowns for `max(0, matrix · unknowns) = wanted`, as good as were found.

    Equations with a target above 0 must hold; of the others only those count that are above 0 now. Raises
    CancelledError once `progress` is cancelled.

    >>> matrix = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    >>> solve_cut_at_zero(matrix, np.array([2.0, 0.0, 1.0]), Decomposition.of(matrix), Progress()).round(9).tolist()
    [2.0, 1.0]
    """
    best = whole.solve(wanted)
    least = _loss_cut_at_zero(matrix, wanted, best)
    is_above = wanted > 0
    counted = is_above
    for _ in range(_MOST_TURNS):
        progress(0)
        tried = Decomposition.of(matrix[counted]).solve(np.maximum(wanted[counted], 0))
        loss = _loss_cut_at_zero(matrix, wanted, tried)
        if loss < least:
            best, least = tried, loss
        violated = is_above | (matrix @ tried > _ZERO)
        if np.array_equal(violated, counted):
            break
        counted = violated
    return best


def simple_direction(directions: Doubles) -> Doubles:
    """Return the direction, of all that `(directions, unknowns)` span, with the fewest numbers that are not 0.

    Only those of the reduced echelon form are compared; what is a whole number of twelfths is made exactly that.

    >>> simple_direction(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 3.0]])).tolist()
    [0.0, 0.0, 1.0]
    """
    reduced = directions.copy()
    row = 0
    for column in range(reduced.shape[1]):
        if row == len(reduced):
            break
        pivot = row + int(np.abs(reduced[row:, column]).argmax())
        if abs(reduced[pivot, column]) < _ZERO:
            continue
        reduced[[row, pivot]] = reduced[[pivot, row]]
        reduced[row] /= reduced[row, column]
        others = np.arange(len(reduced)) != row
        reduced[others] -= np.outer(reduced[others, column], reduced[row])
        row += 1
    counts = (np.abs(reduced) > _ZERO).sum(axis=1)
    way = reduced[int(np.where(counts > 0, counts, reduced.shape[1] + 1).argmin())]
    near = np.round(way * _TWELFTHS) / _TWELFTHS
    return near if bool(np.abs(near - way).max() < _ZERO) else np.asarray(way)


def tidied(unknowns: Doubles) -> Doubles:
    """Take the last digits off, which are rounding: 0.9999999999997 is 1.

    >>> tidied(np.array([0.9999999999997, 1e-15])).tolist()
    [1.0, 0.0]
    """
    scale = float(np.abs(unknowns).max(initial=0))
    if not scale or not np.isfinite(scale):
        return unknowns
    return np.asarray(np.round(unknowns, _DIGITS - int(np.floor(np.log10(scale)))))


def _loss_cut_at_zero(matrix: Doubles, wanted: Doubles, unknowns: Doubles) -> float:
    return float(np.square(np.maximum(matrix @ unknowns, 0) - wanted).sum())
