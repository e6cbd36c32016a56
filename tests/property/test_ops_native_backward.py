"""The native gradients and poolings, in small tiles and with every instruction set, are what the formulas say."""

import os
import subprocess
import sys
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from convstudio.ops import conv, conv_gradients, conv_transpose, geometry, pool, pool_gradient
from convstudio.ops.native import engine, forward, gradients, plans, pooling
from convstudio.ops.native.engine import numpy_only
from convstudio.ops.threads import watched
from tests.property.strategies_ops import layers, numbers
from tests.property.test_ops_adjoints import assume_it_can, gradients_by_taps, poolings, windows, with_one_odd

NATIVE = engine.load("").kernels
pytestmark = pytest.mark.skipif(NATIVE is None, reason=f"no native kernels were built: {engine.load('').told}")
one_engine = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FLOATS = st.sampled_from([np.float32, np.float64])
ODD = st.sampled_from([None, np.nan, np.inf, -np.inf])


@pytest.fixture(params=NATIVE.instruction_sets() if NATIVE else ["none"], autouse=True)
def instruction_set(request):
    NATIVE.choose(request.param)
    with patch.object(engine, "found", lambda: engine.Engine(NATIVE, request.param)):
        yield request.param
    NATIVE.choose(NATIVE.instruction_sets()[0])


PLANS = (plans.conv_plan, gradients._plan, pooling._plan, pooling._gradient_plan)


@contextmanager
def small_tiles(threads=3):
    """Cut everything small, and let the native kernels compute."""
    cores = {"cores": lambda: threads}
    with (
        patch.multiple(plans, _TILE_VALUES=40, _CHUNK=8),
        patch.multiple(gradients, _TILE_VALUES=40, _FEWEST=3, _WEIGHTS=50, _WIDE=3, _FEWEST_PARTS=1),
        patch.multiple(pooling, _ROW=8, _TILE=24, _SMALL=0, _ROWS_AN_OVERLAP=1, **cores),
        patch.multiple(forward, _SMALL=0, **cores),
    ):
        for plan in PLANS:
            plan.cache_clear()
        yield
        for plan in PLANS:
            plan.cache_clear()


def whole_layer(layer, float_type, odd, draw):
    """Draw whole numbers of a type, one of which may be odd, and the gradient of the result."""
    grad_y = numbers(draw, layer.conv(bias=None).shape, whole=True)
    arrays = [array.astype(float_type) for array in (layer.x, layer.weights, grad_y)]
    if odd is not None:
        which = draw(st.integers(0, 2))
        arrays[which] = with_one_odd(arrays[which], draw(st.integers(0, 1000)), odd)
    return layer._replace(x=arrays[0], weights=arrays[1]), arrays[2]


@one_engine
@given(layers(whole=True), FLOATS, ODD, st.data())
def test_gradients_of_whole_numbers_are_exactly_the_sums_of_their_taps(layer, float_type, odd, data):
    layer, grad_y = whole_layer(layer, float_type, odd, data.draw)
    with small_tiles(), np.errstate(all="ignore"):
        ours = conv_gradients(layer.x, layer.weights, grad_y, **layer.keywords)
        theirs = gradients_by_taps(layer, grad_y)
    for one, expected in zip(ours, theirs, strict=True):
        assert one.dtype == float_type
        np.testing.assert_array_equal(one, expected)


@one_engine
@given(layers(whole=True, modes=("zeros",)), FLOATS, st.integers(0, 2), ODD, st.integers(0, 1), st.data())
def test_a_transposed_convolution_is_numpys(layer, float_type, more, odd, which, data):
    keywords = {name: layer.keywords[name] for name in ("stride", "dilation", "groups")}
    y = numbers(data.draw, (*layer.x.shape[:-1], layer.weights.shape[-1]), whole=True)
    arrays = [array.astype(float_type) for array in (y, layer.weights)]
    if odd is not None:
        arrays[which] = with_one_odd(arrays[which], data.draw(st.integers(0, 1000)), odd)
    keywords["output_padding"] = tuple(
        min(more, max(s, d) - 1) for s, d in zip(keywords["stride"], keywords["dilation"], strict=True)
    )
    channels = layer.weights.shape[-2] * keywords["groups"]
    bias = data.draw(st.sampled_from([None, np.arange(channels, dtype=float_type)]))
    with np.errstate(all="ignore"), engine.numpy_only():
        expected = conv_transpose(*arrays, bias, padding=0, **keywords)
    with small_tiles():
        ours = conv_transpose(*arrays, bias, padding=0, **keywords)
    assert ours.dtype == float_type
    np.testing.assert_array_equal(ours, expected)


@st.composite
def wide_layers(draw):
    """Draw what fills vectors: channels and filters of all kinds, long rows, filters that read a channel each."""
    channels, filters, groups = draw(
        st.sampled_from([(1, 1, 1), (1, 33, 1), (16, 3, 1), (8, 16, 2), (5, 7, 3), (1, 1, 16), (1, 1, 21), (1, 2, 9)])
    )
    kernel = (draw(st.integers(1, 3)), draw(st.integers(1, 5)))
    stride = (draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    x = numbers(draw, (draw(st.integers(1, 2)), 6, draw(st.integers(5, 50)), channels * groups), whole=True)
    weights = numbers(draw, (*kernel, channels, filters * groups), whole=True)
    keywords = {"stride": stride, "padding": "same", "padding_mode": "zeros", "groups": groups}
    return x, weights, keywords | {"dilation": 1, "flip": False}


@one_engine
@given(wide_layers(), FLOATS, st.booleans(), st.data())
def test_every_way_to_fill_vectors_gives_the_same_gradients(layer, float_type, small, data):
    x, weights, keywords = layer
    x, weights = x.astype(float_type), weights.astype(float_type)
    with engine.numpy_only():
        grad_y = numbers(data.draw, conv(x, weights, **keywords).shape, whole=True).astype(float_type)
        expected = conv_gradients(x, weights, grad_y, **keywords)
    if small:
        with small_tiles():
            ours = conv_gradients(x, weights, grad_y, **keywords)
    else:
        ours = conv_gradients(x, weights, grad_y, **keywords)
    for one, other in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@one_engine
@given(poolings(), FLOATS, st.sampled_from(["max", "average"]), ODD, st.sampled_from([1, 5, 12]))
def test_pooling_equals_the_loops(layer, float_type, kind, odd, times):
    x, size, keywords = layer
    assume_it_can(x, size, keywords)
    x = np.tile(x, times).astype(float_type)
    x = x if odd is None else with_one_odd(x, 5, odd)
    with small_tiles():
        ours = pool(x, kind, size, **keywords)
    for position, cells in windows(x, size, keywords):
        met = np.stack([x[(..., *cell, slice(None))] for cell in cells])
        with np.errstate(all="ignore"):
            expected = met.max(axis=0) if kind == "max" else met.mean(axis=0, dtype=float_type)
        np.testing.assert_allclose(ours[(..., *position, slice(None))], expected, rtol=1e-6)


@one_engine
@given(poolings(), FLOATS, st.sampled_from(["max", "average"]), ODD, st.sampled_from([1, 5, 12]), st.data())
def test_the_gradient_of_pooling_equals_the_loops(layer, float_type, kind, odd, times, data):
    x, size, keywords = layer
    assume(x.size)
    assume_it_can(x, size, keywords)
    x = np.tile(x, times).astype(float_type)
    x = x if odd is None else with_one_odd(x, 5, odd)
    grad_y = numbers(data.draw, pool(x, kind, size, **keywords).shape, whole=True).astype(float_type)
    with small_tiles():
        ours = pool_gradient(x, grad_y, kind, size, **keywords)
    expected = np.zeros(x.shape)
    for position, cells in windows(x, size, keywords):
        grad = grad_y[(..., *position, slice(None))]
        winners = np.stack([x[(..., *cell, slice(None))] for cell in cells]).argmax(axis=0)
        for number, cell in enumerate(cells):
            share = grad / len(cells) if kind == "average" else np.where(winners == number, grad, 0)
            expected[(..., *cell, slice(None))] += share
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)


LARGE = [
    ((120, 130, 3), (3, 3, 3, 32), {}),
    ((61, 50, 8), (5, 4, 4, 12), {"groups": 2, "stride": (2, 3), "padding": 2, "padding_mode": "circular"}),
    ((60, 50, 24), (3, 3, 1, 24), {"groups": 24, "padding": "same"}),
    ((300, 301, 1), (3, 3, 1, 1), {"padding": "same"}),
    ((30, 31, 64), (3, 3, 64, 512), {"padding": "same"}),
    ((12, 13, 128), (3, 3, 128, 300), {"padding": "same", "padding_mode": "reflect"}),
]


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_gradients_have_the_same_bits_however_many_threads(shape, kernel, keywords):
    source = np.random.default_rng(7)
    x, weights = source.random(shape, dtype=np.float32), source.random(kernel, dtype=np.float32)
    grad_y = source.random(conv(x, weights, **keywords).shape, dtype=np.float32)
    found = []
    for threads in (1, 4):
        with patch("convstudio.ops.strategies.sweep.cores", lambda threads=threads: threads):
            found.append([one.tobytes() for one in conv_gradients(x, weights, grad_y, **keywords)])
    assert found[0] == found[1]


@pytest.mark.parametrize("mode", ["zeros", "circular", "replicate"])
@pytest.mark.parametrize("float_type", [np.float32, np.float64])
def test_few_positions_of_many_weights_give_numpys_numbers(float_type, mode):
    source = np.random.default_rng(7)
    x, weights, bias = (
        source.integers(-4, 5, shape).astype(float_type) for shape in ((2, 6, 7, 99), (3, 2, 99, 270), 270)
    )
    keywords = {"stride": (1, 2), "padding": ((1, 1), (2, 0)), "padding_mode": mode}
    shape = geometry((6, 7), (3, 2), stride=keywords["stride"], padding=keywords["padding"])
    assert len(plans.conv_plan(shape, 2, 99, 270, 1, mode).by_filters) > 1
    y = conv(x, weights, bias, **keywords)
    grad_y = source.integers(-4, 5, y.shape).astype(float_type)
    made = y, *conv_gradients(x, weights, grad_y, **keywords)
    with numpy_only():
        expected = conv(x, weights, bias, **keywords), *conv_gradients(x, weights, grad_y, **keywords)
    for one, other in zip(made, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_gradients_stay_near_those_in_float64():
    source = np.random.default_rng(3)
    x, weights, grad_y = (source.standard_normal(shape) for shape in ((500, 500, 3), (3, 3, 3, 16), (498, 498, 16)))
    exact = conv_gradients(x, weights, grad_y)[1]
    ours = conv_gradients(*(array.astype(np.float32) for array in (x, weights, grad_y)))[1]
    np.testing.assert_allclose(ours, exact, atol=3e-7 * np.abs(exact).max() * 10)


@pytest.mark.parametrize("float_type", [np.float32, np.float64])
@pytest.mark.parametrize("window", [(3, 3), (2, 3), (3, 1), (1, 2)])
def test_the_first_of_equal_cells_is_given_back_to_where_windows_share_rows(float_type, window):
    source = np.random.default_rng(7)
    for padding, dilation in ((0, 1), (1, 1), (((0, 1), (1, 0)), (2, 1))):
        x = source.integers(-2, 3, (2, 40, 21, 5)).astype(float_type)
        x[1, 3, 4, 2], x[1, 30, 4, 2], x[0, 7, 8] = np.nan, np.inf, -np.inf
        try:
            y = pool(x, "max", window, stride=1, padding=padding, dilation=dilation)
        except ValueError:  # so much padding would leave windows without a cell
            continue
        arguments = x, source.integers(-3, 4, y.shape).astype(float_type), "max", window
        keywords = {"stride": 1, "padding": padding, "dilation": dilation}
        with numpy_only():
            expected = pool_gradient(*arguments, **keywords)
        np.testing.assert_array_equal(pool_gradient(*arguments, **keywords), expected)


def test_a_watch_stops_the_gradient_of_a_pooling():
    asked = []

    def refuse(amount):
        asked.append(amount)
        if len(asked) > 3:
            raise InterruptedError

    x = np.ones((300, 300, 16), np.float32)
    with patch.object(plans, "CHUNK_TO_CANCEL", 2**20), watched(refuse), pytest.raises(InterruptedError):
        pool_gradient(x, np.ones((297, 297, 16), np.float32), "max", (4, 4), stride=1)


def test_arrays_of_any_strides_serve():
    source = np.random.default_rng(1)
    x = source.integers(-9, 10, (40, 12, 30)).astype(np.float32)
    grad_y = np.broadcast_to(np.float32(2), (20, 6, 30))
    for turned in (x.transpose(0, 1, 2), x[::-1, ::2].repeat(2, axis=1), np.asfortranarray(x)):
        turned.flags.writeable = False
        with engine.numpy_only():
            expected = pool(turned, "max", (2, 2)), pool_gradient(turned, grad_y, "max", (2, 2))
        np.testing.assert_array_equal(pool(turned, "max", (2, 2)), expected[0])
        np.testing.assert_array_equal(pool_gradient(turned, grad_y, "max", (2, 2)), expected[1])


def unaligned(values):
    """Copy an array to where no float of its size belongs."""
    room = np.empty(values.nbytes + 1, np.uint8)
    made = room[1:].view(values.dtype).reshape(values.shape)
    made[...] = values
    return made


def test_arrays_from_anywhere_in_memory_serve():
    source = np.random.default_rng(2)
    arrays = [source.integers(-9, 10, shape).astype(np.float32) for shape in ((9, 9, 3), (3, 3, 3, 5), (7, 7, 5), (5,))]
    x, weights, grad_y, bias = arrays
    odd_x, odd_weights, odd_grad, odd_bias = map(unaligned, arrays)
    np.testing.assert_array_equal(conv(odd_x, odd_weights, odd_bias), conv(x, weights, bias))
    np.testing.assert_array_equal(conv(x, weights, np.repeat(bias, 2)[::2]), conv(x, weights, bias))
    for one, other in zip(
        conv_gradients(odd_x, odd_weights, odd_grad), conv_gradients(x, weights, grad_y), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(
        conv_transpose(odd_grad, odd_weights, stride=2), conv_transpose(grad_y, weights, stride=2)
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX's way to forbid memory")
def test_nothing_is_read_or_written_outside_its_memory(instruction_set):
    """Arrays end where forbidden memory begins, and begin where it ends: a step outside ends the process."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.property.guarded_backward"],
        env=os.environ | {engine.SETTING: instruction_set},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, f"native kernels, {instruction_set}\n"), ran.stderr


def test_steps_beyond_every_number_of_the_kernels_serve():
    far = 10**30
    x, grad_y = np.arange(9.0).reshape(9, 1), np.ones((1, 1))
    assert conv_gradients(x, np.ones((3, 1, 1)), grad_y, stride=far)[1].ravel().tolist() == [0.0, 1.0, 2.0]
    assert pool(x, "max", (3,), stride=far).tolist() == [[2.0]]
    assert pool_gradient(x, grad_y, "average", (1,), stride=far, dilation=far).ravel().tolist() == [1.0] + [0.0] * 8


def test_wrong_arrays_are_refused_by_the_extension_itself():
    x, y = np.ones((1, 1, 4, 4, 1), np.float32), np.ones((1, 1, 2, 2, 1), np.float32)
    code = plans.encoded(
        (1, 1, 1, 1), (1, 4, 4), (1, 2, 2), (1, 2, 2), (1, 1, 1), (0, 0, 0), (1, 2, 2), "zeros", (2, 2)
    )
    weights, bias = np.zeros((1, 2, 2, 1, 1), np.float32), np.zeros(1)
    read_only = y.copy()
    read_only.flags.writeable = False
    gather, pooled, given = (
        [code, x, y, weights, bias, 0, 1],
        [code, x, y.copy(), 0, 0, 1, 1, 1],
        [code, x, x.copy(), y, 0, 0, 1, 1, 1],
    )
    calls = ((NATIVE.gather, gather), (NATIVE.pool, pooled), (NATIVE.pool_gradient, given))
    for call, good in calls:
        call(*good)
        for wrong in (b"short", x[:, :, :3], x.astype(np.float64), y.astype(">f4"), None):
            with pytest.raises((ValueError, TypeError, BufferError)):
                call(good[0], wrong, *good[2:])
    for call, good, at, wrong in (
        (NATIVE.gather, gather, 0, b"short"),
        (NATIVE.gather, gather, 3, weights[:, :, :1]),
        (NATIVE.gather, gather, 3, weights.astype(np.float64)),
        (NATIVE.gather, gather, 3, weights.swapaxes(1, 2)),
        (NATIVE.gather, gather, 3, np.lib.stride_tricks.as_strided(weights, strides=(0,) * 5)),
        (NATIVE.gather, gather, 4, np.zeros(1, np.float32)),
        (NATIVE.gather, gather, 5, "first"),
        (NATIVE.pool, pooled, 2, read_only),
        (NATIVE.pool_gradient, given, 2, np.zeros((1, 1, 4, 8, 1), np.float32)[:, :, :, ::2]),
    ):
        with pytest.raises((ValueError, TypeError, BufferError)):
            call(*good[:at], wrong, *good[at + 1 :])
