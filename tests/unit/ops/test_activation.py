import math

import numpy as np
import pytest
from scipy import special

from convstudio.ops import ACTIVATIONS, ALPHAS, activate, activation_gradient
from convstudio.ops.activation import erf

LINE = np.linspace(-8, 8, 1601)


def test_the_activations_are_those_of_the_contract_and_those_of_trained_networks():
    contract = "linear relu leaky_relu elu gelu sigmoid tanh softplus softmax abs"
    more = "silu relu6 hard_sigmoid hard_swish hard_tanh mish selu softsign clipped_relu log_softmax thresholded_relu"
    assert " ".join(ACTIVATIONS) == f"{contract} {more}"


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("linear", lambda x: x),
        ("relu", lambda x: max(x, 0.0)),
        ("leaky_relu", lambda x: x if x > 0 else 0.2 * x),
        ("elu", lambda x: x if x > 0 else math.exp(x) - 1),
        ("gelu", lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
        ("sigmoid", lambda x: 1 / (1 + math.exp(-x))),
        ("tanh", math.tanh),
        ("softplus", lambda x: math.log(1 + math.exp(x))),
        ("abs", abs),
        ("silu", lambda x: x / (1 + math.exp(-x))),
        ("relu6", lambda x: min(max(x, 0.0), 6.0)),
        ("hard_sigmoid", lambda x: min(max(x + 3, 0.0), 6.0) / 6),
        ("hard_swish", lambda x: x * min(max(x + 3, 0.0), 6.0) / 6),
        ("hard_tanh", lambda x: min(max(x, -1.0), 1.0)),
        ("mish", lambda x: x * math.tanh(math.log(1 + math.exp(x)))),
        ("selu", lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1))),
        ("softsign", lambda x: x / (1 + abs(x))),
        ("clipped_relu", lambda x: min(max(x, 0.0), 1.0)),
        ("thresholded_relu", lambda x: x if x > 1 else 0.0),
    ],
)
def test_each_value_is_what_keras_defines(name, definition):
    np.testing.assert_allclose(activate(LINE, name), [definition(x) for x in LINE], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "alpha", "definition"),
    [
        ("leaky_relu", 0.01, lambda x: x if x > 0 else 0.01 * x),
        ("elu", 2.5, lambda x: x if x > 0 else 2.5 * (math.exp(x) - 1)),
        ("hard_sigmoid", 0.2, lambda x: min(max(0.2 * x + 0.5, 0.0), 1.0)),
        ("clipped_relu", 2.5, lambda x: min(max(x, 0.0), 2.5)),
        ("thresholded_relu", 0.5, lambda x: x if x > 0.5 else 0.0),
    ],
)
def test_the_number_of_an_activation_changes_its_values(name, alpha, definition):
    np.testing.assert_allclose(activate(LINE, name, alpha), [definition(x) for x in LINE], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"thresholded_relu"}))
def test_a_slope_for_an_activation_that_takes_none_is_refused(name):
    with pytest.raises(ValueError, match="takes no slope; only thresholded_relu does"):
        activate([1.0], name, slope=0.5)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - set(ALPHAS)))
def test_a_number_for_an_activation_that_takes_none_is_refused(name):
    with pytest.raises(
        ValueError, match="takes no alpha; only leaky_relu, elu, hard_sigmoid, clipped_relu, thresholded_relu do"
    ):
        activate([1.0], name, 0.5)


@pytest.mark.parametrize(
    ("name", "corners", "slopes"),
    [
        ("relu", [0], [0]),
        ("abs", [0], [0]),
        ("leaky_relu", [0], [0.2]),
        ("relu6", [0, 6], [0, 0]),
        ("hard_sigmoid", [-3, 3], [0, 0]),
        ("hard_swish", [-3, 3], [0, 1]),
        ("hard_tanh", [-1, 1], [0, 0]),
        ("selu", [0], [1.0507009873554805 * 1.6732632423543772]),
        ("clipped_relu", [0, 1], [0, 0]),
        ("thresholded_relu", [1], [0]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_a_corner_the_slope_is_pytorchs(name, corners, slopes, dtype):
    found = activation_gradient(np.array(corners, dtype), np.ones(len(corners), dtype), name)
    np.testing.assert_allclose(found, slopes, rtol=1e-7)


def test_softmax_shares_one_among_the_channels():
    values = activate([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], "softmax")
    np.testing.assert_allclose(values, special.softmax([[1, 2, 3], [5, 5, 5]], axis=-1), rtol=1e-15)


def test_a_log_softmax_is_the_logarithm_of_the_shares():
    values = activate([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], "log_softmax")
    np.testing.assert_allclose(values, special.log_softmax([[1, 2, 3], [5, 5, 5]], axis=-1), rtol=1e-15)


def test_a_log_softmax_of_far_numbers_stays_finite():
    np.testing.assert_array_equal(activate([0.0, 1e30], "log_softmax"), [-1e30, 0])


def test_softmax_survives_large_numbers():
    np.testing.assert_array_equal(activate([1e30, 1e30], "softmax"), [0.5, 0.5])


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_float_type_is_kept(name, dtype):
    assert activate(np.ones(3, dtype), name).dtype == dtype


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_integers_become_float64(name):
    assert activate([1, 2], name).dtype == np.float64


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan_without_a_warning(name):
    assert np.isnan(activate(np.array([np.nan], np.float32), name)).all()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("linear", -np.inf, np.inf),
        ("relu", 0, np.inf),
        ("leaky_relu", -np.inf, np.inf),
        ("elu", -1, np.inf),
        ("sigmoid", 0, 1),
        ("tanh", -1, 1),
        ("softplus", 0, np.inf),
        ("abs", np.inf, np.inf),
        ("relu6", 0, 6),
        ("hard_sigmoid", 0, 1),
        ("hard_tanh", -1, 1),
        ("selu", -1.0507009873554805 * 1.6732632423543772, np.inf),
        ("clipped_relu", 0, 1),
        ("thresholded_relu", 0, np.inf),
    ],
)
def test_infinity_goes_to_the_limit(name, low, high):
    np.testing.assert_array_equal(activate(np.array([-np.inf, np.inf], np.float32), name), np.float32([low, high]))


def test_the_input_is_left_alone():
    x = np.array([-1.0, 1.0])
    activate(x, "linear")[0] = 7
    assert x.tolist() == [-1.0, 1.0]


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r'activation "swish" is not known; use one of linear, relu'):
        activate([1.0], "swish")


def test_softmax_of_one_number_is_refused():
    with pytest.raises(ValueError, match="needs an axis of channels"):
        activate(1.0, "softmax")


def test_erf_is_exact_to_float64():
    x = np.linspace(-7, 7, 100_001)
    np.testing.assert_allclose(erf(x), special.erf(x), rtol=1e-15, atol=1e-15)


def test_a_hard_swish_of_the_largest_numbers_stays_finite():
    assert activate(np.float32([1e38]), "hard_swish") == np.float32(1e38)


@pytest.mark.parametrize("name", ["linear", "relu"])
def test_an_array_of_ones_own_is_not_copied(name):
    own = np.array([[-1, 2]], np.float32)
    assert activate(own, name, is_own=True) is own
    assert own.tolist() == activate([[-1, 2]], name).tolist()
