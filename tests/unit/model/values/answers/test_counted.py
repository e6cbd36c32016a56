"""Counts with their nouns."""

import pytest

from convstudio.model.values.answers.counted import counted, enumerated, one_or_many
from convstudio.model.values.numbers import apart


@pytest.mark.parametrize(("count", "text"), [(0, "0 filters"), (1, "1 filter"), (2, "2 filters")])
def test_only_one_thing_is_in_the_singular(count, text):
    assert counted(count, "filter") == text


def test_a_plural_of_its_own_is_given():
    assert counted(2, "class", "classes") == "2 classes"


def test_the_number_can_be_written_in_another_way():
    assert counted(36928, "parameter", write=apart) == "36\xa0928 parameters"


@pytest.mark.parametrize(("count", "text"), [(0, "many"), (1, "one"), (5, "many")])
def test_a_whole_text_is_chosen_by_the_count(count, text):
    assert one_or_many(count, "one", "many") == text


def test_the_last_of_several_texts_comes_after_and():
    assert enumerated(["1", "2", "3"]) == "1, 2 and 3"


@pytest.mark.parametrize(("texts", "written"), [((), ""), (("1",), "1"), (("1", "2"), "1 and 2")])
def test_few_texts_need_no_comma(texts, written):
    assert enumerated(texts) == written
