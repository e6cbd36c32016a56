"""The names of classes, one in each line of a text."""

import pytest

from convstudio.model.readings.class_names import class_names_of, names_in_json
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


@pytest.mark.parametrize(
    "held",
    [
        ["cat", "dog"],
        {"0": "cat", "1": "dog"},
        {"1": "dog", "0": "cat"},
        {"id2label": {"0": "cat", "1": "dog"}, "model_type": "resnet"},
        {"architecture": "resnet18", "label_names": ["cat", "dog"]},
        {"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]},
    ],
)
def test_every_usual_way_to_hold_names_in_json_is_read(held):
    assert names_in_json(held) == ("cat", "dog")


@pytest.mark.parametrize(
    "held", [None, 3, "cat", {}, {"2": "cat"}, {"id2label": 3}, [1, 2], [["a", "b", "c"]], {"a": {}}]
)
def test_other_json_names_nothing(held):
    assert names_in_json(held) == ()
