from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.linear import Linear, joined, linear_of, spread
from convstudio.model.values.arrays import frozen

DRAW = np.random.default_rng(5)


def test_a_layer_of_groups_has_zeros_for_the_channels_of_other_groups():
    layer = replace(Conv.of(np.ones((1, 1, 1, 2))), groups=2)
    assert linear_of(layer).weights[0, 0].tolist() == [[1, 0], [0, 1]]


def test_a_flipped_layer_has_its_kernel_turned():
    layer = replace(Conv.of([[[1]], [[2]]]), flip=True)
    assert linear_of(layer).weights.ravel().tolist() == [2, 1]


def test_one_filter_alone_can_be_taken():
    assert linear_of(Conv.of(np.ones((3, 1, 4))), 2).filters == 1


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="NaN or infinite weights"):
        linear_of(Conv.of([[[np.nan]]]))


def test_two_convolutions_with_strides_are_one():
    first = Linear(DRAW.normal(size=(3, 2, 4)), DRAW.normal(size=4), (2,))
    second = Linear(DRAW.normal(size=(2, 4, 3)), DRAW.normal(size=3), (3,))
    x = DRAW.normal(size=(31, 2))
    np.testing.assert_allclose(joined(first, second).run(x), second.run(first.run(x)), rtol=1e-9, atol=1e-9)


def test_convolutions_that_do_not_fit_are_refused_with_both_numbers():
    first, second = Linear(np.ones((1, 1, 2)), np.zeros(2), (1,)), Linear(np.ones((1, 3, 1)), np.zeros(1), (1,))
    with pytest.raises(ValueError, match="reads 3 channels, and the first one makes 2 maps"):
        joined(first, second)


def test_spread_weights_keep_their_sum():
    weights = frozen(DRAW.normal(size=(3, 2, 1, 1)))
    np.testing.assert_allclose(spread(weights, (2, 4)).sum(), weights.sum(dtype=np.float64))
