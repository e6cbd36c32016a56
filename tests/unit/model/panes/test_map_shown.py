import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes.map_shown import MapShown
from convstudio.model.run.forward import LayerResult, forward
from convstudio.model.values.combination import Combination, CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState

WEIGHTS = np.stack([np.ones((2, 2, 1)), 2 * np.ones((2, 2, 1))], axis=-1)
DOCUMENT = Document(Sample.of("steps", np.arange(16.0).reshape(4, 4, 1)), Network((Conv.of(WEIGHTS), Flatten())))
RESULTS = forward(DOCUMENT).layers


def combined() -> CombinedMap:
    return CombinedMap.of(Combination(0, "sum", (0, 1)), RESULTS[0].output)


def test_the_map_of_the_selected_filter_is_shown():
    one, two = (MapShown.of(RESULTS[0], None, ViewState(filter=index)).values for index in (0, 1))
    assert np.array_equal(two, 2 * one)


def test_a_combination_is_shown_only_where_it_is_selected():
    shown = [MapShown.of(RESULTS[0], combined(), ViewState(combined=is_on)) for is_on in (False, True)]
    assert [one.combined is not None for one in shown] == [False, True]


def test_a_combination_has_no_maps_beside_it():
    shown = [MapShown.of(RESULTS[0], combined(), ViewState(combined=is_on)).siblings for is_on in (False, True)]
    assert shown == [RESULTS[0].output, None]


def test_a_layer_without_maps_tells_why():
    shown = MapShown.of(LayerResult.without_maps(DOCUMENT.layers[0], "The kernel is too large."), None, ViewState())
    assert (shown.values, shown.problem) == (None, "The kernel is too large.")


def test_a_computation_that_was_stopped_is_told_apart():
    assert MapShown.of(LayerResult.cancelled(DOCUMENT.layers[0]), None, ViewState()).is_cancelled


@pytest.mark.parametrize(("layer", "is_vector"), [(0, False), (1, True)])
def test_flattened_values_have_no_place(layer, is_vector):
    assert MapShown.of(RESULTS[layer], None, ViewState(layer=layer)).is_vector is is_vector


def test_the_value_under_the_pointer_is_told_with_its_place():
    view = ViewState(pointed=Cell(Pane.MAP, (1, 2)))
    assert MapShown.of(RESULTS[0], None, view).value_line(view) == "row 2, column 3 = 34"


def test_no_value_is_told_without_a_map():
    assert (MapShown().value_line(ViewState()), MapShown().longest_line) == ("", "")


def test_an_input_cell_is_linked_to_every_output_that_it_feeds():
    view = ViewState(pinned=Cell(Pane.INPUT, (1, 1)))
    cells = MapShown.of(RESULTS[0], None, view).linked(view)
    assert [axis.tolist() for axis in cells] == [[0, 1], [0, 1]]


def test_a_cell_of_the_map_itself_links_nothing_in_it():
    view = ViewState(pinned=Cell(Pane.MAP, (1, 1)))
    assert MapShown.of(RESULTS[0], None, view).linked(view) is None
