import numpy as np
import pytest

from convstudio.model.kinds.activation import ACTIVATION_NAMES, FORMULAS, Activation
from convstudio.model.values.arrays import frozen
from convstudio.ops import ACTIVATIONS


def test_every_activation_of_the_engine_has_a_name_and_a_formula():
    assert set(ACTIVATION_NAMES) == set(FORMULAS) == set(ACTIVATIONS)


def test_relu_keeps_what_is_positive():
    assert Activation().run(frozen([[-1, 2]])).tolist() == [[0, 2]]


def test_an_unknown_activation_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match='activation "swish" is not known; use one of linear, relu'):
        Activation(activation="swish").output_shape((3,))


def test_softmax_of_a_vector_reads_all_values():
    window = Activation(activation="softmax").window((4,), (1,))
    np.testing.assert_array_equal(window.positions[0], [0, 1, 2, 3])


def test_softmax_alone_mixes_maps():
    assert [name for name in ACTIVATIONS if not Activation(activation=name).handles_each_map_alone] == ["softmax"]
