"""Rates follow their schedules, and an optimiser's step leaves what it was given alone."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.learning.optimising import fresh_memory, optimised, rate_at
from convstudio.model.values.learning.settings import OPTIMISERS, USUAL_TRAINING

PLAIN = replace(USUAL_TRAINING, rate=1.0, epochs=10)


def test_a_constant_rate_stays():
    assert rate_at(PLAIN, 1000, 7) == 1.0


def test_a_rate_in_steps_drops_every_few_epochs():
    settings = replace(PLAIN, schedule="step", drop=0.5, drop_every=2)
    assert [rate_at(settings, step, 3) for step in (0, 5, 6, 12)] == [1.0, 1.0, 0.5, 0.25]


def test_a_cosine_falls_from_the_rate_to_0():
    settings = replace(PLAIN, schedule="cosine")
    rates = [rate_at(settings, step, 4) for step in range(41)]
    assert (rates[0], rates[20], rates[40]) == pytest.approx((1, 0.5, 0))
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_step_goes_down_the_gradient_and_changes_no_array(name):
    settings = replace(PLAIN, optimiser=name)
    weights, gradient, memory = np.ones(3, np.float32), np.ones(3, np.float32), fresh_memory(settings, 3)
    moved, kept = optimised(settings, weights, gradient, memory, 1, 0.1)
    assert (moved < weights).all()
    assert (weights == 1).all()
    assert not any(array.any() for array in memory)
    assert not any(array.flags.writeable for array in (moved, *kept))
    assert {array.dtype for array in (moved, *kept)} == {np.dtype(np.float32)}
