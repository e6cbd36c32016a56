"""Stories of presets: made of a kernel, found again after a restart, used, changed, deleted and brought back."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.settings import usual_presets_folder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.views.layer.generator_dialog import GeneratorDialog
from convstudio.views.layer.library.preset_form import PresetForm
from convstudio.views.layer.library.window import DetectorList
from convstudio.views.parts import dialogs
from convstudio.views.parts.room.all_widgets import windows
from tests.e2e.answers import CTRL, Inside, drop
from tests.e2e.answers import files as dragged
from tests.e2e.driver import Desk, tell

EDGE = Detector(
    "preset:x", "Their edge", 2, frozen([[-1, 0, 1]] * 3), False, "edges", "", bias=0.5, tags=("course",), note="n"
)


def folder() -> Path:
    """Return the folder of presets of this story's user."""
    return usual_presets_folder(os.environ)


def files() -> list[str]:
    return sorted(path.name for path in folder().glob("*.kernel.json"))


def run(desk: Desk, text: str) -> None:
    """Run a command of a menu of the window."""
    actions = [one for one in desk.window.findChildren(QAction) if one.text().replace("&", "") == text]
    actions[0].trigger()
    desk.wait_for_files()


def library(desk: Desk) -> DetectorList:
    """Return the library, opened where it is not."""
    held = desk.window.findChild(DetectorList)
    if held is None or not held.isVisible():
        desk.press("Detector list")
        held = desk.window.findChild(DetectorList)
    return held


def field(where: QWidget, kind: type, name: str) -> QWidget:
    (found,) = [one for one in where.findChildren(kind) if one.accessibleName() == name]
    return found


def shown_form() -> PresetForm:
    """Return the form that asks for the texts of a preset."""
    forms = [one for one in windows() if isinstance(one, PresetForm) and one.isVisible()]
    assert len(forms) == 1
    return forms[0]


def fill(desk: Desk, button: str = "Save preset", **texts: str) -> None:
    """Fill the form in, and press its button."""
    form = shown_form()
    for name, text in texts.items():
        line = field(form, QPlainTextEdit if name == "Note" else QLineEdit, name)
        line.selectAll()
        QTest.keyClicks(line, text)
    assert form.save_button.text() == button
    form.save_button.click()
    desk.wait_for_files()


def titles(listing: DetectorList) -> list[str]:
    model = listing.table_model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def find(listing: DetectorList, words: str) -> list[str]:
    listing.search_field.clear()
    QTest.keyClicks(listing.search_field, words)
    return titles(listing)


def press(desk: Desk, listing: DetectorList, name: str) -> None:
    field(listing, QWidget, name).click()
    desk.wait_for_files()


def test_a_kernel_becomes_a_preset_that_is_found_by_its_tag_after_a_restart(qtbot: QtBot, inside: Inside) -> None:
    def make(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "7")
        desk.enter("Bias", "-2")
        run(desk, "Save as preset…")
        fill(desk, Name="My corner", Tags="week 3, corners", Detects="bright corners", Note="for the exam")
        assert desk.message() == "The preset “My corner” was saved."

    def use(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        assert find(listing, "week 3") == ["My corner"]
        assert "Note: for the exam" in listing.details.facts.text()
        steps = inside.studio.session.undo_stack.count()
        QTest.keyClick(listing.search_field, Qt.Key.Key_Return)
        desk.activate()
        assert inside.studio.session.undo_stack.count() == steps + 1
        conv = inside.document.layers[0]
        assert (conv.weights[0, 0, 0, 0], conv.bias[0], conv.filter_name(0)) == (7, -2, "My corner")
        desk.undo()
        assert inside.document.layers[0].weights[0, 0, 0, 0] == 0

    assert tell(qtbot, make) == 0
    assert files() == ["my-corner.kernel.json"]
    assert tell(qtbot, use) == 0


def test_a_preset_is_renamed_deleted_and_brought_back(qtbot: QtBot, inside: Inside) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        find(listing, "their")
        press(desk, listing, "Edit")
        fill(desk, "Save changes", Name="Our edge")
        assert files() == ["our-edge.kernel.json"]
        assert find(listing, "course") == ["Our edge"]
        press(desk, listing, "Delete")
        assert (files(), listing.news.text()) == ([], "The preset “Our edge” was deleted.")
        press(desk, listing, "Undo")
        assert files() == ["our-edge.kernel.json"]
        press(desk, listing, "Undo")
        assert files() == ["their-edge.kernel.json"]
        assert (folder() / "their-edge.kernel.json").read_bytes() == encode_preset(EDGE)
        assert inside.studio.session.undo_stack.count() == 0

    assert tell(qtbot, story) == 0


def test_a_preset_that_was_made_renamed_and_sent_is_another_users_too(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def make(desk: Desk) -> None:
        desk.type_cell("Kernel", 1, 0, "7")
        run(desk, "Save as preset…")
        fill(desk, Name="Left arm", Tags="exam")

    def use_and_rename(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        assert find(listing, "exam")[0] == "Left arm"
        QTest.keyClick(listing.search_field, Qt.Key.Key_Return)
        assert inside.document.layers[0].weights[1, 0, 0, 0] == 7
        find(library(desk), "exam")
        press(desk, library(desk), "Edit")
        fill(desk, "Save changes", Name="Arm")

    def receive_delete_and_undo(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        assert find(listing, "exam")[0] == "Arm"
        QTest.keyClick(listing.search_field, Qt.Key.Key_Return)
        assert inside.document.layers[0].weights[1, 0, 0, 0] == 7
        find(library(desk), "exam")
        press(desk, library(desk), "Delete")
        assert files() == []
        press(desk, library(desk), "Undo")
        assert files() == ["arm.kernel.json"]
        assert find(library(desk), "exam")[0] == "Arm"

    assert tell(qtbot, make) == 0
    assert tell(qtbot, use_and_rename) == 0
    sent = (folder() / "arm.kernel.json").read_bytes()
    monkeypatch.setenv("CONVSTUDIO_HOME", str(tmp_path / "friend"))
    folder().mkdir(parents=True)
    (folder() / "arm.kernel.json").write_bytes(sent)
    assert tell(qtbot, receive_delete_and_undo) == 0


def test_moving_through_the_list_previews_and_is_no_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.studio.display.result is not None)
        before = inside.document
        listing = library(desk)
        for _ in range(5):
            QTest.keyClick(listing.search_field, Qt.Key.Key_Down)
            assert not listing.details.map_picture.pixmap().isNull()
            assert "Does not tell apart: " in listing.details.facts.text()
        assert (inside.document is before, inside.studio.session.undo_stack.count()) == (True, 0)
        listing.reject()

    assert tell(qtbot, story) == 0


def test_a_starred_entry_is_listed_first_also_after_a_restart(qtbot: QtBot) -> None:
    def star(desk: Desk) -> None:
        listing = library(desk)
        find(listing, "emboss")
        press(desk, listing, "Star")
        assert titles(listing) == ["★ Emboss"]

    def look(desk: Desk) -> None:
        desk.wait_for_files()
        assert titles(library(desk))[0] == "★ Emboss"

    assert tell(qtbot, star) == 0
    assert tell(qtbot, look) == 0


def test_a_star_follows_a_preset_that_is_renamed_and_back(qtbot: QtBot) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        find(listing, "their")
        press(desk, listing, "Star")
        press(desk, listing, "Edit")
        fill(desk, "Save changes", Name="Our edge")
        assert find(listing, "course") == ["★ Our edge"]
        press(desk, listing, "Undo")
        assert find(listing, "course") == ["★ Their edge"]

    assert tell(qtbot, story) == 0


def test_a_file_dropped_into_the_folder_appears_and_a_damaged_one_says_why(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        PresetFolder(folder()).add([EDGE])
        listing = library(desk)
        desk.wait(lambda: find(listing, "course") == ["Their edge"])
        (folder() / "bad.kernel.json").write_bytes(b"{")
        desk.wait(lambda: find(listing, "bad.kernel") == ["bad.kernel.json"])
        assert "damaged" in listing.note.text()
        assert listing.details.facts.text().startswith("Damaged: ")

    assert tell(qtbot, story) == 0


def test_a_folder_that_vanishes_is_one_sentence_and_its_return_is_noticed(qtbot: QtBot) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        folder().rename(folder().with_name("elsewhere"))
        desk.wait(lambda: "does not exist any more. Make it again" in desk.message())
        folder().with_name("elsewhere").rename(folder())
        listing = library(desk)
        desk.wait(lambda: find(listing, "course") == ["Their edge"])

    assert tell(qtbot, story) == 0


def test_what_was_typed_for_a_preset_is_kept_where_it_cannot_be_saved(qtbot: QtBot) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        folder().rename(folder().with_name("elsewhere"))
        run(desk, "Save as preset…")
        fill(desk, Name="My corner", Tags="exam", Note="for the exam")
        desk.wait(lambda: "Make it again" in shown_form().refusal.text())
        assert shown_form().note.toPlainText() == "for the exam"
        folder().with_name("elsewhere").rename(folder())
        shown_form().save_button.click()
        desk.wait_for_files()
        press(desk, library(desk), "Edit")
        (folder() / "my-corner.kernel.json").unlink()
        fill(desk, "Save changes", Name="Other corner")
        desk.wait(lambda: "does not exist any more" in shown_form().refusal.text())
        assert shown_form().name.text() == "Other corner"

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("where", ["library", "window"])
def test_an_archive_dropped_on_a_window_is_imported(qtbot: QtBot, tmp_path: Path, where: str) -> None:
    with zipfile.ZipFile(tmp_path / "course.zip", "w") as archive:
        archive.writestr("edge.kernel.json", encode_preset(EDGE))
        archive.writestr("bad.kernel.json", "{")

    def story(desk: Desk) -> None:
        listing = library(desk)
        drop(listing if where == "library" else desk.window, dragged(tmp_path / "course.zip"))
        assert files() == ["their-edge.kernel.json"]
        assert find(listing, "course") == ["Their edge"]

    assert tell(qtbot, story) == 0


def test_presets_are_exported_as_an_archive_and_as_one_file(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PresetFolder(folder()).add([EDGE])
    paths = iter([str(tmp_path / "all.zip"), str(tmp_path / "one.kernel.json")])
    monkeypatch.setattr(dialogs, "ask_preset_export", lambda *_: next(paths))
    monkeypatch.setattr(dialogs, "ask_way", lambda *_: 0)

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        run(desk, "Export all presets…")
        find(listing, "course")
        run(desk, "Export the selected…")
        assert listing.news.text() == f"“Their edge” written to “{tmp_path / 'one.kernel.json'}”."

    assert tell(qtbot, story) == 0
    assert zipfile.ZipFile(tmp_path / "all.zip").namelist() == ["their-edge.kernel.json"]
    assert (tmp_path / "one.kernel.json").read_bytes() == encode_preset(EDGE)


def test_another_folder_can_be_chosen_and_is_remembered(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PresetFolder(tmp_path / "shared").add([EDGE])
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: str(tmp_path / "shared"))

    def choose(desk: Desk) -> None:
        listing = library(desk)
        run(desk, "Choose folder…")
        assert find(listing, "course") == ["Their edge"]

    def look(desk: Desk) -> None:
        desk.wait_for_files()
        assert find(library(desk), "course") == ["Their edge"]

    assert tell(qtbot, choose) == 0
    assert tell(qtbot, look) == 0


def test_a_preset_stands_in_the_choice_of_detectors(qtbot: QtBot, inside: Inside) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        desk.choose("Detector", "Their edge")
        np.testing.assert_array_equal(inside.document.layers[0].weights[..., 0, 0], EDGE.kernel)
        assert inside.studio.session.undo_stack.undoText() == "Use preset “Their edge”"

    assert tell(qtbot, story) == 0


def key(desk: Desk, listing: DetectorList, which: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(listing.findChild(QTableView), which, modifier)
    desk.wait_for_files()


def test_the_keyboard_alone_renames_duplicates_and_deletes(qtbot: QtBot) -> None:
    PresetFolder(folder()).add([EDGE])

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        listing = library(desk)
        find(listing, "course")
        none = Qt.KeyboardModifier.NoModifier
        key(desk, listing, Qt.Key.Key_F2, none)
        fill(desk, "Save changes", Name="Ours")
        key(desk, listing, Qt.Key.Key_D, CTRL)
        assert files() == ["ours-copy.kernel.json", "ours.kernel.json"]
        key(desk, listing, Qt.Key.Key_Delete, none)
        assert len(files()) == 1
        key(desk, listing, Qt.Key.Key_Z, CTRL)
        assert len(files()) == 2

    assert tell(qtbot, story) == 0


def test_a_kernel_that_a_rule_made_is_saved_with_the_rule_and_its_numbers(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        run(desk, "Make kernels…")
        maker = desk.window.findChild(GeneratorDialog)
        maker.rule.show_index(maker.rule.findText("Gaussian"))
        maker.rule.chosen.emit(maker.rule.currentIndex())
        maker.preset_button.click()
        fill(desk, Tags="made")
        listing = library(desk)
        assert find(listing, "made") == ["Gaussian 3×3, sigma 1"]
        assert "Made by: gaussian, sigma 1" in listing.details.facts.text()
        maker.reject()

    assert tell(qtbot, story) == 0
    (kept,) = PresetFolder(folder()).read().presets
    assert kept.made_by == RuleUse("gaussian", {"sigma": 1.0})


def test_the_numbers_of_a_preset_that_a_rule_made_are_changed_later_and_undone(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        run(desk, "Make kernels…")
        maker = desk.window.findChild(GeneratorDialog)
        maker.rule.show_index(maker.rule.findText("Gaussian"))
        maker.rule.chosen.emit(maker.rule.currentIndex())
        maker.preset_button.click()
        fill(desk, Tags="made")
        maker.reject()
        listing = library(desk)
        find(listing, "made")
        key(desk, listing, Qt.Key.Key_R, CTRL)
        assert (maker.isVisible(), maker.generator.id, maker.values) == (True, "gaussian", [1.0])
        maker.fields[0].edited.emit(2.0)
        maker.rows.edited.emit(5)
        maker.change_button.click()
        desk.wait_for_files()
        listing = library(desk)
        assert find(listing, "made") == ["Gaussian 5×3, sigma 2"]
        assert "Made by: gaussian, sigma 2" in listing.details.facts.text()
        key(desk, listing, Qt.Key.Key_Z, CTRL)
        assert find(listing, "made") == ["Gaussian 3×3, sigma 1"]

    assert tell(qtbot, story) == 0


def test_making_kernels_without_a_preset_offers_no_changes_to_save(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        run(desk, "Make kernels…")
        maker = desk.window.findChild(GeneratorDialog)
        assert not maker.change_button.isVisible()
        maker.reject()

    assert tell(qtbot, story) == 0


def test_a_single_kernel_file_that_is_dropped_is_used_and_offered_to_the_presets(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "mine.kernel.json"
    path.write_bytes(encode_preset(EDGE))

    def story(desk: Desk) -> None:
        drop(desk.window, dragged(path))
        assert inside.document.layers[0].weights[..., 0, 0].shape == EDGE.kernel.shape
        desk.press("Add to presets")
        desk.wait_for_files()
        assert files() == ["their-edge.kernel.json"]
        assert desk.message() == "1 preset imported."

    assert tell(qtbot, story) == 0
