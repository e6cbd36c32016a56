import numpy as np
import pytest

from convstudio.model.edits.layer_settings import set_filters, set_groups, set_padding, set_stride, set_title
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

LAYER = Conv.of(np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4))
BEFORE = Document(Sample.of("dots", np.zeros((4, 4, 4))), Network((LAYER, Conv.of(np.ones((1, 1, 4, 1))))))


def test_a_setting_changes_its_layer_alone():
    after = set_padding(BEFORE, 1, "same")
    assert (after.layers[0], after.layers[1].padding) == (BEFORE.layers[0], "same")


def test_a_stride_is_kept_as_a_tuple():
    assert set_stride(BEFORE, 0, [2, 3]).layers[0].stride == (2, 3)


def test_fewer_filters_keep_the_first_ones():
    assert set_filters(BEFORE, 0, 2).layers[0] == Conv.of(LAYER.weights[..., :2])


def test_the_layer_after_follows_the_number_of_filters():
    assert set_filters(BEFORE, 0, 2).layers[1].channels == 2


def test_the_same_number_of_filters_is_no_change():
    assert set_filters(BEFORE, 0, 4) is BEFORE


def test_groups_keep_the_kernels_of_the_channels_that_are_still_read():
    weights = set_groups(BEFORE, 0, 2).layers[0].weights[0, 0]
    assert weights.tolist() == [[0, 1, 10, 11], [4, 5, 14, 15]]


def test_groups_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="3 groups do not divide 4 channels and 4 filters evenly"):
        set_groups(BEFORE, 0, 3)


def test_the_same_title_is_no_change():
    assert set_title(BEFORE, "") is BEFORE
