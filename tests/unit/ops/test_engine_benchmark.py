"""The benchmark of the engines counts and compares what it says; it is not run here, for times want a quiet machine."""

import numpy as np
import pytest

from tests.benchmarks.operations.ours import largest_difference, ours
from tests.benchmarks.operations.turns import take_turns
from tests.benchmarks.operations.workloads import WORKLOADS, Workload

SMALL = [work for work in WORKLOADS if work.flop < 2e8 and work.bytes_moved < 2e7]
THREE_TAPS = Workload("conv", "9×2 → 4, 3 taps", (5, 9, 2), (3, 2, 4))


@pytest.mark.parametrize("work", SMALL, ids=lambda work: work.title)
def test_a_workload_names_the_shape_that_the_operation_makes_and_both_engines_agree_on_it(work):
    made = [call() for call in ours(work, work.arrays()).values()]
    assert made[0][0].shape == (work.x if "gradient" in work.operation else work.output)
    assert largest_difference(made[-1], made[0]) < 1e-4


def test_each_multiplication_counts_with_its_addition_and_gradients_count_twice():
    once = 5 * 7 * 3 * 2 * 4
    assert THREE_TAPS.flop == 2 * once
    assert THREE_TAPS._replace(operation="gradients").flop == 4 * once


def test_every_array_is_moved_once():
    x, weights, y = 5 * 9 * 2, 3 * 2 * 4, 5 * 7 * 4
    assert THREE_TAPS.bytes_moved == 4 * (x + weights + y)
    assert THREE_TAPS._replace(operation="gradients").bytes_moved == 4 * (2 * x + 2 * weights + y)


def test_a_result_of_another_shape_does_not_agree():
    with pytest.raises(AssertionError, match="shapes differ"):
        largest_difference((np.ones(3),), (np.ones((1, 3)),))


def test_contenders_take_turns_and_tell_median_and_spread():
    order, ticks = [], iter(range(1000))
    contenders = {name: (lambda name=name: order.append(name)) for name in "ab"}
    taken = take_turns(contenders, turns=2, seconds=4.0, clock=lambda: next(ticks))
    assert "".join(order) == "aaabbbaaabbb"
    assert taken["a"] == taken["b"] == (1000, 1000, 1000)
    assert taken["a"].spread == 0
