"""A run is told in a line: how far it is, and what it reached."""

from convstudio.model.panes.learning.run_words import held_out_line, kept_epoch, progress_line, train_words
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import Status

SPACE = "\N{NO-BREAK SPACE}"


def test_a_finished_run_stands_in_its_last_epoch() -> None:
    assert progress_line(Status.FINISHED, 840, 840, 20, 20, 0) == "Finished: epoch 20 of 20, step 840 of 840"


def test_a_run_that_stopped_early_says_so() -> None:
    assert progress_line(Status.FINISHED, 602, 2580, 14, 60, 0) == (
        f"Stopped early: epoch 14 of 60, step 602 of 2{SPACE}580"
    )


def test_a_network_that_was_changed_since_is_told_of_a_run_that_rests() -> None:
    line = progress_line(Status.PAUSED, 40, 80, 1, 2, None, is_changed=True)
    assert line == "Paused: epoch 2 of 2, step 40 of 80, changed since"
    assert "changed" not in progress_line(Status.RUNNING, 40, 80, 1, 2, None, is_changed=True)


def test_after_the_last_step_no_time_is_left() -> None:
    assert progress_line(Status.RUNNING, 840, 840, 20, 20, 0.1) == "Training: epoch 20 of 20, step 840 of 840"


def test_what_the_kept_weights_reached_is_told_with_their_epoch() -> None:
    reports = [EpochReport(at, 40 * at, 0.5, 0.8, 0.25 * at, 0.95) for at in (1, 2)]
    line = held_out_line(kept_epoch(reports, 1), is_kept=True)
    assert line == f"Held out, epoch 1 (kept): loss 0.25, 95{SPACE}% right"
    assert kept_epoch(reports, None) is None


def test_the_held_out_samples_have_a_line_of_their_own() -> None:
    assert held_out_line(EpochReport(1, 40, 0.5, 0.8, 0.25, 0.95)) == f"Held out: loss 0.25, 95{SPACE}% right"


def test_the_button_says_what_it_does() -> None:
    assert train_words(Status.RUNNING, goes_on=True) == "Pause"
    assert train_words(Status.PAUSED, goes_on=True) == "Go on"
    assert train_words(Status.PAUSED, goes_on=False) == "Train"
