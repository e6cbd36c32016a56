"""Filters that begin the same stay so in any network, unless something in it tells their maps apart, which is named."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.datasets.loading import digit_data
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.kinds.pooling import Pool
from convstudio.model.learning.pairs import one_pair
from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.learning.side_by_side import (
    advance_side_by_side,
    begin_side_by_side,
    plan_side_by_side,
)
from convstudio.model.library.labs import LAB_SETTINGS
from convstudio.model.library.symmetry import EPSILON, symmetry_starts, what_tells_apart, with_equal_filters
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DATA = pattern_data(PatternSettings(per_class=8))


def conv(channels, filters, **settings):
    drawn = np.random.default_rng(filters).normal(size=(3, 3, channels, filters))
    return replace(Conv.of(drawn), activation="relu", padding="same", **settings)


def dense(inputs, units=4):
    return Dense.of(np.random.default_rng(inputs).normal(size=(inputs, units)), activation="softmax")


DEEP = Network((conv(1, 6), BatchNorm.of(6), Pool("max", (2, 2)), conv(6, 5), Flatten(), dense(80)))


def run(network, layer, steps, data=DATA):
    plan = plan_side_by_side(symmetry_starts(network, layer, 1), data, LAB_SETTINGS, layer)
    state = begin_side_by_side(plan)
    for _ in range(steps):
        state = advance_side_by_side(plan, state)
    return state


@pytest.mark.parametrize("layer", [0, 3])
def test_the_filters_of_any_layer_begin_the_same_and_stay_exactly_the_same(layer):
    assert what_tells_apart(DEEP, layer) == ""
    state = run(DEEP, layer, 40)
    same, noisy, drawn = state.similarities
    assert same == 1.0
    assert (state.weights[0] == state.weights[0][..., :1]).all()
    assert state.rounding < 1e-4
    assert noisy < 1
    assert drawn < noisy


def test_nothing_but_rounding_is_taken_out_of_hundreds_of_steps():
    """Without that the filters are apart after some hundred steps: such a balance does not last."""
    digits = digit_data()
    network = Network((conv(1, 6), Pool("max", (2, 2)), conv(6, 5), Flatten(), dense(80, 10)))
    state = run(network, 0, 300, digits)
    assert state.similarities[0] == 1.0
    assert state.rounding < 1e-6


def test_all_that_reads_equal_maps_reads_them_with_equal_weights():
    same = with_equal_filters(DEEP, 0)
    assert (same.layers[0].weights == DEEP.layers[0].weights[..., :1]).all()
    assert (same.layers[3].weights == DEEP.layers[3].weights[..., :1, :]).all()
    assert same.layers[5] is DEEP.layers[5]
    rows = with_equal_filters(DEEP, 3).layers[5].weights.reshape(16, 5, 4)
    assert (rows == rows[:, :1]).all()


def test_the_starts_differ_in_the_filters_alone_and_a_little():
    same, noisy, drawn = (start.network.layers for start in symmetry_starts(DEEP, 0, 1))
    noise = noisy[0].weights - same[0].weights
    assert 0 < np.abs(noise).max() < 6 * EPSILON
    assert noisy[1:] == same[1:]
    assert np.array_equal(drawn[0].weights[..., 0], same[0].weights[..., 0])
    assert symmetry_starts(DEEP, 0, 1)[1].network == symmetry_starts(DEEP, 0, 1)[1].network
    assert symmetry_starts(DEEP, 0, 2)[2].network != symmetry_starts(DEEP, 0, 1)[2].network


ENDS = (GlobalPool("average"), dense(4))
PARTED = {
    "layer 2, Dropout 50 %, silences other values in every map": (conv(1, 4), Dropout(0.5), *ENDS),
    "layer 2, Spatial dropout 50 %, silences other values in every map": (conv(1, 4), SpatialDropout(0.5), *ENDS),
    "layer 2, Local response norm 5, counts fewer neighbours for the first and the last map": (
        conv(1, 4),
        LocalResponseNorm(alpha=1.0),
        *ENDS,
    ),
    "layer 2, Conv 3×3 · 4 filters, has weights of its own for each of their maps": (
        conv(1, 4),
        conv(2, 4, groups=2),
        *ENDS,
    ),
    "each of their maps has a target of its own": (conv(1, 4), GlobalPool("average"), Activation("softmax")),
}


@pytest.mark.parametrize("reason", PARTED)
def test_what_tells_equal_maps_apart_is_named_and_does(reason):
    network = Network(PARTED[reason])
    assert what_tells_apart(network, 0).replace("\xa0", " ") == reason
    state = run(network, 0, 12)
    assert state.similarities[0] < 1
    assert state.rounding == 0


def test_filters_of_groups_read_other_channels():
    network = Network((conv(1, 4), conv(2, 4, groups=2), *ENDS))
    assert what_tells_apart(network, 1) == "those of other groups read other channels"


def test_a_layer_that_is_switched_off_tells_nothing_apart():
    assert what_tells_apart(Network((conv(1, 4), Dropout(0.5, is_on=False), *ENDS)), 0) == ""


def test_each_filter_of_a_pair_learns_its_own_target():
    values = np.random.default_rng(1).normal(size=(6, 6, 1)).astype(np.float32)
    network = Network((Conv.of(np.ones((3, 3, 1, 2))),))
    target = MapTarget(np.concatenate([values[1:-1, 1:-1], values[2:, 2:]], axis=-1))
    state = run(network, 0, 3, one_pair(Document(Sample.of("pair", values), network, target=target)))
    assert state.similarities[0] < 1
