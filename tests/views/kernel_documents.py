"""Documents and detectors that the tests of the kernel pane share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


def by_id(detector_id: str) -> Detector:
    found = find_detector(load_detectors(), detector_id)
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
