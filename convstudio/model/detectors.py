"""The preset library: named kernels, and how they are found, matched and described."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from convstudio.model.arrays import Floats, frozen, same_array


@dataclass(frozen=True, eq=False)
class Detector:
    """A named kernel.

    `kernel` is `(columns,)` or `(rows, columns)`, with one more axis of channels where `mixes_channels`; float32.
    """

    id: str
    name: str
    rank: int
    kernel: Floats
    mixes_channels: bool
    detects: str
    source: str

    def for_channels(self, channels: int) -> Floats:
        """Return the kernels of one filter, `(*kernel, channels)`: without a channel axis, one copy per channel.

        Raises ValueError when the detector mixes another number of channels.
        """
        if not self.mixes_channels:
            return frozen(np.repeat(self.kernel[..., np.newaxis], channels, axis=-1))
        if self.kernel.shape[-1] != channels:
            raise ValueError(
                f"The detector {self.id} mixes {self.kernel.shape[-1]} channels, and the filter reads {channels}: "
                f"choose an input with {self.kernel.shape[-1]} channels, such as an RGB picture."
            )
        return self.kernel


def matching(detectors: Iterable[Detector], words: str) -> list[Detector]:
    """Return the detectors whose id, name, purpose or source holds every one of the words, in any case.

    >>> matching([], "sobel")
    []
    """
    wanted = words.casefold().split()
    return [d for d in detectors if all(word in _searchable(d) for word in wanted)]


def find_detector(detectors: Iterable[Detector], detector_id: str) -> Detector | None:
    """Return the detector with that id, or None."""
    return next((d for d in detectors if d.id == detector_id), None)


def recognise(detectors: Iterable[Detector], kernels: Floats) -> Detector | None:
    """Return the first detector that one filter's kernels, `(*kernel, channels)`, are an exact copy of, or None.

    A 1-D detector is recognised in the one row that it becomes on images.
    """
    return next((d for d in detectors if _is_copy(d, kernels)), None)


def _searchable(detector: Detector) -> str:
    return f"{detector.id} {detector.name} {detector.detects} {detector.source}".casefold()


def _is_copy(detector: Detector, kernels: Floats) -> bool:
    extra = kernels.ndim - 1 - detector.rank
    if extra < 0 or kernels.shape[:extra] != (1,) * extra:
        return False
    kernels = kernels.reshape(kernels.shape[extra:])
    if detector.mixes_channels:
        return same_array(detector.kernel, kernels)
    is_size = detector.kernel.shape == kernels.shape[:-1]
    return is_size and bool(np.all(kernels == detector.kernel[..., np.newaxis]))


def detector_from(name: str, kernel: Floats, rank: int) -> Detector:
    """Make a detector of a kernel from a file, for layers of `rank`: an axis more than that is an axis of channels.

    Raises ValueError when the kernel has any other number of axes.

    >>> detector_from("edge.csv", frozen([[-1, 0, 1]]), 2).mixes_channels
    False
    """
    if kernel.ndim not in (rank, rank + 1):
        raise ValueError(
            f"{name} has {kernel.ndim} axes, and a kernel for this input has {rank}, or {rank + 1} with channels: "
            "open another kernel, or another input first."
        )
    return Detector(name, name, rank, kernel, kernel.ndim > rank, "what its file says", name)
