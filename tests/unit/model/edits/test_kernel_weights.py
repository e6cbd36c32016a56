import numpy as np
import pytest

from convstudio.model.edits.kernel_weights import (
    name_filter,
    negate_kernel,
    normalise_kernel,
    normalise_kernel_by_size,
    rotate_kernel,
    set_bias,
    set_filter,
    set_kernel_size,
    set_weights_block,
    transpose_kernel,
)
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

WEIGHTS = np.arange(1, 5, dtype=np.float32).reshape(2, 2, 1, 1)
BEFORE = Document(Sample.of("dots", np.zeros((4, 4, 1))), Network((Conv.of(np.repeat(WEIGHTS, 2, axis=-1)),)))
SEQUENCE = Document(Sample.of("steps", np.zeros((4, 1))), Network((Conv.of([[[1]], [[2]]]),)))


def kernel(document, index=0):
    return document.layers[0].weights[..., 0, index].tolist()


def test_a_block_of_weights_changes_one_kernel_alone():
    after = set_weights_block(BEFORE, 0, 1, 0, (1, 0), [[9, 9]])
    assert (kernel(after, 0), kernel(after, 1)) == ([[1, 2], [3, 4]], [[1, 2], [9, 9]])


def test_a_block_larger_than_the_kernel_is_refused_with_both_shapes():
    with pytest.raises(ValueError, match="The 1×3 block does not fit into the 2×2 kernel"):
        set_weights_block(BEFORE, 0, 0, 0, (0, 0), [[1, 2, 3]])


def test_a_filter_of_another_size_gives_all_filters_that_size():
    after = set_filter(BEFORE, 0, 0, np.ones((3, 3, 1)))
    assert kernel(after, 1) == [[0, 0, 0], [0, 1, 2], [0, 3, 4]]


def test_a_filter_for_other_channels_is_refused():
    with pytest.raises(ValueError, match="do not fit a 2-D filter that reads 1 channels"):
        set_filter(BEFORE, 0, 0, np.ones((3, 3, 2)))


def test_the_same_kernel_size_is_no_change():
    assert set_kernel_size(BEFORE, 0, (2, 2)) is BEFORE


def test_one_bias_changes():
    assert set_bias(BEFORE, 0, 1, 0.5).layers[0].bias.tolist() == [0, 0.5]


def test_a_kernel_turns_clockwise():
    assert kernel(rotate_kernel(BEFORE, 0, 0)) == [[3, 1], [4, 2]]


def test_a_sequence_turns_end_for_end():
    assert kernel(rotate_kernel(SEQUENCE, 0, 0)) == [2, 1]


def test_rows_and_columns_change_places():
    assert kernel(transpose_kernel(BEFORE, 0, 0)) == [[1, 3], [2, 4]]


def test_negating_makes_no_zero_with_a_sign():
    held = set_filter(BEFORE, 0, 0, np.zeros((2, 2, 1)))
    assert not np.signbit(negate_kernel(held, 0, 0).layers[0].weights[..., 0]).any()


def test_a_normalised_kernel_adds_up_to_1():
    np.testing.assert_allclose(np.sum(kernel(normalise_kernel(BEFORE, 0, 0))), 1, rtol=1e-6)


def test_a_kernel_that_adds_up_to_0_is_refused_with_the_other_way():
    held = set_filter(BEFORE, 0, 0, [[[1], [-1]], [[1], [-1]]])
    with pytest.raises(ValueError, match=r"divide by Σ\|w\| instead"):
        normalise_kernel(held, 0, 0)


def test_dividing_by_size_makes_the_absolute_values_add_up_to_1():
    held = set_filter(BEFORE, 0, 0, [[[1], [-1]], [[1], [-1]]])
    assert kernel(normalise_kernel_by_size(held, 0, 0)) == [[0.25, -0.25], [0.25, -0.25]]


def test_an_empty_name_gives_a_filter_its_number_back():
    assert name_filter(name_filter(BEFORE, 0, 1, "edges"), 0, 1, "") == BEFORE
