"""Documents and detectors that the tests of the kernel pane share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from convstudio.model.arrays import frozen
from convstudio.model.detectors import Detector, find_detector
from convstudio.model.document import Document
from convstudio.model.layers import Conv
from convstudio.model.limits import Limits
from convstudio.model.network import Network
from convstudio.model.sample import Sample

LIBRARY = Path(__file__).parents[2] / "resources" / "detectors" / "detectors.json"
LIMITS = Limits(
    axis_length=16384,
    input_values=2**26,
    input_channels=64,
    kernel_length=31,
    stride=64,
    dilation=64,
    padding=256,
    filters=512,
    output_values=2**28,
    file_bytes=2**29,
    image_pixels=64_000_000,
    grid_length=24,
    table_length=64,
)


def load_library() -> tuple[Detector, ...]:
    return tuple(map(_detector, json.loads(LIBRARY.read_text(encoding="utf-8"))))


def _detector(entry: dict[str, Any]) -> Detector:
    kernel = np.array(entry["weights"], np.float64) / entry["divisor"]
    mixes_channels = entry.get("note") == "axis = channel"
    if mixes_channels:
        kernel = kernel[np.newaxis]
    elif entry["rank_of_sliding"] == 1:
        kernel = kernel[0]
    return Detector(
        id=entry["id"],
        name=entry["name"],
        rank=entry["rank_of_sliding"],
        kernel=frozen(kernel),
        mixes_channels=mixes_channels,
        detects=entry["detects"],
        source=entry["source"],
    )


def by_id(detector_id: str) -> Detector:
    found = find_detector(load_library(), detector_id)
    assert found is not None
    return found


def image_document(kernel: Any, *, channels: int = 1, filters: int = 1, side: int = 8) -> Document:
    """Make a document of a zero image and one layer, whose filters are all copies of `kernel` on every channel."""
    weights = np.repeat(np.repeat(np.asarray(kernel, np.float32)[..., np.newaxis, np.newaxis], channels, 2), filters, 3)
    return Document(Sample.of("zeros", np.zeros((side, side, channels))), Network((Conv.of(weights),)))


def sequence_document(kernel: Any) -> Document:
    weights = np.reshape(np.asarray(kernel, np.float32), (-1, 1, 1))
    return Document(Sample.of("bump", np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1))), Network((Conv.of(weights),)))


LINE = ((0, 1, 0), (0, 1, 0), (0, 1, 0))
Asked = list[tuple[str, Callable[[Document], Document], Any]]
