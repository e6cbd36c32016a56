"""The native convolution, with every instruction set and in small tiles, is the formula's and stays in its memory."""

import itertools
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convstudio.ops import conv, geometry
from convstudio.ops.calls.conv_call import conv_call
from convstudio.ops.native import engine, forward, plans
from convstudio.ops.native.engine import numpy_only
from convstudio.ops.threads import limited, watched
from tests.property.strategies_ops import layers, numbers

NATIVE = engine.load("").kernels
pytestmark = pytest.mark.skipif(NATIVE is None, reason=f"no native kernels were built: {engine.load('').told}")
one_engine = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FLOATS = st.sampled_from([np.float32, np.float64])
ODD = st.sampled_from([np.nan, np.inf, -np.inf])


@pytest.fixture(params=NATIVE.instruction_sets() if NATIVE else ["none"], autouse=True)
def instruction_set(request):
    NATIVE.choose(request.param)
    with patch.object(engine, "found", lambda: engine.Engine(NATIVE, request.param)):
        yield request.param
    NATIVE.choose(NATIVE.instruction_sets()[0])


@contextmanager
def small_tiles():
    with patch.multiple(plans, _TILE_VALUES=60, _CHUNK=50), patch.multiple(forward, _SMALL=0, cores=lambda: 3):
        plans.conv_plan.cache_clear()
        yield
        plans.conv_plan.cache_clear()


@st.composite
def wide_layers(draw):
    """Draw layers that fill vectors in every way: filters, columns or channels as lanes, whole and with a rest."""
    channels, filters, groups = draw(
        st.sampled_from(
            [(1, 1, 1), (3, 2, 1), (3, 33, 1), (16, 16, 1), (5, 12, 2), (1, 70, 1), (1, 1, 16), (1, 1, 37), (1, 2, 9)]
        )
    )
    kernel = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    x = numbers(draw, (draw(st.integers(1, 9)) + 4, draw(st.integers(5, 90)), channels * groups), whole=True)
    weights = numbers(draw, (*kernel, channels, filters * groups), whole=True)
    bias = draw(st.sampled_from([None, numbers(draw, filters * groups, whole=True)]))
    stride = (draw(st.integers(1, 2)), draw(st.integers(1, 3)))
    return x, weights, bias, {"padding": draw(st.sampled_from(["same", "valid"])), "stride": stride, "groups": groups}


@one_engine
@given(layers(whole=True), FLOATS)
def test_whole_numbers_give_the_loops_numbers_exactly(layer, float_type):
    expected = layer.reference()
    layer = layer._replace(x=layer.x.astype(float_type), weights=layer.weights.astype(float_type))
    with small_tiles():
        np.testing.assert_array_equal(layer.conv(), expected)


@one_engine
@given(wide_layers(), FLOATS, st.booleans())
def test_every_way_to_fill_vectors_gives_numpys_numbers(layer, float_type, small):
    x, weights, bias, keywords = layer
    x, weights = x.astype(float_type), weights.astype(float_type)
    with numpy_only():
        expected = conv(x, weights, bias, **keywords)
    if small:
        with small_tiles():
            ours = conv(x, weights, bias, **keywords)
    else:
        ours = conv(x, weights, bias, **keywords)
    np.testing.assert_array_equal(ours, expected)
    assert not np.signbit(ours[ours == 0]).any()


@one_engine
@given(layers(), ODD, st.booleans(), st.data())
def test_nan_and_infinity_come_out_where_the_loops_have_them(layer, odd, in_weights, data):
    array = (layer.weights if in_weights else layer.x).copy()
    if array.size:
        array[tuple(data.draw(st.integers(0, size - 1)) for size in array.shape)] = odd
    layer = layer._replace(**{"weights" if in_weights else "x": array})
    with small_tiles(), np.errstate(all="ignore"):
        np.testing.assert_allclose(layer.conv(), layer.reference(), rtol=1e-9, atol=1e-9)


@one_engine
@given(layers(), st.sampled_from(["turned", "apart", "unaligned", "fortran", "read-only"]))
def test_arrays_of_any_kind_serve(layer, kind):
    expected = layer.conv()
    match kind:
        case "turned":
            x = np.flip(np.flip(layer.x).copy())
        case "apart":
            x = np.repeat(layer.x, 2, axis=-1)[..., ::2]
        case "unaligned":
            x = np.frombuffer(b"\0" + layer.x.tobytes(), np.uint8)[1:].view(layer.x.dtype).reshape(layer.x.shape)
        case "fortran":
            x = np.asfortranarray(layer.x)
        case "read-only":
            x = layer.x.copy()
            x.flags.writeable = False
    np.testing.assert_array_equal(layer.conv(x=x), expected)


LARGE = [
    ((120, 130, 3), (3, 3, 3, 32), {}),
    ((61, 50, 8), (5, 4, 4, 12), {"groups": 2, "stride": (2, 3), "padding": 2, "padding_mode": "circular"}),
    ((120, 100, 32), (3, 3, 1, 32), {"groups": 32, "padding": "same"}),
    ((300, 301, 1), (5, 5, 1, 1), {"padding": "same", "dilation": 2}),
    ((14, 14, 64), (3, 3, 64, 512), {"padding": "same"}),
    ((100000, 1), (9, 1, 5), {}),
    ((12, 13, 128), (3, 3, 128, 300), {"padding": "same", "padding_mode": "reflect"}),
]


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_the_bits_are_the_same_however_many_threads_and_tiles(shape, kernel, keywords):
    source = np.random.default_rng(7)
    x, weights = source.random(shape, dtype=np.float32), source.random(kernel, dtype=np.float32)
    with limited(1):
        alone = conv(x, weights, **keywords)
    with patch.multiple(plans, _TILE_VALUES=2**12, _CHUNK=2**18), patch.object(forward, "cores", lambda: 4):
        plans.conv_plan.cache_clear()
        together = conv(x, weights, **keywords)
        plans.conv_plan.cache_clear()
    assert alone.tobytes() == together.tobytes()


@pytest.mark.parametrize(("shape", "kernel", "keywords"), LARGE)
def test_random_numbers_give_numpys_numbers(shape, kernel, keywords):
    source = np.random.default_rng(7)
    x, weights = source.random(shape, dtype=np.float32), source.random(kernel, dtype=np.float32)
    with numpy_only():
        expected = conv(x, weights, **keywords)
    np.testing.assert_allclose(conv(x, weights, **keywords), expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("shape", "kernel", "groups", "parts"),
    [
        ((224, 224, 32), (3, 3, 1, 32), 32, 4),
        ((32, 28, 28, 1), (5, 5, 1, 16), 1, 2),
        ((1080, 1920, 1), (3, 3, 1, 1), 1, 8),
        ((28, 28, 1), (3, 3, 1, 8), 1, 1),
    ],
)
def test_two_threads_have_as_many_parts_each(shape, kernel, groups, parts):
    call = conv_call(np.empty(shape, np.float32), np.empty(kernel, np.float32), groups=groups)
    filters = call.weights.shape[-1]
    plan = plans.conv_plan(call.geometry, math.prod(call.batch), shape[-1], filters, groups, "zeros")
    sizes = [stop - first for first, stop in plan.chunks]
    assert len(sizes) == parts
    assert max(sizes) - min(sizes) <= 1


def test_a_long_computation_asks_again_and_again_whether_to_go_on():
    asked = []
    with patch.object(plans, "CHUNK_TO_CANCEL", 2**20), watched(asked.append), limited(1):
        plans.conv_plan.cache_clear()
        conv(np.ones((60, 60, 16), np.float32), np.ones((5, 5, 16, 32), np.float32))
        plans.conv_plan.cache_clear()
    assert len(asked) - 1 >= 56 * 56 * 16 * 25 * 32 / 2**23 > 4


def test_any_number_of_threads_and_parts_computes_every_tile():
    x, weights = np.ones((1, 1, 40, 9, 2), np.float32), np.ones((1, 3, 3, 2, 1, 4), np.float32)
    with small_tiles():
        plan = plans.conv_plan(geometry((40, 9), (3, 3)), 1, 2, 4, 1, "zeros")
    tiles = plan.chunks[-1][1]
    assert tiles > 3
    for parts, threads in itertools.product((1, 2, 5, 200, 2**62), (-1, 1, 2, 3, 100, 2**62)):
        y = np.zeros(plan.y, np.float32)
        NATIVE.conv(plan.code, x, weights, None, y, None, 0, tiles, parts, threads)
        assert (y == 18).all()


def test_calls_at_the_same_time_share_the_threads():
    """Only one of them has helpers, and the others compute by themselves."""
    source = np.random.default_rng(7)
    x, weights = source.random((150, 150, 3), dtype=np.float32), source.random((3, 3, 3, 32), dtype=np.float32)
    with limited(1):
        expected = conv(x, weights).tobytes()
    with ThreadPoolExecutor(4) as pool, patch.object(forward, "cores", lambda: 3):
        made = list(pool.map(lambda _: conv(x, weights).tobytes(), range(200)))
    assert set(made) == {expected}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX has it")
def test_a_fork_computes_without_the_threads_of_its_parent():
    script = """
import os, sys, warnings
import numpy as np
from convstudio.ops import conv, geometry
from convstudio.ops.native import forward
warnings.simplefilter("ignore")  # a fork of several threads
forward.cores = lambda: 2
x, weights = np.ones((150, 150, 3), np.float32), np.ones((3, 3, 3, 32), np.float32)
assert (conv(x, weights) == 27).all()
child = os.fork()
if not child:
    os._exit(0 if (conv(x, weights) == 27).all() else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_steps_beyond_every_number_of_the_kernels_serve():
    far = 10**30
    assert conv([[2.0]], [[[3.0]]], stride=far, dilation=far).tolist() == [[6.0]]


def test_the_output_may_not_be_taken_for_the_input():
    x = np.arange(12, dtype=np.float32).reshape(3, 4, 1)
    assert not np.shares_memory(conv(x, np.ones((1, 1, 1, 1), np.float32)), x)


def test_wrong_arrays_are_refused_by_the_extension_itself():
    x = np.ones((1, 1, 4, 4, 1), np.float32)
    plan = plans.conv_plan(
        plans.Geometry((4, 4), (1, 1), (1, 1), (1, 1), ((0, 0), (0, 0)), (4, 4)), 1, 1, 1, 1, "zeros"
    )
    weights, y = np.ones((1,) * 6, np.float32), np.empty((1, 1, 4, 4, 1), np.float32)
    good = [plan.code, x, weights, None, y, None, 0, 1, 1, 1]
    NATIVE.conv(*good)
    read_only = y.copy()
    read_only.flags.writeable = False
    for at, wrong in (
        *[
            (0, b"short"),
            (1, x[:, :, :3]),
            (1, x.astype(np.float64)),
            (1, x[..., ::-1].swapaxes(2, 4)),
            (2, weights[:0]),
            (2, weights[0]),
            (2, weights.astype(np.float64)),
        ],
        *[
            (3, np.ones(2, np.float32)),
            (4, read_only),
            (4, y.astype(">f4")),
            (5, bytearray(3)),
            (5, 7),
            (6, "first"),
            (8, "parts"),
            (9, None),
        ],
    ):
        with pytest.raises((ValueError, TypeError, BufferError)):
            NATIVE.conv(*good[:at], wrong, *good[at + 1 :])


@pytest.mark.skipif(os.name == "nt", reason="POSIX's way to forbid memory")
def test_nothing_is_read_or_written_outside_its_memory(instruction_set):
    """Arrays end where forbidden memory begins, and begin where it ends: a step outside ends the process."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.property.guarded"],
        env=os.environ | {engine.SETTING: instruction_set},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, f"native kernels, {instruction_set}\n"), ran.stderr


def test_equal_layers_are_planned_once():
    plans.conv_plan.cache_clear()
    for _ in range(3):
        conv(np.ones((8, 8, 1)), np.ones((3, 3, 1, 1)))
    assert plans.conv_plan.cache_info().misses == 1
