"""A convolution as products of matrices has the sums and the gradients of the one in tiles."""

import numpy as np
import pytest

from convstudio.ops import conv, conv_gradients
from convstudio.ops.learning.columns import (
    columns_conv,
    columns_input_gradient,
    columns_weight_gradients,
)
from convstudio.ops.shapes import geometry
from convstudio.ops.strategies.whole import as_columns

SETTINGS = [
    ((9,), (3,), {}),
    ((9,), (3,), {"padding": "causal", "dilation": 2}),
    ((6, 7), (3, 2), {"padding": "same"}),
    ((6, 7), (3, 2), {"padding": "full"}),
    ((8, 7), (3, 3), {"stride": (2, 1), "dilation": (1, 2)}),
    ((5, 5), (1, 1), {"padding": ((2, 0), (1, 3))}),
    ((3, 4, 5), (2, 2, 2), {"padding": "same", "stride": 2}),
    ((4, 9), (2, 3), {"padding": ((3, 0), (1, 4)), "stride": (3, 4)}),
    ((1, 6), (1, 3), {"padding": ((2, 0), (0, 0)), "stride": (5, 1)}),  # all windows are beside the input
]


@pytest.mark.parametrize(("spatial", "kernel", "settings"), SETTINGS)
def test_sums_and_gradients_are_those_of_the_convolution_in_tiles(spatial, kernel, settings):
    draw = np.random.default_rng(3)
    x, weights = draw.standard_normal((4, *spatial, 2)), draw.standard_normal((*kernel, 2, 3))
    bias = draw.standard_normal(3)
    wanted = conv(x, weights, bias, **settings)
    grad = draw.standard_normal(wanted.shape)
    windows = geometry(spatial, kernel, **settings)
    columns = as_columns(x, windows)
    np.testing.assert_allclose(columns_conv(columns, weights, bias).reshape(wanted.shape), wanted, atol=1e-12)
    rows = grad.reshape(-1, 3)
    found = (
        columns_input_gradient(rows, weights, windows, 4),
        *columns_weight_gradients(columns, rows, weights.shape),
    )
    for ours, theirs in zip(found, conv_gradients(x, weights, grad, **settings), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_float32_stays_float32():
    columns = as_columns(np.ones((1, 4, 1), np.float32), geometry((4,), (2,), padding="same"))
    assert columns_conv(columns, np.ones((2, 1, 1), np.float32), np.zeros(1, np.float32)).dtype == np.float32
