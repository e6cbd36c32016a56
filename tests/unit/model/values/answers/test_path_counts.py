import numpy as np

from convstudio.model.values.answers.path_counts import (
    PathCounts,
    along_axes,
    one_at,
    ones,
    shares_of,
    through_softmax,
    through_windows,
    zeros,
)
from convstudio.ops.shapes import geometry


def test_one_output_sees_its_window_once():
    sliding = geometry((6,), (3,), stride=2)
    (seen,) = along_axes([one_at(2, 1)], through_windows(sliding, "zeros"))
    assert seen.tolist() == [0, 0, 1, 1, 1, 0]


def test_circular_padding_counts_for_the_cell_that_it_shows():
    sliding = geometry((4,), (3,), padding="same")
    (seen,) = along_axes([one_at(4, 0)], through_windows(sliding, "circular"))
    assert seen.tolist() == [1, 1, 0, 1]


def test_paths_multiply_over_the_axes():
    assert PathCounts((np.array([1, 2], object), np.array([3, 0], object))).paths_from((1, 0)) == 6


def test_counts_have_no_limit():
    assert PathCounts((ones(1) * 10**30, ones(2))).total == 2 * 10**30


def test_dilation_leaves_holes():
    assert PathCounts((np.array([1, 0, 1], object), ones(1))).has_holes


def test_nothing_seen_has_no_rectangle():
    assert PathCounts((zeros(3), ones(1))).spans is None


def test_softmax_sees_all_values():
    assert through_softmax(one_at(3, 1)).tolist() == [1, 1, 1]


def test_shares_of_no_paths_are_zero():
    assert shares_of(zeros(2)).tolist() == [0, 0]
