"""NumberSeries fill cells as in a spreadsheet; every number is first + step · n."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.panes.cells.series import (
    CONSTANT,
    CONTINUED,
    DOWN,
    LINEAR,
    READING,
    RIGHT,
    WAYS,
    NumberSeries,
    filled,
    first_series,
)

BLOCK = np.float32([[1, 10, 0], [2, 30, 5], [9, 9, 9]])


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        (DOWN, [[1, 10, 0], [2, 30, 5], [3, 50, 10]]),
        (RIGHT, [[1, 10, 19], [2, 30, 58], [9, 9, 9]]),
        (READING, [[1, 10, 19], [28, 37, 46], [55, 64, 73]]),
    ],
)
def test_the_first_two_numbers_are_continued(way: str, wanted: list[list[float]]) -> None:
    assert filled(BLOCK, NumberSeries(CONTINUED, way)).tolist() == wanted


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        (DOWN, [[1, 1, 1], [1.5, 1.5, 1.5], [2, 2, 2]]),
        (RIGHT, [[1, 1.5, 2]] * 3),
        (READING, [[1, 1.5, 2], [2.5, 3, 3.5], [4, 4.5, 5]]),
    ],
)
def test_a_first_number_and_a_step_fill_the_block(way: str, wanted: list[list[float]]) -> None:
    assert filled(BLOCK, NumberSeries(LINEAR, way, 1, 0.5)).tolist() == wanted


@pytest.mark.parametrize("way", WAYS)
def test_one_number_fills_every_cell(way: str) -> None:
    assert filled(BLOCK, NumberSeries(CONSTANT, way, 7)).tolist() == [[7] * 3] * 3


@pytest.mark.parametrize("way", WAYS)
def test_a_single_cell_is_continued_as_itself(way: str) -> None:
    assert filled(np.float32([[4]]), NumberSeries(CONTINUED, way)).tolist() == [[4]]


def test_a_dialog_offers_the_longer_side_and_its_first_two_cells() -> None:
    assert first_series(np.float32([[2, 3], [4, 0], [0, 0]])) == NumberSeries(CONTINUED, DOWN, 2, 2)
    assert first_series(np.float32([[2, 3]])) == NumberSeries(CONTINUED, RIGHT, 2, 1)
    assert first_series(np.float32([[2]])) == NumberSeries(CONTINUED, RIGHT, 2, 1)


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(-99, 99)),
    st.sampled_from(WAYS),
)
def test_continued_series_keep_the_cells_that_they_begin_with(values: np.ndarray, way: str) -> None:
    made = filled(values, NumberSeries(CONTINUED, way))
    kept = np.s_[:2] if way == DOWN else np.s_[:, :2] if way == RIGHT else np.s_[0, :2]
    np.testing.assert_array_equal(made[kept], values[kept])


@given(st.integers(1, 5), st.integers(1, 5), st.floats(-9, 9, width=32), st.floats(-9, 9, width=32))
def test_every_number_is_rounded_once(rows: int, columns: int, first: float, step: float) -> None:
    made = filled(np.zeros((rows, columns), np.float32), NumberSeries(LINEAR, READING, first, step)).ravel()
    np.testing.assert_array_equal(made, np.float32([first + step * at for at in range(rows * columns)]))
