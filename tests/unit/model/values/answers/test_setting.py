from convstudio.model.values.answers.setting import entry, replaced, with_entry
from convstudio.model.values.arrays import frozen

NUMBERS = frozen([1, 2, 3])


def test_a_place_past_the_end_is_the_last_one():
    assert entry(NUMBERS, 9) == 3


def test_another_entry_leaves_the_numbers_as_they_were():
    changed = with_entry(NUMBERS, 1, 7)
    assert (changed.tolist(), NUMBERS.tolist()) == ([1, 7, 3], [1, 2, 3])


def test_changed_entries_are_read_only():
    assert not with_entry(NUMBERS, 0, 7).flags.writeable


def test_one_axis_is_replaced():
    assert replaced((1, 2, 3), 0, 9) == (9, 2, 3)
