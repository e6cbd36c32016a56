from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes import ledger
from convstudio.model.panes.ledger import DEPTHWISE, EVERY_PAIR, STANDARD
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import RGB, Sample, channel_names
from convstudio.model.values.view_state import ViewState

INPUT = TiledArray.of(np.arange(27).reshape(3, 3, 3))
"""Red holds 0, 3, 6 ... in reading order, green 1, 4, 7 ..., blue 2, 5, 8 ..."""


def colour_layer(filters: int = 1, **settings: object) -> Conv:
    """A 1×1 layer that takes red once, green twice, blue minus three times, and adds 10."""
    weights = np.zeros((1, 1, 3, filters))
    weights[0, 0, :, :] = np.array([1, 2, -3])[:, np.newaxis]
    return replace(Conv.of(weights, np.full(filters, 10)), **settings)


def calculation(layer: Conv, filter_index: int = 0) -> Calculation:
    return layer.calculation(INPUT, filter_index, (0, 1))  # red 3, green 4, blue 5


def test_a_standard_ledger_adds_channel_by_channel_and_then_the_bias() -> None:
    layer = colour_layer()
    lines = ledger.ledger(layer, calculation(layer), RGB)
    assert [(line.name, line.amount, line.total) for line in lines] == [
        ("red", 3, 3), ("green", 8, 11), ("blue", -15, -4), ("bias", 10, 6),
    ]  # fmt: skip


def test_the_activation_is_the_last_line_unless_it_is_linear() -> None:
    layer = colour_layer(activation="relu", bias=np.float32([-10]))
    *_, bias, last = ledger.ledger(layer, calculation(layer), RGB)
    assert (bias.total, bias.is_output) == (-14, False)
    assert (last.name, last.amount, last.total, last.is_output) == ("ReLU", None, 0, True)


def test_a_line_says_what_it_adds_as_a_reader_would() -> None:
    layer = colour_layer(bias=np.float32([-10]))
    lines = ledger.ledger(layer, calculation(layer), RGB)
    assert [line.sentence for line in lines[1:]] == [
        "green: window ⊙ kernel = 8, running total 11",
        "blue: window ⊙ kernel = -15, running total -4",
        "bias: + (-10), output -14",
    ]


def test_a_line_holds_the_window_and_the_kernel_of_its_channel() -> None:
    layer = colour_layer()
    green = ledger.ledger(layer, calculation(layer), RGB)[1].part
    assert green is not None
    assert (green.channel, green.window.tolist(), green.kernel.tolist()) == (1, [[4]], [[2]])


def test_a_sequence_has_windows_of_one_row() -> None:
    layer = Conv.of(np.ones((3, 2, 1)))
    first = ledger.ledger(layer, layer.calculation(TiledArray.of(np.ones((5, 2))), 0, (0,)), channel_names(2))[0]
    assert first.part is not None
    assert (first.name, first.part.window.shape) == ("channel 1", (1, 3))


def test_a_filter_of_a_group_has_lines_for_the_channels_that_it_reads() -> None:
    layer = replace(Conv.of(np.ones((1, 1, 2, 2))), groups=2)
    values = TiledArray.of(np.ones((1, 1, 4)))
    lines = ledger.ledger(layer, layer.calculation(values, 1, (0, 0)), channel_names(4))
    assert [line.name for line in lines] == ["channel 3", "channel 4", "bias"]


def test_depthwise_adds_nothing_and_gives_each_channel_a_map() -> None:
    layer = colour_layer(filters=2)
    lines = ledger.ledger(layer, calculation(layer, 1), RGB, DEPTHWISE)
    assert [(line.amount, line.total, line.result_text) for line in lines] == [
        (3, None, "1 of 3"), (8, None, "2 of 3"), (-15, None, "3 of 3"),
    ]  # fmt: skip


def test_every_pair_gives_each_filter_maps_of_its_own() -> None:
    layer = colour_layer(filters=2)
    lines = ledger.ledger(layer, calculation(layer, 1), RGB, EVERY_PAIR)
    assert [line.sentence for line in lines] == [
        "red: window ⊙ kernel = 3, map 4 of 6",
        "green: window ⊙ kernel = 8, map 5 of 6",
        "blue: window ⊙ kernel = -15, map 6 of 6",
    ]


@pytest.mark.parametrize(
    ("way", "maps", "parameters"), [(STANDARD, 64, 36_928), (DEPTHWISE, 64, 640), (EVERY_PAIR, 4096, 40_960)]
)
def test_the_tutorials_64_maps_and_64_filters_are_compared(way: str, maps: int, parameters: int) -> None:
    found = {each.name: each for each in ledger.pairings(Conv.of(np.ones((3, 3, 64, 64))))}[way]
    assert (found.maps, found.parameters) == (maps, parameters)


def test_without_biases_the_ways_have_none() -> None:
    layer = replace(Conv.of(np.ones((3, 3, 64, 64))), has_bias=False)
    assert [way.parameters for way in ledger.pairings(layer)] == [36_864, 576, 36_864]


def test_the_ways_of_a_grouped_layer_are_those_of_all_its_channels() -> None:
    grouped = replace(Conv.of(np.ones((3, 3, 16, 64))), groups=4)
    assert [way.maps for way in ledger.pairings(grouped)] == [64, 64, 4096]
    assert ledger.pairings(grouped)[0].sentence == "4 groups: a filter adds 16 of 64 channels."


@pytest.mark.parametrize(("wanted", "shown"), [(None, True), (True, True), (False, False)])
def test_of_several_channels_the_ledger_comes_first_unless_it_is_not_wanted(wanted: bool | None, shown: bool) -> None:
    layer = colour_layer()
    assert ledger.shows_ledger(layer, calculation(layer), wanted) is shown


@pytest.mark.parametrize(("wanted", "shown"), [(None, False), (True, True), (False, False)])
def test_a_depthwise_layer_shows_its_ledger_only_where_it_is_wanted(wanted: bool | None, shown: bool) -> None:
    layer = replace(Conv.of(np.ones((1, 1, 1, 3))), groups=3)
    assert ledger.shows_ledger(layer, calculation(layer), wanted) is shown


def test_of_one_channel_there_is_no_ledger_even_where_it_is_wanted() -> None:
    layer = Conv.of(np.ones((1, 1, 1, 1)))
    found = layer.calculation(TiledArray.of(np.ones((1, 1, 1))), 0, (0, 0))
    assert not ledger.shows_ledger(layer, found, wanted=True)


def test_of_a_dense_layer_there_is_no_ledger() -> None:
    layer = Dense.of(np.ones((4, 2)))
    assert not ledger.has_ledger(layer, layer.explain(TiledArray.of(np.ones(4)), ViewState(position=(0,)), ()))


def test_an_output_that_no_input_paints_has_no_ledger() -> None:
    layer = replace(ConvTranspose.of(np.ones((1, 2, 1))), stride=(2,))
    assert not ledger.has_ledger(layer, layer.calculation(TiledArray.of(np.ones((3, 2))), 0, (1,)))


def test_a_transposed_convolution_has_a_ledger_that_adds_up() -> None:
    layer = ConvTranspose.of(np.ones((3, 2, 1)), [1])
    found = layer.calculation(TiledArray.of(np.ones((3, 2))), 0, (2,))
    assert ledger.ledger(layer, found, channel_names(2))[-1].total == 7


@pytest.mark.parametrize(("term", "moved"), [(None, None), (4, 18)])
def test_looking_at_a_line_looks_at_its_channel_and_its_first_term(term: int | None, moved: int | None) -> None:
    document = Document(Sample("colours", INPUT), Network((Conv.of(np.ones((3, 3, 3, 1))),)))
    looked = ledger.select_line(document, ViewState(term=term), 2)
    assert (looked.channel, looked.term) == (2, moved)


def test_copied_lines_keep_all_digits() -> None:
    layer = colour_layer(bias=np.float32([1 / 3]))
    lines = ledger.ledger(layer, calculation(layer), RGB)
    assert ledger.ledger_text(lines).splitlines()[-1] == "bias\t0.33333334\t-3.6666667"


def test_copied_lines_of_maps_say_which_map() -> None:
    layer = colour_layer()
    assert ledger.ledger_text(ledger.ledger(layer, calculation(layer), RGB, DEPTHWISE)[:1]) == "red\t3\t1 of 3"


def test_infinities_add_up_without_a_warning() -> None:
    values = TiledArray.of(np.reshape([np.inf, -np.inf, 1], (1, 1, 3)))
    layer = Conv.of(np.ones((1, 1, 3, 1)))
    assert [line.result_text for line in ledger.ledger(layer, layer.calculation(values, 0, (0, 0)), RGB)[:3]] == [
        "∞", "NaN", "NaN",
    ]  # fmt: skip
