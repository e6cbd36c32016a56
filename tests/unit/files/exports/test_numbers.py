"""What programs that are not ours read from the files of exported numbers."""

import json
import zipfile

import numpy as np
import pytest
import tifffile
from PIL import Image

from convstudio.files.exports.numbers import as_csv, as_json, as_npz, as_tiff, as_tsv
from convstudio.files.weights import open_weights
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.values.arrays import frozen

VALUES = frozen(np.random.default_rng(3).normal(size=(5, 7, 3)))
MAPS = ExportedArray(Part.of_maps(VALUES.shape, ["1 sobel-x", "2 =HYPERLINK", "3 é"]), VALUES)
KERNELS = ExportedArray(
    Part("kernels", ("rows", "columns", "channels", "filters"), (2, 2, 1, 2), 2, ("f1", "f2")),
    frozen(np.arange(8).reshape(2, 2, 1, 2)),
)
PLAIN = PictureStyle()


def test_an_archive_holds_every_array_under_its_name(tmp_path):
    (tmp_path / "m.npz").write_bytes(as_npz([MAPS, KERNELS], PLAIN))
    with np.load(tmp_path / "m.npz", allow_pickle=False) as held:
        assert sorted(held) == ["kernels", "maps"]
        np.testing.assert_array_equal(held["maps"], VALUES)


def test_the_same_maps_give_the_same_archive():
    assert as_npz([MAPS], PLAIN) == as_npz([MAPS], PLAIN)


def test_an_archive_is_whole(tmp_path):
    (tmp_path / "m.npz").write_bytes(as_npz([MAPS], PLAIN))
    assert zipfile.ZipFile(tmp_path / "m.npz").testzip() is None


def test_kernels_of_an_archive_open_as_weights(tmp_path):
    (tmp_path / "m.npz").write_bytes(as_npz([KERNELS], PLAIN))
    assert open_weights(tmp_path / "m.npz") is not None


def test_json_of_maps_names_axes_and_maps():
    content = json.loads(as_json([MAPS], PLAIN))
    assert (content["format"], content["axes"], content["names"][0]) == (
        "convstudio-maps", ["rows", "columns", "filters"], "1 sobel-x",
    )  # fmt: skip
    np.testing.assert_array_equal(np.float32(content["maps"]), VALUES)


def test_json_of_several_arrays_lists_them():
    content = json.loads(as_json([MAPS, KERNELS], PLAIN))
    assert content["format"] == "convstudio-arrays"
    assert [(one["name"], one["axes"][-1]) for one in content["arrays"]] == [
        ("maps", "filters"),
        ("kernels", "filters"),
    ]
    np.testing.assert_array_equal(content["arrays"][1]["values"], KERNELS.values)


@pytest.mark.parametrize(("write", "separator"), [(as_csv, b","), (as_tsv, b"\t")])
def test_a_table_holds_numbers_alone_whatever_the_map_is_called(write, separator):
    table = write([MAPS.some([1])], PLAIN)
    assert np.float32([[float(cell) for cell in line.split(separator)] for line in table.splitlines()]).tolist() == (
        VALUES[..., 1].tolist()
    )


def test_a_float_picture_has_a_page_for_every_map(tmp_path):
    (tmp_path / "m.tif").write_bytes(as_tiff([MAPS], PLAIN))
    with tifffile.TiffFile(tmp_path / "m.tif") as file:
        assert [page.description for page in file.pages] == list(MAPS.part.titles)
        assert [page.dtype for page in file.pages] == [np.float32] * 3
        for index, page in enumerate(file.pages):
            np.testing.assert_array_equal(page.asarray(), VALUES[..., index])


def test_pillow_reads_the_pages_too(tmp_path):
    (tmp_path / "m.tif").write_bytes(as_tiff([MAPS, KERNELS], PLAIN))
    with Image.open(tmp_path / "m.tif") as image:
        assert image.n_frames == 5
        image.seek(2)
        np.testing.assert_array_equal(np.asarray(image), VALUES[..., 2])
        image.seek(4)
        np.testing.assert_array_equal(np.asarray(image), KERNELS.values[..., 0, 1])
