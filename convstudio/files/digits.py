"""The bundled handwritten digits: pictures, labels, and which of them a network never trains on."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats, frozen

HELD_OUT = 450
"""So many digits, the first of the file, are for testing only; all that the window lists are among them."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Handwritten digits: `images` is `(digits, 8, 8, 1)` from 0 to 16, `labels` tells which digit each one is."""

    images: Floats
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def held_out(self) -> Digits:
        """The digits for testing."""
        return self.part(slice(None, HELD_OUT))

    @property
    def for_training(self) -> Digits:
        """The digits for training."""
        return self.part(slice(HELD_OUT, None))

    def part(self, chosen: slice | NDArray[np.int64]) -> Digits:
        """Return some of the digits."""
        return Digits(self.images[chosen], self.labels[chosen])

    def example(self, digit: int, number: int) -> Floats:
        """Return the picture `(8, 8, 1)` of an example of a digit; they are numbered from 1."""
        return frozen(self.images[np.flatnonzero(self.labels == digit)[number - 1]])


def decode_digits(data: bytes) -> Digits:
    """Return the digits of a NumPy archive with `images`, `(digits, 8, 8)` bytes, and `labels`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return Digits(frozen(archive["images"][..., np.newaxis]), archive["labels"].astype(np.int64))
