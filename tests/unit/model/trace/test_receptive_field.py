"""Receptive fields by hand, with the numbers of the tutorial's section 4 and of published tables."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.trace.receptive_field import field_of, xray
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def of_layers(layers, length=64, channels=1):
    return Document(Sample.of("zeros", np.zeros((length, channels))), Network(tuple(layers)))


def image(layers, side=8, channels=1):
    return Document(Sample.of("zeros", np.zeros((side, side, channels))), Network(tuple(layers)))


def conv(size, stride=1, dilation=1, filters=1, channels=1, **settings):
    made = Conv.of(np.ones((size, channels, filters)))
    return replace(made, stride=(stride,), dilation=(dilation,), **settings)


def pool2():
    return Pool(size=(2,))


@pytest.mark.parametrize(
    ("layers", "size", "jump"),
    [
        ([conv(3), conv(3)], 5, 1),
        ([conv(3), conv(3), conv(3)], 7, 1),
        ([conv(3), pool2(), conv(3), pool2(), conv(3)], 18, 4),
        ([conv(3), conv(3, stride=2), pool2(), conv(3, dilation=2)], 23, 4),
    ],
    ids=["two threes", "three threes", "threes and poolings", "with dilation"],
)
def test_size_and_jump_are_those_of_the_published_tables(layers, size, jump):
    field = field_of(of_layers(layers), len(layers) - 1)
    assert (field.size, field.jump) == ((size,), (jump,))


@pytest.mark.parametrize("at", [0, 3])
def test_the_rectangle_has_the_size_of_the_field_and_begins_where_it_says(at):
    layers = [conv(3), pool2(), conv(3), pool2(), conv(3)]
    field = field_of(of_layers(layers), 4)
    ((first, stop), _) = xray(of_layers(layers), 4, (at,), 0)[0].spans
    assert (first, stop - first) == (field.start[0] + at * field.jump[0], field.size[0])


def test_two_threes_see_the_middle_along_three_paths_and_the_ends_along_one():
    assert xray(of_layers([conv(3), conv(3)], 8), 1, (2,), 0)[0].paths[0].tolist() == [0, 0, 1, 2, 3, 2, 1, 0]


def test_every_layer_on_the_way_has_its_own_part():
    seen = xray(of_layers([conv(3), conv(3)], 8), 1, (2,), 0)
    assert [one.paths[0].tolist() for one in seen[1:]] == [[0, 0, 1, 1, 1, 0], [0, 0, 1, 0]]


def test_dilation_leaves_holes():
    seen = xray(of_layers([conv(3, dilation=2)], 8), 0, (1,), 0)[0]
    assert seen.has_holes
    assert seen.paths[0].tolist() == [0, 1, 0, 1, 0, 1, 0, 0]


def test_zeros_of_the_padding_are_no_cells():
    assert xray(of_layers([conv(3, padding="same")], 4), 0, (0,), 0)[0].paths[0].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("mode", "paths"),
    [("reflect", [1, 2, 0, 0]), ("replicate", [2, 1, 0, 0]), ("symmetric", [2, 1, 0, 0]), ("circular", [1, 1, 0, 1])],
)
def test_padding_that_repeats_cells_counts_for_the_cells_it_shows(mode, paths):
    layer = conv(3, padding="same", padding_mode=mode)
    assert xray(of_layers([layer], 4), 0, (0,), 0)[0].paths[0].tolist() == paths


def test_a_window_that_sees_padding_alone_sees_no_cell():
    seen = xray(of_layers([conv(1, padding=((1, 1),))], 4), 0, (0,), 0)[0]
    assert (seen.spans, seen.cells, seen.heat().size) == (None, 0, 0)


def test_a_filter_sees_every_channel_and_one_of_a_group_its_own():
    depthwise = conv(3, filters=2, groups=2)
    assert xray(of_layers([conv(3, channels=2)], 8, 2), 0, (0,), 0)[0].paths[-1].tolist() == [1, 1]
    assert xray(of_layers([depthwise], 8, 2), 0, (0,), 1)[0].paths[-1].tolist() == [0, 1]


def test_a_filter_of_the_second_group_sees_the_second_half_of_the_channels():
    layers = [conv(1, filters=4, channels=2, groups=2), conv(1, filters=4, channels=2, groups=2)]
    seen = xray(of_layers(layers, 8, 4), 1, (0,), 2)
    assert [one.paths[-1].tolist() for one in seen] == [[0, 0, 2, 2], [0, 0, 1, 1], [0, 0, 1, 0]]


def test_paths_run_through_all_the_filters_between():
    seen = xray(of_layers([conv(3, filters=4), conv(1, channels=4)], 8), 1, (0,), 0)[0]
    assert seen.paths_from((1, 0)) == 4
    assert seen.total == 12


def test_pooling_sees_its_window_and_every_function_its_own_cell():
    layers = [Activation(), Pool(size=(3,), stride=(2,)), Dropout()]
    assert xray(of_layers(layers, 8), 2, (1,), 0)[0].paths[0].tolist() == [0, 0, 1, 1, 1, 0, 0, 0]


def test_global_pooling_sees_one_whole_map():
    seen = xray(image([GlobalPool()], channels=3), 0, (1,), 0)[0]
    assert seen.spans == ((0, 8), (0, 8), (1, 2))
    assert seen.total == 64


def test_a_place_in_a_flattened_vector_is_one_cell_of_one_channel():
    seen = xray(image([Flatten()], side=2, channels=3), 0, (4,), 0)[0]
    assert seen.spans == ((0, 1), (1, 2), (1, 2))


def test_a_dense_layer_sees_everything():
    seen = xray(image([Flatten(), Dense.of(np.ones((64, 10)))]), 1, (7,), 0)[0]
    assert (seen.cells, seen.total, seen.heat().min()) == (64, 64, 1)


def test_softmax_lets_every_class_see_what_all_see():
    layers = [Flatten(), Dense.of(np.ones((64, 10))), Activation(activation="softmax")]
    assert xray(image(layers), 2, (7,), 0)[0].paths_from((0, 0, 0)) == 10


def test_a_transposed_convolution_is_seen_by_the_values_that_paint_the_cell():
    layer = ConvTranspose(np.float32(np.ones((3, 1, 1))), np.float32([0]), stride=(2,), dilation=(1,))
    seen = [xray(of_layers([layer], 5), 0, (at,), 0)[0].total for at in range(11)]
    assert seen == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]


def test_a_layer_that_is_off_is_seen_through():
    layers = [conv(3), replace(conv(3), is_on=False)]
    assert xray(of_layers(layers, 8), 1, (0,), 0)[0].total == 3
    assert field_of(of_layers(layers, 8), 1).size == (3,)


def test_paths_beyond_every_float_are_counted_exactly():
    layers = [conv(3, filters=512, channels=1), *[conv(3, filters=512, channels=512, padding="same")] * 7]
    assert xray(of_layers(layers, 64), 7, (30,), 0)[0].total == 3**8 * 512**7


def test_heat_is_a_share_of_the_most_paths():
    heat = xray(image([Conv.of(np.ones((3, 3, 1, 1)))] * 2), 1, (0, 0), 0)[0].heat()
    assert heat.shape == (5, 5)
    assert (heat[2, 2], heat[0, 0]) == (1, 1 / 9)


@pytest.mark.parametrize("layer", [GlobalPool(), Flatten(), ConvTranspose.of(np.ones((3, 3, 1, 1)))])
def test_where_layers_do_more_than_slide_there_is_no_size_and_jump(layer):
    assert field_of(image([Conv.of(np.ones((3, 3, 1, 1))), layer]), 1) is None


def test_a_layer_that_makes_nothing_is_refused_by_its_number():
    broken = [conv(3), conv(99)]
    with pytest.raises(ValueError, match="Layer 2 makes no feature map: the kernel 99 is larger"):
        xray(of_layers(broken, 8), 1, (0,), 0)


def test_a_cell_outside_is_refused():
    with pytest.raises(ValueError, match="choose a cell of the feature map"):
        xray(of_layers([conv(3)], 8), 0, (6,), 0)
