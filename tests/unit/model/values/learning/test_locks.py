"""Locks are values: what is locked stays so until it is unlocked, and nothing else is."""

import numpy as np

from convstudio.model.values.learning.locks import Locks

NONE = Locks.none((3, 3, 2, 4))


def test_nothing_that_is_locked_is_no_locks():
    assert NONE.some is None
    assert NONE.of_filters([1]).some is not None
    assert NONE.of_filters([1]).of_filters([1], is_locked=False).some is None


def test_a_filter_is_locked_with_all_its_weights_and_its_bias():
    locks = NONE.of_filters([1, 3])
    assert [locks.is_filter_locked(index) for index in range(4)] == [False, True, False, True]
    assert locks.weights.sum() == 2 * 18


def test_single_cells_are_locked_and_unlocked():
    locks = NONE.of_weights([(0, 0, 1, 2), (2, 1, 1, 2)])
    assert np.argwhere(locks.weights).tolist() == [[0, 0, 1, 2], [2, 1, 1, 2]]
    assert locks.of_weights([(0, 0, 1, 2), (2, 1, 1, 2)], is_locked=False) == NONE


def test_a_filter_with_an_unlocked_weight_is_not_locked():
    assert not NONE.of_filters([0]).of_weights([(1, 1, 1, 0)], is_locked=False).is_filter_locked(0)


def test_locks_go_where_their_weights_go():
    locks = NONE.of_filters([1]).moved(lambda values: values[..., [1, 0]], [1, 0])
    assert [locks.is_filter_locked(index) for index in range(2)] == [True, False]


def test_nobody_changes_them_from_outside():
    assert not NONE.weights.flags.writeable
    assert NONE.of_filters([1]) is not NONE
