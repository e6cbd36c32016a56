import json

import numpy as np
import pytest
from PIL import Image

from convstudio.files.export import (
    levels_sentence,
    map_paths,
    replaced_beside,
    write_map,
    write_maps_apart,
    write_together,
    written_sentence,
)
from convstudio.files.inputs import read_input
from convstudio.files.problems import FileProblem
from convstudio.model.arrays import frozen

ONE = frozen(np.array([[0, 3, -1.5], [0.1, 2, 16777216]])[..., np.newaxis])
TWO = frozen(np.stack([np.eye(3), np.full((3, 3), 2)], axis=-1))
SEQUENCE = frozen([[0], [0.5], [3]])


def names(paths):
    return [path.name for path in paths]


def test_an_array_holds_all_maps_channels_last(tmp_path):
    paths = write_map(tmp_path / "m.npy", TWO)
    np.testing.assert_array_equal(np.load(paths[0], allow_pickle=False), TWO)


def test_an_array_of_a_sequence_is_steps_and_filters(tmp_path):
    write_map(tmp_path / "m.npy", SEQUENCE)
    assert np.load(tmp_path / "m.npy").shape == (3, 1)


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".tsv", "\t")])
def test_a_table_holds_one_map_exactly(tmp_path, suffix, separator):
    path = tmp_path / f"m{suffix}"
    write_map(path, ONE)
    assert path.read_text() == "0 3 -1.5\n0.1 2 16777216\n".replace(" ", separator)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".npy", ".tif", ".tiff"])
def test_a_map_reads_back_as_an_input_bit_by_bit(tmp_path, suffix):
    maps = frozen(np.random.default_rng(5).normal(size=(7, 5, 1)))
    write_map(tmp_path / f"m{suffix}", maps)
    assert read_input(tmp_path / f"m{suffix}").sample.values.to_array().tobytes() == maps.tobytes()


def test_a_sequence_is_one_row(tmp_path):
    write_map(tmp_path / "m.csv", SEQUENCE)
    assert (tmp_path / "m.csv").read_text() == "0,0.5,3\n"


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".png", ".tif"])
def test_several_maps_become_several_numbered_files(tmp_path, suffix):
    paths = write_map(tmp_path / f"m{suffix}", TWO)
    assert names(paths) == [f"m-0{suffix}", f"m-1{suffix}"]
    assert sorted(names(tmp_path.iterdir())) == names(paths)


def test_a_picture_goes_from_black_at_the_least_to_white_at_the_greatest(tmp_path):
    write_map(tmp_path / "m.png", frozen(np.array([[-1, 0, 1]])[..., np.newaxis]))
    assert np.asarray(Image.open(tmp_path / "m.png")).tolist() == [[0, 128, 255]]


def test_a_picture_says_its_levels(tmp_path):
    write_map(tmp_path / "m.png", frozen([[[-1], [0.5]]]))
    assert Image.open(tmp_path / "m.png").text["Description"] == "Feature map: black is -1, white is 0.5"


@pytest.mark.parametrize(
    "values", [[[[2], [2]]], [[[np.nan], [np.inf]]], [[[np.nan], [1], [-np.inf], [3e38], [-3e38]]]]
)
def test_a_picture_of_any_numbers_can_be_written(tmp_path, values):
    write_map(tmp_path / "m.png", frozen(values))
    assert np.asarray(Image.open(tmp_path / "m.png")).dtype == np.uint8


def test_levels_are_those_of_finite_numbers():
    assert levels_sentence(frozen([np.nan, 1, np.inf, -2])) == "black is -2, white is 1"


def test_json_holds_all_maps_with_the_names_of_the_axes(tmp_path):
    write_map(tmp_path / "m.json", TWO)
    content = json.loads((tmp_path / "m.json").read_text())
    assert (content["axes"], np.shape(content["maps"])) == (["rows", "columns", "filters"], (3, 3, 2))


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(FileProblem, match=r"m\.bmp” says no format for a feature map: end the name in \.csv"):
        write_map(tmp_path / "m.bmp", ONE)


def test_a_volume_is_no_table(tmp_path):
    with pytest.raises(FileProblem, match=r"a map is 2×2×2: end the name in \.npy"):
        write_map(tmp_path / "m.csv", frozen(np.zeros((2, 2, 2, 1))))


LABELS = ("1 sobel-x", "2 a/b: <c>")


@pytest.mark.parametrize("suffix", [".csv", ".png", ".tif", ".npy", ".json"])
def test_maps_apart_bear_the_numbers_and_names_of_the_window(tmp_path, suffix):
    paths = write_maps_apart(tmp_path / f"m{suffix}", TWO, LABELS)
    assert sorted(names(tmp_path.iterdir())) == names(paths) == [f"m-1-sobel-x{suffix}", f"m-2-a-b-c{suffix}"]


def test_a_map_apart_is_that_map(tmp_path):
    paths = write_maps_apart(tmp_path / "m.csv", TWO, LABELS)
    assert read_input(paths[1]).sample.values.to_array().tolist() == TWO[..., 1:].tolist()


def test_names_never_lead_out_of_the_folder(tmp_path):
    paths = map_paths(tmp_path / "m.png", TWO.shape, ["1 ../../x", "2 ..\\y"])
    assert {path.parent for path in paths} == {tmp_path}


def test_what_would_be_replaced_under_other_names_is_told(tmp_path):
    (tmp_path / "m-0.png").write_bytes(b"mine")
    assert replaced_beside(tmp_path / "m.png", map_paths(tmp_path / "m.png", TWO.shape)) == (tmp_path / "m-0.png",)


def test_the_named_file_itself_was_confirmed(tmp_path):
    (tmp_path / "m.npy").write_bytes(b"mine")
    assert replaced_beside(tmp_path / "m.npy", map_paths(tmp_path / "m.npy", TWO.shape)) == ()


def test_several_maps_do_not_fit_into_one_picture(tmp_path):
    with pytest.raises(FileProblem, match="holds one map, and these are 2"):
        write_together(tmp_path / "m.png", TWO)
    assert list(tmp_path.iterdir()) == []


def test_of_a_set_that_cannot_be_written_whole_nothing_is_written(tmp_path):
    (tmp_path / "m-1.png").mkdir()
    with pytest.raises(FileProblem, match="is a folder"):
        write_map(tmp_path / "m.png", TWO)
    assert names(tmp_path.iterdir()) == ["m-1.png"]


def test_the_files_that_exist_are_named(tmp_path):
    paths = write_map(tmp_path / "m.png", TWO)
    assert written_sentence(paths) == f"2 files written to {tmp_path}: m-0.png, m-1.png."
