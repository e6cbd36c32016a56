import io
import zipfile

import numpy as np
import pytest

from convstudio.files.arrays.npy import encode_npy
from convstudio.files.kernels.kernel_files import read_kernel
from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.exchange import export_archive, export_folder, export_preset, read_presets
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.problems import FileProblem
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.limits import LIMITS

EDGE = Detector("preset:edge", "Edge", 1, frozen([-1, 0, 1]), False, "steps", "me", tags=("a", "b"), note="n")
BLUR = Detector("preset:blur", "Blur", 2, frozen(np.full((3, 3), 1 / 9)), False, "", "", bias=1.0)


def packed(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("DOT", "."), content)
    return data.getvalue()


def bytes_of(presets):
    return sorted(map(encode_preset, presets))


def test_an_archive_reads_back_as_it_was_written(tmp_path):
    export_archive(tmp_path / "all.zip", [EDGE, BLUR])
    assert bytes_of(read_presets([tmp_path / "all.zip"]).presets) == bytes_of([EDGE, BLUR])


def test_the_same_presets_give_the_same_archive(tmp_path):
    for name in ("a.zip", "b.zip"):
        export_archive(tmp_path / name, [EDGE, BLUR])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_two_presets_of_one_name_are_two_files_of_an_archive(tmp_path):
    export_archive(tmp_path / "a.zip", [EDGE, EDGE])
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["edge.kernel.json", "edge-2.kernel.json"]


def test_a_folder_reads_back_and_a_second_export_adds_nothing(tmp_path):
    assert export_folder(tmp_path / "out", [EDGE, BLUR]) == 2
    assert export_folder(tmp_path / "out", [EDGE, BLUR]) == 0
    assert bytes_of(read_presets([tmp_path / "out"]).presets) == bytes_of([EDGE, BLUR])


def test_one_preset_keeps_everything_in_our_own_format_and_its_weights_in_others(tmp_path):
    for name in ("e.kernel.json", "e.csv", "e.npy"):
        export_preset(tmp_path / name, EDGE)
    assert bytes_of(read_presets([tmp_path / "e.kernel.json"]).presets) == bytes_of([EDGE])
    assert read_kernel(tmp_path / "e.csv").kernel.tolist() == [-1, 0, 1]
    assert read_presets([tmp_path / "e.npy"]).presets[0].kernel.tolist() == [-1, 0, 1]


def test_a_kernel_in_another_format_is_named_for_its_file(tmp_path):
    (tmp_path / "my kernel.npy").write_bytes(encode_npy(BLUR.kernel))
    (read,) = read_presets([tmp_path / "my kernel.npy"]).presets
    assert (read.name, read.rank, read.mixes_channels) == ("my kernel", 2, False)


def test_a_damaged_file_is_a_sentence_and_the_others_are_read(tmp_path):
    (tmp_path / "bad.kernel.json").write_bytes(b"{}")
    export_preset(tmp_path / "good.kernel.json", EDGE)
    read = read_presets([tmp_path])
    assert [one.name for one in read.presets] == ["Edge"]
    assert len(read.problems) == 1
    assert "bad.kernel.json" in read.problems[0]


def test_a_damaged_member_is_a_sentence_and_the_others_are_read(tmp_path):
    data = packed(badDOTkernelDOTjson=b"{}", goodDOTkernelDOTjson=encode_preset(EDGE))
    (tmp_path / "a.zip").write_bytes(data)
    read = read_presets([tmp_path / "a.zip"])
    assert [one.name for one in read.presets] == ["Edge"]
    assert "“a.zip”, “bad.kernel.json”" in read.problems[0].replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize("name", ["../../evil.kernel.json", "/etc/evil.kernel.json", "..\\evil.kernel.json"])
def test_a_member_that_points_outside_is_written_inside(tmp_path, name):
    (tmp_path / "a.zip").write_bytes(packed(**{name: encode_preset(EDGE)}))
    folder = PresetFolder(tmp_path / "deep" / "presets")
    (made,) = folder.add_missing(read_presets([tmp_path / "a.zip"]).presets).made
    assert made == folder.path / "edge.kernel.json"
    assert not list(tmp_path.glob("**/evil*"))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    (tmp_path / "a.zip").write_bytes(packed(bombDOTkernelDOTjson=b" " * (LIMITS.kernel_bytes + 1)))
    (refusal,) = read_presets([tmp_path / "a.zip"]).problems
    assert "unpacks to more than 64 MiB" in refusal


def test_many_small_members_that_add_up_to_a_bomb_are_refused(tmp_path):
    members = {f"b{n}.kernel.json": b" " * (LIMITS.kernel_bytes - 1) for n in range(9)}
    (tmp_path / "a.zip").write_bytes(packed(**members))
    problems = read_presets([tmp_path / "a.zip"]).problems
    assert "unpacks to more than 64 MiB" in problems[-1]


@pytest.mark.parametrize(
    "data", [b"PK", b"not a zip at all, but longer than an end", packed(aDOTkernelDOTjson=b"x")[:-9]]
)
def test_what_is_not_an_archive_is_one_sentence(tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    (problem,) = read_presets([tmp_path / "a.zip"]).problems
    assert "not a .zip archive" in problem


def test_an_archive_and_a_folder_without_presets_are_one_sentence_each(tmp_path):
    (tmp_path / "a.zip").write_bytes(packed(readmeDOTtxt=b"hi"))
    (tmp_path / "empty").mkdir()
    problems = read_presets([tmp_path / "a.zip", tmp_path / "empty"]).problems
    assert [("holds no presets" in one) for one in problems] == [True, True]


def test_members_without_a_name_and_folders_are_passed_over(tmp_path):
    members = [("", b"x"), ("folder.kernel.json/", b""), ("a.kernel.json", encode_preset(EDGE))]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name or "?"), content)
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"?", b"\0"))  # zipfile reads a name up to its first zero
    reading = read_presets([tmp_path / "a.zip"])
    assert [one.name for one in reading.presets] == ["Edge"]
    assert not reading.problems


def test_a_locked_archive_is_one_sentence(tmp_path):
    data = bytearray(packed(aDOTkernelDOTjson=encode_preset(EDGE)))
    for at in (data.find(b"PK\3\4") + 6, data.find(b"PK\1\2") + 8):
        data[at] |= 1  # the flag of a member that is encrypted
    (tmp_path / "a.zip").write_bytes(bytes(data))
    (problem,) = read_presets([tmp_path / "a.zip"]).problems
    assert "damaged or locked" in problem


@pytest.mark.parametrize("name", ["missing.kernel.json", "photo.png", "model.pt"])
def test_what_is_not_a_preset_is_one_sentence(tmp_path, name):
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(b"?")
    read = read_presets([tmp_path / name])
    assert (len(read.problems), read.presets) == (1, ())


def test_more_than_can_be_imported_is_refused(tmp_path, monkeypatch):
    from dataclasses import replace

    from convstudio.files.presets import exchange

    export_archive(tmp_path / "a.zip", [EDGE, BLUR])
    monkeypatch.setattr(exchange, "LIMITS", replace(LIMITS, presets=1))
    with pytest.raises(FileProblem, match="at most 1"):
        read_presets([tmp_path / "a.zip"])
