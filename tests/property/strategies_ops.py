"""Random layers for the property tests of the operations."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from convstudio.ops import PADDING_MODES, PADDINGS, conv, conv_reference


class Layer(NamedTuple):
    x: np.ndarray
    weights: np.ndarray
    bias: np.ndarray | None
    keywords: dict[str, Any]

    def conv(self, **changes):
        return conv(**({"x": self.x, "weights": self.weights, "bias": self.bias} | self.keywords | changes))

    def reference(self):
        return conv_reference(self.x, self.weights, self.bias, **self.keywords)


def numbers(draw, shape, whole=False):
    source = np.random.default_rng(draw(st.integers(0, 2**32)))
    return source.integers(-9, 10, shape).astype(np.float64) if whole else source.standard_normal(shape)


@st.composite
def layers(draw, *, whole=False, modes=PADDING_MODES):
    rank = draw(st.integers(1, 3))
    kernel = tuple(draw(st.integers(1, 5 - rank)) for _ in range(rank))
    dilation = tuple(draw(st.integers(1, 4 - rank)) for _ in range(rank))
    extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    spatial = tuple(e + draw(st.integers(0, 6 // rank)) for e in extent)
    explicit = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank))
    names = [name for name in PADDINGS if name != "causal" or rank == 1]
    padding = draw(st.sampled_from([*names, explicit]))
    wide = padding != "valid" and any(max(e, 3) > n for e, n in zip(extent, spatial, strict=True))
    groups, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    batch = tuple(draw(st.lists(st.integers(0, 2), max_size=2)))
    return Layer(
        numbers(draw, (*batch, *spatial, channels * groups), whole),
        numbers(draw, (*kernel, channels, filters * groups), whole),
        draw(st.sampled_from([None, numbers(draw, filters * groups, whole)])),
        {
            "stride": tuple(draw(st.integers(1, 3)) for _ in range(rank)),
            "padding": padding,
            "padding_mode": draw(st.sampled_from(("zeros", "replicate") if wide else modes)),
            "dilation": dilation,
            "groups": groups,
            "flip": draw(st.booleans()),
        },
    )


def tap_index(shape, tap):
    """Index the cells of the padded input that one kernel cell meets, one per output position."""
    starts = [k * d for k, d in zip(tap, shape.dilation, strict=True)]
    spans = [(n - 1) * s + 1 for n, s in zip(shape.output, shape.stride, strict=True)]
    cells = (slice(a, a + b, s) for a, b, s in zip(starts, spans, shape.stride, strict=True))
    return (..., *cells, slice(None))
