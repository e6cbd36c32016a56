"""The numbers of a crop and a resize follow each other, and what cannot be is refused in a sentence."""

import pytest

from convstudio.model.readings.inputs import BY_EVIDENCE, ReadOptions
from convstudio.model.readings.pictures.framing import Framing, crop_problem, framing_words

WHOLE = Framing((30, 40))


def test_one_side_of_a_new_size_follows_the_other_while_proportions_are_kept() -> None:
    assert WHOLE.with_value("columns", 20).output == (15, 20)


def test_each_side_is_free_where_proportions_are_not_kept() -> None:
    assert WHOLE.with_proportions(False).with_value("rows", 7).output == (7, 40)


def test_proportions_that_are_kept_again_hold_at_once() -> None:
    free = WHOLE.with_proportions(False).with_value("rows", 15)
    assert free.with_proportions(True).output == (15, 20)


def test_the_size_of_the_crop_is_no_resize() -> None:
    assert WHOLE.with_value("rows", 15).with_value("rows", 30).as_options(BY_EVIDENCE) == BY_EVIDENCE


def test_a_crop_that_begins_later_becomes_shorter() -> None:
    assert WHOLE.with_value("first column", 31).box == (0, 30, 30, 10)


def test_a_crop_that_becomes_longer_begins_earlier() -> None:
    assert WHOLE.with_value("first row", 21).with_value("crop rows", 20).box == (10, 0, 20, 40)


def test_the_whole_picture_is_no_crop() -> None:
    assert WHOLE.with_value("first row", 2).with_value("crop rows", 30).crop is None


def test_a_size_in_proportion_follows_another_crop() -> None:
    assert WHOLE.with_value("rows", 15).with_square().output == (20, 20)


def test_what_a_picture_was_read_with_is_taken_up() -> None:
    options = ReadOptions(crop=(0, 0, 30, 30), size=(7, 14))
    held = Framing.of((30, 40, 3), options)
    assert (held.as_options(BY_EVIDENCE), held.keeps_proportions) == (options, False)


def test_a_crop_of_a_larger_picture_is_left_out() -> None:
    assert Framing.of((30, 40, 3), ReadOptions(crop=(0, 0, 31, 40))).crop is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first row", 31, "The picture has 30 rows, so first row cannot be 31"),
        ("crop columns", 0, "The picture has 40 columns, so crop columns cannot be 0"),
        ("columns", 20000, "rows and columns go from 1 to 16384"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(field: str, value: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        WHOLE.with_value(field, value)  # type: ignore[arg-type]


def test_a_crop_beyond_an_edge_is_named_with_both_corners() -> None:
    assert "to row 31, column 40" in crop_problem((30, 40), (1, 0, 30, 40))


def test_nothing_done_is_nothing_said() -> None:
    assert framing_words(BY_EVIDENCE) == ""
