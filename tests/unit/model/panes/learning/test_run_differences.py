"""Runs that are kept are told apart by what was set otherwise."""

from convstudio.model.panes.learning.run_differences import RunPlan, differences
from convstudio.model.values.learning.settings import TrainingSettings

USUAL = TrainingSettings()


def test_every_setting_that_differs_is_told_of_every_run() -> None:
    runs = [
        RunPlan("run 1", TrainingSettings(optimiser="sgd", rate=0.1, epochs=5), "digits"),
        RunPlan("run 2", TrainingSettings(optimiser="sgd", rate=0.01), "digits"),
        RunPlan("this run", TrainingSettings(optimiser="sgd", rate=0.01), "digits"),
    ]
    assert differences(runs) == (
        "Learning rate: 0.1 (run 1), 0.01 (run 2), 0.01 (this run). Epochs: 5 (run 1), 20 (run 2), 20 (this run)."
    )


def test_a_setting_is_told_of_the_runs_alone_that_it_matters_for() -> None:
    runs = [RunPlan("run 1", TrainingSettings(optimiser="momentum"), "digits"), RunPlan("run 2", USUAL, "digits")]
    assert differences(runs) == (
        "Optimiser: SGD with momentum (run 1), Adam (run 2). Momentum: 0.9 (run 1). Beta 2: 0.999 (run 2)."
    )


def test_other_data_and_drawn_labels_are_told() -> None:
    runs = [RunPlan("run 1", USUAL, "digits"), RunPlan("run 2", TrainingSettings(random_labels=True), "pets")]
    assert differences(runs) == "Data: digits (run 1), pets (run 2). Labels: as given (run 1), random (run 2)."


def test_of_runs_that_are_alike_nothing_is_told() -> None:
    assert differences([RunPlan("run 1", USUAL, "digits"), RunPlan("this run", USUAL, "digits")]) == ""
    assert differences([]) == ""
