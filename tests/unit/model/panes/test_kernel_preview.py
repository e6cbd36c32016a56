"""The preview of a kernel is what the layer would make of the middle of its input."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.panes.kernel_preview import PREVIEW_SIDE, detector_preview, kernel_preview
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.detectors import Detector
from convstudio.ops import conv


def drawn(*shape):
    return np.random.default_rng(1).random(shape).astype(np.float32)


@given(rows=st.integers(1, 12), columns=st.integers(1, 12), channels=st.integers(1, 3), side=st.integers(1, 5))
def test_a_small_input_is_previewed_whole(rows, columns, channels, side):
    values, kernel = drawn(rows, columns, channels), drawn(side, side)
    weights = np.repeat(kernel[..., None, None], channels, axis=2)
    expected = conv(values, weights, padding="same")[..., 0]
    np.testing.assert_allclose(kernel_preview(TiledArray.of(values), kernel), expected, rtol=1e-5)


def test_of_a_large_input_the_middle_is_previewed():
    values = drawn(400, 300, 1)
    seen = kernel_preview(TiledArray.of(values), np.ones((1, 1), np.float32))
    top, left = (400 - PREVIEW_SIDE) // 2, (300 - PREVIEW_SIDE) // 2
    np.testing.assert_array_equal(seen, values[top : top + PREVIEW_SIDE, left : left + PREVIEW_SIDE, 0])


def test_a_sequence_is_previewed_as_one_row():
    assert kernel_preview(TiledArray.of(drawn(20, 1)), drawn(3)).shape == (1, 20)


def detector(kernel, rank, *, mixes=False, bias=None):
    return Detector("d", "D", rank, frozen(kernel), mixes, "", "", bias=bias)


def test_a_detector_is_previewed_on_every_channel_with_its_bias():
    values = TiledArray.of(np.ones((4, 4, 2)))
    assert detector_preview(values, detector([[1]], 2, bias=0.5)).tolist() == [[2.5] * 4] * 4


def test_a_detector_for_sequences_is_a_row_on_an_image():
    values = TiledArray.of(np.eye(3)[..., np.newaxis])
    assert detector_preview(values, detector([0, 0, 1], 1)).tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_channels_are_mixed_where_there_are_as_many():
    values = TiledArray.of(np.ones((2, 2, 3)))
    assert detector_preview(values, detector([[[1, 2, 3]]], 2, mixes=True)).tolist() == [[6, 6], [6, 6]]
    assert detector_preview(TiledArray.of(np.ones((2, 2, 1))), detector([[[1, 2, 3]]], 2, mixes=True)) is None


def test_a_detector_for_images_has_no_preview_on_a_sequence():
    assert detector_preview(TiledArray.of(np.ones((5, 1))), detector([[1]], 2)) is None
