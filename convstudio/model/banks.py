"""Banks of filters that are filled in at one click: the line detectors, the edge detectors, a Gabor bank."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from convstudio.model.arrays import frozen
from convstudio.model.detector_groups import IMAGE_GROUPS, groups_of
from convstudio.model.detectors import Detector, find_detector
from convstudio.model.filters import FilterBank
from convstudio.model.layers import centred
from convstudio.model.numbers import format_number
from convstudio.ops.kernels import gabor

BANKS: tuple[str, ...] = tuple(IMAGE_GROUPS)
"""The names of the banks of detectors; images and sequences each have their own."""


def detector_bank(name: str, detectors: Sequence[Detector], rank: int) -> FilterBank:
    """Return one of `BANKS` for layers of `rank`: smaller kernels stand in the middle of the largest one's size.

    Raises ValueError where the library lacks one of its detectors.
    """
    chosen = [_known(detectors, detector_id) for detector_id in groups_of(rank)[name]]
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
