"""What the numbers of an array are like."""

import numpy as np
import pytest

from convstudio.model.readings.weights.array_facts import array_facts

VALUES = np.float32(np.r_[np.zeros(20), np.arange(80)]).reshape(5, 20)


def test_the_facts_are_those_of_numpy():
    facts = array_facts(VALUES)
    assert (facts.minimum, facts.maximum, facts.zeros) == (0, 79, 0.21)
    np.testing.assert_allclose(facts.mean, VALUES.mean())
    np.testing.assert_allclose(facts.deviation, VALUES.std())
    np.testing.assert_allclose(facts.quantiles, np.quantile(VALUES, (0.05, 0.25, 0.5, 0.75, 0.95)))


def test_large_numbers_do_not_lose_the_mean():
    assert array_facts(np.full(10**6, 16_777_216, np.float32)).mean == 16_777_216


def test_each_fact_is_a_line():
    assert [name.split()[0] for name, _ in array_facts(VALUES).lines] == [
        "Minimum",
        "Maximum",
        "Mean",
        "Standard",
        "Quantiles",
        "Zeros",
    ]


def test_an_array_without_numbers_has_no_facts():
    with pytest.raises(ValueError, match="has no numbers"):
        array_facts(np.ones((0, 3), np.float32))


def test_an_array_without_a_finite_number_has_no_facts():
    with pytest.raises(ValueError, match="NaN or infinity"):
        array_facts(np.float32([np.nan, np.inf]))


def test_nan_and_infinity_are_counted_and_the_facts_are_those_of_the_others():
    facts = array_facts(np.float32([np.nan, 0, 4, -np.inf]))
    assert (facts.left_out, facts.minimum, facts.maximum, facts.mean, facts.deviation) == (2, 0, 4, 2, 2)
    assert (facts.quantiles[2], facts.zeros) == (2, 0.25)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_quantiles_of_the_largest_numbers_do_not_overflow(kind):
    largest = np.finfo(kind).max
    assert array_facts(np.array([-largest, largest], kind)).quantiles[2] == 0


def test_quantiles_are_not_rounded_to_the_type_of_the_numbers():
    assert array_facts(np.array([1, 2], np.float16)).quantiles[0] == 1.05
