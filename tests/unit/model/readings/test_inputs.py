import pytest

from convstudio.model.readings.inputs import (
    AxesReading,
    ReadOptions,
    axes_choice,
    axes_readings,
    choose_axes,
    is_doubtful,
    part_words,
    reading_sentence,
    shape_words,
)
from convstudio.model.values.limits import LIMITS


@pytest.mark.parametrize(
    ("shape", "read"), [((5,), (5, 1)), ((4, 5), (4, 5, 1)), ((4, 5, 3), (4, 5, 3)), ((3, 40, 50), (40, 50, 3))]
)
def test_the_likeliest_reading_of_an_array(shape, read):
    assert axes_readings(shape, LIMITS)[0].shape == read


def test_the_options_choose_another_reading_than_the_likeliest():
    shape = (3, 12, 16)
    chosen = choose_axes(shape, axes_readings(shape, LIMITS), ReadOptions(channels="last"), LIMITS, "“x.npy”")
    assert chosen.shape == shape


def test_an_array_that_fits_nowhere_is_refused_with_its_axes():
    with pytest.raises(ValueError, match="has 0 axes"):
        choose_axes((), axes_readings((), LIMITS), ReadOptions(), LIMITS, "“x.npy”")


def test_one_colour_picture_in_front_is_doubtful():
    assert is_doubtful((1, 28, 28), axes_readings((1, 28, 28), LIMITS))


def test_a_choice_of_a_batch_tells_how_many_samples_there_are():
    assert axes_choice(AxesReading((8, 8, 3), "last", "sample", 5), 1).pages == 5


def test_one_channel_is_not_mentioned():
    assert shape_words((2, 1, 1)) == "2 rows × 1 column"


def test_a_part_is_counted_from_1():
    assert part_words("frame", 2, 7) == "frame 2 of 7"


def test_two_decisions_are_joined_in_one_sentence():
    assert reading_sentence("x.csv", (4, 1), ["a", "b"]) == "Read x.csv as 4 steps (a, b)."


def test_without_options_the_likeliest_reading_is_chosen():
    readings = axes_readings((3, 12, 16), LIMITS)
    assert choose_axes((3, 12, 16), readings, ReadOptions(), LIMITS, "“x.npy”") == readings[0]
