"""A run is told in a line: how far it is, and what it reached."""

from convstudio.model.panes.learning.run_words import held_out_line, progress_line, train_words
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import Status

SPACE = "\N{NO-BREAK SPACE}"


def test_a_finished_run_stands_in_its_last_epoch() -> None:
    assert progress_line(Status.FINISHED, 840, 840, 20, 20, 0) == "Finished: epoch 20 of 20, step 840 of 840"


def test_the_held_out_samples_have_a_line_of_their_own() -> None:
    assert held_out_line(EpochReport(1, 40, 0.5, 0.8, 0.25, 0.95)) == f"Held out: loss 0.25, 95{SPACE}% right"


def test_the_button_says_what_it_does() -> None:
    assert train_words(Status.RUNNING, goes_on=True) == "Pause"
    assert train_words(Status.PAUSED, goes_on=True) == "Go on"
    assert train_words(Status.PAUSED, goes_on=False) == "Train"
