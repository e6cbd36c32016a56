"""Kernels as arrays: cut or extended around their centre."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.values.arrays import Floats, frozen


def centred(weights: Floats, size: Sequence[int]) -> Floats:
    """Return kernels `(*kernel, channels, filters)` cut or extended with zeros around their centre to another size.

    >>> centred(frozen(np.ones((1, 1, 1))), [3])[:, 0, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    sized = np.zeros((*size, *weights.shape[-2:]), np.float32)
    lengths = list(zip(weights.shape[:-2], size, strict=True))
    sized[tuple(_centred(old, new) for old, new in lengths)] = weights[tuple(_centred(n, o) for o, n in lengths)]
    return frozen(sized)


def _centred(inner: int, outer: int) -> slice:
    """Return where an axis of length `inner` is in one of length `outer` around the same centre, cut to it."""
    if inner >= outer:
        return slice(0, outer)
    start = (outer - 1) // 2 - (inner - 1) // 2
    return slice(start, start + inner)
