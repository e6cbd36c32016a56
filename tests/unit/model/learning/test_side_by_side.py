"""Runs side by side see the same batches; one that diverges stays where it was; equal filters stay equal for ever."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning import training
from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.learning.side_by_side import (
    Start,
    advance_side_by_side,
    begin_side_by_side,
    compared_layer,
    filter_similarity,
    plan_side_by_side,
)
from convstudio.model.library.labs import LAB_SETTINGS, lab_starts, symmetry_lab
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DATA = pattern_data(PatternSettings(per_class=20))
STARTS = lab_starts(symmetry_lab(), DATA, 4, 1)


def run(starts, steps, settings=LAB_SETTINGS):
    plan = plan_side_by_side(starts, DATA, settings)
    state = begin_side_by_side(plan)
    for _ in range(steps):
        state = advance_side_by_side(plan, state)
    return state


def test_equal_filters_are_exactly_equal_after_hundreds_of_steps():
    plan = plan_side_by_side(STARTS, DATA, LAB_SETTINGS)
    state = begin_side_by_side(plan)
    lowest = 1.0
    for _ in range(300):
        state = advance_side_by_side(plan, state)
        lowest = min(lowest, state.similarities[0])
    assert lowest == 1.0
    assert state.similarities[1] < 1
    assert state.similarities[2] < 0.5


def test_a_run_beside_others_is_the_run_alone():
    together = run(STARTS, 12).states[2]
    plan = training.plan(
        Document(Sample.of("one", DATA.input(0)), STARTS[2].network, class_names=DATA.class_names), DATA, LAB_SETTINGS
    )
    alone = training.begin(plan)
    for _ in range(12):
        alone, _, _ = training.advance(plan, alone)
    assert np.array_equal(together.vector, alone.vector)


def test_a_run_that_diverges_stays_finite_and_leaves_the_others_alone():
    huge = STARTS[2].network.with_layer(0, Conv.of(np.full((3, 3, 1, 4), 1e38)))
    state = run((Start("huge", huge), STARTS[2]), 3)
    assert math.isinf(state.losses[0])
    assert math.isfinite(state.losses[1])
    assert np.isfinite(state.weights[0]).all()
    assert state.step == 3


def test_before_the_first_step_no_loss_is_known():
    state = run(STARTS, 0)
    assert state.step == 0
    assert all(map(math.isnan, state.losses))


def test_a_network_that_does_not_fit_the_data_is_refused():
    with pytest.raises(ValueError, match="class"):
        run((Start("short", Network((Conv.of(np.ones((3, 3, 1, 1))),))),), 1, replace(LAB_SETTINGS, held_out=0.0))


def test_without_a_convolution_there_are_no_filters_to_compare():
    with pytest.raises(ValueError, match="no convolution to compare"):
        compared_layer(Network((Flatten(), Activation())))


def test_the_layer_that_is_compared_is_the_wanted_one_with_enough_filters():
    few, many = (Conv.of(np.ones((1, 1, 1, filters))) for filters in (1, 4))
    network = Network((few, many, Flatten(), replace(many, is_on=False), many))
    assert [compared_layer(network, [wanted], 2) for wanted in (4, 3, 2, 0)] == [4, 1, 1, 1]
    assert compared_layer(network, [2, 4], 2) == 4
    with pytest.raises(ValueError, match="no convolution with 2 filters or more"):
        compared_layer(Network((few,)), [0], 2)


def test_what_rounding_makes_of_equal_filters_is_taken_out_and_told():
    def rounded(network):
        conv = network.layers[0]
        return network.with_layer(0, replace(conv, weights=frozen(conv.weights - np.float32(1e-6))))

    state = run((replace(STARTS[0], alike=rounded), STARTS[2]), 2)
    assert state.rounding == pytest.approx(1e-6, rel=0.1)
    assert np.array_equal(run(STARTS, 2).weights[2], state.weights[1])


@given(st.integers(0, 10**6), st.integers(2, 6))
def test_the_similarity_is_the_mean_cosine_of_all_pairs(seed, filters):
    weights = np.random.default_rng(seed).normal(size=(3, 3, 2, filters)).astype(np.float32)
    units = weights.reshape(-1, filters).astype(float)
    units /= np.linalg.norm(units, axis=0)
    cosines = (units.T @ units)[np.triu_indices(filters, 1)]
    assert filter_similarity(weights) == pytest.approx(cosines.mean(), abs=1e-12)


@given(st.integers(0, 10**6))
def test_filters_of_one_direction_have_similarity_one_whatever_their_lengths(seed):
    one = np.random.default_rng(seed).normal(size=(3, 1, 1)).astype(np.float32)
    assert filter_similarity(np.concatenate([one, 2 * one, 4 * one], axis=-1)) == 1.0


def test_a_filter_of_zeros_has_no_direction():
    assert math.isnan(filter_similarity(np.float32([[[0, 1]]])))


def test_filters_that_are_all_zero_are_alike():
    assert filter_similarity(np.zeros((3, 3, 1, 4), np.float32)) == 1.0
