"""Gradients and transposed convolutions, cut into small boxes and shared among threads, are what the formulas say."""

import math
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convstudio.ops import (
    conv_gradients,
    conv_transpose,
    pad,
    pool,
    pool_geometry,
    pool_gradient,
    pooling,
    strategies,
)
from convstudio.ops.calls.conv_call import conv_call
from convstudio.ops.native import plans
from convstudio.ops.native.engine import numpy_only
from convstudio.ops.padding import source_index
from convstudio.ops.strategies import gather, sweep
from convstudio.ops.strategies.sweep import blocks
from convstudio.ops.threads import limited, watched
from tests.property.strategies_ops import layers, numbers, tap_index

pytestmark = pytest.mark.usefixtures("engine")


@contextmanager
def small_boxes(threads=3):
    """Cut everything small, and share it among threads."""
    with (
        numpy_only(),
        patch.multiple(sweep, BOX_VALUES=40, _BOX_MULTIPLICATIONS=8, _WORTH_HELPERS=0, cores=lambda: threads),
        patch.multiple(gather, _SUMS=9, _FEWEST=2, _FEW_POSITIONS=2, _WINDOWS=20),
        patch.multiple(strategies.pooling, BOX_VALUES=40),
    ):
        yield


def with_one_odd(values, where, odd):
    """Put a NaN or an infinity somewhere."""
    marked = values.copy()
    at = where % max(marked.size, 1)
    marked.reshape(-1)[at : at + 1] = odd
    return marked


def gradients_by_taps(layer, grad_y):
    """Follow the formulas of `conv_gradients` tap by tap, over the whole padded input at once."""
    call = conv_call(layer.x, layer.weights, None, **layer.keywords)
    shape, rank = call.geometry, call.geometry.rank
    padded = pad(call.x, shape.pairs, call.padding_mode, rank)
    spread_, gathered = np.zeros(padded.shape), np.zeros(call.weights.shape)
    axes = tuple(range(grad_y.ndim - 1))
    for tap in np.ndindex(shape.kernel):
        for channels, filters in blocks(call.weights, call.groups):
            met, grad = padded[tap_index(shape, tap)][..., channels], grad_y[..., filters]
            spread_[tap_index(shape, tap)][..., channels] += grad @ call.weights[*tap, :, filters].T
            gathered[*tap, :, filters] = np.tensordot(met, grad, (axes, axes))
    if layer.keywords["flip"]:
        gathered = np.flip(gathered, tuple(range(rank)))
    return folded(spread_, shape, call.padding_mode), gathered, grad_y.sum(axis=axes)


def folded(padded, shape, mode):
    """Give every padded cell to the one that it shows."""
    for axis, (size, (before, after)) in enumerate(zip(shape.spatial, shape.pairs, strict=True)):
        at = padded.ndim - 1 - shape.rank + axis
        shown = np.zeros((*padded.shape[:at], size, *padded.shape[at + 1 :]))
        for cell, source in enumerate(source_index(np.arange(-before, size + after), size, mode)):
            if source >= 0:
                shown[(slice(None),) * at + (source,)] += padded.take(cell, axis=at)
        padded = shown
    return padded


@given(layers(), st.data())
def test_gradients_equal_the_sums_of_their_taps(layer, data):
    grad_y = numbers(data.draw, layer.conv(bias=None).shape)
    with small_boxes():
        ours = conv_gradients(layer.x, layer.weights, grad_y, **layer.keywords)
    for one, expected in zip(ours, gradients_by_taps(layer, grad_y), strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-10, atol=1e-10)


@given(layers(), st.sampled_from([np.nan, np.inf]), st.integers(0, 1000), st.integers(0, 2), st.data())
def test_what_is_not_finite_reaches_the_gradients_of_its_terms_alone(layer, odd, where, marked, data):
    grad_y = numbers(data.draw, layer.conv(bias=None).shape)
    arrays = [layer.x, layer.weights, grad_y]
    arrays[marked] = with_one_odd(arrays[marked], where, odd)
    layer = layer._replace(x=arrays[0], weights=arrays[1])
    with small_boxes(), np.errstate(all="ignore"):
        ours = conv_gradients(layer.x, layer.weights, arrays[2], **layer.keywords)
        theirs = gradients_by_taps(layer, arrays[2])
    for one, expected in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(np.isfinite(one), np.isfinite(expected))


@given(layers(modes=("zeros",)), st.integers(0, 2), st.sampled_from([None, np.nan]), st.data())
def test_a_transposed_convolution_equals_its_painted_windows(layer, more, nan, data):
    keywords = {name: layer.keywords[name] for name in ("stride", "dilation", "groups")}
    rank, filters = layer.weights.ndim - 2, layer.weights.shape[-1]
    y = numbers(data.draw, (*layer.x.shape[:-1], filters))
    if nan is not None:
        y = with_one_odd(y, data.draw(st.integers(0, 1000)), nan)
    extra = tuple(min(more, max(s, d) - 1) for s, d in zip(keywords["stride"], keywords["dilation"], strict=True))
    with small_boxes(), np.errstate(all="ignore"):
        ours = conv_transpose(y, layer.weights, padding=0, output_padding=extra, **keywords)
    expected = np.zeros(ours.shape)
    for tap in np.ndindex(layer.weights.shape[:rank]):
        cells = [
            slice(k * d, k * d + (n - 1) * s + 1, s)
            for k, d, s, n in zip(tap, keywords["dilation"], keywords["stride"], y.shape[-1 - rank : -1], strict=True)
        ]
        for channels, made in blocks(layer.weights, keywords["groups"]):
            expected[(..., *cells, channels)] += y[..., made] @ layer.weights[*tap, :, made].T
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


@given(layers(modes=("zeros",)), st.data())
def test_cutting_a_transposed_convolution_only_cuts(layer, data):
    keywords = {name: layer.keywords[name] for name in ("stride", "dilation", "groups")}
    rank = layer.weights.ndim - 2
    y = numbers(data.draw, (*layer.x.shape[:-1], layer.weights.shape[-1]))
    whole = conv_transpose(y, layer.weights, padding=0, **keywords)
    cuts = [(data.draw(st.integers(0, n - 1)), 0) for n in whole.shape[-1 - rank : -1]]
    with small_boxes():
        part = conv_transpose(y, layer.weights, padding=cuts, **keywords)
    inside = tuple(slice(before, None) for before, _ in cuts)
    np.testing.assert_allclose(part, whole[(..., *inside, slice(None))], rtol=1e-10, atol=1e-10)


@st.composite
def poolings(draw):
    rank = draw(st.integers(1, 3))
    size, dilation = (tuple(draw(st.integers(1, 3)) for _ in range(rank)) for _ in range(2))
    extent = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    spatial = tuple(e + draw(st.integers(0, 5)) for e in extent)
    keywords = {
        "stride": tuple(draw(st.integers(1, 4)) for _ in range(rank)),
        "padding": draw(st.sampled_from(["valid", "same", 1])),
        "dilation": dilation,
    }
    batch = tuple(draw(st.lists(st.integers(0, 2), max_size=2)))
    return numbers(draw, (*batch, *spatial, draw(st.integers(1, 3))), whole=True), size, keywords


def windows(x, size, keywords):
    """List the output positions, and for each the cells of its window, in reading order, padding left out."""
    shape = pool_geometry(x.shape[-1 - len(size) : -1], size, **keywords)
    for position in np.ndindex(shape.output):
        cells = []
        for tap in np.ndindex(shape.kernel):
            at = [
                p * s + k * d - before
                for p, s, k, d, (before, _) in zip(
                    position, shape.stride, tap, shape.dilation, shape.pairs, strict=True
                )
            ]
            if all(0 <= a < n for a, n in zip(at, shape.spatial, strict=True)):
                cells.append(tuple(at))
        yield position, cells


def assume_it_can(x, size, keywords):
    try:
        return pool(x, "max", size, **keywords)
    except ValueError:
        assume(False)


@given(poolings(), st.sampled_from(["max", "average"]), st.booleans())
def test_pooling_in_small_boxes_equals_the_loops(layer, kind, nan):
    x, size, keywords = layer
    assume_it_can(x, size, keywords)
    x = with_one_odd(x, 5, np.nan) if nan else x
    with small_boxes():
        ours = pool(x, kind, size, **keywords)
    for position, cells in windows(x, size, keywords):
        met = np.stack([x[(..., *cell, slice(None))] for cell in cells])
        expected = met.max(axis=0) if kind == "max" else met.mean(axis=0)
        np.testing.assert_allclose(ours[(..., *position, slice(None))], expected, rtol=1e-12)


@given(poolings(), st.sampled_from(["max", "average"]), st.booleans(), st.data())
def test_the_gradient_of_pooling_in_small_boxes_equals_the_loops(layer, kind, nan, data):
    x, size, keywords = layer
    shape = assume_it_can(x, size, keywords).shape
    x = with_one_odd(x, 5, np.nan) if nan else x
    grad_y = numbers(data.draw, shape, whole=True)
    with small_boxes():
        ours = pool_gradient(x, grad_y, kind, size, **keywords)
    expected = np.zeros(x.shape)
    for position, cells in windows(x, size, keywords):
        grad = grad_y[(..., *position, slice(None))]
        met = np.stack([x[(..., *cell, slice(None))] for cell in cells])
        winners = met.argmax(axis=0)  # the first of a tie, and a NaN before all
        for number, cell in enumerate(cells):
            share = grad / len(cells) if kind == "average" else np.where(winners == number, grad, 0)
            expected[(..., *cell, slice(None))] += share
    np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-10)


LARGE = [
    ((120, 130, 3), (3, 3, 3, 32), {}),
    ((40, 50, 16), (3, 3, 16, 8), {"padding": "same", "padding_mode": "reflect"}),
    ((61, 50, 8), (5, 4, 4, 12), {"groups": 2, "stride": (2, 3), "padding": 2, "padding_mode": "circular"}),
    ((60, 50, 16), (3, 3, 1, 32), {"groups": 16, "padding": "same"}),
    ((10000, 2), (9, 2, 8), {"padding": "causal", "flip": True, "dilation": 3}),
    ((3, 12, 13, 14, 2), (3, 2, 3, 2, 5), {"padding": "full", "stride": (1, 2, 1)}),
    ((7, 7, 64), (3, 3, 64, 512), {"padding": "same"}),
]


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_the_gradients_of_a_larger_layer_are_whole_numbers_exactly(shape, kernel, keywords):
    source = np.random.default_rng(5)
    x, weights = (source.integers(-9, 10, size).astype(np.float32) for size in (shape, kernel))
    call = conv_call(x, weights, None, **DEFAULTS | keywords)
    grad_y = source.integers(-9, 10, call.output_shape).astype(np.float32)
    exact = conv_gradients(x.astype(np.float64), weights.astype(np.float64), grad_y, **keywords)
    for ours, expected in zip(conv_gradients(x, weights, grad_y, **keywords), exact, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_array_equal(ours, np.rint(expected))


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_gradients_have_the_same_bits_however_many_threads(shape, kernel, keywords):
    source = np.random.default_rng(7)
    x, weights = source.random(shape, dtype=np.float32), source.random(kernel, dtype=np.float32)
    grad_y = source.random(conv_call(x, weights, None, **DEFAULTS | keywords).output_shape, dtype=np.float32)
    with patch.multiple(sweep, cores=lambda: 1):
        alone = conv_gradients(x, weights, grad_y, **keywords)
    with patch.multiple(sweep, _WORTH_HELPERS=0, cores=lambda: 4):
        together = conv_gradients(x, weights, grad_y, **keywords)
    assert [one.tobytes() for one in alone] == [one.tobytes() for one in together]


DEFAULTS = {"stride": 1, "padding": 0, "padding_mode": "zeros", "dilation": 1, "groups": 1, "flip": False}


@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_global_pooling_of_many_cells_is_that_of_all(kind):
    x = np.random.default_rng(3).integers(-9, 10, (2, 70, 81, 5)).astype(np.float32)
    ours = pooling.global_pool(x, kind, 2)
    expected = x.max(axis=(1, 2)) if kind == "max" else x.sum(axis=(1, 2)) / np.float32(math.prod(x.shape[1:3]))
    np.testing.assert_array_equal(ours, expected)


def refuse(amount):
    if amount:
        raise InterruptedError


@pytest.mark.parametrize("stride", [1, 2])
def test_a_watch_stops_a_transposed_convolution(stride):
    with watched(refuse), pytest.raises(InterruptedError):
        conv_transpose(np.ones((60, 60, 16)), np.ones((3, 3, 16, 16)), stride=stride)


def test_a_watch_stops_gradients():
    with watched(refuse), pytest.raises(InterruptedError):
        conv_gradients(np.ones((60, 60, 16)), np.ones((3, 3, 16, 16)), np.ones((58, 58, 16)))


def test_a_watch_stops_a_pooling():
    asked = []
    with patch.object(plans, "CHUNK_TO_CANCEL", 2**22), watched(asked.append), limited(1):
        pool(np.ones((500, 500, 16), np.float32), "max", (4, 4), stride=1)
    assert len(asked) > 8
