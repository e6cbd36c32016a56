import numpy as np
import pytest

from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.words.weight_orders import CONV_ORDERS, DEPTHWISE_ORDER, TRANSPOSED_ORDERS

EVERY = (*CONV_ORDERS, DEPTHWISE_ORDER, *TRANSPOSED_ORDERS)


def drawn(*shape):
    return frozen(np.random.default_rng(0).standard_normal(shape))


@pytest.mark.parametrize("kernel", [(3,), (3, 2), (2, 3, 4)])
@pytest.mark.parametrize("order", EVERY, ids=lambda order: order.layer)
def test_weights_in_any_order_come_back_as_they_were(order, kernel):
    groups, channels = (4, 1) if order.is_depthwise else (2 if order.has_groups else 1, 2)
    ours = drawn(*kernel, channels, 12)
    np.testing.assert_array_equal(order.to_ours(order.from_ours(ours, groups), groups), ours)


@pytest.mark.parametrize("order", [*CONV_ORDERS, *TRANSPOSED_ORDERS], ids=lambda order: order.layer)
def test_of_one_group_an_order_is_a_permutation(order):
    ours = drawn(3, 2, 4, 5)
    np.testing.assert_array_equal(ours.transpose(order.permutation(2)), order.from_ours(ours))


def test_transposed_weights_are_held_as_the_convolution_that_the_layer_is_the_adjoint_of():
    layer = ConvTranspose(drawn(3, 3, 2, 6), drawn(6), (2, 2), (1, 1), groups=2)
    theirs = TRANSPOSED_ORDERS[1].from_ours(layer.weights, 2)
    np.testing.assert_array_equal(np.moveaxis(theirs, (0, 1), (-1, -2)), layer.adjoint_weights)


def test_the_filters_of_a_depthwise_channel_stand_beside_each_other():
    theirs = drawn(3, 3, 4, 2)
    ours = DEPTHWISE_ORDER.to_ours(theirs, 4)
    np.testing.assert_array_equal(ours[..., 0, 5], theirs[..., 2, 1])
