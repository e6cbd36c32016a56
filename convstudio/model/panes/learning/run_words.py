"""What the training panel says of a run: how far it is, what it reached, and what “Train” would do."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.numbers import apart, format_number, percent

_SHORT = 3
_MINUTE, _HOUR = 60, 3600


def progress_line(
    status: Status,
    step: int,
    steps: int,
    epoch: int,
    epochs: int,
    seconds_left: float | None,
    *,
    is_changed: bool = False,
) -> str:
    """Say how far a run is, and where it rests whether the network was changed since.

    >>> progress_line(Status.RUNNING, 412, 840, 9, 20, 11.4).replace(chr(160), " ")
    'Training: epoch 10 of 20, step 412 of 840, 12 s left'
    """
    is_early = status is Status.FINISHED and epoch < epochs
    word = "Stopped early" if is_early else status.value.capitalize()
    number = epoch if status is Status.FINISHED else min(epoch + 1, epochs)
    place = f"epoch {number} of {epochs}, step {apart(step)} of {apart(steps)}"
    is_over = status is not Status.RUNNING or step >= steps
    left = "" if seconds_left is None or is_over else f", {duration(seconds_left)} left"
    changed = ", changed since" if is_changed and status is not Status.RUNNING else ""
    return f"{word}: {place}{left}{changed}"


def duration(seconds: float) -> str:
    """Write a time as a reader waits for it.

    >>> duration(0.2), duration(75), duration(7300)
    ('1\\xa0s', '1\\xa0min 15\\xa0s', '2\\xa0h 1\\xa0min')
    """
    whole = max(1, math.ceil(seconds)) if seconds < _MINUTE else round(seconds)
    if whole < _MINUTE:
        return f"{whole}\xa0s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}\xa0min {whole % _MINUTE}\xa0s"
    return f"{whole // _HOUR}\xa0h {whole % _HOUR // _MINUTE}\xa0min"


def batch_line(report: StepReport | None) -> str:
    """Say what the newest batch reached.

    >>> batch_line(StepReport(3, 1, 0.25, 0.5, 0.1, (), ())).replace(chr(160), " ")
    'Batch: loss 0.25, 50 % right'
    """
    return "" if report is None else f"Batch: loss {format_number(report.loss, _SHORT)}{_right(report.accuracy)}"


def held_out_line(epoch: EpochReport | None, *, is_kept: bool = False) -> str:
    """Say what the held-out samples reached after an epoch; nothing where there are none.

    It is the newest epoch, or the one whose weights are kept in the end.
    """
    if epoch is None or epoch.held_out_loss is None:
        return ""
    which = f"Held out, epoch {epoch.epoch} (kept)" if is_kept else "Held out"
    return f"{which}: loss {format_number(epoch.held_out_loss, _SHORT)}{_right(epoch.held_out_accuracy)}"


def kept_epoch(epochs: Sequence[EpochReport], best: int | None) -> EpochReport | None:
    """Return the report of the epoch whose weights are kept; None where those of the last one are."""
    return next((report for report in epochs if report.epoch == best), None)


def train_words(status: Status, *, goes_on: bool) -> str:
    """Return what the button says that begins or continues a run."""
    match status:
        case Status.RUNNING:
            return "Pause"
        case Status.IDLE | Status.PAUSED | Status.FINISHED | Status.FAILED:
            return "Go on" if goes_on else "Train"


def _right(accuracy: float | None) -> str:
    return "" if accuracy is None else f", {percent(accuracy)} right"
