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


def heading_of(detector_id: str) -> str:
    """Return the heading of a detector in the list, "" for one that is not the program's.

    >>> heading_of("sobel-x")
    'Edges'
    """
    return _HEADING_BY_ID.get(detector_id, "")


HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Lines and points": (
            "tutorial-vertical-line", "tutorial-horizontal-line", "vertical-line", "horizontal-line",
            "diagonal-line-down", "diagonal-line-up", "outline",
        ),
        "Edges": (
            "sobel-x", "sobel-y", "prewitt-x", "prewitt-y", "scharr-x", "scharr-y", "roberts-plus", "roberts-minus",
            "kirsch-east", "kirsch-north", "prewitt-compass-east", "robinson-north-east", "frei-chen-x",
            "haar-edge-vertical", "farid-x",
        ),
        "Corners, blobs and texture": (
            "laplacian-4", "laplacian-8", "laplacian-separable", "mixed-derivative", "laplacian-of-gaussian-5",
            "laplacian-of-gaussian-9", "haar-checker", "laws-l5e5", "laws-s5s5", "laws-r5r5",
        ),
        "Blur": (
            "box-blur-3", "box-blur-5", "plus-average", "gaussian-3", "gaussian-5", "gaussian-5-sigma-1",
            "motion-blur-horizontal", "motion-blur-diagonal",
        ),
        "Sharpen and relief": ("sharpen", "sharpen-strong", "unsharp-mask-5", "emboss"),
        "Copy, shift and count": ("identity", "shift", "neighbour-count"),
        "Colour": ("luma-bt601", "luma-bt709", "red-green-opponent"),
        "Sequences: bumps and slopes": (
            "tutorial-bump", "bump-centre-surround", "bump-two-sample", "forward-difference", "central-difference",
            "five-point-derivative", "second-difference", "savitzky-golay-derivative-5", "sharpen-1d",
        ),
        "Sequences: smoothing": (
            "moving-average-3", "moving-average-5", "binomial-3", "binomial-5", "savitzky-golay-5", "savitzky-golay-7",
            "causal-delay", "causal-exponential-average",
        ),
        "Sequences: wavelets and texture": (
            "haar-low-pass", "haar-high-pass", "cdf-5-3-low-pass", "laws-l5", "laws-e5", "laws-s5", "laws-w5",
            "laws-r5",
        ),
    }
)  # fmt: skip
"""The headings of the list of detectors, each with the ids below it, in this order."""
_HEADING_BY_ID = {detector_id: heading for heading, ids in HEADINGS.items() for detector_id in ids}
