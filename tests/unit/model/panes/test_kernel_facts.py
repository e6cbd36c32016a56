from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.edits import kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes import kernel_facts
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from tests.watched import at


def document_of(*layers: Conv, shape: tuple[int, ...] = (8, 8, 1)) -> Document:
    return Document(Sample.of("zeros", np.zeros(shape)), Network(layers))


def detector(kernel: Any, rank: int, *, mixes_channels: bool = False) -> Detector:
    return Detector("some-id", "Some name", rank, frozen(kernel), mixes_channels, "something", "somewhere")


def test_a_filter_of_a_group_shows_the_channels_of_its_block() -> None:
    document = layer_settings.set_groups(document_of(Conv.of(np.ones((3, 3, 4, 2))), shape=(8, 8, 4)), 0, 2)
    assert kernel_facts.read_channel_names(document, 0, 1) == ("channel 3", "channel 4")
    assert kernel_facts.kernel_channel(conv_at(document, 0), 1, 3) == 1


def test_a_channel_that_a_filter_does_not_read_stands_for_its_first_kernel() -> None:
    layer = layer_settings.set_groups(document_of(Conv.of(np.ones((3, 3, 4, 2))), shape=(8, 8, 4)), 0, 2).layers[0]
    assert kernel_facts.kernel_channel(layer, 1, 0) == 0


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.booleans(), st.data())
def test_a_terms_weight_is_the_one_that_the_calculation_multiplies(
    rows: int, columns: int, channels: int, flip: bool, data: st.DataObject
) -> None:
    weights = np.arange(1, rows * columns * channels + 1).reshape(rows, columns, channels, 1)
    document = layer_settings.set_flip(document_of(Conv.of(weights), shape=(8, 8, channels)), 0, flip)
    term = data.draw(st.integers(0, weights.size - 1))
    channel = term // (rows * columns)
    layer = document.layers[0]
    index = kernel_facts.term_weight(document, ViewState(term=term, channel=channel))
    used = np.moveaxis(layer.calculation(document.sample.values, 0, (0, 0)).kernel, -1, 0).ravel()[term]
    assert index is not None
    assert layer.weights[(*index, channel, 0)] == used


def test_a_term_of_another_channel_has_no_weight_here() -> None:
    layer = Conv.of(np.ones((3, 3, 2, 1)))
    assert kernel_facts.term_weight(document_of(layer, shape=(8, 8, 2)), ViewState(term=9, channel=0)) is None


@pytest.mark.parametrize(
    ("kernel", "facts"),
    [
        ([-1, 0, 1], "Sum 0 · Σ|w| 2 · 0 on a constant input"),
        ([0, 0, 0], "Sum 0 · Σ|w| 0 · 0 on a constant input"),
        ([0.1, 0.2, -0.3], "Sum 0 · Σ|w| 0.6 · 0 on a constant input"),
        ([-1, 0.5], "Sum -0.5 · Σ|w| 1.5 · -0.5 on a constant input of 1"),
        ([1 / 3, 1 / 3, 1 / 3], "Sum 1 · Σ|w| 1 · 1 on a constant input of 1"),
    ],
)
def test_a_kernel_tells_what_it_makes_of_a_constant_input(kernel: list[float], facts: str) -> None:
    assert kernel_facts.filter_facts(Conv.of(np.reshape(kernel, (-1, 1, 1))), 0) == facts


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"bias": np.float32([0.5])}, "0.5 on a constant input"),
        ({"bias": np.float32([-2]), "activation": "relu"}, "0 on a constant input"),
        ({"activation": "sigmoid"}, "0.5 on a constant input"),
        ({"activation": "softmax"}, ""),
        ({"padding": "same"}, "0 on a constant input (except at the border)"),
        ({"padding": "same", "padding_mode": "reflect"}, "0 on a constant input"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_bias_activation_and_padding_are_told_of_too(settings: dict, answer: str) -> None:
    layer = replace(Conv.of(np.reshape([-1, 0, 1], (3, 1, 1))), **settings)
    assert kernel_facts.constant_answer(layer, 0) == answer


def test_a_filter_that_tells_colours_apart_is_not_called_silent() -> None:
    layer = Conv.of(np.reshape([1, -1, 0], (1, 1, 3, 1)))
    assert kernel_facts.constant_answer(layer, 0) == "0 on a constant input of 1"


def test_facts_of_one_channel_say_what_the_filter_answers() -> None:
    layer = Conv.of(np.reshape([1, 2, 1], (3, 1, 1)))
    assert kernel_facts.facts_line(layer, ViewState()) == "Sum 4 · Σ|w| 4 · 4 on a constant input of 1"


def test_facts_of_several_channels_tell_kernel_and_filter_apart() -> None:
    weights = np.ones((1, 1, 3, 1)) * np.reshape([1, 2, 3], (1, 1, 3, 1))
    text = kernel_facts.facts_line(Conv.of(weights), ViewState(channel=2))
    assert text == "Kernel sum 3 · filter: sum 6 · Σ|w| 6 · 6 on a constant input of 1"


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (np.outer([1, 2, 1], [-1, 0, 1]), True),
        ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], False),
        (np.zeros((3, 3)), False),
        ([[1, 2, 3]], False),
        ([[np.nan, 1], [1, 1]], False),
    ],
)
def test_only_a_column_times_a_row_is_separable(kernel: Any, expected: bool) -> None:
    assert kernel_facts.is_separable(np.asarray(kernel, np.float32)) is expected


def test_an_image_detector_cannot_be_used_on_a_sequence() -> None:
    sentence = kernel_facts.why_not(detector([[1, 0], [0, 1]], 2), Conv.of(np.ones((3, 1, 1))))
    assert sentence == "Some name slides in 2 directions, and the input is a sequence: choose a 1-D one."


def test_a_detector_that_mixes_channels_needs_as_many() -> None:
    mixing = detector([[[1, -1, 0]]], 2, mixes_channels=True)
    assert kernel_facts.why_not(mixing, Conv.of(np.ones((3, 3, 1, 1)))) == (
        "Some name mixes 3 channels, and a filter of this layer reads 1."
    )
    assert kernel_facts.why_not(mixing, Conv.of(np.ones((3, 3, 3, 1)))) == ""


@given(st.integers(1, 2), st.integers(1, 3), st.booleans(), st.integers(1, 2))
def test_why_not_refuses_exactly_what_the_edit_refuses(
    rank: int, mixed: int, mixes_channels: bool, layer_rank: int
) -> None:
    kernel = np.ones((2,) * rank + ((mixed,) if mixes_channels else ()))
    document = document_of(Conv.of(np.ones((3,) * layer_rank + (2, 1))), shape=(8,) * layer_rank + (2,))
    candidate = detector(kernel, rank, mixes_channels=mixes_channels)
    refused = bool(kernel_facts.why_not(candidate, document.layers[0]))
    try:
        kernel_weights.use_detector(document, 0, 0, candidate)
        assert not refused
    except ValueError:
        assert refused


def test_a_mixing_detector_is_pictured_channel_beside_channel() -> None:
    picture = kernel_facts.detector_picture(detector([[[1, -1, 0]]], 2, mixes_channels=True))
    assert picture.tolist() == [[1, -1, 0]]


def test_a_weight_of_a_sequence_is_counted_by_its_column() -> None:
    assert kernel_facts.weight_cell(Conv.of(np.ones((3, 1, 1))), 0, 2) == Cell(Pane.KERNEL, (2,))


@pytest.mark.parametrize("kind", [Conv, ConvTranspose])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("groups", [1, 2])
def test_every_term_of_an_input_cells_gradient_outlines_the_weight_that_it_uses(
    kind: type[Conv], flip: bool, groups: int
) -> None:
    drawn = np.random.default_rng(1).standard_normal((2, 3, 4 // groups, 6))
    layer = replace(kind.of(drawn), groups=groups, flip=flip and kind is Conv)
    document = document_of(layer, shape=(5, 5, 4))
    shown = at("backward", 0, of="input", cell=(2, 1))
    outlined = 0
    for channel in range(4):
        grads = np.ones(document.output_shape(0))
        for shown_filter in range(6):
            view = replace(shown, channel=channel, filter=shown_filter)
            terms = layer.input_terms(document.input_shape(0), grads, view, (2, 1))
            used = np.moveaxis(terms.weights, -1, 0).ravel()
            for term in range(len(used)):
                index = kernel_facts.term_weight(document, replace(view, term=term))
                is_of_filter = terms.filters[term // 6] == shown_filter
                assert (index is not None) == is_of_filter
                if index is not None:
                    assert layer.weights[(*index, channel % layer.channels_per_group, shown_filter)] == used[term]
                    outlined += 1
    assert outlined == 4 * len(layer.filters_reading(0)) * 6


@pytest.mark.parametrize("phase", ["loss", "backward", "update"])
def test_in_other_phases_no_weight_is_outlined(phase: str) -> None:
    view = at(phase, 0, of="weight")
    assert kernel_facts.term_weight(document_of(Conv.of(np.ones((3, 3, 1, 1)))), replace(view, term=0)) is None
