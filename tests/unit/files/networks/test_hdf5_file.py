"""HDF5 files asked in the helper process: all arrays, their list, or some."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from convstudio.files.networks.hdf5_file import list_hdf5, read_hdf5, read_hdf5_arrays
from convstudio.files.problems import FileProblem
from convstudio.files.reading import stored_file

WEIGHTS = np.arange(12, dtype=np.float64).reshape(3, 4)


def content(**others: Any) -> bytes:
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["a/weights"] = WEIGHTS
        file["words"] = "no numbers"
        for name, link in others.items():
            file[name] = link
    return held.getvalue()


def test_numbers_are_listed_and_read() -> None:
    assert list_hdf5(content(), "it") == {"a/weights": ((3, 4), "float64")}
    np.testing.assert_array_equal(one_of(content(), "a/weights"), WEIGHTS)
    np.testing.assert_array_equal(read_hdf5(content(), "it").arrays["a/weights"], WEIGHTS)


def test_a_file_on_the_disk_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(content())
    np.testing.assert_array_equal(one_of(stored_file(path), "a/weights"), WEIGHTS)


def one_of(data: Any, name: str) -> Any:
    return dict(read_hdf5_arrays(data, [name], "it"))[name]


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink("/a/weights")])
def test_links_are_refused(link: Any) -> None:
    with pytest.raises(FileProblem, match="points at another place"):
        list_hdf5(content(other=link), "it")


def test_an_array_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileProblem, match="holds no array “b” any more"):
        one_of(content(), "b")


def test_an_empty_dataset_is_no_array() -> None:
    assert list(list_hdf5(content(nothing=h5py.Empty("f4")), "it")) == ["a/weights"]


def damaged() -> bytes:
    """Return a file in which the numbers of one of two arrays do not fit their check sum."""
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["good"] = WEIGHTS
        bad = file.create_dataset("bad", data=WEIGHTS, chunks=WEIGHTS.shape, fletcher32=True)
        place = bad.id.get_chunk_info(0).byte_offset
    data = bytearray(held.getvalue())
    data[place] ^= 0xFF
    return bytes(data)


def test_of_several_arrays_a_damaged_one_is_told_and_the_others_are_read() -> None:
    found = dict(read_hdf5_arrays(damaged(), ["good", "bad"], "it"))
    np.testing.assert_array_equal(found["good"], WEIGHTS)
    assert str(found["bad"]).startswith("it, “bad”, is damaged")


def test_more_arrays_than_a_command_can_name_are_read() -> None:
    many = {f"n{number}": WEIGHTS + number for number in range(120)}
    found = dict(read_hdf5_arrays(content(**many), many, "it"))
    assert found.keys() == many.keys()


def test_a_model_does_not_need_the_damaged_array() -> None:
    file = read_hdf5(damaged(), "it")
    np.testing.assert_array_equal(file.array("good"), WEIGHTS)
    with pytest.raises(FileProblem, match="“bad”, is damaged"):
        file.array("bad")
