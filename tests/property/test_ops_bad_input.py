"""Whatever integers and shapes are asked for: a clear error or a right result, in the memory allowed."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.ops import PADDINGS, conv, conv_gradients, conv_transpose, output_shape, pool, shapes, transposed_shape

pytestmark = pytest.mark.usefixtures("engine")

MOST = 20_000

whole = st.one_of(st.integers(-2, 5), st.integers(-(10**20), 10**20))
per_axis = st.one_of(whole, st.lists(whole, max_size=4))
paddings = st.one_of(
    per_axis,
    st.lists(st.lists(whole, min_size=1, max_size=3), max_size=4),
    st.sampled_from(PADDINGS),
    st.text(max_size=3),
    st.none(),
)
shapes_ = st.lists(st.integers(0, 4), max_size=6).map(tuple)


def outcome(call):
    """Run a call that may refuse its arguments with one sentence; give its result, or None."""
    with patch.object(shapes, "MOST_VALUES", MOST):
        try:
            return call()
        except ValueError as error:
            sentence = str(error)
    assert "\n" not in sentence
    assert "; " in sentence
    return None


@given(shapes_, shapes_, per_axis, paddings, per_axis, whole)
def test_a_convolution_is_refused_or_has_the_announced_shape(x, weights, stride, padding, dilation, groups):
    keywords = {"stride": stride, "padding": padding, "dilation": dilation}
    y = outcome(lambda: conv(np.ones(x), np.ones(weights), groups=groups, **keywords))
    if y is not None:
        rank = len(weights) - 2
        announced = output_shape(x[-1 - rank : -1], weights[:rank], **keywords)
        assert y.shape == (*x[: -1 - rank], *announced, weights[-1])
        assert y.size <= MOST


@given(st.integers(1, 3), st.data())
def test_a_gradient_is_refused_or_has_the_shape_of_what_it_is_for(rank, data):
    x = (*data.draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank)), 2)
    weights = (*data.draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank)), 2, 3)
    keywords = {name: data.draw(values) for name, values in (("stride", per_axis), ("padding", paddings))}
    y = outcome(lambda: conv(np.ones(x), np.ones(weights), **keywords))
    if y is not None:
        gradients = conv_gradients(np.ones(x), np.ones(weights), y, **keywords)
        assert [gradient.shape for gradient in gradients] == [x, weights, weights[-1:]]


@given(shapes_, shapes_, per_axis, paddings, st.one_of(st.none(), per_axis), per_axis, whole)
def test_a_transposed_convolution_is_refused_or_has_the_announced_shape(
    y, weights, stride, padding, output_padding, dilation, groups
):
    keywords = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    x = outcome(lambda: conv_transpose(np.ones(y), np.ones(weights), groups=groups, **keywords))
    if x is not None:
        rank = len(weights) - 2
        announced = transposed_shape(y[-1 - rank : -1], weights[:rank], **keywords)
        assert x.shape == (*y[: -1 - rank], *announced, weights[-2] * groups)
        assert x.size <= MOST


@given(shapes_, st.sampled_from(["max", "average"]), per_axis, st.one_of(st.none(), per_axis), paddings, per_axis)
def test_a_pooling_is_refused_or_has_the_announced_shape(x, kind, size, stride, padding, dilation):
    y = outcome(lambda: pool(np.ones(x), kind, size, stride=stride, padding=padding, dilation=dilation))
    if y is not None:
        window = (size,) if isinstance(size, int) else size
        rank = len(window)
        steps = window if stride is None else stride
        announced = output_shape(x[-1 - rank : -1], window, stride=steps, padding=padding, dilation=dilation)
        assert y.shape == (*x[: -1 - rank], *announced, x[-1])
        assert (y == 1).all()
