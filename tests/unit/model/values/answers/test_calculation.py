from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv, kernel_as_used
from convstudio.model.trace.links import linked_cells
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.view_state import Cell, Pane
from convstudio.ops import ShapeError

SEQUENCE = TiledArray.of(np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)))
IMAGE = TiledArray.of(np.reshape([[0, 0, 0, 1, 1, 0, 0, 0]] * 8, (8, 8, 1)))
BUMP = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))
LINE = Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1)))
SOBEL = Conv.of(np.reshape([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], (3, 3, 1, 1)))
STEP = TiledArray.of(np.reshape([[0, 0, 0, 1, 1, 1]] * 4, (4, 6, 1)))


def row(values, layer, fixed=(0,)):
    columns = layer.geometry(values.spatial).output[-1]
    return [layer.calculation(values, 0, (*fixed, column)).output for column in range(columns)]


def along(cells):
    return [axis.tolist() for axis in cells]


def test_the_tutorials_sequence_is_explained():
    assert row(SEQUENCE, BUMP, ()) == [0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize("at", range(6))
def test_the_tutorials_picture_is_explained(at):
    assert row(IMAGE, LINE, (at,)) == [0, 0, 3, 3, 0, 0]


def test_sobel_on_a_step_answers_with_four():
    assert row(STEP, SOBEL) == [0, 4, 4, 0]


def test_true_convolution_turns_the_sign_of_sobel():
    assert row(STEP, replace(SOBEL, flip=True)) == [0, -4, -4, 0]


def test_sobel_on_a_flat_hundred_is_zero_and_no_product_is_clamped():
    calculation = SOBEL.calculation(TiledArray.of(np.full((3, 3, 1), 100)), 0, (0, 0))
    assert calculation.output == 0
    assert calculation.products.min() == -200


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "output", "pair"),
    [
        (5, 3, 1, 5, (1, 1)),
        (5, 3, 2, 3, (1, 1)),
        (6, 3, 2, 3, (0, 1)),
        (8, 3, 2, 4, (0, 1)),
        (224, 7, 2, 112, (2, 3)),
        (10, 6, 1, 10, (2, 3)),
        (5, 2, 1, 5, (0, 1)),
        (5, 4, 1, 5, (1, 2)),
    ],
)
def test_same_padding_puts_the_odd_zero_after(size, kernel, stride, output, pair):
    layer = replace(Conv.of(np.ones((kernel, 1, 1))), stride=(stride,), padding="same")
    sliding = layer.geometry((size,))
    assert (sliding.output, sliding.pairs) == ((output,), (pair,))


def test_ones_under_same_padding_count_the_cells_met():
    ones = TiledArray.of(np.ones((10, 10, 1)))
    layer = replace(Conv.of(np.ones((6, 6, 1, 1))), padding="same")
    assert row(ones, layer) == [16, 20, 24, 24, 24, 24, 24, 20, 16, 12]


def test_the_window_of_a_position_is_counted_from_the_first_input_cell():
    assert along(LINE.window((8, 8, 1), (2, 3)).positions) == [[2, 3, 4], [3, 4, 5]]


def test_stride_and_dilation_spread_the_window():
    layer = replace(BUMP, stride=(2,), dilation=(3,))
    assert along(layer.window((12, 1), (2,)).positions) == [[4, 7, 10]]


def test_padding_cells_are_named_with_the_cell_that_they_show():
    window = replace(BUMP, padding="same", padding_mode="circular").window((8, 1), (0,))
    assert (along(window.positions), along(window.sources)) == ([[-1, 0, 1]], [[7, 0, 1]])


def test_a_zero_of_padding_has_no_source():
    assert along(replace(BUMP, padding="same").window((8, 1), (7,)).sources) == [[6, 7, -1]]


def test_a_window_that_cannot_be_is_refused():
    with pytest.raises(ShapeError, match="larger than the padded input"):
        LINE.window((2, 2, 1), (0, 0))


def test_padding_is_marked_and_zero():
    ones = TiledArray.of(np.ones((3, 3, 1)))
    calculation = replace(LINE, padding="same").calculation(ones, 0, (2, 2))
    assert calculation.is_padding.tolist() == [[False, False, True], [False, False, True], [True, True, True]]
    assert calculation.window[..., 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_a_padding_far_outside_reads_nothing_but_zeros():
    far = replace(Conv.of(np.ones((1, 1, 1, 1))), padding=((5, 5), (5, 5)))
    assert far.calculation(IMAGE, 0, (0, 17)).output == 0


def test_a_window_at_the_last_corner_reads_no_way_across_the_input(monkeypatch):
    read = []
    box = TiledArray.box
    monkeypatch.setattr(TiledArray, "box", lambda self, part: read.append(part) or box(self, part))
    replace(LINE, padding="same").calculation(TiledArray.of(np.zeros((500, 500, 1))), 0, (499, 499))
    assert read == [(slice(498, 500), slice(498, 500))]


def test_channel_sums_bias_and_activation_make_the_output():
    values = TiledArray.of([[[1, 2, 3]]])
    layer = replace(Conv.of([[[[1], [10], [-100]]]], [7]), activation="relu")
    calculation = layer.calculation(values, 0, (0, 0))
    assert calculation.channel_sums.tolist() == [1, 20, -300]
    assert (calculation.sum, calculation.bias, calculation.total, calculation.output) == (-279, 7, -272, 0)


def test_a_filter_of_a_group_reads_its_channels():
    values = TiledArray.of([[1, 2, 3, 4]])
    layer = replace(Conv.of(np.ones((1, 2, 2))), groups=2)
    calculation = layer.calculation(values, 1, (0,))
    assert (calculation.channels, calculation.window.tolist(), calculation.output) == (range(2, 4), [[3, 4]], 7)


def test_softmax_weighs_the_other_filters():
    layer = replace(Conv.of([[[0, 0, 0]]], [0, np.log(2), np.log(5)]), activation="softmax")
    outputs = [layer.calculation(TiledArray.of([[1]]), f, (0,)).output for f in range(3)]
    assert outputs == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-6)


def test_a_nan_is_explained_as_a_nan():
    assert np.isnan(Conv.of([[[1]]]).calculation(TiledArray.of([[np.nan]]), 0, (0,)).output)


def test_infinity_times_zero_is_explained_without_a_warning():
    assert np.isnan(Conv.of([[[0]]]).calculation(TiledArray.of([[np.inf]]), 0, (0,)).output)


def test_an_input_of_one_cell_is_explained():
    calculation = Conv.of([[[[-2]]]], [1]).calculation(TiledArray.of([[[3]]]), 0, (0, 0))
    assert (calculation.products.ravel().tolist(), calculation.output) == ([-6], -5)


def test_a_true_convolution_shows_the_kernel_as_it_meets_the_window():
    layer = replace(Conv.of(np.reshape([1, 2, 3], (3, 1, 1))), flip=True)
    assert kernel_as_used(layer, 0).ravel().tolist() == [3, 2, 1]
    assert layer.calculation(TiledArray.of([[1], [0], [0]]), 0, (0,)).output == 3


def test_a_map_cell_is_linked_to_its_window():
    assert along(linked_cells(LINE, (8, 8, 1), Cell(Pane.MAP, (0, 5)))[Pane.INPUT]) == [[0, 1, 2], [5, 6, 7]]


def test_an_input_cell_is_linked_to_the_map_cells_that_it_feeds():
    assert along(linked_cells(LINE, (8, 8, 1), Cell(Pane.INPUT, (0, 4)))[Pane.MAP]) == [[0], [2, 3, 4]]


def test_a_weight_is_linked_to_every_cell_that_it_meets():
    assert along(linked_cells(BUMP, (8, 1), Cell(Pane.KERNEL, (2,)))[Pane.INPUT]) == [[2, 3, 4, 5, 6, 7]]


def test_a_weight_of_a_true_convolution_meets_the_other_end():
    flipped = replace(BUMP, flip=True)
    assert along(linked_cells(flipped, (8, 1), Cell(Pane.KERNEL, (2,)))[Pane.INPUT]) == [[0, 1, 2, 3, 4, 5]]


def test_a_cell_between_strides_feeds_nothing():
    sparse = replace(Conv.of(np.ones((1, 1, 1))), stride=(2,))
    assert along(linked_cells(sparse, (5, 1), Cell(Pane.INPUT, (1,)))[Pane.MAP]) == [[]]


def test_a_padding_cell_is_linked_to_the_map_cells_that_read_it():
    assert along(linked_cells(replace(BUMP, padding="full"), (8, 1), Cell(Pane.INPUT, (-1,)))[Pane.MAP]) == [[0, 1]]


def test_a_cell_that_padding_repeats_feeds_through_its_copies():
    layer = replace(BUMP, padding="same", padding_mode="circular")
    assert along(linked_cells(layer, (8, 1), Cell(Pane.INPUT, (7,)))[Pane.MAP]) == [[0, 6, 7]]
