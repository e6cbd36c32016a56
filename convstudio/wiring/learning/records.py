"""What trainings left: the last one as it is exported, and how each was trained."""

from __future__ import annotations

from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.model.panes.learning.run_differences import RunPlan
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


def plans_of(training: NetworkTraining) -> list[RunPlan]:
    """Return how the runs before were trained, and after them the current one, where there is one."""
    plans = [RunPlan(f"run {run.number}", run.settings, run.data_name) for run in training.runs]
    settings = training.trainer.settings
    if training.first is not None and settings is not None and training.data is not None:
        plans.append(RunPlan("this run", settings, training.data.name))
    return plans
