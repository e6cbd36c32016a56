"""What is true of gradients, transposed convolutions and poolings, on random shapes and settings."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convstudio.ops import (
    ACTIVATIONS,
    ShapeError,
    activate,
    activation_gradient,
    conv_gradients,
    conv_transpose,
    geometry,
    global_pool,
    global_pool_gradient,
    pool,
    pool_gradient,
    receptive_field,
    transposed_shape,
)
from tests.property.strategies_ops import layers, numbers


@st.composite
def poolings(draw):
    """Draw an input and a pooling with any settings; all windows meet a cell of the input."""
    x, size, keywords = draw(any_poolings())
    assume(all(any(inside) for inside, _ in windows(x, size, keywords)))
    return x, size, keywords


@st.composite
def any_poolings(draw):
    rank = draw(st.integers(1, 3))
    size, stride, dilation = (tuple(draw(st.integers(1, most)) for _ in range(rank)) for most in (3, 4, 2))
    explicit = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank))
    keywords = {
        "stride": stride,
        "padding": draw(st.sampled_from(["valid", "same", explicit, explicit])),
        "dilation": dilation,
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
    }
    extent = [d * (n - 1) + 1 for n, d in zip(size, dilation, strict=True)]
    spatial = tuple(n + draw(st.integers(0, 3)) for n in extent)
    batch = tuple(draw(st.lists(st.integers(1, 2), max_size=1)))
    return numbers(draw, (*batch, *spatial, 2)), size, keywords


def windows(x, size, keywords):
    """List, for every position in reading order, which cells of its window are input, and where all of them are."""
    rank = len(size)
    spatial = x.shape[-1 - rank : -1]
    cells = [
        [[start + k * d - before for k in range(n)] for start in starts]
        for n, d, (starts, before) in zip(size, keywords["dilation"], along_axes(spatial, size, keywords), strict=True)
    ]
    found = []
    for taps in itertools.product(*cells):
        window = list(itertools.product(*taps))
        inside = [all(0 <= at < length for at, length in zip(cell, spatial, strict=True)) for cell in window]
        found.append((inside, window))
    return found


def along_axes(spatial, size, keywords):
    """Say for each axis where its windows start, counted from the first padding cell, and how much padding that is."""
    axes = zip(spatial, size, keywords["stride"], keywords["dilation"], pairs_of(spatial, size, keywords), strict=True)
    for length, cells, stride, dilation, (before, after) in axes:
        extent, padded, starts = dilation * (cells - 1) + 1, length + before + after, [0]
        while True:
            start = starts[-1] + stride
            is_last = keywords["ceil_mode"] and starts[-1] + extent < padded and start < before + length
            if start + extent > padded and not is_last:
                break
            starts.append(start)
        yield starts, before


def pairs_of(spatial, size, keywords):
    if keywords["padding"] == "valid":
        return [(0, 0)] * len(size)
    if keywords["padding"] != "same":
        return keywords["padding"]
    axes = zip(spatial, size, keywords["stride"], keywords["dilation"], strict=True)
    missing = [max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0) for n, k, s, d in axes]
    return [(cells // 2, cells - cells // 2) for cells in missing]


@given(layers(), st.data())
def test_gradients_are_the_slopes_of_a_linear_map(layer, data):
    grad_y = numbers(data.draw, layer.conv().shape)
    grad_x, grad_weights, grad_bias = conv_gradients(layer.x, layer.weights, grad_y, **layer.keywords)
    plain = (layer.conv(bias=None) * grad_y).sum()
    np.testing.assert_allclose((grad_x * layer.x).sum(), plain, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose((grad_weights * layer.weights).sum(), plain, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(grad_bias.sum(), grad_y.sum(), rtol=1e-9, atol=1e-9)


@given(layers(modes=("zeros",)), st.data())
def test_the_transposed_convolution_is_the_adjoint(layer, data):
    keywords = {name: layer.keywords[name] for name in ("stride", "dilation", "groups")}
    padding = layer.keywords["padding"]
    assume(padding in ("valid", "same") and layer.x.size)
    y = numbers(data.draw, layer.conv(flip=False, padding_mode="zeros").shape)
    back = conv_transpose(y, layer.weights, padding=padding, **keywords)
    shape = back.shape
    x = numbers(data.draw, shape)
    forward = layer._replace(x=x).conv(bias=None, flip=False, padding_mode="zeros")
    assume(forward.shape == y.shape)
    np.testing.assert_allclose((forward * y).sum(), (x * back).sum(), rtol=1e-9, atol=1e-9)


@given(st.integers(1, 9), st.integers(1, 5), st.integers(1, 4))
def test_same_grows_by_the_stride(size, kernel, stride):
    assert transposed_shape((size,), (kernel,), stride=stride, padding="same") == (size * stride,)


@given(poolings(), st.sampled_from(["max", "average"]))
def test_a_pooled_value_is_that_of_its_window(layer, kind):
    x, size, keywords = layer
    rank = len(size)
    spatial, pairs = x.shape[-1 - rank : -1], pairs_of(x.shape[-1 - rank : -1], size, keywords)
    ours = pool(x, kind, size, **keywords)
    shape = [len(starts) for starts, _ in along_axes(spatial, size, keywords)]
    assert list(ours.shape[-1 - rank : -1]) == shape
    for position, (inside, window) in zip(np.ndindex(*shape), windows(x, size, keywords), strict=True):
        seen = [x[(..., *cell, slice(None))] for is_input, cell in zip(inside, window, strict=True) if is_input]
        counted = len(seen)
        if keywords["count_include_pad"]:
            counted = sum(
                all(-b <= at < n + a for at, n, (b, a) in zip(cell, spatial, pairs, strict=True)) for cell in window
            )
        expected = np.max(seen, axis=0) if kind == "max" else np.sum(seen, axis=0) / counted
        np.testing.assert_allclose(ours[(..., *position, slice(None))], expected, rtol=1e-12, atol=1e-12)


@given(any_poolings(), st.sampled_from(["max", "average"]))
def test_a_pooling_is_refused_exactly_where_a_window_sees_only_padding(layer, kind):
    x, size, keywords = layer
    if all(any(inside) for inside, _ in windows(x, size, keywords)):
        pool(x, kind, size, **keywords)
    else:
        with pytest.raises(ShapeError, match=r"covers only padding: .*; use less padding"):
            pool(x, kind, size, **keywords)


@given(poolings(), st.sampled_from(["max", "average"]), st.data())
def test_the_gradient_of_a_pooling_is_its_slope(layer, kind, data):
    x, size, keywords = layer
    grad_y = numbers(data.draw, pool(x, kind, size, **keywords).shape)
    gradient = pool_gradient(x, grad_y, kind, size, **keywords)
    slope = ((pool(x, kind, size, **keywords)) * grad_y).sum()  # a maximum and a mean are linear along x
    np.testing.assert_allclose((gradient * x).sum(), slope, rtol=1e-9, atol=1e-9)


@given(poolings(), st.sampled_from(["max", "average"]), st.data())
def test_the_gradient_of_a_global_pooling_is_its_slope(layer, kind, data):
    x, size, _ = layer
    pooled = global_pool(x, kind, len(size))
    grad_y = numbers(data.draw, pooled.shape)
    gradient = global_pool_gradient(x, grad_y, kind, len(size))
    np.testing.assert_allclose((gradient * x).sum(), (pooled * grad_y).sum(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        *((name, ()) for name in ACTIVATIONS),
        ("leaky_relu", (0.01,)),
        ("elu", (2.5,)),
        ("hard_sigmoid", (0.2,)),
        ("thresholded_relu", (0.5, 0.25)),
    ],
)
def test_the_gradient_of_an_activation_is_its_slope(name, numbers):
    x = 2 * np.linspace(-4, 4, 36).reshape(12, 3) + 0.01
    grad_y = np.cos(np.arange(36.0)).reshape(12, 3)
    step = np.random.default_rng(3).standard_normal(x.shape) * 1e-6
    change = ((activate(x + step, name, *numbers) - activate(x - step, name, *numbers)) * grad_y).sum() / 2
    np.testing.assert_allclose(
        (activation_gradient(x, grad_y, name, *numbers) * step).sum(), change, rtol=1e-6, atol=1e-14
    )


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.integers(0, 1)),
        min_size=1,
        max_size=3,
    )
)
def test_the_receptive_field_is_where_a_change_is_felt(stack):
    size, layers_ = 40, []
    for kernel, stride, dilation, before in stack:
        layers_.append(geometry((size,), (kernel,), stride=stride, padding=[(before, 0)], dilation=dilation))
        (size,) = layers_[-1].output
    ((first, stop),) = receptive_field(layers_).cells((0,))
    felt = np.arange(0, 1)
    for layer in reversed(layers_):
        taps = np.arange(layer.kernel[0]) * layer.dilation[0] - layer.pairs[0][0]
        felt = np.unique(felt[:, None] * layer.stride[0] + taps)
    assert (felt[0], felt[-1] + 1) == (first, stop)
    assert math.prod(receptive_field(layers_).jump) == math.prod(stride for _, stride, _, _ in stack)
