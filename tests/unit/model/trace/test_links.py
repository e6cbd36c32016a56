"""Links by hand, for every kind of layer: what an output reads, where an input cell goes, where a weight is used."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose, painting_taps
from convstudio.model.trace.links import linked_cells, window_of
from convstudio.model.values.arrays import frozen
from convstudio.model.values.view_state import Cell, Pane
from convstudio.ops import ShapeError

LINE = Conv.of(np.ones((3, 1, 1)))
GROWING = ConvTranspose(frozen(np.ones((3, 1, 1))), frozen([0]), (2,), (1,), "same")
ONE_BY_ONE = (Activation(), BatchNorm.of(2), Dropout(), SpatialDropout())


def read_by(layer, read, *position):
    return [along.tolist() for along in window_of(layer, read, position).positions]


def fed_by(layer, read, *cell):
    return [along.tolist() for along in linked_cells(layer, read, Cell(Pane.INPUT, cell))[Pane.MAP]]


def used_at(layer, read, *weight):
    return [along.tolist() for along in linked_cells(layer, read, Cell(Pane.KERNEL, weight))[Pane.INPUT]]


def test_a_convolution_reads_the_window_of_its_position():
    layer = replace(LINE, stride=(2,), dilation=(2,), padding=((1, 1),))
    assert read_by(layer, (8, 1), 1) == [[1, 3, 5]]
    assert read_by(layer, (8, 1), 0) == [[-1, 1, 3]]


def test_an_input_cell_feeds_the_windows_that_hold_it():
    layer = replace(LINE, stride=(2,), dilation=(2,), padding=((1, 1),))
    assert fed_by(layer, (8, 1), 3) == [[0, 1, 2]]
    assert fed_by(layer, (8, 1), 2) == [[]]


def test_a_weight_is_used_once_for_every_output():
    assert used_at(replace(LINE, padding="same"), (4, 1), 0) == [[-1, 0, 1, 2]]
    assert used_at(replace(LINE, padding="same", flip=True), (4, 1), 0) == [[1, 2, 3, 4]]


def test_a_pooling_reads_its_window_and_nothing_of_the_padding():
    layer = Pool("average", (3,), (2,), "same")
    window = window_of(layer, (5, 1), (0,))
    assert [along.tolist() for along in window.positions] == [[-1, 0, 1]]
    assert [along.tolist() for along in window.sources] == [[-1, 0, 1]]


def test_a_cell_between_two_windows_feeds_both():
    assert fed_by(Pool("max", (3,), (2,)), (5, 1), 2) == [[0, 1]]
    assert fed_by(Pool("max", (2, 2)), (5, 4, 1), 4, 0) == [[], [0]]


def test_a_pooling_with_dilation_skips_cells():
    assert read_by(Pool("max", (2,), (1,), dilation=(3,)), (8, 1), 2) == [[2, 5]]
    assert fed_by(Pool("max", (2,), (1,), dilation=(3,)), (8, 1), 5) == [[2]]


def test_a_transposed_convolution_is_painted_by_one_or_two_cells():
    assert [read_by(GROWING, (4, 1), at) for at in range(4)] == [[[0]], [[0]], [[0, 1]], [[1]]]
    assert [(cells.tolist(), taps.tolist()) for cells, taps in painting_taps(GROWING, (4, 1), (2,))] == [
        ([0, 1], [2, 0])
    ]


def test_an_input_cell_paints_its_window_but_for_what_is_cut_off():
    assert fed_by(GROWING, (4, 1), 1) == [[2, 3, 4]]
    assert fed_by(GROWING, (4, 1), 3) == [[6, 7]]


def test_a_weight_paints_with_every_cell_but_those_whose_paint_is_cut_off():
    assert used_at(GROWING, (4, 1), 1) == [[0, 1, 2, 3]]
    assert used_at(GROWING, (4, 1), 2) == [[0, 1, 2]]


def test_no_cell_paints_an_output_that_the_stride_steps_over():
    layer = replace(GROWING, weights=frozen(np.ones((1, 1, 1))), padding="valid")
    assert not window_of(layer, (4, 1), (1,)).has_cells
    assert window_of(layer, (4, 1), (2,)).has_cells


def test_a_dense_layer_reads_every_value_and_every_value_feeds_every_unit():
    layer = Dense.of(np.ones((4, 3)))
    assert read_by(layer, (4,), 1) == [[0, 1, 2, 3]]
    assert fed_by(layer, (4,), 2) == [[0, 1, 2]]
    assert used_at(layer, (4,), 2) == [[2]]


def test_a_global_pooling_reads_whole_maps_and_every_cell_feeds_every_value():
    assert read_by(GlobalPool(), (2, 3, 4), 1) == [[0, 1], [0, 1, 2]]
    assert fed_by(GlobalPool(), (2, 3, 4), 1, 2) == [[0, 1, 2, 3]]


def test_a_value_of_a_flattened_vector_is_one_cell_and_a_cell_becomes_as_many_values_as_channels():
    assert read_by(Flatten(), (2, 2, 3), 10) == [[1], [1]]
    assert fed_by(Flatten(), (2, 2, 3), 1, 1) == [[9, 10, 11]]


def test_flattening_a_vector_leaves_every_value_in_its_place():
    assert read_by(Flatten(), (5,), 3) == [[3]]
    assert fed_by(Flatten(), (5,), 3) == [[3]]


@pytest.mark.parametrize("layer", ONE_BY_ONE, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize(("read", "cell"), [((4, 5, 2), (3, 1)), ((6, 2), (4,)), ((2,), (1,))])
def test_a_layer_that_moves_nothing_links_a_cell_to_itself(layer, read, cell):
    alone = [[at] for at in cell]
    assert (read_by(layer, read, *cell), fed_by(layer, read, *cell)) == (alone, alone)


def test_a_layer_that_is_off_links_a_cell_to_itself_and_its_weights_to_nothing():
    layer = replace(LINE, is_on=False)
    assert (read_by(layer, (8, 1), 7), fed_by(layer, (8, 1), 7)) == ([[7]], [[7]])
    assert linked_cells(layer, (8, 1), Cell(Pane.KERNEL, (0,))) == {}


def test_an_output_that_there_is_not_is_refused():
    with pytest.raises(ShapeError, match="no output"):
        window_of(LINE, (8, 1), (6,))


def test_softmax_of_a_vector_links_every_value_to_all_and_of_maps_to_its_own_place():
    softmax = Activation("softmax")
    assert (read_by(softmax, (3,), 1), fed_by(softmax, (3,), 1)) == ([[0, 1, 2]], [[0, 1, 2]])
    assert (read_by(softmax, (3, 2), 1), fed_by(softmax, (3, 2), 1)) == ([[1]], [[1]])
