"""Runs of a training: how one goes, and what is left of one to compare it with others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network


class Status(Enum):
    """What a run does: each value is a word for it."""

    IDLE = "not started"
    RUNNING = "training"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "stopped"


@dataclass(frozen=True, eq=False)
class StepCurves:
    """The reports of steps as columns, `(rows,)` each; a row is the mean of `steps_per_row` steps.

    `steps` are the last of each row. Accuracy is NaN where there is none. The norms are `(rows, layers)`. Steps after
    `shown_step` are those that the run was taken back from, and can go to again.
    """

    steps: NDArray[np.float64]
    losses: NDArray[np.float64]
    accuracies: NDArray[np.float64]
    rates: NDArray[np.float64]
    weight_norms: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    steps_per_row: int = 1
    shown_step: float = math.inf


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """What is left of a run, to compare it with others: how it went, where it began, and where it led."""

    number: int
    settings: TrainingSettings
    data_name: str
    curves: StepCurves
    epochs: tuple[EpochReport, ...]
    first: Network
    last: Network
