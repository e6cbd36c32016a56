"""Banks of filters that are filled in at one click: the line detectors, the edge detectors, a Gabor bank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from convstudio.model.arrays import frozen
from convstudio.model.detectors import Detector, find_detector
from convstudio.model.edits import centred
from convstudio.model.filters import FilterBank
from convstudio.model.numbers import format_number
from convstudio.ops.kernels import gabor

_IMAGE_BANKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "All lines": (
            "vertical-line", "horizontal-line", "diagonal-line-down", "diagonal-line-up", "tutorial-vertical-line",
            "tutorial-horizontal-line",
        ),
        "All edges": (
            "sobel-x", "sobel-y", "prewitt-x", "prewitt-y", "scharr-x", "scharr-y", "frei-chen-x", "roberts-plus",
            "roberts-minus", "kirsch-east", "kirsch-north", "robinson-north-east",
        ),
        "Blur and sharpen": (
            "identity", "box-blur-3", "gaussian-3", "plus-average", "motion-blur-diagonal", "sharpen",
            "sharpen-strong", "emboss",
        ),
    }
)  # fmt: skip
_SEQUENCE_BANKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "All lines": ("tutorial-bump", "bump-centre-surround", "bump-two-sample", "second-difference"),
        "All edges": ("forward-difference", "central-difference", "five-point-derivative", "laws-e5", "haar-high-pass"),
        "Blur and sharpen": ("moving-average-3", "binomial-3", "moving-average-5", "binomial-5", "sharpen-1d"),
    }
)
BANKS: tuple[str, ...] = tuple(_IMAGE_BANKS)
"""The names of the banks of detectors; images and sequences each have their own."""


def detector_bank(name: str, detectors: Sequence[Detector], rank: int) -> FilterBank:
    """Return one of `BANKS` for layers of `rank`: smaller kernels stand in the middle of the largest one's size.

    Raises ValueError where the library lacks one of its detectors.
    """
    chosen = [_known(detectors, detector_id) for detector_id in (_SEQUENCE_BANKS if rank == 1 else _IMAGE_BANKS)[name]]
    tables = [frozen(np.atleast_2d(detector.kernel)[..., np.newaxis, np.newaxis]) for detector in chosen]
    size = [max(table.shape[axis] for table in tables) for axis in (0, 1)]
    kernels = np.concatenate([centred(table, size) for table in tables], axis=-1)
    return FilterBank.of(kernels, [detector.id for detector in chosen])


def gabor_bank(size: int, orientations: int, wavelengths: Sequence[float]) -> FilterBank:
    """Return a Gabor filter for each wavelength in each of `orientations` directions, evenly spread over 180°.

    `size` is the number of rows and of columns of every kernel, `wavelengths` are in cells. The filters are named by
    direction and wavelength. Raises ValueError for a wavelength below 2. Source: `ops.kernels.gabor`.

    >>> gabor_bank(7, 2, [4]).names
    ('gabor 0° λ4', 'gabor 90° λ4')
    """
    pairs = [(length, turn) for length in wavelengths for turn in range(orientations)]
    kernels = [gabor(size, length, math.pi * turn / orientations) for length, turn in pairs]
    names = [f"gabor {format_number(180 * turn / orientations)}° λ{format_number(length)}" for length, turn in pairs]
    return FilterBank.of(np.stack(kernels, axis=-1)[:, :, np.newaxis], names)


def _known(detectors: Sequence[Detector], detector_id: str) -> Detector:
    found = find_detector(detectors, detector_id)
    if found is None:
        raise ValueError(f"There is no detector {detector_id} in this library: choose another bank.")
    return found
