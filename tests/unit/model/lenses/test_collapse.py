"""Two convolutions in a row are one, whatever they are, until an activation stands between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.collapse import collapse, collapse_verdict
from convstudio.model.lenses.linear import Linear, joined, linear_of
from convstudio.model.lenses.pairs import NEXT_LAYER, SAME_AGAIN, first_of, second_of, usable
from convstudio.model.lenses.subject import Subject, check_effort
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.detectors import find_detector
from convstudio.model.values.limits import LIMITS
from convstudio.ops import conv

LINE = Linear.of_kernel([[0, 1, 0]] * 3)
LINES = np.repeat(np.float64([0, 0, 0, 1, 1, 0, 0, 0])[np.newaxis, :, np.newaxis], 8, axis=0)


def layer_of(rng, rank, channels, filters, **settings):
    size = tuple(rng.integers(1, 4, rank))
    weights = rng.normal(size=(*size, channels // settings.get("groups", 1), filters))
    return replace(Conv.of(weights, rng.normal(size=filters)), **settings)


@given(st.integers(0, 10**6), st.sampled_from([1, 2]), st.integers(1, 3), st.integers(1, 2), st.booleans())
def test_two_linear_convolutions_equal_the_one_that_they_become(seed, rank, stride, dilation, flip):
    rng = np.random.default_rng(seed)
    settings = {"stride": (stride,) * rank, "dilation": (dilation,) * rank, "flip": flip, "groups": 2}
    first = linear_of(layer_of(rng, rank, 2, 2, **settings))
    second = linear_of(layer_of(rng, rank, 2, 2, **settings), 1)
    x = rng.normal(size=(*(22,) * rank, 2))
    found = collapse(x, first, second, has_relu=False)
    assert found.is_same
    np.testing.assert_allclose(found.apart, found.at_once, atol=1e-9)


def test_linear_layers_compute_what_the_engine_computes():
    rng = np.random.default_rng(1)
    layer = layer_of(rng, 2, 4, 6, groups=2, dilation=(2, 1), flip=True, stride=(1, 2))
    x = rng.normal(size=(9, 9, 4)).astype(np.float32)
    expected = conv(x, layer.weights, layer.bias, groups=2, dilation=(2, 1), flip=True, stride=(1, 2))
    np.testing.assert_allclose(linear_of(layer).run(x.astype(np.float64)), expected, atol=1e-5)


def test_one_filter_of_a_layer_makes_the_same_map_as_among_all():
    rng = np.random.default_rng(4)
    layer, x = layer_of(rng, 2, 4, 6, groups=2), rng.normal(size=(6, 6, 4))
    np.testing.assert_allclose(linear_of(layer, 4).run(x)[..., 0], linear_of(layer).run(x)[..., 4])


def test_the_larger_kernel_is_the_full_convolution_of_both():
    assert joined(LINE, LINE).weights[..., 0, 0].tolist() == [[0, 0, n, 0, 0] for n in (1, 2, 3, 2, 1)]


def test_the_tutorials_detector_twice_is_one_of_five_by_five_with_no_difference():
    found = collapse(LINES, LINE, LINE, has_relu=False)
    assert found.both.kernel_size == (5, 5)
    assert found.largest == 0


def test_relu_between_makes_a_difference_and_says_how_many_values_it_cut():
    edge = Linear.of_kernel([[-1, 2, -1]] * 3)
    found = collapse(LINES, edge, edge, has_relu=True)
    assert found.largest == 18
    assert collapse_verdict(found).startswith("Not the same any more: the largest difference is 18. ReLU set 12 ")


def test_relu_that_finds_nothing_to_cut_is_said_to_change_nothing():
    assert "found no negative value" in collapse_verdict(collapse(LINES, LINE, LINE, has_relu=True))


def test_layers_that_do_not_fit_each_other_are_refused_with_both_numbers():
    with pytest.raises(ValueError, match="reads 3 channels, and the first one makes 1 map:"):
        joined(LINE, Linear(np.ones((3, 3, 3, 1)), np.zeros(1), (1, 1)))


def test_too_many_multiplications_are_refused_before_they_start():
    with pytest.raises(ValueError, match="choose smaller kernels"):
        check_effort(LIMITS.lens_multiplications + 1)


def subject_with(following):
    rng = np.random.default_rng(2)
    return Subject(layer_of(rng, 2, 3, 4), TiledArray.of(np.zeros((8, 8, 3))), 1, 2, following)


def test_the_next_layer_is_joined_through_all_maps():
    following = Conv.of(np.ones((3, 3, 4, 5)))
    subject = subject_with(following)
    first = first_of(subject, None, all_maps=True)
    assert joined(first, second_of(subject, NEXT_LAYER, 4, first)).weights.shape[-2:] == (3, 1)


def test_a_filter_that_the_next_layer_has_not_is_refused():
    subject = subject_with(Conv.of(np.ones((3, 3, 4, 5))))
    with pytest.raises(ValueError, match="no filter 6: choose one from 1 to 5"):
        second_of(subject, NEXT_LAYER, 5, first_of(subject, None, all_maps=True))


def test_without_a_next_convolution_another_second_one_is_asked_for():
    subject = subject_with(None)
    with pytest.raises(ValueError, match="choose the same kernel again"):
        second_of(subject, NEXT_LAYER, 0, first_of(subject, None, all_maps=True))


def test_the_same_kernel_again_is_that_of_the_channel_looked_at():
    subject = subject_with(None)
    again = second_of(subject, SAME_AGAIN, 0, first_of(subject, None, all_maps=False))
    np.testing.assert_array_equal(again.weights[..., 0, 0], subject.layer.weights[..., 2, 1])


def test_a_detector_for_sequences_is_one_row_on_images():
    bump = find_detector(usable(load_detectors(), 2), "tutorial-bump")
    assert bump is not None
    assert first_of(subject_with(None), bump, all_maps=False).kernel_size == (1, 3)
