"""Class names for what a network predicts, given or saved with it, in `convstudio apply`, `summary` and `info`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from convstudio.cli import main
from convstudio.files.projects.documents import save_document
from convstudio.files.projects.examples import read_project_spec

NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "", "nine"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "classes.txt").write_text("\n".join(NAMES))


@pytest.fixture
def said(capsys):
    def run(*arguments, status=0):
        assert main(arguments) == status
        return capsys.readouterr()

    return run


def saved(names):
    document, view = read_project_spec("example:digits", print)[:2]
    save_document("net.convstudio", replace(document, class_names=tuple(names)), view)
    return "net.convstudio"


def test_a_prediction_is_said_with_the_names_that_are_given(said):
    told = said("apply", "sample:digit-7-2", "--project", "example:digits", "--classes", "classes.txt", "-o", "y.npy")
    (line,) = told.out.splitlines()
    assert line.startswith("Handwritten 7")
    assert "predicts seven (" in line
    assert "), then " in line


def test_names_in_a_json_file_are_taken_by_their_numbers(said):
    held = {"id2label": {str(at): name or "eight" for at, name in enumerate(NAMES)}}
    Path("config.json").write_text(json.dumps(held))
    told = said("apply", "sample:digit-7-2", "--project", "example:digits", "--classes", "config.json", "-o", "y.npy")
    assert "predicts seven (" in told.out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not JSON"),
        ('{"a": 1}', "names no classes"),
        ("[" * 5000, "is not JSON"),
        ('["a", 3]', "names no classes"),
    ],
)
def test_json_without_names_is_refused_in_one_sentence(said, text, sentence):
    Path("config.json").write_text(text)
    asked = ("apply", "sample:digit-7-2", "--project", "example:digits", "--classes", "config.json", "-o", "y.npy")
    (line,) = said(*asked, status=2).err.splitlines()[-1:]
    assert f"“config.json” {sentence}" in line


def test_without_names_a_class_is_its_number(said):
    assert "predicts 7 (" in said("apply", "sample:digit-7-2", "--project", "example:digits", "-o", "y.npy").out


def test_the_names_of_a_project_are_used(said):
    assert "predicts seven (" in said("apply", "sample:digit-7-2", "--project", saved(NAMES), "-o", "y.npy").out


def test_each_of_several_inputs_has_its_prediction(said):
    inputs = ("sample:digit-7-2", "sample:digit-3-2")
    told = said("apply", *inputs, "--project", "example:digits", "--classes", "classes.txt", "-o", "out")
    assert "predicts seven (" in told.out
    assert "predicts three (" in told.out


def test_a_run_over_finished_results_says_the_predictions_again(said):
    arguments = ("apply", "sample:digit-7-2", "sample:digit-3-2", "--project", "example:digits", "-o", "out")
    first, again = said(*arguments), said(*arguments)
    assert first.out == again.out
    assert "2 there already" in again.err


def test_a_network_without_a_prediction_says_nothing(said):
    assert said("apply", "sample:tutorial-lines", "--project", "example:plus", "-o", "y.npy").out == ""


def test_names_for_a_network_that_predicts_nothing_are_said_to_be_unused(said):
    arguments = (
        "apply",
        "sample:tutorial-lines",
        "--project",
        "example:plus",
        "--classes",
        "classes.txt",
        "-o",
        "y.npy",
    )
    assert "so it predicts no class, and no class name is used." in said(*arguments).err


def test_another_number_of_names_than_outputs_is_said(said, tmp_path):
    (tmp_path / "two.txt").write_text("a\nb\n")
    arguments = ("apply", "sample:digit-7-2", "--project", "example:digits", "--classes", "two.txt", "-o", "y.npy")
    assert "“two.txt” has 2 class names, and the network has 10 outputs." in said(*arguments).err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--kernel", "box-3", "--classes", "classes.txt"), "--classes names what a network predicts"),
        (("--project", "example:digits", "--classes", "none.txt"), "“none.txt” does not exist"),
        (("--project", "example:digits", "--classes", "long.txt"), "“long.txt”: Line 1 is longer than 60 letters."),
    ],
)
def test_names_that_cannot_be_used_are_refused(said, tmp_path, arguments, sentence):
    (tmp_path / "long.txt").write_text("x" * 61)
    assert sentence in said("apply", "sample:digit-7-2", *arguments, "-o", "y.npy", status=2).err


@pytest.mark.parametrize("command", ["summary", "info"])
def test_names_that_a_project_has_are_listed(said, command):
    assert "Class names: zero, one, two, three, four, five, six, seven, 8, nine" in said(command, saved(NAMES)).out


def test_of_many_names_the_first_are_listed(said):
    text = said("summary", saved(map(str, range(100, 150)))).out
    assert "118, 119 and 30 more" in text


def test_as_json_all_names_are_listed(said):
    assert json.loads(said("summary", saved(NAMES), "--json").out)["classes"] == NAMES
