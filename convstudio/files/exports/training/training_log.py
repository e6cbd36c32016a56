"""The log of `convstudio train`, one epoch a line, as a record of which curves are drawn."""

from __future__ import annotations

import math
import os

import msgspec
import numpy as np

from convstudio.files.problems import FileProblem, named
from convstudio.files.reading import read_bytes
from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun
from convstudio.model.values.learning.settings import USUAL_TRAINING
from convstudio.model.values.network import Network

_NOTHING = Network(())


def read_log(path: str | os.PathLike[str]) -> TrainingRecord:
    """Read a log; raise FileProblem where it is another file, or reports no epoch.

    Where a training was begun again, the epochs that were made twice are those of the later one.
    """
    where, epochs = named(path), dict[int, EpochReport]()
    for number, line in enumerate(read_bytes(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            epoch = msgspec.json.decode(line, type=EpochReport)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise FileProblem(
                f"{where} is not the log of a training: line {number} does not report an epoch. Give what "
                "“convstudio train --log” wrote."
            ) from None
        epochs = {step: held for step, held in epochs.items() if held.epoch < epoch.epoch} | {epoch.step: epoch}
    if not epochs:
        raise FileProblem(f"{where} reports no epoch: train one at least.")
    return TrainingRecord(_run(where, tuple(epochs.values())), ((0, _NOTHING),))


def _run(name: str, epochs: tuple[EpochReport, ...]) -> TrainingRun:
    """Return a run of which only the means of the epochs are known."""
    rows = np.array(
        [(one.step, one.loss, math.nan if one.accuracy is None else one.accuracy, math.nan) for one in epochs]
    )
    steps, losses, accuracies, rates = rows.T.copy()
    nothing = np.zeros((len(epochs), 0))
    curves = StepCurves(steps, losses, accuracies, rates, nothing, nothing)
    return TrainingRun(1, USUAL_TRAINING, name, curves, epochs, _NOTHING, _NOTHING)
