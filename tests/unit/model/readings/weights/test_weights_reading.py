"""One way to read arrays, in words."""

from convstudio.model.readings.weights.weights_reading import WeightsReading, short_name
from convstudio.model.values.limits import LIMITS

READING = WeightsReading(("w",), "w as Keras Conv2D", ("4 filters", "no bias"), 3, "sets Groups", lambda arrays: arrays)


def test_a_reading_is_two_lines_to_choose():
    assert READING.text == "w as Keras Conv2D\n4 filters · no bias · sets Groups"


def test_a_reading_is_one_sentence_afterwards():
    assert READING.sentence == "Read w as Keras Conv2D: 4 filters, no bias, sets Groups."


def test_a_long_name_is_shortened():
    assert len(short_name("n" * 200)) == LIMITS.filter_name
