"""The preset library: named kernels, and how they are found, matched and described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from convstudio.model.values.arrays import Floats, frozen, same_array
from convstudio.model.values.kernels import centred

PRESET_PREFIX = "preset:"
"""How the ids of the user's own detectors begin: no other detector has one that begins so."""


KernelKey: TypeAlias = tuple[bool, tuple[int, ...], bytes]
"""What makes two kernels the same: whether they mix channels, their shape and their numbers."""


@dataclass(frozen=True)
class RuleUse:
    """Which rule made a kernel, by its id, and the number of each of its parameters, by their names."""

    rule: str
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Detector:
    """A named kernel: one of the program's, or a preset, which is the user's own.

    `kernel` is `(columns,)` or `(rows, columns)`, with one more axis of channels where `mixes_channels`; float32.
    `bias` belongs to a whole filter that was saved with it. `tags` and `note` are what its user wrote about it, and
    `made_by` is the rule that made it, None where it was typed, learned or opened from a file.
    """

    id: str
    name: str
    rank: int
    kernel: Floats
    mixes_channels: bool
    detects: str
    source: str
    bias: float | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    made_by: RuleUse | None = None

    @property
    def is_preset(self) -> bool:
        """Whether it is the user's own.

        >>> Detector("preset:edge", "Edge", 1, frozen([-1, 1]), False, "", "").is_preset
        True
        """
        return self.id.startswith(PRESET_PREFIX)

    @property
    def filter_name(self) -> str:
        """The name of a filter that is made of it: the id, or the name of a preset, whose id is that of its file."""
        return self.name if self.is_preset else self.id

    def for_channels(self, channels: int) -> Floats:
        """Return the kernels of one filter, `(*kernel, channels)`: without a channel axis, one copy per channel.

        Raises ValueError when the detector mixes another number of channels.
        """
        if not self.mixes_channels:
            return frozen(np.repeat(self.kernel[..., np.newaxis], channels, axis=-1))
        if self.kernel.shape[-1] != channels:
            raise ValueError(
                f"The detector {self.filter_name} mixes {self.kernel.shape[-1]} channels, and the filter reads "
                f"{channels}: choose an input with {self.kernel.shape[-1]} channels, such as an RGB picture."
            )
        return self.kernel


def matching(detectors: Iterable[Detector], words: str) -> list[Detector]:
    """Return the detectors whose id, name, purpose, source, tags or note hold every one of the words, in any case.

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


def kernels_of(detectors: Iterable[Detector]) -> Mapping[KernelKey, Detector]:
    """Return detectors by their kernels, the first of each: many are then recognised as fast as few."""
    found: dict[KernelKey, Detector] = {}
    for detector in detectors:
        found.setdefault(_key(detector.kernel, detector.mixes_channels), detector)
    return MappingProxyType(found)


def recognise_in(kernels_of_detectors: Mapping[KernelKey, Detector], kernels: Floats) -> Detector | None:
    """Return the detector that one filter's kernels, `(*kernel, channels)`, are an exact copy of, or None.

    >>> edge = Detector("edge", "Edge", 1, frozen([-1, 1]), False, "", "")
    >>> recognise_in(kernels_of([edge]), frozen([[[-1, -1], [1, 1]]])) is edge
    True
    """
    one = kernels[..., 0]
    is_same = bool(np.all(kernels == one[..., np.newaxis]))
    keys = [_key(one, False)] if is_same else []
    keys.append(_key(kernels, True))
    if one.ndim > 1 and one.shape[0] == 1:  # a row, which a detector of one axis becomes on images
        keys += [_key(one[0], False)] if is_same else []
        keys.append(_key(kernels[0], True))
    return next((kernels_of_detectors[key] for key in keys if key in kernels_of_detectors), None)


def _key(kernel: Floats, mixes_channels: bool) -> KernelKey:
    return mixes_channels, kernel.shape, (kernel + np.float32(0)).tobytes()  # both zeros are one number


def recognise_padded(detectors: Iterable[Detector], kernels: Floats) -> Detector | None:
    """Return the first detector that one filter's kernels are a copy of, extended with zeros around its centre.

    >>> line = Detector("line", "Line", 1, frozen([1, 2]), False, "", "")
    >>> recognise_padded([line], frozen([[0], [1], [2], [0]])) is line
    True
    """
    filled = int(np.count_nonzero(kernels))
    return next((d for d in detectors if _is_padded_copy(d, kernels, filled)), None)


def _is_padded_copy(detector: Detector, kernels: Floats, filled: int) -> bool:
    extra = kernels.ndim - 1 - detector.rank
    size = (1,) * extra + detector.kernel.shape[: detector.rank]
    if extra < 0 or size == kernels.shape[:-1] or any(n > room for n, room in zip(size, kernels.shape, strict=False)):
        return False
    middle = centred(kernels[..., np.newaxis], size)[..., 0]
    return int(np.count_nonzero(middle)) == filled and _is_copy(detector, middle)


def _searchable(detector: Detector) -> str:
    told = (detector.id, detector.name, detector.detects, detector.source, detector.note, *detector.tags)
    return " ".join(told).casefold()


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
    """Wrap a kernel from a file as a detector for layers of `rank`: an axis more than that is an axis of channels.

    Raises ValueError when the kernel has any other number of axes.

    >>> detector_from("edge.csv", frozen([[-1, 0, 1]]), 2).mixes_channels
    False
    """
    if kernel.ndim not in (rank, rank + 1):
        raise ValueError(
            f"{name} has {kernel.ndim} axes, and a kernel for this input has {rank}, or {rank + 1} with channels: "
            "open another kernel, or another input first."
        )
    return Detector(name, name, rank, kernel, kernel.ndim > rank, "a kernel from a file", name)
