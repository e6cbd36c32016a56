from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv


def counted(*shape):
    return Conv.of(np.arange(1, np.prod(shape) + 1).reshape(shape))


def test_a_layer_starts_with_stride_one_no_bias_and_no_padding():
    layer = Conv.of(np.ones((3, 5, 2, 4)))
    assert (layer.stride, layer.dilation, layer.padding, layer.bias.tolist()) == ((1, 1), (1, 1), "valid", [0] * 4)


def test_a_layer_tells_its_sizes():
    layer = replace(Conv.of(np.ones((3, 5, 2, 4))), groups=2)
    assert (layer.kernel_size, layer.channels_per_group, layer.channels, layer.filters) == ((3, 5), 2, 4, 4)


@pytest.mark.parametrize("shape", [(3, 1), (1, 1, 1, 1, 1, 1)])
def test_weights_of_another_rank_are_refused(shape):
    with pytest.raises(ValueError, match="weights are"):
        Conv.of(np.ones(shape))


def test_every_filter_reads_all_channels_without_groups():
    assert Conv.of(np.ones((1, 1, 3, 2))).channels_read_by(1) == range(0, 3)


def test_a_filter_reads_the_channels_of_its_group():
    layer = replace(Conv.of(np.ones((1, 1, 2, 6))), groups=3)
    assert [layer.channels_read_by(f) for f in (0, 1, 2, 5)] == [range(0, 2), range(0, 2), range(2, 4), range(4, 6)]


def test_equal_layers_are_equal_and_hash_alike():
    assert counted(3, 1, 2) == counted(3, 1, 2)
    assert hash(counted(3, 1, 2)) == hash(counted(3, 1, 2))


@pytest.mark.parametrize(
    "change",
    [
        {"stride": (2,)},
        {"dilation": (2,)},
        {"padding": "same"},
        {"padding_mode": "reflect"},
        {"groups": 2},
        {"flip": True},
        {"activation": "relu"},
        {"bias": np.float32([1, 0])},
        {"weights": np.zeros((3, 1, 2), np.float32)},
    ],
)
def test_a_layer_with_one_other_setting_differs(change):
    assert replace(counted(3, 1, 2), **change) != counted(3, 1, 2)


def test_a_layer_differs_from_other_things():
    assert counted(3, 1, 1) != "Conv"
