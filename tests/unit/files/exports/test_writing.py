import json

import numpy as np
import pytest
from PIL import Image

from convstudio.files.disk.save import save_all
from convstudio.files.exports.map_formats import CONTACT_SHEET, MAP_FORMATS, map_format
from convstudio.files.exports.writing import (
    encoded_files,
    file_paths,
    replaced_beside,
    write_map,
    written_sentence,
)
from convstudio.files.inputs import read_input
from convstudio.files.problems import FileProblem
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.values.arrays import frozen

ONE = frozen(np.array([[0, 3, -1.5], [0.1, 2, 16777216]])[..., np.newaxis])
TWO = frozen(np.stack([np.eye(3), np.full((3, 3), 2)], axis=-1))
SEQUENCE = frozen([[0], [0.5], [3]])


def maps_of(values, titles=None, name="maps"):
    return ExportedArray(Part.of_maps(values.shape, titles, name), values)


def written(path, *arrays, kind=None, is_apart=False):
    return save_all(encoded_files(path, arrays, kind or map_format(path), PictureStyle(), is_apart=is_apart))


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


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".png"])
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


def test_json_holds_all_maps_with_the_names_of_the_axes(tmp_path):
    write_map(tmp_path / "m.json", TWO)
    content = json.loads((tmp_path / "m.json").read_text())
    assert (content["axes"], np.shape(content["maps"])) == (["rows", "columns", "filters"], (3, 3, 2))


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(FileProblem, match=r"m\.bmp” has no known format: use the extension \.npy, \.json, \.csv"):
        write_map(tmp_path / "m.bmp", ONE)


def test_a_volume_is_no_table(tmp_path):
    with pytest.raises(FileProblem, match=r"a map is 2×2×2: use the extension \.npy"):
        write_map(tmp_path / "m.csv", frozen(np.zeros((2, 2, 2, 1))))


LABELS = ("1 sobel-x", "2 a/b: <c>")


@pytest.mark.parametrize("suffix", [".csv", ".png", ".tif", ".npy", ".json"])
def test_maps_apart_bear_the_numbers_and_names_of_the_window(tmp_path, suffix):
    paths = written(tmp_path / f"m{suffix}", maps_of(TWO, LABELS), is_apart=True)
    assert sorted(names(tmp_path.iterdir())) == names(paths) == [f"m-1-sobel-x{suffix}", f"m-2-a-b-c{suffix}"]


def test_a_map_apart_is_that_map(tmp_path):
    paths = written(tmp_path / "m.csv", maps_of(TWO, LABELS), is_apart=True)
    assert read_input(paths[1]).sample.values.to_array().tolist() == TWO[..., 1:].tolist()


def test_the_only_map_bears_the_name_that_was_given(tmp_path):
    assert names(written(tmp_path / "m.csv", maps_of(ONE, LABELS[:1]), is_apart=True)) == ["m.csv"]


def test_names_never_lead_out_of_the_folder(tmp_path):
    part = Part.of_maps(TWO.shape, ["1 ../../x", "2 ..\\y"])
    paths = file_paths(tmp_path / "m.png", [part], map_format("m.png"))
    assert {path.parent for path in paths} == {tmp_path}


SEVERAL = (maps_of(TWO, LABELS), maps_of(ONE, ["edges"], "input"))


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (".csv", ["m-maps-1-sobel-x.csv", "m-maps-2-a-b-c.csv", "m-input.csv"]),
        (".npy", ["m-maps.npy", "m-input.npy"]),
        (".json", ["m.json"]),
        (".tif", ["m.tif"]),
        (".npz", ["m.npz"]),
    ],
)
def test_several_arrays_are_told_apart_by_their_names_or_share_one_file(tmp_path, ending, expected):
    assert names(written(tmp_path / f"m{ending}", *SEVERAL)) == expected
    assert sorted(names(tmp_path.iterdir())) == sorted(expected)


@pytest.mark.parametrize("kind", MAP_FORMATS, ids=lambda kind: kind.name)
def test_the_files_that_are_announced_are_those_that_are_written(tmp_path, kind):
    if kind.endings == (".xlsx",):
        pytest.importorskip("xlsxwriter")
    path = tmp_path / f"m{kind.endings[0]}"
    announced = file_paths(path, [array.part for array in SEVERAL], kind)
    assert written(path, *SEVERAL, kind=kind) == announced
    assert set(tmp_path.iterdir()) == set(announced)


def counted_paths(path):
    return file_paths(path, [Part.of_maps(TWO.shape)], map_format(path), is_counted=True)


def test_what_would_be_replaced_under_other_names_is_told(tmp_path):
    (tmp_path / "m-0.png").write_bytes(b"mine")
    assert replaced_beside(tmp_path / "m.png", counted_paths(tmp_path / "m.png")) == (tmp_path / "m-0.png",)


def test_the_named_file_itself_was_confirmed(tmp_path):
    (tmp_path / "m.npy").write_bytes(b"mine")
    assert replaced_beside(tmp_path / "m.npy", counted_paths(tmp_path / "m.npy")) == ()


@pytest.mark.parametrize("kind", [map_format("m.png"), CONTACT_SHEET, map_format("m.tif")], ids=lambda kind: kind.name)
def test_a_vector_is_no_picture(tmp_path, kind):
    with pytest.raises(FileProblem, match=r"a picture of a vector of 3 values: use the extension \.npy, \.json"):
        written(tmp_path / "m.png", maps_of(frozen([1, 2, 3])), kind=kind)
    assert list(tmp_path.iterdir()) == []


def test_of_a_set_that_cannot_be_written_whole_nothing_is_written(tmp_path):
    (tmp_path / "m-1.png").mkdir()
    with pytest.raises(FileProblem, match="is a folder"):
        write_map(tmp_path / "m.png", TWO)
    assert names(tmp_path.iterdir()) == ["m-1.png"]


def test_the_files_that_exist_are_named(tmp_path):
    paths = write_map(tmp_path / "m.png", TWO)
    assert written_sentence(paths) == f"2 files written to {tmp_path}: m-0.png, m-1.png."
