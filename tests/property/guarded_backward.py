"""Gradients and poolings whose arrays are fenced in as in `guarded`; run by `test_ops_native_backward`."""

import sys
from typing import Any
from unittest.mock import patch

import numpy as np

from convstudio.ops import conv, conv_gradients, conv_transpose, pool, pool_gradient
from convstudio.ops.native import engine, gradients, pooling
from tests.property.guarded import READ, READ_AND_WRITE, Fenced, draw_layer


class FencedNumpy:
    """NumPy, but what is made by `empty` and `zeros` is fenced in."""

    def __init__(self, at_end: bool) -> None:
        self._at_end = at_end
        self._kept: list[Fenced] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def zeros(self, shape: Any, dtype: Any = np.float64) -> np.ndarray:
        self._kept.append(Fenced(np.zeros(shape, dtype), self._at_end, READ_AND_WRITE))
        return self._kept[-1].array

    empty = zeros


def check_gradients(source: np.random.Generator, at_end: bool) -> None:
    x, weights, keywords = draw_layer(source)
    grad_y = source.integers(-9, 10, conv(x, weights, **keywords).shape).astype(x.dtype)
    expected = conv_gradients(x, weights, grad_y, **keywords)
    fenced = [Fenced(array, at_end, READ) for array in (x, weights, grad_y)]
    with patch.object(gradients, "np", FencedNumpy(at_end)):
        ours = conv_gradients(*(one.array for one in fenced), **keywords)
    for one, other in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    settings = {name: keywords[name] for name in ("stride", "dilation", "groups")}
    sent = conv_transpose(fenced[2].array, fenced[1].array, **settings)
    np.testing.assert_array_equal(sent, conv_transpose(grad_y, weights, **settings))


def check_pooling(source: np.random.Generator, at_end: bool) -> None:
    size, stride, dilation = (tuple(source.integers(1, 4, 2).tolist()) for _ in range(3))
    spatial = [(k - 1) * d + 1 + int(source.integers(0, 20)) for k, d in zip(size, dilation, strict=True)]
    shape = (*spatial, int(source.choice([1, 3, 8, 16, 21])))
    x = source.integers(-9, 10, shape).astype(source.choice([np.float32, np.float64]))
    keywords = {"stride": stride, "dilation": dilation}
    for kind in ("max", "average"):
        expected = pool(x, kind, size, **keywords)
        grad_y = source.integers(-9, 10, expected.shape).astype(x.dtype)
        wanted = pool_gradient(x, grad_y, kind, size, **keywords)
        fenced = [Fenced(array, at_end, READ) for array in (x, grad_y)]
        with patch.object(pooling, "np", FencedNumpy(at_end)):
            np.testing.assert_array_equal(pool(fenced[0].array, kind, size, **keywords), expected)
            ours = pool_gradient(fenced[0].array, fenced[1].array, kind, size, **keywords)
        np.testing.assert_array_equal(ours, wanted)


def main(count: int = 150) -> None:
    source = np.random.default_rng(1)
    for number in range(count):
        check_gradients(source, number % 2 == 0)
        check_pooling(source, number % 2 == 1)
    print(engine.found().told)


if __name__ == "__main__":
    sys.exit(main())
