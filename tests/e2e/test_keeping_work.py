"""Saving, opening again, starting anew, and work that survives a crash."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from convstudio.app import start_document
from convstudio.files.disk.temporary import create, temporary
from convstudio.files.kernels.kernel_files import write_kernel
from convstudio.files.projects.documents import encode_document, load_document
from convstudio.files.projects.recovery import WORK_FILE, Recovery, read_recovery
from convstudio.files.resources import load_detectors
from convstudio.files.settings import Settings, load_settings, save_settings
from convstudio.model.values.view_state import ViewState
from convstudio.session import autosave
from convstudio.session.autosave import Autosave
from convstudio.views.parts.export_dialog import ExportDialog
from tests.e2e.answers import CTRL, Answers, Inside, bytes_of, drop, files, menu_action, open_file, save_as, trigger
from tests.e2e.driver import Desk, tell

ROOT = Path(__file__).parents[2]
LINE = "0 0 3 3 0 0"


def title(desk: Desk) -> str:
    """Return the title as the user sees it: Qt puts a star where the changes are not saved."""
    star = "*" if desk.window.isWindowModified() else ""
    return desk.window.windowTitle().replace("[*]", star)


def edit(desk: Desk) -> None:
    desk.type_cell("Input", 0, 0, "7")
    assert desk.numbers("Input")[0][0] == "7"


def recent(desk: Desk) -> list[str]:
    return [one.text() for one in menu_action(desk, "File", "Open recent").menu().actions()]


# --- save and open again -----------------------------------------------------------------------------------------


def test_a_project_opens_exactly_as_it_was_saved(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path, again = tmp_path / "mine.convstudio", tmp_path / "again.convstudio"

    def make(desk: Desk) -> None:
        edit(desk)
        desk.choose("Detector", "Sobel x")
        desk.enter("Filters", "3")
        desk.enter("Bias", "-1/3")
        desk.enter("Stride columns", "2")
        desk.choose("Padding", "same")
        desk.choose("Padding mode", "reflect")
        desk.choose("Activation", "softmax")
        desk.press("Last position")
        save_as(desk, answers, path)

    def reopen(desk: Desk) -> None:
        assert inside.document == load_document(path)[0]
        assert inside.studio.session.view.position == (7, 3)
        assert title(desk) == "mine.convstudio – ConvStudio"
        save_as(desk, answers, again)

    assert tell(qtbot, make) == 0
    assert tell(qtbot, reopen, str(path)) == 0
    assert again.read_bytes() == path.read_bytes()
    assert "unsaved" not in answers.asked


def test_the_title_names_the_project_and_marks_unsaved_changes(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    titles = []

    def story(desk: Desk) -> None:
        titles.append(title(desk))
        edit(desk)
        titles.append(title(desk))
        save_as(desk, answers, tmp_path / "mine.convstudio")
        titles.append(title(desk))
        desk.undo()
        titles.append(title(desk))
        desk.key(Qt.Key.Key_Y, CTRL)
        titles.append(title(desk))

    assert tell(qtbot, story) == 0
    assert [one.removesuffix(" – ConvStudio").split(": ")[-1] for one in titles] == [
        "two-pixel line (not saved yet)",
        "two-pixel line (not saved yet)*",
        "mine.convstudio",
        "mine.convstudio*",
        "mine.convstudio",
    ]


def test_a_project_named_with_the_systems_own_mark_keeps_its_name(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        save_as(desk, answers, tmp_path / "a[*]b.convstudio")
        assert desk.window.windowTitle() == "a[*][*]b.convstudio[*] – ConvStudio"

    assert tell(qtbot, story) == 0


def test_save_asks_for_a_name_once_and_then_keeps_the_version_before(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        answers.save_as = path
        desk.key(Qt.Key.Key_S, CTRL)
        first = path.read_bytes()
        edit(desk)
        desk.key(Qt.Key.Key_S, CTRL)
        assert (tmp_path / "mine.convstudio.bak").read_bytes() == first
        assert path.read_bytes() != first

    assert tell(qtbot, story) == 0
    assert answers.asked == ["save as"]


def test_a_save_that_the_user_thinks_better_of_changes_nothing(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        edit(desk)
        save_as(desk, answers, "")
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0


# --- unsaved changes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capital", [False, True], ids=["small", "capital"])
def test_cancel_keeps_unsaved_changes_when_a_project_is_opened(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path, capital: bool
) -> None:
    path = tmp_path / ("OTHER.CONVSTUDIO" if capital else "other.convstudio")

    def story(desk: Desk) -> None:
        save_as(desk, answers, path)
        edit(desk)
        held = inside.document
        answers.unsaved = "cancel"
        for come_in in (lambda: open_file(desk, answers, path), lambda: drop(desk.window, files(path))):
            come_in()
            assert inside.document is held
        assert answers.asked.count("unsaved") == 2
        answers.unsaved = "discard"
        open_file(desk, answers, path)
        assert inside.document != held

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("answer", ["save", "discard", "cancel"])
def test_new_asks_about_unsaved_changes(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path, answer: str
) -> None:
    path = tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        start = inside.document
        edit(desk)
        edited = inside.document
        answers.unsaved, answers.save_as = answer, path
        desk.key(Qt.Key.Key_N, CTRL)
        assert inside.document == (edited if answer == "cancel" else start)
        assert desk.window.isWindowModified() == (answer == "cancel")
        assert not inside.studio.session.undo_stack.canUndo() or answer == "cancel"
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0
    assert path.exists() == (answer == "save")


def test_new_asks_nothing_when_all_is_saved(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        edit(desk)
        save_as(desk, answers, tmp_path / "mine.convstudio")
        desk.key(Qt.Key.Key_N, CTRL)
        desk.wait_for_map([LINE] * 6)
        assert title(desk).endswith("(not saved yet) – ConvStudio")

    assert tell(qtbot, story) == 0
    assert "unsaved" not in answers.asked


def test_a_save_that_fails_keeps_the_window_open(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        edit(desk)
        answers.unsaved, answers.save_as = "save", tmp_path / "nowhere" / "mine.convstudio"
        desk.window.close()
        desk.wait_for_files()
        assert desk.window.isVisible()
        assert "its folder does not exist" in desk.message()
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0


def test_cancel_keeps_the_window_open(qtbot: QtBot, answers: Answers) -> None:
    def story(desk: Desk) -> None:
        edit(desk)
        answers.unsaved = "cancel"
        desk.key(Qt.Key.Key_Q, CTRL)
        assert desk.window.isVisible()
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0


def test_the_question_itself_offers_save_discard_and_cancel(qtbot: QtBot) -> None:
    offered = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        offered.extend(button.text().replace("&", "") for button in box.buttons())
        offered.append(box.text())
        box.button(QMessageBox.StandardButton.Cancel).click()

    def story(desk: Desk) -> None:
        edit(desk)
        QTimer.singleShot(100, look)
        desk.window.close()
        assert desk.window.isVisible()

    assert tell(qtbot, story) == 0
    assert set(offered[:-1]) == {"Save", "Discard", "Cancel"}
    assert offered[-1] == "Save the changes to “Tutorial: two-pixel line” first?"


# --- recent files ------------------------------------------------------------------------------------------------


def test_recent_files_are_listed_newest_first_and_open_again(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.convstudio", tmp_path / "two & two.csv"
    two.write_text("1,2,3\n4,5,6\n7,8,9\n")

    def first(desk: Desk) -> None:
        save_as(desk, answers, one)
        open_file(desk, answers, two)
        open_file(desk, answers, one)

    def second(desk: Desk) -> None:
        assert recent(desk) == [str(one), str(two).replace("&", "&&")]
        trigger(menu_action(desk, "File", "Open recent").menu().actions()[1])
        assert inside.document.sample.name == "two & two.csv"
        assert recent(desk)[0] == str(two).replace("&", "&&")

    assert tell(qtbot, first) == 0
    assert tell(qtbot, second) == 0


def test_a_recent_file_that_is_gone_is_said_and_taken_from_the_list(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "gone.csv"
    path.write_text("1,2\n3,4\n")

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        path.unlink()
        trigger(menu_action(desk, "File", "Open recent").menu().actions()[0])
        assert desk.message() == f"“{path}” does not exist: check its name and its folder."
        assert recent(desk) == []

    assert tell(qtbot, story) == 0


def open_recent_menu(desk: Desk, inside: Inside) -> list[QAction]:
    """Open the list of recent files, and wait until the disk told which of them are there."""
    menu = menu_action(desk, "File", "Open recent").menu()
    menu.aboutToShow.emit()
    desk.wait(lambda: inside.studio.jobs.is_idle)
    return menu.actions()


def test_recent_files_have_pictures_of_what_they_hold(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    table, kernel = tmp_path / "dark.csv", tmp_path / "k.kernel.json"
    table.write_text("0,0\n0,1\n")
    write_kernel(kernel, np.eye(3, dtype=np.float32))

    def first(desk: Desk) -> None:
        open_file(desk, answers, kernel)
        open_file(desk, answers, table)

    def second(desk: Desk) -> None:
        listed = open_recent_menu(desk, inside)
        assert [one.icon().isNull() for one in listed] == [False, True]
        picture = listed[0].icon().pixmap(32, 32).toImage()
        assert [picture.pixelColor(at, at).lightness() > 128 for at in (4, 28)] == [False, True]

    assert tell(qtbot, first) == 0
    assert tell(qtbot, second) == 0


def test_a_recent_file_that_is_not_there_is_grey_until_it_is_back(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path, away = tmp_path / "a.csv", tmp_path / "away.csv"
    path.write_text("1,2\n3,4\n")

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        path.rename(away)
        assert [one.isEnabled() for one in open_recent_menu(desk, inside)] == [False]
        away.rename(path)
        assert [one.isEnabled() for one in open_recent_menu(desk, inside)] == [True]

    assert tell(qtbot, story) == 0


# --- a copy, and the way back to the saved version ---------------------------------------------------------------


def test_a_copy_is_written_and_the_project_keeps_its_own_file(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    mine, copy = tmp_path / "mine.convstudio", tmp_path / "copy.convstudio"

    def story(desk: Desk) -> None:
        save_as(desk, answers, mine)
        before = mine.read_bytes()
        desk.enter("Bias", "5")
        answers.save_as = copy
        trigger(menu_action(desk, "File", "Save a copy"))
        assert bytes_of(copy) == encode_document(inside.document)
        assert desk.message() == f"A copy was saved as “{copy}”."
        assert (inside.studio.workspace.project.path, mine.read_bytes()) == (str(mine), before)
        assert inside.studio.session.is_modified

    assert tell(qtbot, story) == 0


def test_a_copy_is_not_written_over_the_project_itself(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    mine = tmp_path / "mine.convstudio"
    answers.replace = True

    def story(desk: Desk) -> None:
        save_as(desk, answers, mine)
        desk.enter("Bias", "5")
        before = mine.read_bytes()
        trigger(menu_action(desk, "File", "Save a copy"))
        assert desk.message().endswith("is this project's own file. Use Save, or choose another name.")
        assert mine.read_bytes() == before

    assert tell(qtbot, story) == 0


def test_reverting_brings_the_saved_version_back_and_undo_the_changes(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        revert = menu_action(desk, "File", "Revert to saved")
        assert not revert.isEnabled()
        save_as(desk, answers, mine)
        assert not revert.isEnabled()
        desk.enter("Bias", "5")
        changed = inside.document
        assert revert.isEnabled()
        trigger(revert)
        assert encode_document(inside.document) == bytes_of(mine)
        assert (inside.studio.session.is_modified, revert.isEnabled()) == (False, False)
        desk.key(Qt.Key.Key_Z, CTRL)
        assert inside.document is changed
        assert (inside.studio.session.is_modified, revert.isEnabled()) == (True, True)

    assert tell(qtbot, story) == 0


def test_a_saved_version_that_is_gone_is_said_and_nothing_is_lost(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.convstudio"

    def story(desk: Desk) -> None:
        save_as(desk, answers, mine)
        desk.enter("Bias", "5")
        mine.unlink()
        changed = inside.document
        trigger(menu_action(desk, "File", "Revert to saved"))
        assert desk.message().startswith(f"“{mine}” does not exist")
        assert inside.document is changed

    assert tell(qtbot, story) == 0


# --- a crash -----------------------------------------------------------------------------------------------------

EDIT_AND_HANG = """
import sys
from dataclasses import replace
from PySide6.QtCore import QTimer
from convstudio import app
from convstudio.model.edits import input_cells

def edit(studio):
    studio.session.look(replace(studio.session.view, position=(2, 3)))
    studio.session.apply("Fill", input_cells.fill_input(studio.session.document, {value}))

start = app.Studio.start
def start_and_edit(studio, files):
    start(studio, files)
    QTimer.singleShot(100, lambda: edit(studio))
app.Studio.start = start_and_edit
sys.exit(app.run([]))
"""


def crash(home: Path, value: int) -> None:
    """Start the program in a process of its own, edit, wait for the recovery file, and kill the process."""
    environment = {**os.environ, "CONVSTUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    code = EDIT_AND_HANG.format(value=value)
    known = set(recoveries(home))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
    try:
        end = time.monotonic() + 30
        while set(recoveries(home)) <= known and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert set(recoveries(home)) > known, "no recovery file was written"


def recoveries(home: Path) -> list[Path]:
    """Return what is kept, or was left, and not put aside."""
    return sorted(path.parent for path in (home / "recovery").glob(f"*/{WORK_FILE}") if path.parent.suffix != ".aside")


def aside(home: Path) -> list[Path]:
    return sorted((home / "recovery").glob("*.aside"))


@pytest.fixture
def home() -> Path:
    return Path(os.environ["CONVSTUDIO_HOME"])


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is the way of Unix")
def test_work_of_killed_programs_is_offered_newest_first_until_it_is_back(
    qtbot: QtBot, answers: Answers, inside: Inside, home: Path
) -> None:
    crash(home, 7)
    crash(home, 8)
    answers.recover = True

    def newest(desk: Desk) -> None:
        desk.wait(lambda: "recover" in answers.asked)
        desk.wait(lambda: desk.numbers("Input") == [["8"] * 8] * 8)
        assert desk.window.isWindowModified()
        desk.wait(lambda: len(aside(home)) == 1)  # until then it would be offered once more

    def older(desk: Desk) -> None:
        desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)
        desk.wait(lambda: len(aside(home)) == 2)

    def nothing_left(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)

    for story, asked in ((newest, 1), (older, 2), (nothing_left, 2)):
        assert tell(qtbot, story) == 0
        assert answers.asked.count("recover") == asked


def test_work_that_is_declined_is_offered_once_more_and_then_listed(qtbot: QtBot, answers: Answers, home: Path) -> None:
    crash(home, 7)

    def declined(desk: Desk) -> None:
        desk.wait(lambda: "is kept" in desk.message())

    for asked in (1, 2):
        assert tell(qtbot, declined) == 0
        assert answers.asked.count("recover") == asked
    assert tell(qtbot, lambda desk: desk.wait_for_map([LINE] * 6)) == 0
    assert answers.asked.count("recover") == 2
    assert len(aside(home)) == 1


def answer_dialog(answer: Callable[[], None]) -> None:
    """Answer a dialog as soon as it is open."""
    if isinstance(QApplication.activeModalWidget(), QDialog):
        answer()
    else:
        QTimer.singleShot(20, lambda: answer_dialog(answer))


def test_work_that_was_declined_comes_back_through_the_file_menu(
    qtbot: QtBot, answers: Answers, inside: Inside, home: Path
) -> None:
    crash(home, 7)

    def decline(desk: Desk) -> None:
        desk.wait(lambda: "is kept" in desk.message())

    def open_listed() -> None:
        dialog = QApplication.activeModalWidget()
        listed.extend(dialog.findChild(QListWidget).item(0).text().splitlines())
        next(button for button in dialog.findChildren(QPushButton) if button.text() == "&Open").click()

    def bring_back(desk: Desk) -> None:
        answer_dialog(open_listed)
        trigger(menu_action(desk, "File", "Recovered work"))
        desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)
        assert desk.window.isWindowModified()
        assert inside.studio.session.view.position == (2, 3)

    listed: list[str] = []
    for story in (decline, decline, bring_back):
        assert tell(qtbot, story) == 0
    assert listed[0] == "Tutorial: two-pixel line"


def test_listed_work_can_be_deleted(qtbot: QtBot, answers: Answers, home: Path) -> None:
    crash(home, 7)
    recoveries(home)[0].rename(recoveries(home)[0].with_suffix(".aside"))

    def delete_listed() -> None:
        dialog = QApplication.activeModalWidget()
        for answers.delete in (False, True):
            next(button for button in dialog.findChildren(QPushButton) if button.text() == "&Delete").click()
            left.append(dialog.findChild(QListWidget).count())
        dialog.reject()

    def story(desk: Desk) -> None:
        answer_dialog(delete_listed)
        trigger(menu_action(desk, "File", "Recovered work"))

    left: list[int] = []
    assert tell(qtbot, story) == 0
    assert left == [1, 0]
    assert aside(home) == []


def test_a_crash_right_after_a_recovery_hides_nothing(
    qtbot: QtBot, answers: Answers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash(home, 7)
    answers.recover = True

    def crashing(desk: Desk) -> None:
        desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)
        assert len(recoveries(home)) == 1  # as the disk is at this moment

    with monkeypatch.context() as patched:
        patched.setattr(Autosave, "write_now", lambda _self: None)  # the crash comes before the first write
        assert tell(qtbot, crashing) == 0
    assert tell(qtbot, lambda desk: desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)) == 0
    assert answers.asked.count("recover") == 2


def test_a_broken_recovery_is_said_put_aside_and_never_offered_twice(
    qtbot: QtBot, answers: Answers, home: Path
) -> None:
    broken = home / "recovery" / "1-aaaaaaaa.convstudio"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b'{"format":"convstudio-project","version":1,"title"')
    answers.recover = True

    def first(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        assert desk.message().startswith(f"“{broken}.offered” is ")
        assert desk.message().endswith("It stays listed under File › Recovered work.")

    def second(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        assert not desk.message()

    assert tell(qtbot, first) == 0
    assert tell(qtbot, second) == 0
    assert answers.asked.count("recover") == 1
    assert aside(home) == [broken.with_name(f"{broken.name}.aside")]


def test_after_a_broken_recovery_the_whole_one_before_it_is_offered(qtbot: QtBot, answers: Answers, home: Path) -> None:
    crash(home, 7)
    (home / "recovery" / "1-aaaaaaaa.convstudio").write_bytes(b"{")
    answers.recover = True

    def story(desk: Desk) -> None:
        desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)

    assert tell(qtbot, story) == 0


def test_work_that_was_brought_back_is_kept_again_at_once(
    qtbot: QtBot, answers: Answers, home: Path, tmp_path: Path
) -> None:
    crash(home, 7)
    answers.recover = True

    def story(desk: Desk) -> None:
        desk.wait(lambda: desk.numbers("Input") == [["7"] * 8] * 8)
        desk.wait(lambda: len(recoveries(home)) == len(aside(home)) == 1)
        save_as(desk, answers, tmp_path / "safe.convstudio")
        desk.wait(lambda: recoveries(home) == [])

    assert tell(qtbot, story) == 0
    assert load_document(tmp_path / "safe.convstudio")[0].sample.values.to_array().min() == 7


def test_an_orderly_goodbye_leaves_nothing_to_recover(qtbot: QtBot, answers: Answers, home: Path) -> None:
    def story(desk: Desk) -> None:
        edit(desk)
        desk.wait(lambda: len(recoveries(home)) == 1)

    assert tell(qtbot, story) == 0
    assert list((home / "recovery").iterdir()) == []


def test_two_windows_do_not_take_each_others_recovery(qtbot: QtBot, answers: Answers, home: Path) -> None:
    with Recovery(home / "recovery") as other:
        other.write(start_document(load_detectors()), ViewState())
        assert tell(qtbot, lambda desk: desk.wait_for_map([LINE] * 6)) == 0
        assert read_recovery(other.path)
    assert "recover" not in answers.asked


def test_a_start_clears_away_what_a_killed_save_left(
    qtbot: QtBot, answers: Answers, home: Path, tmp_path: Path
) -> None:
    save_settings(home / "settings.json", Settings(save_folders=(str(tmp_path),)))
    with temporary(tmp_path / "a.convstudio") as beside, temporary(home / "settings.json") as own:
        os.close(create(beside))
        os.close(create(own))
        assert tell(qtbot, lambda desk: desk.wait(lambda: not beside.exists() and not own.exists())) == 0


def test_the_folder_of_a_save_is_remembered(qtbot: QtBot, answers: Answers, home: Path, tmp_path: Path) -> None:
    assert tell(qtbot, lambda desk: save_as(desk, answers, tmp_path / "a.convstudio")) == 0
    assert load_settings(home / "settings.json").save_folders == (str(tmp_path),)


# --- an autosave that fails --------------------------------------------------------------------------------------


def unsafe(desk: Desk) -> bool:
    """Say whether both the status line and the title say that work is not kept safe."""
    said = any(one.text() == "Not kept safe" and one.isVisible() for one in desk.window.findChildren(QLabel))
    assert said == ("not kept safe" in desk.window.windowTitle())
    assert desk.window.windowTitle().endswith("ConvStudio")
    return said


def test_a_failing_autosave_stays_in_sight_until_one_works(
    qtbot: QtBot, answers: Answers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "RETRY_MILLISECONDS", 100)

    def story(desk: Desk) -> None:
        desk.wait(lambda: (home / "recovery").is_dir())
        assert not unsafe(desk)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full_disk)
            edit(desk)
            desk.wait(lambda: unsafe(desk))
            assert "Unsaved work is not kept safe" in desk.message()
            desk.enter("Bias", "1")
            assert unsafe(desk)
        desk.wait(lambda: not unsafe(desk))
        assert len(recoveries(home)) == 1

    def full_disk(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert tell(qtbot, story) == 0


def test_a_recovery_folder_that_was_removed_is_made_again(
    qtbot: QtBot, answers: Answers, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "WATCH_MILLISECONDS", 100)

    def story(desk: Desk) -> None:
        edit(desk)
        for _ in range(2):
            desk.wait(lambda: len(recoveries(home)) == 1)
            shutil.rmtree(home / "recovery")
        desk.enter("Bias", "1")
        desk.wait(lambda: len(recoveries(home)) == 1)
        assert not unsafe(desk)

    assert tell(qtbot, story) == 0


def test_saved_bytes_say_the_same_of_the_same_document(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    one, two = tmp_path / "one.convstudio", tmp_path / "two.convstudio"

    def story(desk: Desk) -> None:
        save_as(desk, answers, one)
        desk.press("Last position")
        save_as(desk, answers, two)

    assert tell(qtbot, story) == 0
    assert bytes_of(one) == bytes_of(two)


# --- the dialogs themselves --------------------------------------------------------------------------------------


def answer_file_dialog(typed: str, asked: list[str]) -> None:
    """Type a name into the file dialog on show and accept; note a question that follows, and say no to it."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit)
    asked.append(field.text())
    field.setText(typed)
    QTimer.singleShot(100, lambda: refuse(asked, dialog))
    dialog.findChild(QDialogButtonBox).buttons()[0].click()


def refuse(asked: list[str], dialog: QFileDialog) -> None:
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()
        dialog.reject()


def test_a_name_without_its_ending_does_not_replace_a_file_unasked(qtbot: QtBot, tmp_path: Path) -> None:
    path, asked = tmp_path / "mine.convstudio", []
    path.write_text("kept")

    def story(desk: Desk) -> None:
        QTimer.singleShot(150, lambda: answer_file_dialog(str(tmp_path / "mine"), asked))
        desk.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)

    assert tell(qtbot, story) == 0
    assert asked[0] == "Tutorial - two-pixel line.convstudio"
    assert "already exists" in asked[1]
    assert path.read_text() == "kept"


def export_as(name: str, folder: Path) -> None:
    """Type a name into the dialog of exports on show, and accept it."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ExportDialog)
    for field, text in ((dialog.folder, str(folder)), (dialog.name, name)):
        field.setText(text)
        field.editingFinished.emit()
    dialog.export_button.click()


def test_a_name_without_an_ending_gets_that_of_the_format(qtbot: QtBot, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        QTimer.singleShot(150, lambda: export_as("map", tmp_path))
        desk.key(Qt.Key.Key_E, CTRL)
        desk.wait_for_files()

    assert tell(qtbot, story) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["map.png"]


def test_the_levels_chosen_for_the_input_are_there_when_the_project_opens_again(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "p.convstudio"

    def story(desk: Desk) -> None:
        levels = inside.studio.input_pane.tools.levels_choice
        levels.chosen.emit(2)
        chosen = levels.currentText()
        save_as(desk, answers, path)
        desk.wait_for_files()
        inside.studio.workspace.project.start_again()
        desk.wait_for_files()
        assert levels.currentText() != chosen
        inside.studio.workspace.open(str(path))
        desk.wait_for_files()
        assert levels.currentText() == chosen

    assert tell(qtbot, story) == 0
