"""Kernels made by a formula."""

from __future__ import annotations

import math

import numpy as np

from convstudio.ops.padding import Array

_WAVES_IN_SIGHT = 0.56


def gabor(size: int, wavelength: float, orientation: float, *, phase: float = 0.0, aspect: float = 0.5) -> Array:
    """Make a wave under a Gaussian: it answers to stripes of one width in one direction, and not to flat areas.

    `size` is the number of rows and of columns; `wavelength`, in cells, that of the wave; `orientation`, in radians,
    its direction of travel, 0 along the columns (so that it answers to vertical stripes) and on clockwise; `phase`, in
    radians, is 0 for a bright middle and π/2 for an edge; `aspect` is the Gaussian's width along the wave divided by
    that along its crests. Returns float64 `(size, size)`,
    `exp(−(u² + aspect²·v²) / 2σ²) · cos(2π·u / wavelength + phase)` with `u`, `v` the turned places counted from the
    middle and `σ = 0.56·wavelength` (a bandwidth of one octave); the mean is taken off, and |weights| add up to 1.

    Raises ValueError for a size below 1 and for a wavelength below 2, which cells cannot show.

    Source: J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation optimized
    by two-dimensional visual cortical filters", 1985, https://doi.org/10.1364/JOSAA.2.001160; bandwidth after
    N. Petkov, "Biologically motivated computationally intensive approaches to image pattern recognition", 1995,
    https://doi.org/10.1016/0167-739X(95)00015-K.

    >>> abs(float(gabor(7, 4, 0.0).sum())) < 1e-12
    True
    """
    if size < 1:
        raise ValueError(f"a kernel of {size} rows has no weights; use 1 or more")
    if not wavelength >= 2:
        raise ValueError(f"a wave of {wavelength} cells is too short to be shown by cells; use 2 or more")
    places = np.arange(size) - (size - 1) / 2
    down, right = places[:, np.newaxis], places
    along = right * math.cos(orientation) + down * math.sin(orientation)
    across = down * math.cos(orientation) - right * math.sin(orientation)
    reach = 2 * (_WAVES_IN_SIGHT * wavelength) ** 2
    wave = np.exp(-(along**2 + (aspect * across) ** 2) / reach) * np.cos(2 * math.pi * along / wavelength + phase)
    balanced: Array = wave - wave.mean()
    total = float(np.abs(balanced).sum())
    return balanced / total if total else balanced
