from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.colour.picture_geometry import (
    SMALLEST_DIGIT,
    cell_texts,
    cell_under,
    envelope,
    fitting_side,
    is_computed,
    neighbour,
    position_of,
    runs,
    stride_within,
    table_cell,
    uncomputed_boxes,
    visible_cells,
)

SIDES = st.integers(1, 12)
ANY_FLOATS = arrays.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 4)))


@given(SIDES, SIDES, st.integers(0, 150))
def test_the_boxes_not_computed_hold_exactly_the_cells_that_are_not(rows: int, columns: int, revealed: int) -> None:
    covered = np.zeros((rows, columns), int)
    for box in uncomputed_boxes((rows, columns), revealed):
        covered[box] += 1
    expected = [[not is_computed((r, c), (rows, columns), revealed) for c in range(columns)] for r in range(rows)]
    assert covered.tolist() == np.array(expected, int).tolist()


def test_all_cells_are_computed_when_nothing_is_stepped() -> None:
    assert uncomputed_boxes((3, 3), None) == ()


@given(ANY_FLOATS, st.floats(1, 200), st.floats(1, 200))
def test_texts_are_readable_and_fit_their_cell(values: np.ndarray, width: float, height: float) -> None:
    texts = cell_texts(values, width, height)
    if texts is not None:
        assert texts.pixels >= SMALLEST_DIGIT
        assert max(len(text) for row in texts.rows for text in row) * 0.6 * texts.pixels <= width


@given(ANY_FLOATS)
def test_a_wide_cell_holds_every_number(values: np.ndarray) -> None:
    assert cell_texts(values, 200, 50) is not None


@pytest.mark.parametrize("size", [(8, 50), (50, 8)])
def test_a_cell_too_small_for_a_digit_holds_none(size: tuple[int, int]) -> None:
    assert cell_texts(np.zeros((1, 1), np.float32), *size) is None


def test_only_a_zero_is_written_as_zero() -> None:
    values = np.float32([[0.0, 1e-3, -1e-3]])
    assert cell_texts(values, 42, 42).rows == (("0", "0.00", "0.00"),)


@given(st.lists(st.integers(-5, 25), max_size=20), st.integers(1, 20))
def test_runs_cover_exactly_the_positions_inside(positions: list[int], length: int) -> None:
    covered = [at for run in runs(np.array(positions, np.int64), length) for at in range(run.start, run.stop)]
    assert covered == sorted({at for at in positions if 0 <= at < length})


@given(st.integers(0, 11), st.integers(0, 11), st.floats(0, 0.99), st.floats(0, 0.99))
def test_a_point_inside_a_cell_finds_that_cell(row: int, column: int, down: float, across: float) -> None:
    assert cell_under(column + across, row + down, (12, 12)) == (row, column)


@pytest.mark.parametrize("point", [(-0.1, 0), (0, -0.1), (6, 0), (0, 6)])
def test_a_point_outside_finds_no_cell(point: tuple[float, float]) -> None:
    assert cell_under(*point, (6, 6)) is None


def test_visible_cells_include_those_that_are_cut() -> None:
    assert visible_cells(1.5, -3, 2.5, 99, (6, 6)) == (slice(0, 6), slice(1, 3))


def test_nothing_is_visible_of_a_picture_beside_the_stage() -> None:
    rows, columns = visible_cells(20, 20, 30, 30, (6, 6))
    assert (rows.stop - rows.start, columns.stop - columns.start) == (0, 0)


@pytest.mark.parametrize("position", [(4,), (2, 3)])
def test_a_position_comes_back_from_its_table_cell(position: tuple[int, ...]) -> None:
    assert position_of(*table_cell(position), len(position)) == position


def test_a_neighbour_past_the_edge_is_the_edge() -> None:
    assert neighbour((0, 5), -1, 1, (6, 6)) == (0, 5)


def test_cells_never_grow_past_the_largest_side() -> None:
    assert fitting_side((2, 2), 1000, 1000, 52) == 52


@given(st.integers(1, 10**7), st.integers(1, 10**4))
def test_a_stride_takes_few_enough_cells(length: int, most: int) -> None:
    assert math.ceil(length / stride_within(length, most)) <= most


@given(arrays.arrays(np.float32, st.integers(1, 50), elements=st.floats(-100, 100, width=32)), st.integers(1, 60))
def test_the_envelope_reaches_the_least_and_the_largest_value(values: np.ndarray, buckets: int) -> None:
    lows, highs = envelope(values, buckets)
    assert (lows.min(), highs.max()) == (values.min(), values.max())
