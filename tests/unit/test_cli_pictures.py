"""Maps as pictures, sheets and pages from the command line."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from convstudio.cli import main
from convstudio.commands.outputs import levels_lines
from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.model.colour.display import colours
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.values.scale import Scale


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


KERNELS_2 = ("--kernel", "sobel-x", "--kernel", "sobel-y")


def written_maps():
    main(["apply", "sample:tutorial-lines", *KERNELS_2, "-o", "values.npy"])
    return "values.npy"


def test_a_picture_is_written_in_the_colours_that_the_window_shows(capsys):
    assert main(["apply", "sample:tutorial-lines", *KERNELS_2, "--colours", "viridis", "-o", "m.png"]) == 0
    values = np.load(written_maps())
    expected = colours(values[..., 1], levels_of_map(values[..., 1], Scale(load_colour_map("viridis"))))
    np.testing.assert_array_equal(np.asarray(Image.open("m-1.png")), expected)
    assert "m-1.png: the first colour of viridis is " in capsys.readouterr().out


def test_a_contact_sheet_names_all_maps_in_one_picture():
    wishes = ("--sheet", "--colours", "--scale-bar")
    assert main(["apply", "sample:tutorial-lines", *KERNELS_2, *wishes, "-o", "m.png"]) == 0
    assert [path.name for path in Path().glob("m*.png")] == ["m.png"]
    assert np.asarray(Image.open("m.png")).shape[1] > 2 * 96


def test_a_deep_picture_has_65536_shades():
    assert main(["apply", "sample:tutorial-lines", "--kernel", "sobel-x", "--bits", "16", "-o", "m.png"]) == 0
    assert np.asarray(Image.open("m.png")).max() == 65535


def test_several_maps_are_pages_of_one_float_picture():
    assert main(["apply", "sample:tutorial-lines", *KERNELS_2, "-o", "m.tif"]) == 0
    pages = tifffile.imread("m.tif")
    np.testing.assert_array_equal(np.moveaxis(pages, 0, -1), np.load(written_maps()))


@pytest.mark.parametrize(
    ("wishes", "ending", "reason"),
    [
        (["--sheet"], ".npy", "--sheet is for pictures, and “m.npy” is not a picture: end its name in .png"),
        (["--colours"], ".csv", "--colours is for pictures, and “m.csv” is not a picture: end its name in .png"),
        (["--scale-bar"], ".tif", "--scale-bar is for pictures, and “m.tif” is not a picture: end its name in .png"),
        (["--bits", "16"], ".json", "--bits 16 is for pictures, and “m.json” is not a picture: end its name in .png"),
        (["--bits", "16", "--colours"], ".png", "--bits 16 is for plain grey pictures"),
        (
            ["--colours", "rainbow"],
            ".png",
            "--colours: “rainbow” is not one of its choices: give one of diverging, grey, ",
        ),
    ],
)
def test_wishes_for_pictures_that_cannot_be_met_are_refused(capsys, wishes, ending, reason):
    assert main(["apply", "sample:tutorial-lines", "--kernel", "sobel-x", *wishes, "-o", f"m{ending}"]) == 2
    assert capsys.readouterr().err.startswith(f"convstudio: error: {reason}")
    assert not Path(f"m{ending}").exists()


def test_levels_are_those_of_finite_numbers():
    values = np.float32([[[np.nan], [1], [np.inf], [-2]]])
    maps = ExportedArray(Part.of_maps(values.shape), values)
    assert levels_lines(["m.png"], maps, PictureStyle()) == ["m.png: black is -2, white is 1"]
