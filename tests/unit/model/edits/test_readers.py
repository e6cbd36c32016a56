from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import filters, layer_settings
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

NUMBERS = np.random.default_rng(4)


def numbers(*shape):
    return NUMBERS.standard_normal(shape)


def norm(count):
    return BatchNorm(*(frozen(np.abs(numbers(count))) for _ in range(4)))


def depthwise(channels, times):
    return Conv(
        frozen(numbers(3, 3, 1, channels * times)), frozen(numbers(channels * times)), (1, 1), (1, 1), groups=channels
    )


STACKS = {
    "a convolution": lambda: [Conv.of(numbers(3, 3, 3, 2))],
    "activation and pooling first": lambda: [Activation(), Pool(), Conv.of(numbers(1, 1, 3, 2))],
    "normalisation first": lambda: [norm(3), Conv.of(numbers(3, 3, 3, 2))],
    "global pooling and a dense layer": lambda: [GlobalPool(), Dense.of(numbers(3, 4))],
    "flattening and a dense layer": lambda: [Flatten(), norm(108), Dense.of(numbers(108, 4))],
    "depthwise, then a convolution": lambda: [depthwise(3, 2), Activation(), Conv.of(numbers(1, 1, 6, 2))],
    "a layer that is off": lambda: [Conv.of(numbers(5, 5, 9, 2), None), Conv.of(numbers(3, 3, 3, 2))],
}


SILENT_ON_ZEROS = (
    "a convolution",
    "activation and pooling first",
    "global pooling and a dense layer",
    "a layer that is off",
)


def stack(name):
    layers = [Conv.of(numbers(3, 3, 2, 3), numbers(3)), *STACKS[name]()]
    if name == "a layer that is off":
        layers[1] = replace(layers[1], is_on=False)
    return Document(Sample.of("noise", numbers(8, 8, 2)), Network(tuple(layers)))


def result(document):
    made = forward(document).layers[-1]
    assert made.maps is not None, made.problem
    return made.maps


@pytest.mark.parametrize("name", STACKS)
def test_moving_a_filter_changes_no_result_of_the_layers_behind(name):
    document = stack(name)
    moved = filters.move_filters(document, 0, [0], 2)
    np.testing.assert_allclose(result(moved), result(document), atol=1e-5)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize(
    "edit",
    [
        lambda document: filters.add_filter(document, 0, 0),
        lambda document: layer_settings.set_filters(document, 0, 5),
        lambda document: filters.paste_filters(document, 0, 1, filters.copy_filters(document, 0, [0, 2])),
    ],
)
def test_a_new_filter_changes_no_result_of_the_layers_after_it(name, edit):
    document = stack(name)
    np.testing.assert_allclose(result(edit(document)), result(document), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", SILENT_ON_ZEROS)
def test_removing_a_filter_whose_map_is_zero_changes_no_result_of_the_layers_behind(name):
    document = stack(name)
    silent = document.with_layer(
        0, Conv.of(conv_at(document, 0).weights * [1, 0, 1], conv_at(document, 0).bias * [1, 0, 1])
    )
    np.testing.assert_allclose(result(filters.remove_filters(silent, 0, [1])), result(silent), atol=1e-5)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("edit", [filters.remove_filters, filters.duplicate_filters])
def test_every_layer_behind_fits_what_is_left_or_added(name, edit):
    document = stack(name)
    assert result(edit(document, 0, [1])).shape == result(document).shape


@pytest.mark.parametrize(
    "behind",
    [
        [Conv.of(np.ones((3, 3, 4, 2)))],
        [Conv(frozen(np.ones((3, 3, 1, 4))), frozen(np.ones(4)), (1, 1), (1, 1), groups=2)],
        [Dropout(), Dense.of(np.ones((100, 2)))],
    ],
)
def test_a_layer_that_does_not_fit_stays_as_it_is(behind):
    document = Document(Sample.of("noise", numbers(8, 8, 2)), Network((Conv.of(numbers(3, 3, 2, 3)), *behind)))
    moved = filters.move_filters(document, 0, [0], 1)
    assert moved.layers[1:] == document.layers[1:]


def test_the_layers_before_stay_as_they_are():
    document = stack("a convolution")
    moved = filters.move_filters(document, 1, [0], 1)
    assert moved.layers[0] is document.layers[0]
