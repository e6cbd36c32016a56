"""A project's maps, kernels and everything as files, from the command line."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio.cli import main
from convstudio.commands.export import export_parser
from convstudio.commands.pages import SHOWN, TAKERS, WRITTEN
from convstudio.files.projects.examples import read_project_spec
from convstudio.model.run.forward import forward
from convstudio.model.values.numbers import format_number

PROJECT = "example:corners"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def layers():
    return forward(read_project_spec(PROJECT)[0]).layers


def names():
    return sorted(path.name for path in Path().iterdir())


def test_the_maps_of_the_last_layer_are_written_unless_another_is_named(layers):
    assert main(["export", PROJECT, "last.npy"]) == 0
    assert main(["export", PROJECT, "first.npy", "--layer", "1"]) == 0
    np.testing.assert_array_equal(np.load("last.npy"), layers[-1].maps)
    np.testing.assert_array_equal(np.load("first.npy"), layers[0].maps)


def test_files_are_named_as_in_the_window(capsys):
    assert main(["export", PROJECT, "m.png", "--layer", "1", "--colours"]) == 0
    assert len(names()) == 2
    assert all(name.startswith(("m-1", "m-2")) for name in names())
    assert capsys.readouterr().out.count("the first colour of diverging is") == 2


def test_everything_goes_into_one_archive(layers):
    assert main(["export", PROJECT, "all.npz", "--what", "everything"]) == 0
    with np.load("all.npz") as held:
        assert {"input", "layer 1 kernels", "layer 1 bias", "layer 1 maps"} <= set(held)
        np.testing.assert_array_equal(held["layer 1 maps"], layers[0].maps)


def test_kernels_become_a_contact_sheet():
    assert main(["export", PROJECT, "k.png", "--what", "kernels", "--layer", "1", "--sheet", "--scale-bar"]) == 0
    assert names() == ["k.png"]
    assert np.asarray(Image.open("k.png")).shape[1] > 96


def test_a_file_that_nobody_named_is_not_replaced(capsys):
    assert main(["export", PROJECT, "m.csv", "--layer", "1"]) == 0
    before = {name: Path(name).read_bytes() for name in names()}
    assert main(["export", PROJECT, "m.csv", "--layer", "1"]) == 2
    assert "would be replaced: add --force" in capsys.readouterr().err
    assert main(["export", PROJECT, "m.csv", "--layer", "1", "--force"]) == 0
    assert {name: Path(name).read_bytes() for name in names()} == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["m.npy", "--layer", "0"], "--layer 0 does not exist: give a number from 1 to 4"),
        (["m.npy", "--layer", "2", "--what", "kernels"], "this layer has no kernels to export"),
        (["m.docx"], "“m.docx” has no known format"),
        (["m.html"], "“m.html” cannot hold maps: add --what report, or use the extension .npy"),
        (["m.pdf"], "“m.pdf” cannot hold maps: add --what figure or network, or"),
        (["m.npy", "--sheet"], "--sheet is for pictures"),
    ],
)
def test_what_cannot_be_exported_is_one_line(capsys, arguments, reason):
    assert main(["export", PROJECT, *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"convstudio: error: {reason}")
    assert told.count("\n") == 1
    assert names() == []


def test_a_report_explains_the_output_that_is_asked_for(layers):
    place = ["--layer", "1", "--filter", "2", "--position", "3,4"]
    assert main(["export", PROJECT, "r.html", "--what", "report", *place]) == 0
    page = Path("r.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Row 3, column 4" in page
    assert f"Output: {format_number(float(layers[0].maps[2, 3, 1]))}<" in page


def test_a_figure_is_written_as_svg():
    assert main(["export", PROJECT, "f.svg", "--what", "figure", "--layer", "1"]) == 0
    assert Path("f.svg").read_bytes().startswith(b"<svg")


@pytest.mark.parametrize(
    "arguments",
    [["export", PROJECT, "page.pdf", "--what", "figure", "--layer", "1"], ["summary", PROJECT, "-o", "page.pdf"]],
)
def test_a_pdf_page_needs_no_screen(arguments):
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    without = {name: value for name, value in os.environ.items() if name not in screens}
    here = {"cwd": Path().absolute(), "env": {**without, "PYTHONPATH": str(Path(__file__).parents[2])}}
    subprocess.run([sys.executable, "-m", "convstudio", *arguments], check=True, **here)  # Qt stays in that process
    assert Path("page.pdf").read_bytes().startswith(b"%PDF-")


def test_an_animation_has_the_steps_and_the_speed_that_are_asked_for():
    steps = ["--first", "3", "--last", "7", "--speed", "10"]
    assert main(["export", PROJECT, "a.gif", "--what", "animation", *steps]) == 0
    with Image.open("a.gif") as image:
        assert (image.n_frames, image.info["duration"]) == (5, 100)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["m.npy", "--filter", "2"], "--filter is for --what report, figure, animation, not for maps: leave it out"),
        (["r.html", "--what", "report", "--sheet"], "--sheet is for --what maps, kernels, everything, not for report"),
        (["f.svg", "--what", "figure", "--speed", "4"], "--speed is for --what animation, not for figure"),
        (["r.pdf", "--what", "report"], "“r.pdf” cannot hold a page of the kind report: use the extension .html"),
        (["a.mov", "--what", "animation"], "“a.mov” cannot hold a page of the kind animation: use the extension .gif"),
        (["a.gif", "--what", "animation", "--speed", "0"], "--speed must be between 1 and 60 steps in a second, not 0"),
        (["a.gif", "--what", "animation", "--first", "9", "--last", "2"], "the steps must be between 1 and 140"),
        (["f.svg", "--what", "figure", "--position", "99,1"], "--position 99,1 is not in the 10×14 map"),
        (["f.svg", "--what", "figure", "--position", "x"], "--position x is not in the 10×14 map"),
        (["f.svg", "--what", "figure", "--filter", "9"], "--filter 9 does not exist in this layer"),
        (["f.svg", "--what", "figure", "--layer", "9"], "--layer 9 does not exist: give a number from 1 to 4"),
        (["n.svg", "--what", "network", "--layer", "2"], "--layer is for --what maps, kernels, report, figure, animat"),
        (
            ["e.npz", "--what", "everything", "--layer", "2"],
            "--layer is for --what maps, kernels, report, figure, anim",
        ),
        (["r.html", "--what", "report", "--bits", "16"], "--bits is for --what maps, kernels, everything, not for rep"),
    ],
)
def test_a_page_that_cannot_be_made_is_one_line(capsys, arguments, reason):
    assert main(["export", PROJECT, *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"convstudio: error: {reason}")
    assert (told.count("\n"), names()) == (1, [])


def test_of_every_option_it_is_known_which_contents_take_it():
    options = {action.dest for action in export_parser()._actions}
    assert options - {"help", "project", "output", "what"} == set(TAKERS)


def test_every_option_has_an_effect_on_some_content_and_not_on_all():
    for takers in TAKERS.values():
        assert set(takers) < {*WRITTEN, *SHOWN}


def test_a_gif_that_cannot_be_as_fast_as_asked_says_so(tmp_path, capsys):
    made = tmp_path / "fast.gif"
    main(["export", "example:plus", str(made), "--what", "animation", "--last", "3", "--speed", "60"])
    assert "A GIF animation shows at most 50 steps in a second" in capsys.readouterr().err
    assert made.exists()
