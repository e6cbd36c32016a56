"""Names of classes in what was written about a network: every usual way to write them, and what is passed over."""

from __future__ import annotations

import pytest

from convstudio.model.readings.networks.metadata_names import stored_class_names
from convstudio.model.values.limits import LIMITS

TWO = ("cat", "dog")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("names", "{0: 'cat', 1: 'dog'}"),
        ("names", "{1: 'dog', 0: 'cat'}"),
        ("id2label", '{"0": "cat", "1": "dog"}'),
        ("Classes", '["cat", "dog"]'),
        ("class_names", "('cat', 'dog')"),
        ("labels", "cat, dog"),
        ("labels", "cat\ndog\n"),
    ],
)
def test_every_usual_way_to_write_names_is_read(key: str, text: str) -> None:
    assert stored_class_names({"author": "cat,dog,bird", key: text}, 2) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cat",
        "{0: 'cat', 2: 'dog'}",
        "[1, 2]",
        "['cat', '']",
        f"['cat', '{'x' * (LIMITS.class_name + 1)}']",
        "__import__('os').getcwd(), dog, bird",
        "(" * 10_000,
        "cat," * LIMITS.class_names_text,
    ],
)
def test_what_does_not_name_the_classes_is_passed_over(text: str) -> None:
    assert stored_class_names({"names": text}, 2) == ()


def test_of_several_texts_the_first_that_fits_counts() -> None:
    assert stored_class_names({"names": "a,b,c", "labels": "cat,dog"}, 2) == TWO
