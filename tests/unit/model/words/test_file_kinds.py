import pytest

from convstudio.model.words.file_kinds import FileKind, ending_of, endings_of, kind_of, listed_endings

ARRAY = FileKind("Array", (".npy",), "any numbers")
TABLE = FileKind("Table", (".csv", ".tsv"), "rows of numbers")


@pytest.mark.parametrize(("name", "ending"), [("a.CSV", ".csv"), ("/x/y.tar.npy", ".npy"), ("plain", "")])
def test_an_ending_is_in_small_letters(name, ending):
    assert ending_of(name) == ending


@pytest.mark.parametrize(("ending", "kind"), [(".npy", ARRAY), (".tsv", TABLE), (".exe", None)])
def test_a_kind_is_found_by_an_ending(ending, kind):
    assert kind_of((ARRAY, TABLE), ending) is kind


def test_every_ending_comes_once_in_the_order_of_the_kinds():
    assert endings_of((TABLE, ARRAY, TABLE)) == (".csv", ".tsv", ".npy")


def test_a_sentence_lists_the_endings():
    assert listed_endings((ARRAY, TABLE)) == ".npy, .csv, .tsv"
