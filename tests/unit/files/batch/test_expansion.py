import re
from pathlib import Path, PurePath

import pytest

from convstudio.files.batch.expansion import expand
from convstudio.files.problems import FileProblem


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def touch(*names):
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"x")


def found(*specs, leave_out="out"):
    return expand(specs, (".png", ".csv"), "sample:", Path(leave_out))


def places(*specs, **options):
    return [one.place.as_posix() for one in found(*specs, **options).inputs]


def test_a_folder_stands_for_the_inputs_in_it_and_below_it():
    touch("in/b.png", "in/a.csv", "in/deep/er/c.png")
    assert places("in") == ["a.csv", "b.png", "deep/er/c.png"]


def test_names_are_in_the_order_of_people():
    touch("in/p10.png", "in/p9.png")
    assert places("in") == ["p9.png", "p10.png"]


def test_files_of_a_folder_that_are_no_inputs_are_named_and_passed_over():
    touch("in/a.png", "in/notes.md")
    assert found("in").others == (str(Path("in/notes.md")),)


def test_hidden_files_and_folders_are_passed_over_without_a_word():
    touch("in/a.png", "in/.b.png", "in/.git/c.png")
    assert (places("in"), found("in").others) == (["a.png"], ())


def test_the_folder_of_the_results_is_no_input():
    touch("a.png", "out/a.png")
    assert places(".") == ["a.png"]


def test_a_pattern_is_expanded_as_a_shell_would():
    touch("in/a.png", "in/b.png", "in/c.csv", "in/deep/d.png")
    assert places("in/*.png") == ["a.png", "b.png"]


def test_a_pattern_with_two_stars_keeps_the_folders_below_what_stands_before_it():
    touch("in/a.png", "in/deep/d.png")
    assert places("in/**/*.png") == ["a.png", "deep/d.png"]


def test_a_folder_that_matches_a_pattern_stands_for_its_inputs():
    touch("in/monday/a.png", "in/tuesday/a.png")
    assert places("in/*") == ["monday/a.png", "tuesday/a.png"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file():
    touch("a[1].png", "a1.png")
    assert places("a[1].png") == ["a[1].png"]


def test_a_file_that_is_named_twice_is_one_input():
    touch("in/a.png")
    assert places("in/a.png", "in", "./in/a.png") == ["a.png"]


def test_names_that_are_no_paths_and_files_that_are_not_there_stay_as_they_are():
    assert [one.spec for one in found("sample:step", "gone.png").inputs] == ["sample:step", "gone.png"]


def test_a_single_file_is_not_many():
    touch("a.png", "in/a.png")
    assert [found(spec).is_many for spec in ("a.png", "in", "in/*.png")] == [False, True, True]


@pytest.mark.parametrize(
    ("spec", "sentence"), [("*.png", "“*.png” matches no file"), ("empty", "“empty” holds no inputs")]
)
def test_nothing_found_is_a_sentence(spec, sentence):
    Path("empty").mkdir()
    with pytest.raises(FileProblem, match=re.escape(sentence)):
        found(spec)


def test_the_place_of_a_file_that_is_named_is_its_name():
    assert found("some/where/a.png").inputs[0].place == PurePath("a.png")
