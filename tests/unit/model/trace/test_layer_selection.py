"""Selecting another layer keeps the place in the input, and each layer keeps its filter."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits.building import add_layer, duplicate_layer, move_layer, remove_layer
from convstudio.model.edits.kernel_weights import set_bias
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.trace.layer_selection import followed
from convstudio.model.trace.places import output_at
from convstudio.model.trace.receptive_field import xray
from convstudio.model.trace.stepping import select_layer
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState


def network(*layers, rows=20, columns=24):
    return Document(Sample.of("noise", np.zeros((rows, columns, 2))), Network(layers))


def conv(channels, filters, size=3, **settings):
    return replace(Conv.of(np.ones((size, size, channels, filters))), **settings)


DEEP = network(
    conv(2, 4), Activation(), Pool(), conv(4, 3, padding="same"), conv(3, 5, stride=(2, 2)), Flatten(), rows=40
)


def through(document, view, *layers):
    for layer in layers:
        view = select_layer(document, view, layer)
    return view


@pytest.mark.parametrize("way", [(1, 0), (2, 0), (4, 0), (1, 2, 3, 4, 3, 2, 1, 0), (5, 0), (5, 4, 0), (4, 2, 4, 0)])
@pytest.mark.parametrize("position", [(0, 0), (7, 9), (13, 4), (37, 21)])
def test_going_to_other_layers_and_back_leads_to_the_same_output(way, position):
    start = ViewState(position=position, filter=2, channel=1)
    back = through(DEEP, start, *way)
    assert (back.layer, back.position, back.filter, back.channel) == (0, position, 2, 1)


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_the_selected_output_lies_over_the_same_input_cells(layer):
    moved = select_layer(DEEP, ViewState(position=(17, 11)), layer)
    middles = [
        [(first + stop - 1) / 2 for first, stop in xray(DEEP, at, position, 0)[0].spans[:2]]
        for at, position in ((0, (17, 11)), (layer, moved.position))
    ]
    step = {1: 0, 2: 1, 3: 1, 4: 2}[layer]
    assert np.abs(np.subtract(*middles)).max() <= step


def test_an_output_chosen_in_the_other_layer_is_kept_from_then_on():
    there = replace(through(DEEP, ViewState(position=(17, 11)), 4), position=(1, 2))
    back = through(DEEP, there, 0)
    assert back.position == output_at(DEEP, 4, (1, 2), 0)
    assert through(DEEP, back, 4).position == (1, 2)


def test_every_layer_keeps_its_own_filter():
    there = replace(through(DEEP, ViewState(filter=3), 3), filter=2)
    assert through(DEEP, there, 0).filter == 3
    assert through(DEEP, there, 0, 3).filter == 2


def test_a_pinned_output_stays_pinned_at_its_place():
    start = ViewState(position=(7, 9), pinned=Cell(Pane.MAP, (7, 9)))
    there = select_layer(DEEP, start, 1)
    assert there.pinned == Cell(Pane.MAP, (7, 9))
    assert through(DEEP, there, 0).pinned == Cell(Pane.MAP, (7, 9))


def test_a_vector_keeps_the_value_that_was_selected_in_it():
    start = replace(through(DEEP, ViewState(position=(17, 11)), 5), position=(42,))
    assert through(DEEP, start, 0).position == (17, 11)
    assert through(DEEP, start, 0, 5).position == (42,)


def test_behind_a_transposed_convolution_the_share_of_the_map_counts():
    document = add_layer(network(conv(2, 4)), 0, "Transposed convolution")
    assert output_at(document, 0, (9, 11), 1) == (18, 22)
    assert through(document, ViewState(position=(9, 11)), 1, 0).position == (9, 11)


def test_a_place_outside_a_smaller_map_goes_to_its_edge():
    document = network(conv(2, 1, size=1), conv(1, 1, size=9))
    assert output_at(document, 0, (19, 0), 1) == (11, 0)


def test_maps_after_a_global_pooling_have_no_place():
    document = network(conv(2, 4), GlobalPool())
    assert output_at(document, 0, (3, 3), 1) is None


CHANGES = {
    "a layer before": (lambda: add_layer(DEEP, 0, "Activation"), 4),
    "a layer after": (lambda: add_layer(DEEP, 4, "Activation"), 3),
    "the first layer gone": (lambda: remove_layer(DEEP, 0), 2),
    "a layer moved to the front": (lambda: move_layer(DEEP, 3, 0), 0),
    "a duplicate of the same object": (lambda: duplicate_layer(DEEP, 1), 4),
}


@pytest.mark.parametrize(("change", "place"), CHANGES.values(), ids=CHANGES)
def test_the_selections_of_the_layers_that_stay_move_with_them(change, place):
    there = replace(through(DEEP, ViewState(filter=3), 3), filter=2, channel=1)
    elsewhere = through(DEEP, there, 4)
    after = change()
    moved = through(after, followed(DEEP, after, elsewhere), place)
    assert (moved.filter, moved.channel) == (2, 1)


def test_the_selected_layer_stays_selected_when_one_before_it_is_removed():
    view = replace(through(DEEP, ViewState(position=(17, 11)), 3), filter=2)
    after = remove_layer(DEEP, 1)
    moved = followed(DEEP, after, view)
    assert (moved.layer, moved.filter, moved.position) == (2, 2, view.position)


def test_the_layer_that_takes_the_place_of_a_removed_one_has_its_own_filter():
    view = replace(through(DEEP, ViewState(), 4, 3), filter=1)
    view = replace(through(DEEP, replace(through(DEEP, view, 4), filter=4), 3), filter=2)
    after = remove_layer(DEEP, 3)
    moved = followed(DEEP, after, view)
    assert (moved.layer, moved.filter) == (3, 4)


def test_the_chosen_output_is_kept_when_another_layer_is_added_and_removed_again():
    there = through(DEEP, ViewState(position=(17, 11), filter=3), 1)
    grown = add_layer(DEEP, 1, "Max pooling")
    back = followed(grown, DEEP, through(grown, followed(DEEP, grown, there), 2))
    assert through(DEEP, back, 0).position == (17, 11)


def test_the_place_outlives_the_layer_in_which_it_was_chosen():
    there = replace(through(DEEP, ViewState(), 1), position=(17, 11))
    after = remove_layer(DEEP, 1)
    assert through(after, followed(DEEP, after, through(DEEP, there, 3)), 0).position == (17, 11)


def test_an_edit_of_a_layer_leaves_the_selections_alone():
    there = through(DEEP, ViewState(position=(17, 11), filter=3), 3)
    after = set_bias(DEEP, 0, 1, 5.0)
    assert followed(DEEP, after, there) is there


def test_levels_that_were_set_are_dropped_with_their_layer():
    view = ViewState().scaled(held=(-1.0, 1.0), is_shared=True)
    scale = select_layer(DEEP, view, 1).scale
    assert (scale.held, scale.is_shared) == (None, True)
