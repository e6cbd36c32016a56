from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.values.learning.locks import Locks

LAYERS = pytest.mark.parametrize("layer", [Conv.of(np.ones((3, 3, 1, 2))), Dense.of(np.ones((4, 2)))])


@LAYERS
def test_a_layer_without_locks_answers_that_nothing_is_locked(layer):
    assert not layer.all_locks.weights.any()


@LAYERS
def test_locks_stay_with_weights_of_their_shape(layer):
    locked = layer.with_locks(Locks(np.ones(layer.weights.shape, bool), np.zeros(2, bool)))

    changed = replace(locked, weights=2 * layer.weights)

    assert changed.locks is locked.locks


@LAYERS
def test_weights_of_another_shape_have_no_locks(layer):
    locked = layer.with_locks(Locks(np.ones(layer.weights.shape, bool), np.zeros(2, bool)))

    changed = replace(locked, weights=layer.weights[..., :1], bias=layer.bias[:1])

    assert changed.locks is None
