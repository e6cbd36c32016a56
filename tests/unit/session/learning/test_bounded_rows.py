"""However many rows come, a bounded number is kept: each the mean of as many, at the step of the last."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.session.learning.bounded_rows import BoundedRows


@given(st.integers(1, 200))
def test_the_kept_rows_are_means_of_all_that_came(count):
    rows = BoundedRows(8)
    for step in range(1, count + 1):
        rows.add((step, 10.0 * step))
    kept = rows.array(2)
    assert len(kept) <= 9
    assert kept[-1, 0] == count
    ends = [0, *kept[:, 0].astype(int)]
    means = [np.mean([10.0 * step for step in range(a + 1, b + 1)]) for a, b in itertools.pairwise(ends)]
    np.testing.assert_allclose(kept[:, 1], means)


def test_going_back_forgets_what_came_after():
    rows = BoundedRows(8)
    for step in range(1, 5):
        rows.add((step, step))
    rows.go_back(2)
    assert rows.array(2)[:, 0].tolist() == [1, 2]


def test_before_the_first_row_there_is_none():
    assert BoundedRows().array(3).shape == (0, 3)


def test_a_copy_is_given_out():
    rows = BoundedRows(8)
    rows.add((1, 1))
    rows.array(2)[0, 1] = 5
    assert rows.array(2)[0, 1] == 1
