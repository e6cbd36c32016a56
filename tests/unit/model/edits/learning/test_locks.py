"""Locking is an edit, and every edit of the filters takes the locks along."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import building, filters, kernel_weights, layer_settings
from convstudio.model.edits.learning.locks import (
    bias_intent,
    filters_intent,
    layer_intent,
    lock_bias,
    lock_filters,
    lock_layer,
    lock_weights,
    weights_intent,
)
from convstudio.model.kinds.conv_weights import with_channels, with_groups, with_rank
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

PLAIN = Document(
    Sample.of("flat", np.ones((8, 8, 2))),
    Network((Conv.of(np.ones((3, 3, 2, 3))), Conv.of(np.ones((3, 3, 3, 2))))),
)
LOCKED = lock_filters(PLAIN, 0, [1])


def locked(document, layer=0):
    conv = document.layers[layer]
    return [index for index in range(conv.filters) if conv.all_locks.is_filter_locked(index)]


def test_a_layer_is_locked_and_unlocked():
    assert lock_layer(PLAIN, 1).layers[1].is_locked
    assert lock_layer(lock_layer(PLAIN, 1), 1, is_locked=False) == PLAIN
    assert lock_layer(PLAIN, 1, is_locked=False) is PLAIN


def test_filters_and_weights_are_locked_and_unlocked():
    assert locked(LOCKED) == [1]
    assert lock_filters(LOCKED, 0, [1], is_locked=False) == PLAIN
    cells = lock_weights(PLAIN, 0, [(0, 1, 1, 2)])
    assert np.argwhere(cells.layers[0].locks.weights).tolist() == [[0, 1, 1, 2]]
    assert lock_weights(cells, 0, [(0, 1, 1, 2)], is_locked=False) == PLAIN
    assert lock_filters(LOCKED, 0, [1]) is LOCKED


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (lambda d: filters.move_filters(d, 0, [1], -1), [0]),
        (lambda d: filters.remove_filters(d, 0, [0]), [0]),
        (lambda d: filters.remove_filters(d, 0, [1]), []),
        (lambda d: filters.duplicate_filters(d, 0, [1]), [1, 2]),
        (lambda d: filters.add_filter(d, 0, 1), [1]),
        (lambda d: filters.paste_filters(d, 0, 1, filters.FilterBank.of(np.ones((3, 3, 1, 1)))), [1]),
        (lambda d: layer_settings.set_filters(d, 0, 5), [1]),
        (lambda d: kernel_weights.set_kernel_size(d, 0, (1, 3)), [1]),
        (lambda d: kernel_weights.set_bias(d, 0, 1, 3), [1]),
        (lambda d: d.with_layer(0, with_channels(d.layers[0], 1)), [1]),
        (lambda d: d.with_layer(0, with_channels(d.layers[0], 3)), [1]),
        (lambda d: d.with_layer(0, with_rank(d.layers[0], 1)), [1]),
    ],
)
def test_the_lock_of_a_filter_stays_with_it(edit, after):
    assert locked(edit(LOCKED)) == after


def test_a_larger_kernel_has_new_weights_that_are_free():
    larger = kernel_weights.set_kernel_size(LOCKED, 0, (5, 5)).layers[0].locks
    assert larger.weights[1:4, 1:4, :, 1].all()
    assert larger.weights.sum() == 18


def test_groups_keep_the_locks_of_the_kernels_that_stay():
    conv = Conv.of(np.ones((1, 1, 4, 2)))
    held = replace(conv, locks=conv.all_locks.of_weights([(0, 0, 3, 1)]))
    assert np.argwhere(with_groups(held, 2).locks.weights).tolist() == [[0, 0, 1, 1]]


def test_the_kernels_of_the_next_layer_keep_their_locks_when_filters_move():
    held = lock_weights(PLAIN, 1, [(1, 1, 2, 0)])
    moved = filters.move_filters(held, 0, [2], -2)
    assert np.argwhere(moved.layers[1].locks.weights).tolist() == [[1, 1, 0, 0]]


def test_a_copy_of_a_layer_is_locked_like_it():
    assert locked(building.duplicate_layer(LOCKED, 0), 1) == [1]


def test_intents_lock_what_is_free_and_unlock_what_is_locked():
    assert layer_intent(PLAIN, 0).step == "Lock layer 1"
    assert layer_intent(lock_layer(PLAIN, 0), 0).step == "Unlock layer 1"
    assert filters_intent(PLAIN, 0, [1]).step == "Lock filter 2"
    assert filters_intent(LOCKED, 0, [1]).edited(LOCKED) == PLAIN
    assert filters_intent(LOCKED, 0, [0, 1]).step == "Lock 2 filters"
    assert weights_intent(LOCKED, 0, [(0, 0, 0, 1)]).step == "Unlock 1 weight"
    assert weights_intent(PLAIN, 0, [(0, 0, 0, 1), (0, 1, 0, 1)]).edited(PLAIN).layers[0].locks.weights.sum() == 2


UNITS = Document(
    Sample.of("flat", np.ones((2, 2, 2))),
    Network((Conv.of(np.ones((1, 1, 2, 2))), Flatten(), Dense.of(np.ones((8, 3))))),
)


def test_single_biases_are_locked_and_unlocked():
    held = lock_bias(PLAIN, 0, 2)
    assert held.layers[0].locks.bias.tolist() == [False, False, True]
    assert not held.layers[0].locks.weights.any()
    assert lock_bias(held, 0, 2, is_locked=False) == PLAIN
    intent = bias_intent(held, 0, 2)
    assert (intent.step, intent.edit(held)) == ("Unlock bias", PLAIN)


def test_single_weights_and_biases_of_a_dense_layer_are_locked_and_unlocked():
    held = lock_weights(UNITS, 2, [(0, 1), (7, 1)])
    assert np.argwhere(held.layers[2].locks.weights).tolist() == [[0, 1], [7, 1]]
    assert lock_weights(held, 2, [(0, 1), (7, 1)], is_locked=False) == UNITS
    assert lock_bias(UNITS, 2, 0).layers[2].locks.bias.tolist() == [True, False, False]
    assert weights_intent(held, 2, [(0, 1), (7, 1)]).step == "Unlock 2 weights"
    assert weights_intent(held, 2, [(0, 1), (1, 1)]).step == "Lock 2 weights"


def test_locks_of_a_dense_layer_follow_the_maps_that_it_reads():
    held = lock_weights(UNITS, 2, [(0, 1)])
    moved = filters.move_filters(held, 0, [0], 1)
    assert np.argwhere(moved.layers[2].locks.weights).tolist() == [[1, 1]]


def test_a_dense_layer_with_other_inputs_has_no_locks():
    held = lock_weights(UNITS, 2, [(0, 1)]).layers[2]
    assert held.fitted_to((5,)).locks is None


def test_weights_of_a_layer_without_weights_cannot_be_locked():
    with pytest.raises(ValueError, match="Weights of Flatten cannot be locked one by one"):
        lock_bias(UNITS, 1, 0)


def test_a_flipped_kernel_has_its_locks_flipped_for_libraries_that_do_not_flip():
    conv = Conv.of(np.ones((3, 3, 1, 1)))
    held = conv.with_locks(conv.all_locks.of_weights([(0, 1, 0, 0)]))
    assert np.argwhere(held.unflipped_locks.weights).tolist() == [[0, 1, 0, 0]]
    assert np.argwhere(replace(held, flip=True).unflipped_locks.weights).tolist() == [[2, 1, 0, 0]]
