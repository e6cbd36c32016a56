"""HDF5 files asked in the helper process: all arrays, their list, or one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from convstudio.files.networks.hdf5_file import list_hdf5, read_hdf5, read_hdf5_array
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
    np.testing.assert_array_equal(read_hdf5_array(content(), "a/weights", "it"), WEIGHTS)
    np.testing.assert_array_equal(read_hdf5(content(), "it").arrays["a/weights"], WEIGHTS)


def test_a_file_on_the_disk_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(content())
    np.testing.assert_array_equal(read_hdf5_array(stored_file(path), "a/weights", "it"), WEIGHTS)


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink("/a/weights")])
def test_links_are_refused(link: Any) -> None:
    with pytest.raises(FileProblem, match="points at another place"):
        list_hdf5(content(other=link), "it")


def test_an_array_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileProblem, match="holds no array “b” any more"):
        read_hdf5_array(content(), "b", "it")
