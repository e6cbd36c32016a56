"""What a kernel would make of the input, before it is used."""

from __future__ import annotations

import numpy as np

from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.ops import conv

PREVIEW_SIDE = 160
"""Cells a side of the part of an input that is previewed: its middle, as large as the preview on screen."""


def kernel_preview(values: TiledArray, kernel: Floats) -> Floats:
    """Return what a kernel makes of the middle of an input, `(rows, columns)`; a sequence is one row.

    `values` are `(*spatial, channels)`, and `kernel` has as many axes as they have places: it is used on each channel,
    and zeros stand around the input, so that every cell has its answer.

    >>> values = TiledArray.of(np.eye(3)[..., np.newaxis])
    >>> kernel_preview(values, np.ones((1, 1), np.float32)).shape
    (3, 3)
    """
    part = values.box(tuple(_middle(length) for length in values.spatial))
    weights = np.repeat(kernel[..., np.newaxis, np.newaxis], part.shape[-1], axis=-2)
    return np.atleast_2d(conv(part, weights.astype(np.float32), padding="same")[..., 0])


def detector_preview(values: TiledArray, detector: Detector) -> Floats | None:
    """Return what a detector makes of the middle of an input, `(rows, columns)`, or None where it does not fit it.

    A 1-D detector on an image is one row, and one that mixes channels needs as many as it mixes.

    >>> edge = Detector("edge", "Edge", 1, np.float32([-1, 0, 1]), False, "", "")
    >>> detector_preview(TiledArray.of(np.ones((4, 4, 1))), edge).shape
    (4, 4)
    """
    if detector.rank > values.rank or values.rank > 2:
        return None
    part = values.box(tuple(_middle(length) for length in values.spatial))
    try:
        kernels = detector.for_channels(part.shape[-1])
    except ValueError:
        return None
    weights = kernels.reshape((1,) * (values.rank - detector.rank) + (*kernels.shape, 1))
    bias = np.full(1, detector.bias or 0, np.float32)
    return np.atleast_2d(conv(part, weights, bias, padding="same")[..., 0])


def _middle(length: int) -> slice:
    first = max(0, (length - PREVIEW_SIDE) // 2)
    return slice(first, min(length, first + PREVIEW_SIDE))
