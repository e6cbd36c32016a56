"""The table of a study: whole lines, one for each network, and what is in it already is not trained again."""

import csv
from dataclasses import replace

import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.study.study_table import COLUMNS, StudyTable, table_text
from convstudio.model.learning.study import StudyCell, StudyResult, StudySettings

CELL = StudyCell(2, 3, 4, 1, StudySettings("digits", "2x2", 5, "sgd", 0.1, 16))
RESULT = StudyResult(CELL, 1 / 3, 0.1, 0.5, 0.7, 26, 652, 0.125)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv"


def write(path, *results):
    with StudyTable(path) as table:
        for result in results:
            table.add(result)


def read(path, cell=CELL):
    with StudyTable(path) as table:
        return table.result_of(cell)


def numbered(seed):
    return replace(RESULT, cell=replace(CELL, seed=seed))


def test_what_is_added_is_read_back_to_the_last_bit(path):
    write(path, RESULT)
    assert read(path) == RESULT
    assert read(path).seconds == RESULT.seconds


def test_a_row_tells_its_size_how_it_was_trained_and_what_it_reached(path):
    write(path, RESULT)
    (row,) = csv.DictReader(path.read_text().splitlines())
    assert tuple(row) == COLUMNS
    assert (row["filters"], row["data"], row["rate"], row["parameters"]) == ("2", "digits", "0.1", "26")


def test_the_file_is_the_text_of_its_results(path):
    write(path, numbered(1), numbered(2))
    assert path.read_text() == table_text([numbered(1), numbered(2)])


def test_a_network_that_was_trained_otherwise_is_another_one(path):
    write(path, RESULT)
    assert read(path, replace(CELL, settings=replace(CELL.settings, epochs=6))) is None


def test_a_result_of_another_version_does_not_count(path, monkeypatch):
    monkeypatch.setattr("convstudio.files.study.study_table.__version__", "0.0.9")
    write(path, RESULT)
    monkeypatch.undo()
    assert read(path) is None


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_line_that_was_cut_short_is_removed_and_the_others_stay(path, cut):
    write(path, numbered(1), numbered(2))
    path.write_bytes(path.read_bytes()[:-cut])
    write(path, numbered(3))
    assert [read(path, replace(CELL, seed=seed)) is not None for seed in (1, 2, 3)] == [True, False, True]


def test_a_heading_that_was_cut_short_is_written_again(path):
    path.write_text("filters,ker")
    write(path, RESULT)
    assert read(path) == RESULT


def test_a_table_without_a_result_is_not_left_behind(path):
    write(path)
    assert not path.exists()


@pytest.mark.parametrize("text", ["a,b\n1,2\n", ",".join(COLUMNS) + "\n1,2\n", ",".join(COLUMNS) + "\n\xff\n"])
def test_a_table_of_something_else_is_refused_and_stays_as_it_is(path, text):
    path.write_text(text, encoding="latin-1")
    with pytest.raises(FileProblem, match=r"is not a table that a study wrote: move it away"):
        read(path)
    assert path.read_text(encoding="latin-1") == text


def test_a_table_that_is_being_written_is_refused(path):
    with StudyTable(path) as table:
        table.add(RESULT)
        with pytest.raises(FileProblem, match="is being written by another study"):
            StudyTable(path)


@pytest.mark.parametrize(("name", "told"), [("table.xlsx", "ends in .csv"), ("folder.csv", "is a folder")])
def test_what_cannot_be_a_table_is_refused(tmp_path, name, told):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileProblem, match=told):
        StudyTable(tmp_path / name)
