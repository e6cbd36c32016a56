import numpy as np
import pytest

from convstudio.model.kinds.activation import ACTIVATION_NAMES, ALPHA_NAMES, Activation, definition_of
from convstudio.model.values.arrays import frozen
from convstudio.model.values.limits import LIMITS
from convstudio.ops import ACTIVATIONS, ALPHAS, OVER_CHANNELS


def test_every_activation_of_the_engine_has_a_name_and_a_formula():
    assert set(ACTIVATION_NAMES) == set(ACTIVATIONS)
    assert all(definition_of(name) for name in ACTIVATIONS)


def test_every_activation_that_takes_a_number_has_a_field_for_it():
    fields = {name: Activation(name).form(LIMITS)[1:] for name in ACTIVATIONS}
    assert {name: held[0].name for name, held in fields.items() if held} == ALPHA_NAMES
    assert set(ALPHA_NAMES) == set(ALPHAS)


def test_without_a_number_an_activation_has_kerass():
    assert Activation("leaky_relu") == Activation("leaky_relu", 0.2)


def test_a_number_is_held_as_float32_with_the_fewest_digits():
    assert Activation("leaky_relu", float(np.float32(0.1))).alpha == 0.1


def test_another_number_than_the_usual_one_stands_in_the_name():
    assert [Activation("leaky_relu", alpha).name for alpha in (None, 0.01)] == ["Leaky ReLU", "Leaky ReLU 0.01"]


def test_the_number_stands_in_the_formula():
    assert Activation("elu", 0.5).facts.startswith("x where x > 0, else 0.5·(e^x − 1), ")


def test_the_calculation_has_the_number_in_it():
    output, text = Activation("leaky_relu", 0.25).told((1,), (0,), frozen([-2]))
    assert (output, text) == (-0.5, "leaky ReLU(-2) = -0.5\nx where x ≥ 0, else 0.25·x")


def test_a_slope_below_a_threshold_is_a_field_and_stands_in_the_name_and_the_formula():
    _, _, slope = Activation("thresholded_relu").form(LIMITS)
    changed = slope.write(Activation("thresholded_relu"), 0, 0.5)
    assert (slope.read(changed, 0), changed.name) == (0.5, "Thresholded ReLU 1, slope 0.5")
    output, text = changed.told((2,), (1,), frozen([4, -1]))
    assert (output, text) == (-1.0, "thresholded ReLU(-1) = -1\nx where x > 1, else 0.5·(x − 1)")
    with pytest.raises(ValueError, match=r"^The negative slope must be between 0 and 100, not -1\.$"):
        slope.write(changed, 0, -1)


def test_a_slope_for_an_activation_that_has_none_is_said_to_be_one_too_many():
    with pytest.raises(ValueError, match=r"leaky ReLU takes no slope, such as 0\.1"):
        Activation("leaky_relu", slope=0.1).output_shape((3,))


def test_another_activation_begins_with_its_own_number():
    choice, _ = Activation("leaky_relu", 0.01, is_on=False).form(LIMITS)
    changed = choice.write(Activation("leaky_relu", 0.01, is_on=False), 0, ACTIVATIONS.index("elu"))
    assert changed == Activation("elu", 1.0, is_on=False)


@pytest.mark.parametrize("alpha", [-0.1, 100.5, float("nan")])
def test_a_number_out_of_its_limits_is_refused_with_them(alpha):
    _, slope = Activation("leaky_relu").form(LIMITS)
    with pytest.raises(ValueError, match=r"^The negative slope must be between 0 and 100, not .*\.$"):
        slope.write(Activation("leaky_relu"), 0, alpha)


def test_a_number_for_an_activation_that_takes_none_is_said_to_be_one_too_many():
    with pytest.raises(ValueError, match=r"ReLU takes no number, such as 0\.1"):
        Activation("relu", 0.1).output_shape((3,))


def test_relu_keeps_what_is_positive():
    assert Activation().run(frozen([[-1, 2]])).tolist() == [[0, 2]]


def test_an_unknown_activation_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match='activation "swish" is not known; use one of linear, relu'):
        Activation(activation="swish").output_shape((3,))


def test_softmax_of_a_vector_reads_all_values():
    window = Activation(activation="softmax").window((4,), (1,))
    np.testing.assert_array_equal(window.positions[0], [0, 1, 2, 3])


def test_softmax_and_its_logarithm_alone_mix_maps():
    mixing = {name for name in ACTIVATIONS if not Activation(activation=name).handles_each_map_alone}
    assert mixing == OVER_CHANNELS
