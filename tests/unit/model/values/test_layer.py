from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.layer import Layer, per_axis_in_rank, shape_after

LAYER = Conv.of(np.ones((3, 3, 1, 2)))


def test_a_layer_that_is_off_keeps_the_shape():
    assert shape_after(replace(LAYER, is_on=False), (8, 8, 1)) == (8, 8, 1)


def test_layers_with_equal_weights_are_equal():
    assert {LAYER, Conv.of(np.ones((3, 3, 1, 2)))} == {LAYER}


def test_one_other_weight_makes_another_layer():
    weights = LAYER.weights.copy()
    weights[0, 0, 0, 0] = 2
    assert Conv.of(weights) != LAYER


def test_layers_of_two_kinds_are_never_equal():
    assert Activation() != LAYER


def test_a_kind_that_forgets_a_question_cannot_be_made():
    class Forgetful(Layer):
        """Answers nothing."""

    with pytest.raises(TypeError, match="abstract"):
        Forgetful()


@pytest.mark.parametrize(("rank", "wanted"), [(1, (3,)), (2, (2, 3)), (3, (1, 2, 3))])
def test_numbers_per_axis_follow_the_rank_from_the_last_axis_on(rank, wanted):
    assert per_axis_in_rank((2, 3), rank, 1) == wanted
