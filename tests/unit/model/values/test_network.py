import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.network import Network

NETWORK = Network((Conv.of(np.ones((3, 3, 1, 4))), Pool(), Activation()))


def test_shapes_follow_the_layers():
    assert NETWORK.shapes((8, 8, 1)) == ((6, 6, 4), (3, 3, 4), (3, 3, 4))


def test_inputs_of_many_shapes_have_each_its_own():
    network = Network((Conv.of(np.ones((3, 3, 1, 4))),))
    for side in (*range(3, 60), *range(3, 60)):
        assert network.shapes((side, 9, 1)) == ((side - 2, 7, 4),)


def test_nothing_has_a_shape_after_a_layer_that_cannot_work():
    assert NETWORK.shapes((3, 3, 1)) == ((1, 1, 4), None, None)


def test_another_layer_takes_the_place_of_one():
    after = NETWORK.with_layer(1, Activation())
    assert [type(layer).__name__ for layer in after.layers] == ["Conv", "Activation", "Activation"]
