"""What a run does is a word that stands in a sentence."""

from convstudio.model.values.learning.runs import Status


def test_each_thing_that_a_run_does_has_a_word_of_its_own() -> None:
    assert len({status.value for status in Status}) == len(Status)
