"""The presets of the running program: read and changed in another thread, watched, and undone."""

import contextlib
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from convstudio.files.presets.folder import PresetFolder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.session.jobs import Jobs
from convstudio.session.presets import Presets

EDGE = Detector("preset:x", "Edge", 1, frozen([-1, 0, 1]), False, "", "")


class Room:
    """Presets with everything that they tell."""

    def __init__(self, path, qtbot):
        self.jobs = Jobs()
        self.presets = Presets(self.jobs, PresetFolder(path))
        self.told, self.steps, self.failed, self.renamed = [], [], [], []
        self.presets.told.connect(self.told.append)
        self.presets.undo_changed.connect(self.steps.append)
        self.presets.renamed.connect(lambda before, now: self.renamed.append((before, now)))
        self.jobs.failed.connect(self.failed.append)
        self._qtbot = qtbot

    def settle(self):
        self._qtbot.waitUntil(lambda: self.jobs.is_idle)
        return [one.name for one in self.presets.listing.presets]

    def close(self):
        self.presets.close()
        self.jobs.close()


@pytest.fixture
def room(tmp_path, qtbot):
    made = Room(tmp_path / "presets", qtbot)
    yield made
    made.close()


def test_a_saved_preset_is_listed_and_said(room):
    room.presets.save(EDGE)
    assert room.settle() == ["Edge"]
    assert (room.told, room.steps) == (["The preset “Edge” was saved."], ["Save “Edge”"])


def test_every_change_is_undone_in_turn(room):
    room.presets.save(EDGE)
    room.settle()
    (held,) = room.presets.listing.presets
    room.presets.replace(held.id, Detector("", "Corner", 1, EDGE.kernel, False, "", ""))
    room.settle()
    room.presets.delete(room.presets.listing.presets)
    assert room.settle() == []
    room.presets.undo()
    assert room.settle() == ["Corner"]
    room.presets.undo()
    assert room.settle() == ["Edge"]
    room.presets.undo()
    assert room.settle() == []
    assert room.steps[-1] == ""
    assert room.renamed == [("preset:edge", "preset:corner"), ("preset:corner", "preset:edge")]


def test_an_undo_that_fails_is_a_sentence_and_can_be_tried_again(room):
    room.presets.save(EDGE)
    room.settle()
    room.presets.delete(room.presets.listing.presets)
    room.settle()
    kept = next((room.presets.path / ".deleted").iterdir())
    kept.rename(room.presets.path / "away")
    room.presets.undo()
    room.settle()
    assert "cannot be brought back" in room.failed[0]
    (room.presets.path / "away").rename(kept)
    room.presets.undo()
    assert room.settle() == ["Edge"]


def test_without_a_change_there_is_nothing_to_undo(room):
    room.presets.undo()
    assert room.settle() == []
    assert (room.told, room.failed) == ([], [])


def test_a_file_that_another_program_puts_there_is_listed(room, qtbot):
    room.presets.save(EDGE)
    room.settle()
    with qtbot.waitSignal(room.presets.changed):
        PresetFolder(room.presets.path).add([Detector("", "Theirs", 1, EDGE.kernel, False, "", "")])
    qtbot.waitUntil(lambda: room.settle() == ["Edge", "Theirs"])


def test_the_folder_is_noticed_when_it_is_made_by_another_program(room, qtbot):
    room.presets.refresh()
    assert room.settle() == []
    with qtbot.waitSignal(room.presets.changed):
        PresetFolder(room.presets.path).add([EDGE])
    qtbot.waitUntil(lambda: room.settle() == ["Edge"])


def test_an_import_says_what_is_new_what_was_there_and_what_is_damaged(room, tmp_path):
    PresetFolder(tmp_path / "theirs").add([EDGE])
    (tmp_path / "theirs" / "bad.kernel.json").write_bytes(b"")
    room.presets.import_files([str(tmp_path / "theirs")])
    room.settle()
    room.presets.import_files([str(tmp_path / "theirs")])
    room.settle()
    assert room.told[0].startswith("1 preset imported. “")
    assert "is empty" in room.told[0]
    assert room.told[1].startswith("0 presets imported. 1 was there already.")
    room.presets.undo()
    assert room.settle() == []


def test_another_folder_has_other_presets_and_no_undo(room, tmp_path):
    room.presets.save(EDGE)
    room.settle()
    room.presets.use_folder(PresetFolder(tmp_path / "other", is_chosen=True))
    assert room.settle() == []
    assert (room.steps[-1], "does not exist" in room.presets.listing.problem) == ("", True)


def test_what_was_asked_of_the_folder_before_is_dropped(room, tmp_path):
    PresetFolder(tmp_path / "other").add([EDGE])
    heard = []
    room.presets.changed.connect(heard.append)
    room.presets.refresh()
    room.presets.use_folder(PresetFolder(tmp_path / "other"))
    room.settle()
    assert {listing.folder for listing in heard} == {str(tmp_path / "other")}


@pytest.mark.parametrize("name", ["out.zip", "out", "out.kernel.json"])
def test_an_export_says_where_it_went(room, tmp_path, name):
    room.presets.export(str(tmp_path / name), [EDGE] if name.endswith("json") else [EDGE, EDGE])
    room.settle()
    assert (tmp_path / name).exists()
    assert f"written to “{tmp_path / name}”." in room.told[0]


def watches():
    """Count the watches on folders that this process holds."""
    held = 0
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            held += "inotify" in str(entry.readlink())
    return held


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list what a process holds")
def test_closing_lets_go_of_the_watch_on_the_folder(tmp_path, qtbot):
    room = Room(tmp_path / "presets", qtbot)
    room.presets.refresh()
    room.settle()
    qtbot.waitUntil(lambda: bool(room.presets._watcher.directories()))
    held = watches()
    room.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert watches() == held - 1
