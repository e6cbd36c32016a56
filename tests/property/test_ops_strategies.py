"""Every strategy, cut into small boxes and shared among threads, computes what the loops compute."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convstudio.ops import conv, pad
from convstudio.ops.calls.conv_call import conv_call
from convstudio.ops.strategies import bands, depthwise, sweep, unfold, whole
from convstudio.ops.strategies.sweep import blocks
from tests.property.strategies_ops import layers, tap_index

DEFAULTS = {"stride": 1, "padding": 0, "padding_mode": "zeros", "dilation": 1, "groups": 1, "flip": False}


def small_boxes(threads=3):
    return patch.multiple(sweep, BOX_VALUES=40, _BOX_MULTIPLICATIONS=8, _WORTH_HELPERS=0, cores=lambda: threads)


def run(convolve, layer, *more):
    call = conv_call(layer.x, layer.weights, layer.bias, **layer.keywords)
    swept = sweep.sweep(call)
    output = np.full(call.output_shape, 7.0)
    with small_boxes(), np.errstate(all="ignore"):
        convolve(swept, output.reshape(swept.output_shape), *more)
    return output


def some_bias(weights):
    return np.arange(1.0, weights.shape[-1] + 1)


def one_group(layer):
    weights = layer.weights[..., : layer.weights.shape[-1] // layer.keywords["groups"]]
    channels = layer.weights.shape[-2]
    keywords = layer.keywords | {"groups": 1}
    return layer._replace(x=layer.x[..., :channels], weights=weights, keywords=keywords, bias=some_bias(weights))


def a_filter_per_channel(layer, filters):
    channels = layer.x.shape[-1]
    kernels = np.repeat(layer.weights[..., :1, :1], channels * filters, axis=-1)
    kernels = kernels * np.arange(1, channels * filters + 1)
    return layer._replace(weights=kernels, bias=some_bias(kernels), keywords=layer.keywords | {"groups": channels})


def with_nan(layer, where):
    marked = layer.x.copy()
    at = where % max(marked.size, 1)
    marked.reshape(-1)[at : at + 1] = np.nan if where % 2 else np.inf
    return layer._replace(x=marked)


def assert_agree(ours, layer):
    theirs = layer.reference()
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@given(layers(), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 1000)))
def test_unfolding_equals_the_loops(layer, multiplications, nan):
    layer = one_group(layer) if nan is None else with_nan(one_group(layer), nan)
    assume(layer.x.size)
    assert_agree(run(unfold.convolve, layer, 8**multiplications), layer)


@given(layers(), st.sampled_from([1, 2, 3, 8]), st.one_of(st.none(), st.integers(0, 1000)))
def test_bands_equal_the_loops(layer, width, nan):
    layer = one_group(layer) if nan is None else with_nan(one_group(layer), nan)
    assume(layer.x.size)
    with patch.object(bands, "band_width", lambda shape, _: min(width, shape.output[2])):
        assert_agree(run(bands.convolve, layer), layer)


@given(layers(), st.integers(1, 2), st.one_of(st.none(), st.integers(0, 1000)))
def test_depthwise_equals_the_loops(layer, filters, nan):
    layer = a_filter_per_channel(layer, filters)
    layer = layer if nan is None else with_nan(layer, nan)
    assume(layer.x.size)
    assert_agree(run(depthwise.convolve, layer), layer)


@given(layers())
def test_all_at_once_equals_the_loops(layer):
    layer = one_group(layer)
    call = conv_call(layer.x, layer.weights, layer.bias, **layer.keywords)
    assume(layer.x.size)
    assert_agree(whole.convolve(call).reshape(call.output_shape), layer)


@given(st.tuples(*(st.integers(1, 9),) * 3), st.integers(0, 9), st.integers(1, 90), st.integers(1, 300))
def test_boxes_hold_every_position_once_and_not_too_many(sizes, start, columns, room):
    region = (*(slice(0, size) for size in sizes), slice(start, start + columns))
    counted = np.zeros((*sizes, start + columns), int)
    for box in sweep.cut(region, room):
        counted[box] += 1
        assert counted[box].size <= room
    assert (counted[..., start:] == 1).all()


LARGE = [
    ((40, 50, 3), (3, 3, 3, 32), {}),
    ((170, 190, 1), (5, 5, 1, 1), {"padding": "same", "padding_mode": "reflect"}),
    ((270, 290, 1), (9, 5, 1, 1), {"stride": (2, 3), "padding": 1}),
    ((60, 50, 16), (3, 3, 1, 32), {"groups": 16, "padding": "same"}),
    ((30, 31, 8), (3, 3, 4, 12), {"groups": 2, "dilation": 2}),
    ((10000, 1), (64, 1, 1), {"padding": "causal", "flip": True}),
    ((3, 20, 20, 20, 2), (3, 2, 3, 2, 5), {"padding": "full"}),
]


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_a_larger_layer_gives_whole_numbers_exactly(shape, kernel, keywords):
    source = np.random.default_rng(5)
    x, weights, bias = (source.integers(-9, 10, size).astype(np.float32) for size in (shape, kernel, kernel[-1:]))
    exact = conv(x.astype(np.float64), weights.astype(np.float64), bias, **keywords)
    ours = conv(x, weights, bias, **keywords)
    assert ours.dtype == np.float32
    assert (exact == np.rint(exact)).all()
    np.testing.assert_array_equal(ours, exact)


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_a_larger_layer_equals_the_sum_of_its_taps(shape, kernel, keywords):
    source = np.random.default_rng(6)
    x, weights = source.standard_normal(shape), source.standard_normal(kernel)
    call = conv_call(x, weights, None, **DEFAULTS | keywords)
    padded = pad(call.x, call.geometry.pairs, call.padding_mode, call.geometry.rank)
    expected = np.zeros(call.output_shape)
    for tap in np.ndindex(call.geometry.kernel):
        for channels, filters in blocks(call.weights, call.groups):
            met = padded[tap_index(call.geometry, tap)][..., channels]
            expected[..., filters] += met @ call.weights[*tap, :, filters]
    np.testing.assert_allclose(conv(x, weights, **keywords), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_the_same_call_gives_the_same_bits_however_many_threads(shape, kernel, keywords):
    source = np.random.default_rng(7)
    x, weights = source.random(shape, dtype=np.float32), source.random(kernel, dtype=np.float32)
    alone = conv(x, weights, **keywords)
    with patch.multiple(sweep, _WORTH_HELPERS=0, cores=lambda: 4):
        together = conv(x, weights, **keywords)
    assert alone.tobytes() == together.tobytes()
