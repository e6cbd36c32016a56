import json
import os
import re
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from convstudio.files.presets import folder as folder_module
from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.folder import DELETED, PresetFolder
from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.model.values.limits import LIMITS


def preset(name="Edge", kernel=(-1, 0, 1), **more):
    weights = frozen(kernel)
    return Detector(
        "preset:new", name, more.pop("rank", weights.ndim), weights, more.pop("mixes", False), "", "", **more
    )


FULL = Detector(
    "preset:full", "Whole filter", 2, frozen(np.arange(12).reshape(2, 2, 3) / 7), True, "red edges", "a lecture",
    bias=-0.5, tags=("lecture 3", "colour"), note="Line one.\nLine two.",
    made_by=RuleUse("gaussian", MappingProxyType({"sigma": 1.5})),
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return PresetFolder(tmp_path / "presets")


def names(store):
    return sorted(path.name for path in store.path.iterdir() if path.is_file())


def titles(store):
    return [one.name for one in store.read().presets]


def test_before_the_first_preset_the_usual_folder_is_missing_and_that_is_no_problem(store):
    assert store.read().problem == ""
    assert not store.path.exists()


def test_everything_about_a_preset_is_read_as_it_was_saved(store):
    store.add([FULL])
    (read,) = store.read().presets
    assert read.id == "preset:whole-filter"
    assert encode_preset(read) == encode_preset(FULL)
    np.testing.assert_array_equal(read.kernel, FULL.kernel)
    assert (read.bias, read.tags, read.note) == (FULL.bias, FULL.tags, FULL.note)
    assert read.made_by == FULL.made_by


def test_a_sequence_with_channels_is_not_taken_for_an_image(store):
    store.add([preset(kernel=[[1, 2], [3, 4]], rank=1, mixes=True)])
    (read,) = store.read().presets
    assert (read.rank, read.mixes_channels, read.kernel.shape) == (1, True, (2, 2))


def test_the_file_is_named_for_the_preset(store):
    store.add([preset("Kante: 45° / schwach")])
    assert names(store) == ["kante-45-schwach.kernel.json"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "...", "a\\b", "nul.kernel.json", "", "x" * 60, "漢" * 60])
def test_no_name_leads_out_of_the_folder(store, name):
    (made,) = store.add([preset(name)]).made
    assert made.parent == store.path
    assert names(store) == [made.name]


def test_a_name_that_no_line_can_show_is_refused_and_nothing_is_left(store):
    with pytest.raises(FileProblem, match="cannot be shown"):
        store.add([preset("a\u202eb")])
    assert names(store) == []


def test_a_second_preset_of_a_name_does_not_overwrite_the_first(store):
    store.add([preset("Edge")])
    store.add([preset("edge", [1, 2, 3])])
    assert names(store) == ["edge-2.kernel.json", "edge.kernel.json"]
    assert sorted(one.kernel.tolist() for one in store.read().presets) == [[-1, 0, 1], [1, 2, 3]]


def test_a_name_that_another_program_takes_meanwhile_is_left_to_it(store, monkeypatch):
    store.add([preset("Other")])
    (store.path / "edge.kernel.json").write_bytes(b"theirs")
    monkeypatch.setattr(PresetFolder, "_names", lambda _: set())
    store.add([preset("Edge")])
    assert (store.path / "edge.kernel.json").read_bytes() == b"theirs"
    assert (store.path / "edge-2.kernel.json").exists()


def test_presets_are_in_the_order_of_their_names(store):
    store.add([preset("b"), preset("C"), preset("a")])
    assert titles(store) == ["a", "b", "C"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"{", "damaged"),
        (b'{"format": "convstudio-kernel", "version": 9, "weights": [1]}', "newer ConvStudio"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [[1], [2, 3]]}', "different lengths"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [1], "bias": 1e99}', "bias beyond"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [1], "rank": 2}', "correct the rank"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [1], "name": "a\\u0000b"}', "cannot be shown"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [1], "name": "' + b"x" * 61 + b'"}', "60 letters"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [1], "colour": 3}', "colour"),
        (b'{"format": "convstudio-kernel", "version": 1, "weights": [' + b"[" * 9000, "damaged"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_listed_with_the_reason_and_harms_nothing(store, content, reason):
    store.add([preset()])
    (store.path / "bad.kernel.json").write_bytes(content)
    listing = store.read()
    assert [one.name for one in listing.presets] == ["Edge"]
    assert [one.file for one in listing.damaged] == ["bad.kernel.json"]
    assert reason in listing.damaged[0].reason
    assert (store.path / "bad.kernel.json").read_bytes() == content


def test_a_folder_a_pipe_and_a_link_to_nowhere_are_listed_as_damaged(store):
    store.add([preset()])
    (store.path / "folder.kernel.json").mkdir()
    (store.path / "link.kernel.json").symlink_to(store.path / "nowhere")
    os.mkfifo(store.path / "pipe.kernel.json")
    assert [one.file for one in store.read().damaged] == ["folder.kernel.json", "link.kernel.json", "pipe.kernel.json"]


def test_other_files_and_hidden_ones_are_left_alone(store):
    store.add([preset()])
    for name in ("notes.txt", ".hidden.kernel.json", "k.json"):
        (store.path / name).write_bytes(b"?")
    assert (titles(store), store.read().damaged) == (["Edge"], ())


def test_a_file_that_was_dropped_in_appears_under_the_name_of_the_file(store):
    store.add([preset()])
    data = b'{"format": "convstudio-kernel", "version": 1, "weights": [[1, 2], [3, 4]]}'
    (store.path / "Dropped in.kernel.json").write_bytes(data)
    assert titles(store) == ["Dropped in", "Edge"]


def test_a_file_that_changed_is_read_again(store):
    store.add([preset()])
    assert titles(store) == ["Edge"]
    path = store.path / "edge.kernel.json"
    path.write_bytes(encode_preset(preset("Edge, changed")))
    assert titles(store) == ["Edge, changed"]


def test_a_file_that_did_not_change_is_not_read_again(store, monkeypatch):
    store.add([preset()])
    before = store.read().presets[0]
    monkeypatch.setattr(folder_module, "read_bytes", lambda *_: pytest.fail("read again"))
    assert store.read().presets[0] is before


def test_a_folder_that_vanished_is_one_sentence(store):
    store.add([preset()])
    store.read()
    store.path.rename(store.path.with_name("elsewhere"))
    listing = store.read()
    assert listing.presets == ()
    assert "does not exist any more. Make it again" in listing.problem
    with pytest.raises(WriteProblem, match=re.escape(listing.problem)):
        store.add([preset()])


def test_a_folder_that_was_chosen_and_is_missing_is_one_sentence(tmp_path):
    assert "does not exist" in PresetFolder(tmp_path / "none", is_chosen=True).read().problem


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert "cannot be read (not a directory)" in PresetFolder(tmp_path / "file").read().problem


def test_more_presets_than_the_limit_are_said(store, monkeypatch):
    monkeypatch.setattr(folder_module, "LIMITS", replace(LIMITS, presets=1))
    store.add([preset("a"), preset("b")])
    listing = store.read()
    assert [one.name for one in listing.presets] == ["a"]
    assert "holds 2 presets, and the first 1" in listing.problem


# --- changes and their undo ----------------------------------------------------------------------------------------


def test_a_deleted_preset_comes_back(store):
    store.add([FULL])
    change = store.delete(["preset:whole-filter"])
    assert titles(store) == []
    store.undo(change)
    assert encode_preset(store.read().presets[0]) == encode_preset(FULL)


def test_an_undo_can_be_taken_back_in_turn(store):
    store.add([preset()])
    back = store.undo(store.delete(["preset:edge"]))
    store.undo(back)
    assert titles(store) == []


def test_an_added_preset_goes_again_and_is_kept(store):
    change = store.add([preset()])
    store.undo(change)
    assert names(store) == []
    assert len(list((store.path / DELETED).iterdir())) == 1


def test_a_renamed_preset_takes_its_new_name_and_back(store):
    store.add([FULL])
    change = store.replace("preset:whole-filter", replace(FULL, name="Reds"))
    assert names(store) == ["reds.kernel.json"]
    store.undo(change)
    assert names(store) == ["whole-filter.kernel.json"]
    assert titles(store) == ["Whole filter"]


def test_an_edited_preset_keeps_its_file_and_comes_back(store):
    store.add([FULL])
    change = store.replace("preset:whole-filter", replace(FULL, note="other"))
    assert (names(store), store.read().presets[0].note) == (["whole-filter.kernel.json"], "other")
    store.undo(change)
    assert (names(store), store.read().presets[0].note) == (["whole-filter.kernel.json"], FULL.note)


def test_renaming_to_a_name_that_is_taken_overwrites_nothing(store):
    store.add([preset("a"), preset("b", [5, 6, 7])])
    store.replace("preset:a", preset("b", [-1, 0, 1]))
    assert names(store) == ["b-2.kernel.json", "b.kernel.json"]
    assert store.read().presets[0].kernel.tolist() == [5, 6, 7]


def test_a_deleted_preset_whose_name_was_taken_meanwhile_comes_back_beside_it(store):
    store.add([preset("Edge")])
    change = store.delete(["preset:edge"])
    store.add([preset("Edge", [9, 9, 9])])
    store.undo(change)
    assert names(store) == ["edge-2.kernel.json", "edge.kernel.json"]


def test_many_presets_deleted_at_once_all_come_back(store, monkeypatch):
    monkeypatch.setattr(folder_module, "LIMITS", replace(LIMITS, deleted_presets=2))
    store.add([preset(name) for name in "abcde"])
    change = store.delete([f"preset:{name}" for name in "abcde"])
    store.undo(change)
    assert titles(store) == list("abcde")


def test_what_was_deleted_long_ago_is_let_go_and_that_is_said(store, monkeypatch):
    monkeypatch.setattr(folder_module, "LIMITS", replace(LIMITS, deleted_presets=1))
    store.add([preset("a"), preset("b")])
    first = store.delete(["preset:a"])
    store.delete(["preset:b"])
    with pytest.raises(WriteProblem, match="cannot be brought back"):
        store.undo(first)


def test_where_one_of_several_is_gone_none_is_deleted(store):
    store.add([preset("a")])
    with pytest.raises(FileProblem, match="does not exist any more"):
        store.delete(["preset:a", "preset:b"])
    assert titles(store) == ["a"]


@pytest.mark.parametrize("preset_id", ["preset:../x", "preset:a/b", "sobel-x", "preset:a\\b", "preset:x\0y"])
def test_an_id_that_names_no_file_of_the_folder_is_refused(store, preset_id):
    store.add([preset("x")])
    with pytest.raises(FileProblem, match="is not a preset"):
        store.delete([preset_id])


def test_a_full_disk_leaves_what_was_there(store, monkeypatch):
    store.add([preset("a")])

    def fail(*_args, **_more):
        raise WriteProblem("the disk is full")

    monkeypatch.setattr(folder_module, "save_all", fail)
    monkeypatch.setattr(folder_module, "save_bytes", fail)
    with pytest.raises(WriteProblem, match="full"):
        store.add([preset("b"), preset("c")])
    with pytest.raises(WriteProblem, match="full"):
        store.replace("preset:a", preset("a", [7, 7, 7]))
    assert names(store) == ["a.kernel.json"]
    assert store.read().presets[0].kernel.tolist() == [-1, 0, 1]


def test_a_read_only_folder_is_one_sentence(store):
    store.add([preset("a")])
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere")
    store.path.chmod(0o500)
    try:
        with pytest.raises(WriteProblem, match="takes no change"):
            store.add([preset("b")])
    finally:
        store.path.chmod(0o700)


def test_the_same_preset_is_not_imported_twice(store):
    assert len(store.add_missing([FULL, preset()]).made) == 2
    assert store.add_missing([FULL, preset()]).made == ()


def test_a_preset_file_is_readable_json(store):
    store.add([FULL])
    content = json.loads((store.path / "whole-filter.kernel.json").read_text("utf-8"))
    assert content["made_by"] == {"rule": "gaussian", "parameters": {"sigma": 1.5}}
    assert (content["format"], content["version"], content["rank"]) == ("convstudio-kernel", 1, 2)
