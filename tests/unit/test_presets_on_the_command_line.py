"""Presets by `convstudio detectors` and as the kernels of `convstudio apply`."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.folder import DELETED
from convstudio.files.settings import Settings, save_settings, settings_path, usual_presets_folder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector

EDGE = Detector(
    "preset:x",
    "My edge",
    2,
    frozen([[-1, 0, 1]] * 3),
    False,
    "edges",
    "lecture 3",
    bias=0.5,
    tags=("week 3",),
    note="n",
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("edge.kernel.json").write_bytes(encode_preset(EDGE))


@pytest.fixture
def run(capsys):
    """Run a command that succeeds, and return what it prints."""

    def ran(*arguments, status=0):
        assert main(arguments) == status
        return capsys.readouterr()

    return ran


@pytest.fixture
def imported(run):
    run("detectors", "import", "edge.kernel.json")


def test_an_imported_preset_is_listed_beside_the_detectors(run):
    assert run("detectors", "import", "edge.kernel.json").out == "preset:my-edge\n"
    lines = run("detectors").out.splitlines()
    assert len(lines) == 76
    assert lines[-1].split(maxsplit=2) == ["preset:my-edge", "3×3", "My edge · edges · #week 3"]


def test_an_import_twice_says_so_and_adds_nothing(run, imported):
    printed = run("detectors", "import", "edge.kernel.json")
    assert (printed.out, printed.err) == ("", "convstudio: 1 preset was there already\n")


def test_a_search_that_finds_no_detector_says_so(run):
    said = run("detectors", "list", "--search", "sobl")
    assert not said.out
    assert said.err.startswith("convstudio: no detector has all of the words “sobl”")


def test_a_tag_is_found(run, imported):
    assert len(run("detectors", "list", "--search", "week my").out.splitlines()) == 1
    assert len(run("detectors", "list", "--presets").out.splitlines()) == 1


def test_a_tag_can_be_added_to_what_is_imported(run):
    run("detectors", "import", "edge.kernel.json", "--tag", "new", "--tag", "week 3")
    (entry,) = json.loads(run("detectors", "list", "--presets", "--json").out)
    assert entry["tags"] == ["week 3", "new"]


def test_a_preset_is_shown_with_all_that_is_written_about_it(run, imported):
    printed = run("detectors", "show", "preset:my-edge").out
    for line in (
        "My edge (preset:my-edge), 3×3, sum 0, bias 0.5", "detects: edges", "source:  lecture 3", "tags:    week 3",
        "note:    n", "alike:   Every flat area gives 0.5, dark or bright: the same number added to all values changes",
    ):  # fmt: skip
        assert line in printed


def test_a_line_of_a_preset_that_would_be_empty_is_left_out(run):
    Path("edge.kernel.json").write_bytes(encode_preset(replace(EDGE, detects="", source="")))
    run("detectors", "import", "edge.kernel.json")
    printed = run("detectors", "show", "preset:my-edge").out
    assert not any(f"{label}:" in printed for label in ("detects", "source"))


def test_a_detector_says_what_it_does_not_tell_apart(run):
    assert "alike:   A flat area of 1 gives 3, as much as any" in run("detectors", "show", "tutorial-vertical-line").out


def test_a_preset_is_applied_with_its_bias_unless_another_is_given(run, imported):
    run("apply", "sample:tutorial-lines", "--kernel", "preset:my-edge", "-o", "a.npy")
    run("apply", "sample:tutorial-lines", "--kernel", "preset:my-edge", "--bias", "0", "-o", "b.npy")
    np.testing.assert_array_equal(np.load("a.npy"), np.load("b.npy") + 0.5)


@pytest.mark.parametrize("out", ["all.zip", "all"])
def test_all_presets_go_out_and_come_back_into_another_home(run, imported, out, tmp_path, monkeypatch):
    run("detectors", "export", "--presets", "sobel-x", "-o", out)
    monkeypatch.setenv("CONVSTUDIO_HOME", str(tmp_path / "another"))
    assert sorted(run("detectors", "import", out).out.splitlines()) == ["preset:my-edge", "preset:sobel-x"]
    kept = usual_presets_folder(os.environ) / "my-edge.kernel.json"
    assert kept.read_bytes() == encode_preset(EDGE)


def test_an_exported_preset_keeps_everything(run, imported):
    run("detectors", "export", "preset:my-edge", "-o", "out.kernel.json")
    assert Path("out.kernel.json").read_bytes() == encode_preset(EDGE)


def test_a_deleted_preset_is_kept_until_it_is_imported_again(run, imported):
    printed = run("detectors", "delete", "preset:my-edge").out
    kept = printed.removeprefix("kept as ").partition(":")[0]
    assert Path(kept).parent.name == DELETED
    assert len(run("detectors").out.splitlines()) == 75
    assert run("detectors", "import", kept).out == "preset:my-edge\n"


def test_the_folder_that_was_chosen_in_the_window_is_used(run):
    Path("mine").mkdir()
    save_settings(settings_path(os.environ), Settings(presets_folder=str(Path("mine").resolve())))
    run("detectors", "import", "edge.kernel.json")
    assert Path("mine/my-edge.kernel.json").exists()


def test_a_damaged_preset_is_said_beside_the_list(run, imported):
    (usual_presets_folder(os.environ) / "bad.kernel.json").write_bytes(b"{")
    printed = run("detectors")
    assert len(printed.out.splitlines()) == 76
    assert "bad.kernel.json" in printed.err
    assert printed.err.count("\n") == 1


def test_a_damaged_file_beside_good_ones_is_said_and_the_others_are_imported(run):
    Path("bad.kernel.json").write_bytes(b"{")
    printed = run("detectors", "import", ".", status=2)
    assert printed.out == "preset:my-edge\n"
    assert "bad.kernel.json" in printed.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "preset:none"], "there is no detector “preset:none”"),
        (["delete", "preset:none"], "there is no preset “preset:none”: see convstudio detectors for the list"),
        (["delete", "sobel-x"], "sobel-x is a detector of the program and stays"),
        (["delete", "preset:../edge"], "is not a preset: its id begins with preset:"),
        (["export", "-o", "x.zip"], "ID or --presets"),
        (["export", "--presets", "-o", "x.zip"], "holds no presets: import some first"),
        (["export", "sobel-x", "sobel-y", "-o", "x.csv"], "is one file for 2 kernels: name a .zip or a folder"),
        (["import", "none.kernel.json"], "does not exist"),
        (["import"], "the following arguments are required: FILE"),
    ],
)
def test_what_cannot_be_done_is_one_line(capsys, arguments, sentence):
    assert main(["detectors", *arguments]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert sentence in printed.err


def test_a_folder_that_vanished_is_one_line(capsys):
    save_settings(settings_path(os.environ), Settings(presets_folder="/nowhere/at/all"))
    assert main(["detectors"]) == 0
    assert "does not exist any more. Make it again under this name" in capsys.readouterr().err
