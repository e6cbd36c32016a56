"""The names of classes, one in each line of a text."""

import pytest

from convstudio.model.readings.class_names import class_names_of
from convstudio.model.values.limits import LIMITS


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("  \n ", ()),
        ("cat\r\ndog\r\n", ("cat", "dog")),
        ("cat\n\ndog", ("cat", "", "dog")),
        ("a\tb\x07c", ("a b c",)),
    ],
)
def test_each_line_is_a_name(text, names):
    assert class_names_of(text) == names


def test_a_long_name_is_refused_by_its_line():
    with pytest.raises(ValueError, match="Line 2 is longer than 60 letters"):
        class_names_of("cat\n" + "d" * 61)


def test_more_names_than_a_project_holds_are_refused():
    with pytest.raises(ValueError, match="at most 25000 are kept"):
        class_names_of("a\n" * (LIMITS.class_names + 1))
