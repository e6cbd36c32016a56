"""Least squares, rank and null space are NumPy's, and equations that are cut at zero are solved too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.learning.equations import Decomposition, simple_direction, solve_cut_at_zero, tidied
from convstudio.model.values.progress import CancelledError, Progress


def matrix_of(rng, rows, columns, rank):
    return rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns))


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 12), st.integers(1, 12))
def test_the_smallest_solution_and_the_rank_are_those_of_numpy(seed, rows, columns, rank):
    rng = np.random.default_rng(seed)
    matrix = matrix_of(rng, rows, columns, min(rank, rows, columns))
    wanted = rng.normal(size=rows)
    expected, _, expected_rank, _ = np.linalg.lstsq(matrix, wanted)
    taken = Decomposition.of(matrix)
    assert taken.rank == expected_rank
    np.testing.assert_allclose(taken.solve(wanted), expected, atol=1e-6 * max(1.0, np.abs(expected).max()))


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(2, 12))
def test_directions_of_the_null_space_change_no_equation(seed, rows, columns):
    rng = np.random.default_rng(seed)
    matrix = matrix_of(rng, rows, columns, min(rows, columns - 1))
    taken = Decomposition.of(matrix)
    assert len(taken.null_space) == columns - taken.rank > 0
    np.testing.assert_allclose(matrix @ taken.null_space.T, 0, atol=1e-9)


def test_without_equations_nothing_is_fixed():
    assert Decomposition.of(np.zeros((0, 3))).rank == 0


def test_without_equations_the_smallest_solution_is_zero():
    assert Decomposition.of(np.zeros((0, 3))).solve(np.zeros(0)).tolist() == [0, 0, 0]


@given(st.integers(0, 10**6))
def test_what_relu_made_is_found_exactly(seed):
    rng = np.random.default_rng(seed)
    matrix, weights = rng.normal(size=(60, 5)), rng.normal(size=5)
    wanted = np.maximum(matrix @ weights, 0)
    found = solve_cut_at_zero(matrix, wanted, Decomposition.of(matrix), Progress())
    np.testing.assert_allclose(np.maximum(matrix @ found, 0), wanted, atol=1e-8)


def test_solving_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    matrix = np.eye(2)
    with pytest.raises(CancelledError):
        solve_cut_at_zero(matrix, np.ones(2), Decomposition.of(matrix), progress)


def test_the_simplest_direction_has_the_fewest_numbers():
    mixed = np.array([[1.0, -1.0, 0.0, 2.0], [1.0, -1.0, 0.0, -2.0]]) / 3
    assert simple_direction(mixed).tolist() == [0, 0, 0, 1]


def test_a_direction_of_twelfths_is_exact():
    assert simple_direction(np.array([[0.3, 0.1, -0.3]])).tolist() == [1, 4 / 12, -1]


def test_a_direction_of_other_numbers_stays():
    assert simple_direction(np.array([[1.0, np.pi]])).tolist() == [1, np.pi]


def test_last_digits_are_taken_off():
    assert tidied(np.array([1e6 * (1 + 1e-13), 1 / 3, 0])).tolist() == [1e6, 0.3333, 0]


def test_zeros_stay_zeros():
    assert tidied(np.zeros(2)).tolist() == [0, 0]
