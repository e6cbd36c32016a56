from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.conv_weights import with_channels, with_rank
from convstudio.model.kinds.convolution import Conv

LINE = np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1))


def counted(*shape):
    return Conv.of(np.arange(1, np.prod(shape) + 1).reshape(shape))


def test_the_tutorials_line_detector_becomes_its_bump_detector():
    assert with_rank(Conv.of(LINE), 1).weights.ravel().tolist() == [0, 1, 0]


def test_a_sequences_kernel_becomes_one_row():
    assert with_rank(counted(3, 1, 1), 2).weights[..., 0, 0].tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("rank", [2, 3])
def test_a_sequences_layer_comes_back_from_images_unchanged(rank):
    layer = replace(counted(3, 2, 2), stride=(2,), dilation=(3,), padding=((1, 2),))
    assert with_rank(with_rank(layer, rank), 1) == layer


def test_the_layer_itself_fits_its_own_rank():
    layer = counted(3, 3, 1, 1)
    assert with_rank(layer, 2) is layer


def test_the_added_axis_has_stride_and_dilation_one_and_no_padding():
    layer = with_rank(replace(counted(3, 1, 1), stride=(2,), dilation=(3,), padding=((1, 2),)), 2)
    assert (layer.stride, layer.dilation, layer.padding) == ((1, 2), (1, 3), ((0, 0), (1, 2)))


def test_the_last_axes_keep_their_settings():
    layer = with_rank(replace(counted(3, 3, 1, 1), stride=(2, 3), padding=((1, 1), (2, 2))), 1)
    assert (layer.stride, layer.padding) == ((3,), ((2, 2),))


def test_causal_padding_does_not_follow_to_images():
    assert with_rank(replace(counted(3, 1, 1), padding="causal"), 2).padding == "valid"


def test_other_paddings_follow_by_name():
    assert with_rank(replace(counted(3, 1, 1), padding="same"), 2).padding == "same"


def test_a_layer_that_reads_so_many_channels_stays_itself():
    layer = counted(3, 2, 1)
    assert with_channels(layer, 2) is layer


def test_added_channels_repeat_the_first_kernel():
    assert with_channels(counted(1, 2, 1), 4).weights.ravel().tolist() == [1, 2, 1, 1]


def test_channels_too_many_are_dropped():
    assert with_channels(counted(1, 3, 1), 2).weights.ravel().tolist() == [1, 2]


def test_groups_stay_where_they_divide_the_channels():
    layer = with_channels(replace(counted(1, 2, 2), groups=2), 6)
    assert (layer.groups, layer.weights.shape) == (2, (1, 3, 2))


def test_groups_become_one_where_they_do_not_divide_the_channels():
    layer = with_channels(replace(counted(1, 2, 2), groups=2), 3)
    assert (layer.groups, layer.weights.shape) == (1, (1, 3, 2))


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
def test_the_layer_then_reads_exactly_so_many_channels(channels):
    assert with_channels(replace(counted(1, 2, 4), groups=2), channels).channels == channels
