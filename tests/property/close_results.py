"""How close two runs of a document must be: 1e-6 of the sum of |terms|, carried through all layers."""

import numpy as np

from convstudio.ops import conv


def assert_close_results(one, other):
    """Fail unless two runs of one document say the same problems and the same numbers, up to rounding."""
    assert [result.problem for result in one.layers] == [result.problem for result in other.layers]
    tolerance = np.zeros(one.document.sample.values.shape)
    for result, expected in zip(one.layers, other.layers, strict=True):
        if expected.maps is None:
            assert result.maps is None
            continue
        tolerance = _tolerance(expected, tolerance)
        _assert_within(result.maps, expected.maps, tolerance)


def _tolerance(result, of_input):
    """Return what rounding may change: of the terms here, and of what the layers before made."""
    layer, values = result.layer, result.read.to_array().astype(np.float64)
    settings = {
        "stride": layer.stride,
        "padding": layer.padding,
        "padding_mode": layer.padding_mode,
        "dilation": layer.dilation,
        "groups": layer.groups,
        "flip": layer.flip,
    }
    weights, bias = np.abs(layer.weights.astype(np.float64)), np.abs(layer.bias.astype(np.float64))
    with np.errstate(all="ignore"):
        terms = conv(np.abs(values), weights, bias, **settings)
        carried = conv(of_input, weights, **settings)
        return 1e-6 * terms + 1.2 * carried + (1e-6 if layer.activation != "linear" else 0)  # gelu's slope reaches 1.13


def _assert_within(values, expected, tolerance):
    told = np.isfinite(tolerance)
    assert np.array_equal(np.isfinite(values[told]), np.isfinite(expected[told]))
    finite = told & np.isfinite(expected)
    apart = np.abs(values[finite].astype(np.float64) - expected[finite])
    assert np.all(apart <= tolerance[finite]), f"{np.max(apart - tolerance[finite])} more than rounding"
