"""One project in two windows, and a file that another program changes or removes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.app import start_document
from convstudio.files.disk.project_locks import is_open_elsewhere, lock_project
from convstudio.files.disk.save import backup_of
from convstudio.files.projects.documents import load_document, save_document
from convstudio.files.resources import load_detectors
from convstudio.model.edits import input_cells
from tests.e2e.answers import CTRL, Answers, Inside, open_file, save_as
from tests.e2e.driver import Desk, tell

THEIRS = input_cells.fill_input(start_document(load_detectors()), 9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.convstudio"
    save_document(path, start_document(load_detectors()))
    return path


@pytest.fixture
def locks() -> Path:
    return Path(os.environ["CONVSTUDIO_HOME"]) / "locks"


@pytest.fixture
def other_window(path: Path, locks: Path) -> Iterator[None]:
    lock = lock_project(locks, path)
    assert lock is not None
    yield
    lock.let_go()


def edit(desk: Desk) -> None:
    desk.type_cell("Input", 0, 0, "7")


def save(desk: Desk) -> None:
    desk.key(Qt.Key.Key_S, CTRL)


def come_back(desk: Desk) -> None:
    """Leave the program and come back, as the system tells of it."""
    application = QApplication.instance()
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    desk.wait_for_files()


# --- two windows -------------------------------------------------------------------------------------------------


def test_a_project_is_locked_while_it_is_open_and_free_afterwards(
    qtbot: QtBot, answers: Answers, path: Path, locks: Path
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert is_open_elsewhere(locks, path)
        desk.key(Qt.Key.Key_N, CTRL)
        assert not is_open_elsewhere(locks, path)
        open_file(desk, answers, path)

    assert tell(qtbot, story) == 0
    assert not list(locks.iterdir())


def test_a_project_that_is_open_here_already_opens_again_without_a_question(
    qtbot: QtBot, answers: Answers, path: Path
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        open_file(desk, answers, path)

    assert tell(qtbot, story) == 0
    assert answers.asked == ["open", "open"]


@pytest.mark.usefixtures("other_window")
def test_a_project_of_another_window_stays_closed_on_cancel(
    qtbot: QtBot, answers: Answers, inside: Inside, path: Path
) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        open_file(desk, answers, path)
        assert answers.asked == ["open", "taken"]
        assert inside.document is before

    assert tell(qtbot, story) == 0


@pytest.mark.usefixtures("other_window")
def test_a_project_of_another_window_opens_as_a_copy_without_a_file(
    qtbot: QtBot, answers: Answers, inside: Inside, path: Path
) -> None:
    answers.taken = "copy"

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert inside.document == load_document(path)[0]
        assert "(not saved yet)" in desk.window.windowTitle()
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0


@pytest.mark.usefixtures("other_window")
def test_a_project_of_another_window_opens_read_only_and_is_saved_under_another_name(
    qtbot: QtBot, answers: Answers, path: Path
) -> None:
    answers.taken = "read-only"
    held, copy = path.read_bytes(), path.with_name("copy.convstudio")

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert "mine.convstudio (read-only)" in desk.window.windowTitle()
        edit(desk)
        answers.save_as = copy
        save(desk)
        assert desk.window.windowTitle().startswith("copy.convstudio[*] – ")

    assert tell(qtbot, story) == 0
    assert path.read_bytes() == held
    assert load_document(copy)[0].sample.values.to_array()[0, 0, 0] == 7


@pytest.mark.usefixtures("other_window")
def test_the_file_of_another_window_is_not_written_over(qtbot: QtBot, answers: Answers, path: Path) -> None:
    held = path.read_bytes()

    def story(desk: Desk) -> None:
        edit(desk)
        save_as(desk, answers, path)
        assert desk.message() == f"“{path}” is open in another window. Save under another name."
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert path.read_bytes() == held


@pytest.mark.usefixtures("other_window")
def test_a_read_only_project_suggests_a_name_of_its_own(
    qtbot: QtBot, answers: Answers, inside: Inside, path: Path
) -> None:
    answers.taken = "read-only"

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert inside.studio.workspace.project.suggested_path == str(path.with_name("mine copy.convstudio"))

    assert tell(qtbot, story) == 0


# --- another program ---------------------------------------------------------------------------------------------


def changed_story(desk: Desk, answers: Answers, path: Path, way: str) -> None:
    """Open and edit the project, let another program change it, and save."""
    open_file(desk, answers, path)
    edit(desk)
    save_document(path, THEIRS)
    answers.way = way
    save(desk)
    assert answers.asked == ["open", "The file was changed"] + ["save as"] * way.startswith("Save as")


def test_a_save_over_another_programs_version_asks_and_writes_nothing_yet(
    qtbot: QtBot, answers: Answers, path: Path
) -> None:
    def story(desk: Desk) -> None:
        changed_story(desk, answers, path, "")
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert load_document(path)[0] == THEIRS


def test_keeping_mine_saves_it_and_keeps_theirs_as_the_backup(qtbot: QtBot, answers: Answers, path: Path) -> None:
    def story(desk: Desk) -> None:
        changed_story(desk, answers, path, "Keep mine")
        assert not desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert load_document(path)[0].sample.values.to_array()[0, 0, 0] == 7
    assert load_document(backup_of(path))[0] == THEIRS


def test_opening_theirs_is_one_step_that_undo_takes_back(
    qtbot: QtBot, answers: Answers, inside: Inside, path: Path
) -> None:
    def story(desk: Desk) -> None:
        changed_story(desk, answers, path, "Open theirs")
        assert inside.document == THEIRS
        assert not desk.window.isWindowModified()
        desk.undo()
        assert desk.numbers("Input")[0][0] == "7"
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0


def test_a_copy_leaves_theirs_where_it_is(qtbot: QtBot, answers: Answers, path: Path) -> None:
    answers.save_as = path.with_name("copy.convstudio")

    def story(desk: Desk) -> None:
        changed_story(desk, answers, path, "Save as a copy…")
        assert not desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert load_document(path)[0] == THEIRS
    assert load_document(answers.save_as)[0].sample.values.to_array()[0, 0, 0] == 7


def test_a_change_is_noticed_once_when_the_user_comes_back(qtbot: QtBot, answers: Answers, path: Path) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        come_back(desk)
        save_document(path, THEIRS)
        come_back(desk)
        come_back(desk)
        assert answers.asked == ["open", "The file was changed"]
        assert desk.window.isWindowModified()  # the work on show is in no file

    assert tell(qtbot, story) == 0


def test_a_removed_file_is_noticed_and_saved_there_again(qtbot: QtBot, answers: Answers, path: Path) -> None:
    answers.way = "Save it there again"

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        path.unlink()
        come_back(desk)
        assert not desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert load_document(path)[0] == start_document(load_detectors())


@pytest.mark.parametrize("way", ["", "Try again", "Save as a copy…"])
def test_a_write_protected_project_is_asked_about_and_nothing_is_lost(
    qtbot: QtBot, answers: Answers, path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    answers.save_as = copy = path.with_name("copy.convstudio")
    allowed, protected = os.access, [str(path)]

    def access(asked: str | Path, mode: int) -> bool:
        """Refuse the first save: after the question the user has allowed writing."""
        if mode == os.W_OK and str(asked) in protected:
            protected.remove(str(asked))
            return False
        return allowed(asked, mode)

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        edit(desk)
        monkeypatch.setattr(os, "access", access)
        answers.way = way
        before = path.read_bytes()
        save(desk)
        assert answers.asked == ["open", "The file is write-protected"] + ["save as"] * (way == "Save as a copy…")
        assert (path.read_bytes() == before, copy.exists()) == (way != "Try again", way == "Save as a copy…")
        assert desk.window.isWindowModified() == (way == "")

    assert tell(qtbot, story) == 0


def test_own_saves_are_not_another_programs_changes(qtbot: QtBot, answers: Answers, path: Path) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        for value in ("1", "2"):
            desk.enter("Bias", value)
            save(desk)
            come_back(desk)

    assert tell(qtbot, story) == 0
    assert answers.asked == ["open"]


def test_a_save_that_the_disk_did_not_confirm_says_so_and_is_no_change_of_another_program(
    qtbot: QtBot, answers: Answers, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        edit(desk)
        with monkeypatch.context() as patched:
            patched.setattr("convstudio.files.disk.save.sync_folder", refuse)
            save(desk)
            assert "was saved, but the disk did not confirm it" in desk.message()
            assert desk.window.isWindowModified()
        save(desk)
        assert not desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert answers.asked == ["open"]


@pytest.mark.parametrize("name", ["loop.convstudio", "a\0b.convstudio"])
def test_a_name_that_leads_to_no_file_is_one_sentence(
    qtbot: QtBot, answers: Answers, tmp_path: Path, name: str
) -> None:
    if "loop" in name:
        (tmp_path / name).symlink_to(tmp_path / name)

    def story(desk: Desk) -> None:
        edit(desk)
        save_as(desk, answers, f"{tmp_path}/{name}")
        assert desk.message().endswith(".")
        open_file(desk, answers, f"{tmp_path}/{name}")
        assert desk.message().endswith(".")

    assert tell(qtbot, story) == 0


def test_a_link_to_itself_in_place_of_the_project_is_noticed(qtbot: QtBot, answers: Answers, path: Path) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        path.unlink()
        path.symlink_to(path)
        come_back(desk)
        answers.way = "Save it there again"
        save(desk)
        assert "is a link that leads to itself" in desk.message()
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0
    assert answers.asked == ["open", "The file is gone", "The file is gone", "unsaved"]
