"""How close two runs of a document must be: 1e-6 of the sum of |terms|, carried through all layers."""

from dataclasses import replace

import numpy as np


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
    if not result.layer.is_on:
        return of_input
    positive = replace(result.layer, **_parts(result.layer, np.abs))
    linear = replace(positive, **{name: np.zeros_like(held) for name, held in _added(positive).items()})
    is_bent = getattr(result.layer, "activation", "linear") != "linear"
    with np.errstate(all="ignore"):
        terms = positive.run(np.abs(result.read.to_array()))
        carried = linear.run(of_input.astype(np.float32))
        if getattr(result.layer, "activation", "") == "log_softmax":  # it takes what all channels have from each
            terms, carried = (np.broadcast_to(one.max(axis=-1, keepdims=True), one.shape) for one in (terms, carried))
        numbers = (getattr(result.layer, name, None) or 0 for name in ("alpha", "slope"))
        steepest = max(2, *numbers)  # the slopes of log softmax add up to 2
        return 1e-6 * terms + steepest * carried + (1e-6 if is_bent else 0)


def _parts(layer, change):
    """Return the numbers and the activation of a layer that adds up the sizes of its terms."""
    parts = {
        name: change(getattr(layer, name)) for name in ("weights", "bias", "gamma", "beta") if hasattr(layer, name)
    }
    if hasattr(layer, "mean"):
        parts["mean"] = -change(layer.mean)
    if not hasattr(layer, "activation"):  # the alpha of a local response normalisation is another number
        return parts
    return parts | {name: linear for name, linear in _LINEAR.items() if hasattr(layer, name)}


_LINEAR = {"activation": "linear", "alpha": None, "slope": 0.0}


def _added(layer):
    return {name: getattr(layer, name) for name in ("bias", "mean", "beta") if hasattr(layer, name)}


def _assert_within(values, expected, tolerance):
    told = np.isfinite(tolerance)
    assert np.array_equal(np.isfinite(values[told]), np.isfinite(expected[told]))
    finite = told & np.isfinite(expected)
    apart = np.abs(values[finite].astype(np.float64) - expected[finite])
    assert np.all(apart <= tolerance[finite]), f"{np.max(apart - tolerance[finite])} more than rounding"
