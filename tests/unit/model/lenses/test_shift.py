"""Moving an input: the map moves along, strides and pooling jump, one number for all stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.shift import (
    compare,
    global_line,
    map_moved,
    move_summary,
    move_verdict,
    moved,
    pooled_moved,
)

LINE = Linear.of_kernel([[0, 1, 0]] * 3)
LINES = np.repeat(np.float64([0, 0, 0, 1, 1, 0, 0, 0])[np.newaxis, :, np.newaxis], 8, axis=0)


@given(st.integers(0, 10**6), st.integers(-4, 4), st.integers(-4, 4))
def test_a_map_moves_with_its_input_wherever_both_have_cells(seed, rows, columns):
    rng = np.random.default_rng(seed)
    kernel = Linear(rng.normal(size=(3, 2, 2, 1)), np.zeros(1), (1, 1))
    assert map_moved(kernel, rng.normal(size=(9, 8, 2)), (rows, columns), 1).is_same


def test_the_tutorials_largest_answer_moves_from_column_3_to_4_and_stays_3():
    told = global_line(map_moved(LINE, LINES, (0, 1), 1))
    assert told.startswith("Largest at row 1, column 3, then row 1, column 4. Global maximum 3 → 3: it stays.")


def test_zeros_come_in_behind_a_moved_input():
    assert moved(LINES, (0, -4))[0, :, 0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_an_input_moved_out_of_sight_is_all_zeros():
    assert not moved(LINES, (9, 0)).any()
    assert not moved(LINES, (-9, 0)).any()


def test_the_pooled_map_of_the_tutorial_jumps():
    pooled = pooled_moved(map_moved(LINE, LINES, (0, 1), 1), "max", 2, (0, 1))
    assert pooled.after[0].tolist() == [0, 3, 3]
    assert (pooled.largest, pooled.is_exact) == (3, False)


def test_a_move_by_the_pools_own_step_is_a_whole_move():
    pooled = pooled_moved(map_moved(LINE, LINES, (0, 2), 1), "max", 2, (0, 2))
    assert (pooled.by, pooled.is_exact, pooled.is_same) == ((0, 1), True, True)


def test_a_stride_of_2_answers_a_move_of_1_with_other_numbers():
    line = moved(LINES, (0, 1)) * LINES  # one column wide
    strided = map_moved(LINE, line, (0, 1), 2)
    assert strided.largest == 3
    assert move_verdict(strided, 2).endswith("the least difference after any whole move is 3.")


def test_a_stride_of_2_follows_a_move_of_2_exactly():
    assert move_verdict(map_moved(LINE, LINES, (0, 2), 2), 2) == "Moved along: difference 0."


def test_a_move_that_leaves_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="After a move by 6 cells, no part of the map of 6 is left"):
        compare(np.zeros(6), np.zeros(6), (6,), (1,))


def test_the_summary_names_equivariance_and_what_jumps():
    maps = map_moved(LINE, LINES, (0, 1), 1)
    assert move_summary((0, 1), maps, pooled_moved(maps, "max", 2, (0, 1))) == (
        "The input moved 1 column. Its map moves with it (equivariance). The pooled map jumps. "
        "The global maximum stays."
    )


def test_without_a_move_the_summary_says_how_to_move():
    maps = map_moved(LINE, LINES, (0, 0), 1)
    assert move_summary((0, 0), maps, maps).startswith("Nothing has moved yet")


def test_between_two_whole_moves_the_one_that_fits_better_is_taken():
    strided = map_moved(LINE, LINES, (0, 1), 2)
    assert (strided.by, strided.is_exact, strided.is_same) == ((0, 1), False, True)
    assert move_verdict(strided, 2) == "Not a multiple of 2, yet no difference here."
