"""Bytes of a file: read at once, or part by part when they are asked for."""

import io
import os

import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.reading import read_bytes, stored_file, stream_of


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "f.bin"
    path.write_bytes(bytes(range(100)))
    return path


def test_parts_of_a_file_are_those_of_its_bytes(path):
    file, data = stored_file(path), read_bytes(path)
    for part in (slice(3, 9), slice(90, 200), slice(200, 300), slice(9, 3), slice(None)):
        assert file[part] == data[part]


def test_a_file_that_changed_is_refused(path):
    file = stored_file(path)
    path.write_bytes(b"other")
    with pytest.raises(FileProblem, match="changed while it was read"):
        file[:2]


def test_a_file_that_changed_is_not_handed_to_another_process(path):
    file = stored_file(path)
    os.utime(path, ns=(1, 1))
    with pytest.raises(FileProblem, match="changed while it was read"), file.opened():
        pass


def test_a_file_that_is_gone_is_refused(path):
    file = stored_file(path)
    path.unlink()
    with pytest.raises(FileProblem, match="does not exist"):
        file[:2]


def test_a_stream_goes_back_and_forth_as_one_of_bytes_does(path):
    streams = [stream_of(stored_file(path)), stream_of(read_bytes(path))]
    for offset, whence in ((5, io.SEEK_SET), (-3, io.SEEK_END), (-10, io.SEEK_CUR), (300, io.SEEK_SET)):
        assert len({(one.seek(offset, whence), one.tell(), one.read(4)) for one in streams}) == 1


def test_a_stream_does_not_begin_before_its_file(path):
    with pytest.raises(ValueError, match="before the beginning"):
        stream_of(stored_file(path)).seek(-1)
