"""What is true of every convolution, on random shapes and settings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.ops import output_shape
from tests.property.strategies_ops import layers

pytestmark = pytest.mark.usefixtures("engine")


@given(layers())
def test_it_equals_the_loops_of_the_textbook(layer):
    np.testing.assert_allclose(layer.conv(), layer.reference(), rtol=1e-12, atol=1e-12)


@given(layers())
def test_its_shape_is_the_announced_one(layer):
    rank = layer.weights.ndim - 2
    keywords = {name: layer.keywords[name] for name in ("stride", "padding", "dilation")}
    announced = output_shape(layer.x.shape[-1 - rank : -1], layer.weights.shape[:rank], **keywords)
    assert layer.conv().shape == (*layer.x.shape[: -1 - rank], *announced, layer.weights.shape[-1])


@given(layers(whole=True))
def test_whole_numbers_give_whole_numbers_exactly_in_float32(layer):
    result = layer.conv(x=layer.x.astype(np.float32), weights=layer.weights.astype(np.float32))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, layer.reference())


@given(layers(), st.floats(-4, 4), st.floats(-4, 4))
def test_it_is_linear_in_the_input(layer, a, b):
    other = np.flip(layer.x, -2)
    mixed = layer.conv(x=a * layer.x + b * other, bias=None)
    apart = a * layer.conv(bias=None) + b * layer.conv(x=other, bias=None)
    np.testing.assert_allclose(mixed, apart, rtol=1e-9, atol=1e-9)


@given(layers(), st.floats(-4, 4), st.floats(-4, 4))
def test_it_is_linear_in_the_weights(layer, a, b):
    other = np.flip(layer.weights, -2)
    mixed = layer.conv(weights=a * layer.weights + b * other, bias=None)
    apart = a * layer.conv(bias=None) + b * layer.conv(weights=other, bias=None)
    np.testing.assert_allclose(mixed, apart, rtol=1e-9, atol=1e-9)


@given(layers(), st.integers(-5, 5))
def test_a_shifted_input_gives_a_shifted_map(layer, cells):
    keywords = {"padding": "same", "padding_mode": "circular", "stride": 1}
    shifted = layer.conv(x=np.roll(layer.x, cells, axis=-2), **keywords)
    np.testing.assert_allclose(shifted, np.roll(layer.conv(**keywords), cells, axis=-2), rtol=1e-9, atol=1e-9)


@given(layers())
def test_flipping_the_kernel_twice_changes_nothing(layer):
    turned = np.flip(layer.weights, tuple(range(layer.weights.ndim - 2)))
    opposite = layer.conv(weights=turned, flip=not layer.keywords["flip"])
    np.testing.assert_array_equal(opposite, layer.conv())


@given(layers(), st.data())
def test_a_nan_reaches_exactly_the_windows_that_hold_it(layer, data):
    cell = tuple(data.draw(st.integers(0, size - 1)) for size in layer.x.shape) if layer.x.size else ()
    marked = layer.x.copy()
    marked[cell] = np.nan
    layer = layer._replace(x=marked)
    np.testing.assert_array_equal(np.isnan(layer.conv()), np.isnan(layer.reference()))


@given(layers())
def test_every_leading_index_is_a_sample_of_its_own(layer):
    twice = np.stack([layer.x, -layer.x])
    np.testing.assert_allclose(layer.conv(x=twice)[0], layer.conv(), rtol=1e-12, atol=1e-12)


@given(layers())
def test_the_same_call_gives_the_same_bits(layer):
    assert layer.conv().tobytes() == layer.conv().tobytes()
