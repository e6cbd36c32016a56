"""Bad input in the window: one sentence in the message bar, the document as it was, the file left alone."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QTableView
from pytestqt.qtbot import QtBot

from convstudio import app
from convstudio.files.kernels.document import encode_kernel
from convstudio.session import autosave
from tests.e2e.answers import Answers, Inside, drop, export, files, open_file, save_as
from tests.e2e.bad_files import BAD_FILES
from tests.e2e.driver import Desk, case, tell

LINE = "0 0 3 3 0 0"
NEVER_MILLISECONDS = 3_600_000


def is_one_sentence(message: str) -> bool:
    return message.endswith(".") and message[:1] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ" and "\n" not in message


# --- files -------------------------------------------------------------------------------------------------------


def test_a_bad_file_is_one_sentence_and_the_work_is_kept(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        for number, (make, begins) in enumerate(BAD_FILES):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = make(folder)
            held = path.read_bytes() if path.is_file() else b""
            with case(make.__name__):
                desk.type_cell("Input", 0, 0, "7")
                before = inside.document
                open_file(desk, answers, path)
                assert desk.message().startswith(begins.format(path=path))
                assert is_one_sentence(desk.message())
                assert inside.document is before
                desk.undo()
                desk.wait_for_map([LINE] * 6)
                assert (path.read_bytes() if path.is_file() else b"") == held

    assert tell(qtbot, story) == 0


def test_a_bad_file_on_the_command_line_is_the_same_sentence_over_the_usual_start(qtbot: QtBot, tmp_path: Path) -> None:
    make, begins = BAD_FILES[0]
    path = make(tmp_path)

    def story(desk: Desk) -> None:
        assert desk.message().startswith(begins.format(path=path))
        desk.wait_for_map([LINE] * 6)

    assert tell(qtbot, story, str(path)) == 0


def test_of_several_files_dropped_the_good_ones_open_and_the_bad_one_is_still_named(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    bad, good = BAD_FILES[0][0](tmp_path), tmp_path / "good.csv"
    good.write_text("1,2,3\n4,5,6\n7,8,9\n")

    def story(desk: Desk) -> None:
        assert drop(desk.window, files(bad, good))
        assert inside.document.sample.name == "good.csv"
        assert desk.message().startswith(f"“{bad}” is not a picture")

    assert tell(qtbot, story) == 0


def test_of_several_files_on_the_command_line_the_bad_one_is_still_named(qtbot: QtBot, tmp_path: Path) -> None:
    bad, good = BAD_FILES[0][0](tmp_path), tmp_path / "good.csv"
    good.write_text("1,2,3\n4,5,6\n7,8,9\n")

    def story(desk: Desk) -> None:
        assert desk.message().startswith(f"“{bad}” is not a picture")

    assert tell(qtbot, story, str(bad), str(good)) == 0


# --- typed -------------------------------------------------------------------------------------------------------


NO_NUMBERS = {
    " ": "The cell is empty: type a number such as 2, 0.5 or 1/9.",
    "four": "“four” is not a number: type one such as 2, 0.5, 1/9 or sqrt(2).",
    "1/0": "“1/0” divides by zero: type another number below the line.",
    "1e39": "“1e39” is too large: the largest number is 3.4e38.",
}


@pytest.mark.parametrize("table", ["Input", "Kernel"])
def test_a_cell_that_is_no_number_is_refused_by_its_place(qtbot: QtBot, inside: Inside, table: str) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        for typed, sentence in NO_NUMBERS.items():
            with case(typed):
                desk.type_cell(table, 1, 2, typed)
                assert desk.message() == f"Row 2, column 3: {sentence}"
                assert inside.document is before

    assert tell(qtbot, story) == 0


def test_a_bias_that_is_no_number_is_refused(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        desk.enter("Bias", "two")
        assert desk.message().startswith("Bias: “two” is not a number: type one")
        assert inside.document is before

    assert tell(qtbot, story) == 0


BEYOND = (
    ("Kernel rows", "32", "Kernel rows is a whole number from 1 to 31, so 32 is refused."),
    ("Stride rows", "0", "Stride rows is a whole number from 1 to 64, so 0 is refused."),
    ("Filters", "513", "Filters is a whole number from 1 to 512, so 513 is refused."),
    ("Groups", "2", "2 groups do not divide 1 channel and 1 filter evenly: choose a number that divides both."),
)


def test_a_number_beyond_its_limit_is_refused_and_the_field_shows_the_one_before(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        for field, typed, sentence in BEYOND:
            with case(field):
                desk.enter(field, typed)
                assert desk.message() == sentence
                assert inside.document is before
                assert desk.find(QAbstractSpinBox, field).value() != int(typed)

    assert tell(qtbot, story) == 0


def test_a_kernel_larger_than_the_input_says_both_shapes_and_undo_recovers(qtbot: QtBot) -> None:
    shown = []

    def story(desk: Desk) -> None:
        desk.enter("Kernel rows", "9")
        desk.wait(lambda: "larger" in desk.calculation())
        shown.append(desk.calculation())
        status = [label.text() for label in desk.window.statusBar().findChildren(QLabel)]
        assert not any("larger" in text for text in status), "the panes say it, where it is mended"
        desk.type_cell("Input", 0, 0, "7")
        assert desk.numbers("Input")[0][0] == "7"
        for name in ("Step forward", "Play", "Last position"):
            desk.press(name)
        desk.undo()
        desk.undo()
        desk.wait_for_map([LINE] * 6)

    assert tell(qtbot, story) == 0
    assert "9×3" in shown[0]
    assert "8×8" in shown[0]
    assert is_one_sentence(shown[0])


def test_the_calculation_of_a_kernel_that_does_not_fit_is_refused_in_a_sentence(qtbot: QtBot) -> None:

    def story(desk: Desk) -> None:
        desk.enter("Kernel rows", "9")
        desk.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert is_one_sentence(desk.message())

    assert tell(qtbot, story) == 0


def test_a_map_that_is_not_there_is_not_exported(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Kernel rows", "9")
        desk.wait(lambda: "larger" in desk.calculation())
        export(desk, answers, tmp_path / "map.npy")
        assert "no feature map" in desk.message()

    assert tell(qtbot, story) == 0
    assert not list(tmp_path.iterdir())


# --- disks -------------------------------------------------------------------------------------------------------


def full_disk(_file: int, _data: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*_arguments: object, **_options: object) -> int:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.parametrize("keeps_first", [False, True])
@pytest.mark.parametrize(
    ("call", "refuse", "reason"),
    [("write", full_disk, "the disk is full. Free some space"), ("open", read_only, "the disk is read-only. Save to")],
)
def test_a_disk_that_takes_nothing_keeps_the_project_before(
    qtbot: QtBot,
    answers: Answers,
    inside: Inside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    refuse: Callable[..., int],
    reason: str,
    keeps_first: bool,
) -> None:
    path = tmp_path / "mine.convstudio"
    monkeypatch.setattr(app, "_PAINTED", NEVER_MILLISECONDS)
    monkeypatch.setattr(autosave, "DELAY_MILLISECONDS", NEVER_MILLISECONDS)
    monkeypatch.setattr(autosave, "RETRY_MILLISECONDS", NEVER_MILLISECONDS)

    def fail_to_keep(desk: Desk) -> None:
        inside.studio.autosave.write_now()
        desk.wait(lambda: "Unsaved work is not kept safe" in desk.message())

    def fail_to_save(desk: Desk) -> None:
        save_as(desk, answers, path)
        assert desk.message().startswith(f"“{path}” was not saved: {reason}")
        assert is_one_sentence(desk.message())

    def story(desk: Desk) -> None:
        save_as(desk, answers, path)
        held = path.read_bytes()
        desk.type_cell("Input", 0, 0, "7")
        edited = inside.document
        with monkeypatch.context() as patched:
            patched.setattr(os, call, refuse)
            for step in (fail_to_keep, fail_to_save) if keeps_first else (fail_to_save, fail_to_keep):
                step(desk)
            assert desk.message().startswith(f"“{path}” was not saved: {reason}")
            assert desk.window.status.is_unsafe
        assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (held, [path.name])
        assert inside.document is edited
        assert desk.window.isWindowModified()

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["map.npy", "map.csv", "map.png"])
def test_a_full_disk_keeps_the_map_before(
    qtbot: QtBot, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    path.write_text("kept")

    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full_disk)
            answers.replace = True
            export(desk, answers, path)
            assert desk.message().startswith(f"“{path}” was not saved: the disk is full")
        assert ([one.name for one in tmp_path.iterdir()], path.read_text()) == ([name], "kept")

    assert tell(qtbot, story) == 0


def test_a_file_that_its_owner_locked_is_not_replaced(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "folder.convstudio"
    path.mkdir()

    def story(desk: Desk) -> None:
        save_as(desk, answers, path)
        assert desk.message() == f"“{path}” is a folder or a device: choose the name of a file."

    assert tell(qtbot, story) == 0


def test_an_export_without_a_known_ending_gets_that_of_its_format(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        export(desk, answers, tmp_path / "map.xyz")
        desk.wait((tmp_path / "map.xyz.png").exists)

    assert tell(qtbot, story) == 0


def test_an_export_into_a_folder_that_is_gone_is_refused(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        export(desk, answers, tmp_path / "gone" / "map.png")
        assert desk.message() == "The folder does not exist. Choose another one."

    assert tell(qtbot, story) == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"folder": ""}, "The folder does not exist. Choose another one."),
        ({"name": "../map.png"}, "The name cannot hold a folder. Choose the folder in its own field."),
    ],
)
def test_an_export_to_a_place_that_the_dialog_does_not_tell_is_refused(
    qtbot: QtBot,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wishes: dict[str, str],
    says: str,
) -> None:
    (tmp_path / "chosen").mkdir()
    monkeypatch.chdir(tmp_path)
    answers.export_wishes = wishes

    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        export(desk, answers, tmp_path / "chosen" / "map.png")
        assert desk.message() == says

    assert tell(qtbot, story) == 0
    assert not list(tmp_path.rglob("*.png"))


def test_a_home_that_takes_no_files_is_said_once_and_the_window_works(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    monkeypatch.setenv("CONVSTUDIO_HOME", str(tmp_path / "home"))

    def story(desk: Desk) -> None:
        desk.wait(lambda: "takes no recovery files" in desk.message())
        desk.type_cell("Input", 0, 0, "7")
        desk.wait(lambda: desk.numbers("Input")[0][0] == "7")

    assert tell(qtbot, story) == 0


def test_a_paste_that_is_no_block_is_refused(qtbot: QtBot, inside: Inside) -> None:

    def story(desk: Desk) -> None:
        before = inside.document
        QGuiApplication.clipboard().setText("1\t2\n3\n")
        grid = desk.find(QTableView, "Input")
        grid.setFocus()
        QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert desk.message().startswith("Nothing was pasted: row 2 has 1 cells and row 1 has 2")
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_numbers_that_are_not_finite_are_refused_for_a_kernel(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:

    path = tmp_path / "k.json"
    path.write_bytes(encode_kernel(np.full((3, 3), np.nan, np.float32)))

    def story(desk: Desk) -> None:
        before = inside.document
        open_file(desk, answers, path)
        assert desk.message() == f"“{path}” holds NaN or infinity: a kernel's weights are finite numbers."
        assert inside.document is before

    assert tell(qtbot, story) == 0
