"""Detectors that belong together, by their ids: those that find lines, those that find edges, those that smooth."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

IMAGE_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
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
SEQUENCE_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "All lines": ("tutorial-bump", "bump-centre-surround", "bump-two-sample", "second-difference"),
        "All edges": ("forward-difference", "central-difference", "five-point-derivative", "laws-e5", "haar-high-pass"),
        "Blur and sharpen": ("moving-average-3", "binomial-3", "moving-average-5", "binomial-5", "sharpen-1d"),
    }
)


def groups_of(rank: int) -> Mapping[str, tuple[str, ...]]:
    """Return the groups for layers of a rank: sequences have their own detectors.

    >>> groups_of(1)["Blur and sharpen"][0]
    'moving-average-3'
    """
    return SEQUENCE_GROUPS if rank == 1 else IMAGE_GROUPS
