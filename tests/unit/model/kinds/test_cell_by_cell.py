from dataclasses import replace

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.view_state import ViewState

READ = TiledArray.of(np.float32([[[-1], [2]], [[-3], [4]]]))


def test_an_output_is_made_of_the_cell_at_its_place():
    assert [along.tolist() for along in Activation().window((2, 2, 1), (1, 0)).positions] == [[1], [0]]


def test_a_cell_feeds_the_output_at_its_place():
    assert [along.tolist() for along in Activation().fed_by((2, 2, 1), (0, 1))] == [[0], [1]]


def test_a_box_of_the_output_is_computed_from_the_same_box_of_the_input():
    assert Activation().run_box(READ, (slice(0, 1), slice(0, 2))).tolist() == [[[0], [2]]]


def test_the_explanation_is_that_of_the_current_output():
    found = Activation().explain(READ, replace(ViewState(), position=(1, 1)), ["grey"])
    assert (found.output, found.where) == (4, "row 2, column 2")


def test_maps_keep_their_order():
    maps = MapOrder(2, (1, 0))
    assert Activation().order_after(maps) == maps
