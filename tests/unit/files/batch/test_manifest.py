import json
from pathlib import Path

import pytest

from convstudio.files.batch.manifest import MANIFEST_NAME, FileRecord, Manifest, Record, file_record
from convstudio.files.batch.tasks import digest
from convstudio.files.problems import FileProblem


def record(result="a.npy", shape=(8, 8, 1)):
    return Record("in/a.png", result, FileRecord("a.png", 3, 5, "00"), (), shape, {"kernel": ["sobel-x"]}, "0.1.0")


def write(folder, *records):
    with Manifest(folder) as manifest:
        manifest.add(records)


def read(folder, result="a.npy"):
    with Manifest(folder) as manifest:
        return manifest.record_of(result)


def test_what_is_added_is_read_back(tmp_path):
    write(tmp_path, record())
    assert read(tmp_path) == record()


def test_every_line_is_json(tmp_path):
    write(tmp_path, record())
    lines = (tmp_path / MANIFEST_NAME).read_text().splitlines()
    assert [json.loads(line).get("result") for line in lines] == [None, "a.npy"]


def test_the_last_line_about_a_result_counts(tmp_path):
    write(tmp_path, record(), record(shape=(2,)))
    assert read(tmp_path).shape == (2,)


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_line_that_was_cut_short_is_removed_and_the_others_stay(tmp_path, cut):
    write(tmp_path, record("a.npy"), record("b.npy"))
    path = tmp_path / MANIFEST_NAME
    path.write_bytes(path.read_bytes()[:-cut])
    write(tmp_path, record("c.npy"))
    assert [read(tmp_path, name) is not None for name in ("a.npy", "b.npy", "c.npy")] == [True, False, True]


def test_a_heading_that_was_cut_short_is_written_again(tmp_path):
    (tmp_path / MANIFEST_NAME).write_bytes(b'{"format":"conv')
    write(tmp_path, record())
    assert read(tmp_path) == record()


@pytest.mark.parametrize("content", ["mine\n", '{"format":"convstudio-manifest","version":2}\n', "mine"])
def test_a_file_that_is_no_manifest_of_ours_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / MANIFEST_NAME
    path.write_text(content)
    with pytest.raises(FileProblem, match="is not a manifest that this version wrote: move it away"):
        Manifest(tmp_path)
    assert path.read_text() == content


def test_a_line_that_is_no_record_is_refused(tmp_path):
    write(tmp_path, record())
    with (tmp_path / MANIFEST_NAME).open("a") as file:
        file.write('{"input":"a.png"}\n')
    with pytest.raises(FileProblem, match="is not a manifest"):
        Manifest(tmp_path)


def test_only_one_run_has_it(tmp_path):
    with Manifest(tmp_path), pytest.raises(FileProblem, match="is being written by another run"):
        Manifest(tmp_path)


def test_a_manifest_that_was_begun_and_not_used_is_gone(tmp_path):
    with Manifest(tmp_path) as manifest:
        assert manifest.is_new
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_is_used_stays_without_lines(tmp_path):
    with Manifest(tmp_path) as manifest:
        manifest.use()
    with Manifest(tmp_path) as manifest:
        assert not manifest.is_new


@pytest.mark.parametrize(("content", "same"), [(b"abc", True), (b"abd", False), (b"ab", False), (None, False)])
def test_a_file_is_unchanged_where_its_bytes_are(tmp_path, content, same):
    path = Path(tmp_path / "a.npy")
    path.write_bytes(b"abc")
    known = file_record("a.npy", path, digest(b"abc"))
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert known.is_unchanged(path) is same


def test_a_digest_that_is_none_makes_no_file_unchanged(tmp_path):
    assert not FileRecord("a", 1, 1, "x").is_unchanged(tmp_path / "a")
