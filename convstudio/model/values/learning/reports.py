"""What a training reports: of every step, and of every epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats


@dataclass(frozen=True)
class StepReport:
    """One step, counted from 1: the loss of its batch before the step, and how large weights and gradients were.

    `accuracy` is the share of the batch that was right, or None for maps. `weight_norms` and `gradient_norms` have one
    number per layer of the network, 0 where a layer learns nothing: the root of the sum of squares.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float | None
    rate: float
    weight_norms: tuple[float, ...]
    gradient_norms: tuple[float, ...]


@dataclass(frozen=True)
class EpochReport:
    """One epoch, counted from 1: mean loss and accuracy of its batches, and those of the held-out samples after it.

    What has no samples, or no classes, is None.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float | None
    held_out_loss: float | None
    held_out_accuracy: float | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a network makes of samples: `outputs`, `(samples, *output shape)`, and the loss of each, `(samples,)`.

    `predicted` has the class of the largest output of each sample, and is None for maps, as `accuracy` is.
    """

    outputs: Floats
    losses: NDArray[np.float64]
    predicted: NDArray[np.int64] | None
    accuracy: float | None

    @property
    def loss(self) -> float:
        """The mean loss of the samples; 0 where there are none."""
        return float(self.losses.mean()) if len(self.losses) else 0.0
