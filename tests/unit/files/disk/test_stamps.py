import os

import pytest

from convstudio.files.disk.stamps import FileStamp


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.convstudio"
    path.write_bytes(b"old")
    return path


def test_a_file_that_nobody_touched_is_the_same(path):
    stamp = FileStamp.of(path)
    assert stamp.now(path) is stamp


def test_a_file_that_was_only_touched_is_the_same(path):
    stamp = FileStamp.of(path)
    os.utime(path, (1, 1))
    assert stamp.now(path) is stamp


@pytest.mark.parametrize("content", [b"new", b"older"])
def test_a_file_of_other_content_is_another(path, content):
    stamp = FileStamp.of(path)
    path.write_bytes(content)
    os.utime(path, (1, 1))
    assert stamp.now(path) == FileStamp.of(path) != stamp


def test_a_file_that_is_gone_has_no_stamp(path):
    stamp = FileStamp.of(path)
    path.unlink()
    assert (stamp.now(path), FileStamp.of(path)) == (None, None)


def test_a_folder_in_its_place_has_no_stamp(path):
    stamp = FileStamp.of(path)
    path.unlink()
    path.mkdir()
    assert stamp.now(path) is None
