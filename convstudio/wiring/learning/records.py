"""What the last training left, as it is exported."""

from __future__ import annotations

from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.session.learning.network_training import NetworkTraining


def record_of(training: NetworkTraining) -> TrainingRecord | None:
    """Return the current run, or else the last one that ended, with all networks that are kept of it.

    None before the first step of the first run.
    """
    run = training.current_run() or next(reversed(training.runs), None)
    if run is None or not len(run.curves.steps):
        return None
    trainer = training.trainer
    states = ((step, trainer.state_at(step)) for step in trainer.kept_steps)
    kept = tuple((step, state.network) for step, state in states if state is not None)
    return TrainingRecord(run, kept or ((0, run.first),))
