from dataclasses import replace

import pytest

from convstudio.model.learning.nudging import nudged
from convstudio.model.values.arrays import frozen
from tests.watched import passed, pooled, question


@pytest.mark.parametrize("index", [(0, 0, 0, 0), (0, 1, 0, 0), (1, 1, 0, 0)])
def test_nudging_agrees_with_the_gradient(index):
    found = nudged(passed(question()), 0, "weights", index)
    assert found.agrees
    assert found.relative_error < 1e-6


def test_nudging_shows_the_wrong_sign():
    found = nudged(passed(question(), is_reversed=True), 0, "weights", (0, 0, 0, 0))
    assert not found.agrees
    assert found.relative_error == pytest.approx(2, rel=1e-4)


def test_a_gradient_of_zero_agrees_with_no_change():
    assert nudged(passed(question()), 0, "weights", (1, 0, 0, 0)).relative_error == 0


def test_at_a_tie_of_max_pooling_the_loss_has_a_kink():
    found = nudged(passed(pooled()), 0, "weights", (0, 0, 0))
    assert found.has_kink
    assert (round(found.above, 3), round(found.below, 3)) == (2, 0)


def test_a_smooth_loss_has_no_kink():
    smooth = question()
    smooth = smooth.with_layer(0, replace(smooth.layers[0], weights=frozen(smooth.layers[0].weights + 0.1)))
    assert not nudged(passed(smooth), 0, "weights", (0, 0, 0, 0)).has_kink
