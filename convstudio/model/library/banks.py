"""Banks of filters that are filled in at one click: the line detectors, the edge detectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.edits.filters import FilterBank
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detector_groups import IMAGE_GROUPS, groups_of
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.kernels import centred

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


def _known(detectors: Sequence[Detector], detector_id: str) -> Detector:
    found = find_detector(detectors, detector_id)
    if found is None:
        raise ValueError(f"This library has no detector {detector_id}: choose another bank.")
    return found
