"""What is true after any number of small edits: the numbers of a run from scratch, made from few of them."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.edits import input_cells, kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run import patching
from convstudio.model.run.forward import forward
from convstudio.model.values import arrays
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops import ACTIVATIONS, conv
from tests.benchmarks.small_edits import (
    STROKE,
    drift,
    edit_bias,
    edit_cell,
    edit_weight,
    paint_point,
    peak_memory,
    photograph_document,
)
from tests.property.close_results import assert_close_results
from tests.property.random_documents import documents, edited

HALVES = st.floats(-2, 2, width=16)
SMALL_TILES = mock.patch.dict(arrays.TILE_SIDES, {1: 4, 2: 3, 3: 2})


@st.composite
def stacks(draw, numbers=HALVES, activations=ACTIVATIONS):
    """Draw a document of one or two layers; the second one reads whatever the first one makes."""
    document = draw(documents(activations=activations))
    layers = [replace(document.layers[0], weights=_filled(draw, document.layers[0].weights.shape, numbers))]
    if draw(st.booleans()):
        first = layers[0]
        filters = draw(st.integers(1, 3))
        weights = _filled(draw, ((2,) * first.rank) + (first.filters, filters), numbers)
        mode = draw(st.sampled_from(("zeros", "replicate")))
        second = Conv.of(weights, np.arange(filters))
        activation = draw(st.sampled_from(activations))
        layers.append(replace(second, padding="same", padding_mode=mode, activation=activation))
    values = _filled(draw, document.sample.values.shape, numbers)
    return Document(Sample.of("drawn", values), Network(tuple(layers)))


def _filled(draw, shape, numbers):
    few = draw(st.lists(numbers, min_size=4, max_size=4))
    return frozen(np.resize(few, shape) * (np.arange(np.prod(shape)).reshape(shape) % 3))


@st.composite
def small_edits(draw, document, numbers=HALVES, activations=ACTIVATIONS):
    """Draw one edit of some cells, a weight, a bias or an activation, and make it."""
    index = draw(st.integers(0, len(document.layers) - 1))
    layer, sample = document.layers[index], document.sample
    chosen = draw(st.integers(0, layer.filters - 1))
    value = draw(numbers)
    cell = tuple(draw(st.integers(0, length - 1)) for length in sample.spatial)
    match draw(st.sampled_from(("cell", "cells", "weight", "bias", "activation"))):
        case "cell":
            return input_cells.set_input_values(document, cell, np.full((1,) * sample.rank, value), sample.channels - 1)
        case "cells":
            return input_cells.paint_input(document, cell, 2, value, None)
        case "weight":
            at = tuple(draw(st.integers(0, length - 1)) for length in layer.kernel_size)
            return kernel_weights.set_weights_block(
                document, index, chosen, layer.channels_per_group - 1, at, np.full((1,) * layer.rank, value)
            )
        case "bias":
            return kernel_weights.set_bias(document, index, chosen, value)
    return layer_settings.set_activation(document, index, draw(st.sampled_from(activations)))


@given(stacks(), st.data())
def test_many_small_edits_end_where_a_run_from_scratch_does(document, data):
    with SMALL_TILES:
        result, seen = forward(document), [document]
        for _ in range(6):
            document = data.draw(st.one_of(small_edits(document), st.sampled_from(seen)))  # undo brings old ones back
            seen.append(document)
            result = forward(document, result)
        assert_close_results(result, forward(document))


@given(documents(), st.data())
def test_any_edits_end_where_a_run_from_scratch_does(document, data):
    result = forward(document)
    for _ in range(3):
        document = data.draw(edited(document))
        result = forward(document, result)
    assert_close_results(result, forward(document))


@given(stacks(st.integers(-3, 3), ("linear", "relu", "abs")), st.data())
def test_whole_numbers_stay_whole_numbers(document, data):
    document = document.with_layer(0, replace(document.layers[0], bias=frozen(np.rint(document.layers[0].bias))))
    with SMALL_TILES:
        result = forward(document)
        for _ in range(6):
            document = data.draw(small_edits(document, st.integers(-3, 3), ("linear", "relu", "abs")))
            result = forward(document, result)
        for one, other in zip(result.layers, forward(document).layers, strict=True):
            np.testing.assert_array_equal(one.maps, other.maps)


@given(stacks(), st.data())
def test_an_edit_back_and_forth_leaves_no_trace(document, data):
    with SMALL_TILES:
        first = forward(document)
        second = forward(data.draw(small_edits(document)), first)
        third = forward(document, second)
        assert_close_results(third, first)


@pytest.fixture(scope="module")
def photograph():
    """A run on 1080p RGB."""
    return forward(photograph_document())


@pytest.fixture
def computed(monkeypatch):
    """The sizes of what was convolved."""
    sizes = []

    def noted(*arguments, **settings):
        made = conv(*arguments, **settings)
        sizes.append(made.size)
        return made

    monkeypatch.setattr(patching, "conv", noted)
    return sizes


def test_one_cell_of_a_photograph_costs_the_windows_that_meet_it(photograph, computed):
    forward(edit_cell(photograph.document, 7), photograph)
    assert computed == [5 * 5 * 8]


def test_one_weight_costs_one_map(photograph, computed):
    forward(edit_weight(photograph.document, 3), photograph)
    assert sum(computed) == 1076 * 1916


@pytest.mark.parametrize("edit", [edit_bias, lambda document, _: layer_settings.set_activation(document, 0, "relu")])
def test_a_bias_or_an_activation_costs_no_convolution(photograph, computed, edit):
    forward(edit(photograph.document, 3), photograph)
    assert computed == []


def test_a_stroke_copies_neither_input_nor_output(photograph):
    whole = 4 * 1080 * 1920 * 3
    assert peak_memory(photograph, paint_point, STROKE) < whole / 5


def test_cells_reach_a_map_that_a_weight_made_anew():
    document = Document(Sample.of("", np.ones((20, 20, 1))), Network((Conv.of(np.ones((3, 3, 1, 4))),)))
    result = forward(document)
    document = kernel_weights.set_weights_block(document, 0, 1, 0, (1, 1), [[5]])
    result = forward(document, result)
    result = forward(input_cells.set_input_values(document, (9, 9), [[2]], 0), result)
    assert result.layers[0].maps[8, 8].tolist() == [10, 18, 10, 10]


def test_flipping_the_kernel_is_no_small_edit():
    layer = Conv.of(np.reshape([1, 2, 3], (3, 1, 1)))
    document = Document(Sample.of("", np.reshape([0, 0, 1, 0, 0], (5, 1))), Network((layer,)))
    after = forward(layer_settings.set_flip(document, 0, True), forward(document))
    assert after.layers[0].maps[:, 0].tolist() == [1, 2, 3]


def test_what_an_activation_hides_does_not_reach_the_next_layer():
    dark = replace(Conv.of(-np.ones((3, 3, 1, 1))), activation="relu")
    document = Document(Sample.of("", np.ones((30, 30, 1))), Network((dark, Conv.of(np.ones((3, 3, 1, 1))))))
    before = forward(document)
    after = forward(input_cells.set_input_values(document, (9, 9), [[2]], 0), before)
    assert after.layers[1].output is before.layers[1].output


def test_a_cell_at_the_border_reaches_the_far_border_in_circular_padding(computed):
    wrapped = replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same", padding_mode="circular")
    before = forward(Document(Sample.of("", np.zeros((300, 300, 1))), Network((wrapped,))))
    computed.clear()
    after = forward(input_cells.set_input_values(before.document, (0, 0), [[1]], 0), before)
    assert np.argwhere(after.layers[0].maps[..., 0]).tolist() == [[r, c] for r in (0, 1, 299) for c in (0, 1, 299)]
    assert sum(computed) == 9


@pytest.mark.parametrize(("edits", "activation"), [(1000, "linear"), (250, "softmax"), (250, "log_softmax")])
def test_many_edits_are_as_close_as_one(edits, activation):
    """The long form, 10 000 edits: python -m tests.benchmarks.small_edits --drift 10000"""
    assert drift(edits, activation) <= 1
