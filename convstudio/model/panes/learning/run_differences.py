"""What tells runs apart that are kept to be compared: the settings in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.panes.learning.training_form import FIELDS, TrainingField
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.numbers import format_number


@dataclass(frozen=True)
class RunPlan:
    """How a run was trained: what it is called, its settings, and on which data."""

    name: str
    settings: TrainingSettings
    data_name: str


def differences(runs: Sequence[RunPlan]) -> str:
    """Say in which settings runs differ, with the value of each; nothing where there is only one, or all are alike.

    >>> plans = [RunPlan(f"run {rate}", TrainingSettings(rate=rate), "digits") for rate in (1, 2)]
    >>> differences(plans)
    'Learning rate: 1 (run 1), 2 (run 2).'
    """
    columns = {field.name: [_written(field, run.settings) for run in runs] for field in FIELDS}
    columns["Data"] = [run.data_name for run in runs]
    columns["Labels"] = ["random" if run.settings.random_labels else "as given" for run in runs]
    sentences = []
    for name, values in columns.items():
        if len(set(values)) > 1:
            told = [f"{value} ({run.name})" for value, run in zip(values, runs, strict=True) if value]
            sentences.append(f"{name}: {', '.join(told)}.")
    return " ".join(sentences)


def _written(field: TrainingField, settings: TrainingSettings) -> str:
    """Write the value of a setting; nothing where it makes no difference with the others."""
    if not field.matters_for(settings):
        return ""
    value = field.read(settings)
    if field.entries:
        return field.entries[int(value)]
    if field.is_switch:
        return "yes" if value else "no"
    return format_number(value)
