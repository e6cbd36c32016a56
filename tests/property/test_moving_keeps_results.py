"""Moving a filter or a channel of the input changes no result: what read it follows, and so does a combination."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.edits import channels, filters
from convstudio.model.edits.readers import carried_along
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.kinds.upsampling import UpSampling
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.combination import Combination, combined
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

NUMBERS = np.random.default_rng(8)


def numbers(*shape: int) -> Floats:
    return frozen(NUMBERS.standard_normal(shape))


def depthwise(count: int) -> Conv:
    return replace(Conv.of(numbers(3, 3, 1, 2 * count), numbers(2 * count)), groups=count, padding="same")


BETWEEN = {
    "activation": lambda count: Activation(activation="relu"),
    "slopes": lambda count: PRelu(numbers(count)),
    "slopes with an axis each": lambda count: PRelu(frozen(np.broadcast_to(numbers(count), (1, 1, count)))),
    "normalisation": lambda count: BatchNorm(*(frozen(np.abs(numbers(count)) + 0.1) for _ in range(4))),
    "rescaling": lambda count: Rescaling(tuple(numbers(count).tolist()), tuple(numbers(count).tolist())),
    "pooling": lambda count: Pool("max", (2, 2), stride=(1, 1)),
    "up-sampling": lambda count: UpSampling((2, 2)),
    "depthwise": depthwise,
    "off": lambda count: replace(Conv.of(numbers(1, 1, 7, 2)), is_on=False),
}


@st.composite
def networks(draw: st.DrawFn, first: int) -> tuple[Layer, ...]:
    """Draw layers that read `first` maps of 8×8, and end with one that mixes all of them."""
    layers: list[Layer] = []
    for name in draw(st.lists(st.sampled_from(sorted(BETWEEN)), max_size=3)):
        layers.append(BETWEEN[name](first))
        first *= 2 if name == "depthwise" else 1
    end = draw(st.sampled_from(["conv", "dense of means", "dense"]))
    if end == "conv":
        layers.append(Conv.of(numbers(3, 3, first, 2), numbers(2)))
    elif end == "dense of means":
        layers += [GlobalPool(kind="average"), Dense.of(numbers(first, 3))]
    else:
        document = Document(Sample.of("", np.zeros((8, 8, _maps(layers, first)))), Network((*layers, Flatten())))
        shape = document.output_shape(len(layers))
        assert shape is not None
        layers += [Flatten(), Dense.of(numbers(shape[-1], 3))]
    return tuple(layers)


def _maps(layers: list[Layer], last: int) -> int:
    return last // 2 ** sum(isinstance(layer, Conv) and layer.is_on for layer in layers)


def results(document: Document) -> list[Floats]:
    layers = forward(document).layers
    assert layers[-1].maps is not None, layers[-1].problem
    return [layer.maps for layer in layers]


@given(st.data())
def test_moving_a_channel_changes_no_result_of_the_network(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 4))
    document = Document(Sample.of("noise", numbers(8, 8, count)), Network(data.draw(networks(count))))
    at, to = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, count - 1))
    moved = channels.move_channel(document, at, to)
    np.testing.assert_allclose(results(moved)[-1], results(document)[-1], rtol=1e-4, atol=1e-4)


@given(st.data())
def test_moving_filters_changes_no_result_of_the_network(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 4))
    first = replace(Conv.of(numbers(3, 3, 2, count), numbers(count)), padding="same")
    sample = Sample.of("noise", numbers(8, 8, 2))
    document = Document(sample, Network((first, *data.draw(networks(count)))))
    chosen = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    moved = filters.move_filters(document, 0, sorted(chosen), data.draw(st.integers(-3, 3)))
    np.testing.assert_allclose(results(moved)[-1], results(document)[-1], rtol=1e-4, atol=1e-4)


@given(st.data())
def test_a_moved_filter_is_the_same_map_at_its_new_place(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 5))
    document = Document(
        Sample.of("noise", numbers(8, 8, 2)), Network((Conv.of(numbers(3, 3, 2, count), numbers(count)),))
    )
    at, by = data.draw(st.integers(0, count - 1)), data.draw(st.integers(-4, 4))
    moved = filters.move_filters(document, 0, [at], by)
    to = at + filters.reach_of(document, 0, [at], by)
    np.testing.assert_array_equal(results(moved)[0][..., to], results(document)[0][..., at])


def test_a_combination_of_a_later_layers_maps_goes_with_a_moved_filter() -> None:
    layers = (Conv.of(numbers(3, 3, 1, 3)), Activation(activation="relu"), depthwise(3))
    document = Document(Sample.of("noise", numbers(8, 8, 1)), Network(layers))
    for layer, chosen in ((1, (0, 1)), (2, (0, 5))):
        held = replace(document, combination=Combination(layer, "sum", chosen))
        moved = filters.move_filters(held, 0, [0], 2)
        np.testing.assert_allclose(_combined(moved), _combined(held), rtol=1e-4, atol=1e-4)


def test_channels_that_layers_read_in_groups_leave_their_kernels_and_the_step_says_so() -> None:
    grouped = replace(Conv.of(numbers(3, 3, 2, 4)), groups=2)
    document = Document(Sample.of("noise", numbers(8, 8, 4)), Network((grouped,)))
    assert channels.move_channel(document, 0, 3).layers == document.layers
    assert channels.moving_step(document, 0, 3) == "Move channel 1 to place 4 without its kernels"


def test_the_input_is_what_carried_along_calls_layer_minus_one() -> None:
    document = Document(Sample.of("noise", numbers(8, 8, 2)), Network((Conv.of(numbers(3, 3, 2, 1)),)))
    swapped = carried_along(document, -1, 2, [1, 0]).layers[0]
    np.testing.assert_array_equal(swapped.weights, document.layers[0].weights[:, :, ::-1])


def _combined(document: Document) -> Floats:
    held = document.combination
    assert held is not None
    maps = forward(document).layers[held.layer].output
    assert maps is not None
    return combined(maps, held)
