"""A folder of pictures is opened, listed with small pictures, and leafed through with the same network."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView, QTableView
from pytestqt.qtbot import QtBot

from convstudio.views.parts import dialogs
from tests.e2e.answers import Answers, Inside, drop, files, menu_action
from tests.e2e.driver import Desk, tell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "holiday"
    made.mkdir()
    for number in (1, 2, 10):
        Image.new("L", (5, 4), 25 * number).save(made / f"p{number}.png")
    (made / "p3.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (made / "notes.md").write_text("no picture")
    return made


def name(inside: Inside) -> str:
    return inside.document.sample.name


def test_a_dropped_folder_opens_its_first_picture_and_lists_the_others(
    qtbot: QtBot, inside: Inside, folder: Path
) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        rows = desk.find(QListView, "Pictures").model()
        assert [rows.index(row, 0).data() for row in (0, 1, 3)] == ["p1.png", "p2.png", "p10.png"]
        assert name(inside) == "p1.png"
        assert desk.message() == "Picture 1 of 4. Read p1.png as 4 rows × 5 columns."

    assert tell(qtbot, story) == 0


def test_page_down_goes_on_past_a_damaged_picture_whose_row_says_why(
    qtbot: QtBot, inside: Inside, folder: Path
) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        desk.key(Qt.Key.Key_PageDown)
        desk.key(Qt.Key.Key_PageDown)
        assert name(inside) == "p10.png"
        assert desk.message().endswith("“p3.png” cannot be read and was skipped.")
        row = desk.find(QListView, "Pictures").model().index(2, 0)
        assert "is damaged" in row.data()
        desk.key(Qt.Key.Key_PageDown)
        assert desk.message() == "This is the last picture of “holiday”. Page Up goes back."
        desk.key(Qt.Key.Key_PageUp)
        assert name(inside) == "p2.png"

    assert tell(qtbot, story) == 0


def test_leafing_keeps_the_network_and_is_one_undo_step_between_edits(
    qtbot: QtBot, inside: Inside, folder: Path
) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        network = inside.document.network
        desk.key(Qt.Key.Key_PageDown)
        desk.key(Qt.Key.Key_PageDown)
        desk.type_cell("Input", 0, 0, "7")
        desk.key(Qt.Key.Key_PageUp)
        desk.key(Qt.Key.Key_PageUp)
        assert inside.document.network is network
        desk.undo()
        assert (name(inside), desk.numbers("Input")[0][0]) == ("p10.png", "7")
        desk.undo()
        desk.undo()
        assert name(inside) == "p1.png"

    assert tell(qtbot, story) == 0


def test_undo_selects_the_picture_that_it_brings_back(qtbot: QtBot, inside: Inside, folder: Path) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        desk.key(Qt.Key.Key_PageDown)
        desk.undo()
        assert desk.find(QListView, "Pictures").currentIndex().row() == 0

    assert tell(qtbot, story) == 0


def test_a_click_in_the_list_opens_a_picture_and_a_damaged_one_is_a_sentence(
    qtbot: QtBot, inside: Inside, folder: Path
) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        shown = desk.find(QListView, "Pictures")
        shown.setCurrentIndex(shown.model().index(3, 0))
        desk.wait_for_files()
        assert name(inside) == "p10.png"
        shown.setCurrentIndex(shown.model().index(2, 0))
        desk.wait_for_files()
        assert desk.message().startswith("“p3.png” is damaged")
        assert (name(inside), shown.currentIndex().row()) == ("p10.png", 3)

    assert tell(qtbot, story) == 0


def test_small_pictures_are_made_beside_everything_else(qtbot: QtBot, inside: Inside, folder: Path) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        rows = desk.find(QListView, "Pictures").model()

        def grey(row: int) -> int:
            icon = rows.index(row, 0).data(Qt.ItemDataRole.DecorationRole)
            return icon.pixmap(48, 48).toImage().pixelColor(24, 24).alpha()

        desk.wait(lambda: [grey(row) for row in (0, 1, 3)] == [255] * 3)

    assert tell(qtbot, story) == 0


def test_a_folder_that_vanishes_is_one_sentence(qtbot: QtBot, inside: Inside, folder: Path) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        folder.rename(folder.with_name("moved"))
        desk.key(Qt.Key.Key_PageDown)
        assert desk.message() == f"The folder “{folder}” is not there any more: open it again, or another one."
        assert name(inside) == "p1.png"
        folder.with_name("moved").rename(folder)
        desk.key(Qt.Key.Key_PageDown)
        assert name(inside) == "p2.png"

    assert tell(qtbot, story) == 0


def test_a_picture_whose_reading_was_cancelled_can_be_chosen_again(qtbot: QtBot, inside: Inside, folder: Path) -> None:
    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        shown = desk.find(QListView, "Pictures")
        shown.setCurrentIndex(shown.model().index(1, 0))
        inside.studio.jobs.cancel()
        desk.wait_for_files()
        assert (name(inside), shown.currentIndex().row()) == ("p1.png", 0)
        shown.setCurrentIndex(shown.model().index(1, 0))
        desk.wait_for_files()
        assert name(inside) == "p2.png"

    assert tell(qtbot, story) == 0


def test_the_list_scrolls_along_while_one_leafs(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(40):
        Image.new("L", (5, 4), number).save(many / f"p{number}.png")

    def story(desk: Desk) -> None:
        drop(desk.window, files(many))
        for _ in range(30):
            desk.key(Qt.Key.Key_PageDown)
        shown = desk.find(QListView, "Pictures")
        assert shown.currentIndex().row() == 30
        assert shown.viewport().rect().contains(shown.visualRect(shown.currentIndex()))

    assert tell(qtbot, story) == 0


def test_a_folder_is_opened_from_the_menu_and_without_one_page_down_is_the_grids(
    qtbot: QtBot, inside: Inside, folder: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers
) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        desk.find(QTableView, "Input").setFocus()
        desk.key(Qt.Key.Key_PageDown)
        assert inside.document is before
        monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(folder))
        desk.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert name(inside) == "p1.png"
        assert menu_action(desk, "File", "Folder of pictures").menu().actions()[1].isEnabled()

    assert tell(qtbot, story) == 0


def test_a_folder_without_pictures_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()

    def story(desk: Desk) -> None:
        assert desk.message().startswith(f"The folder “{tmp_path / 'none'}” holds no pictures: choose one with files")

    assert tell(qtbot, story, str(tmp_path / "none")) == 0


def test_pictures_of_other_colours_change_no_weights_and_say_that_they_do_not_fit(
    qtbot: QtBot, inside: Inside, folder: Path
) -> None:
    Image.fromarray(np.zeros((4, 5, 3), np.uint8) + np.uint8([9, 8, 7])).save(folder / "p2.png")

    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        network = inside.document.network
        desk.key(Qt.Key.Key_PageDown)
        assert inside.document.sample.channels == 3
        assert inside.document.network is network
        assert "Picture 2 of 4." in desk.message()

    assert tell(qtbot, story) == 0
