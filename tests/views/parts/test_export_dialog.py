"""The dialog of exports: every field changes the choice, and every choice is previewed before anything is written."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.panes.exports.animation import AnimationChoice
from convstudio.model.panes.exports.choice import ExportChoice, ExportOffer, ExportPreview
from convstudio.model.words.export_contents import ANIMATION, CHOSEN, CONTENTS, EXPORTED, MAPS, PAGES, REPORT
from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts.export_dialog import ExportDialog

KINDS = (FileKind("Array", (".npy",), "all maps exactly"), FileKind("Picture", (".png",), "one map"))
FORMATS = {
    **dict.fromkeys(CONTENTS, KINDS),
    **dict.fromkeys(PAGES, (FileKind("Page", (".html",), "all of it"),)),
    ANIMATION: (FileKind("Moving", (".gif",), "every step"),),
}
OFFER = ExportOffer(FORMATS, ("1 sobel-x", "2 edges"), 36, (1, 4, 8))
FIRST = ExportChoice("Picture", "/tmp", "m.png", chosen=(1,))


class Previews:
    """Remembers what was previewed, and answers with one preview."""

    def __init__(self) -> None:
        self.asked: list[ExportChoice] = []
        self.answer = ExportPreview(("m.png: 6×6",), "1 file in /tmp.", takes_colours=True, takes_bar=True)

    def __call__(self, choice: ExportChoice) -> ExportPreview:
        self.asked.append(choice)
        return self.answer


@pytest.fixture
def previews() -> Previews:
    return Previews()


@pytest.fixture
def dialog(qtbot: QtBot, previews: Previews) -> Iterator[ExportDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ExportDialog(parent, OFFER, FIRST, previews)
    made.show()
    yield made
    made.close()


def test_it_shows_what_is_filled_in_and_asks_nothing(dialog: ExportDialog, previews: Previews) -> None:
    assert (dialog.choice, previews.asked) == (FIRST, [FIRST])
    shown = (dialog.format.currentText(), dialog.name.text(), dialog.folder.text())
    assert shown == ("Picture (.png)", "m.png", "/tmp")
    assert not dialog.maps.isVisible()


def test_every_field_changes_the_choice_and_is_previewed(dialog: ExportDialog, previews: Previews) -> None:
    dialog.content.chosen.emit(list(CONTENTS).index(MAPS))
    dialog.colours.chosen.emit(0)
    dialog.bar.click()
    dialog.folder.setText("/home")
    dialog.format.chosen.emit(0)
    assert dialog.choice == ExportChoice("Array", "/home", "m.npy", MAPS, (1,), is_coloured=False, has_bar=True)
    assert previews.asked[-1] == dialog.choice
    assert dialog.name.text() == "m.npy"


def test_a_page_has_its_own_formats(dialog: ExportDialog) -> None:
    dialog.content.chosen.emit(list(EXPORTED).index(REPORT))
    assert [dialog.format.itemText(row) for row in range(dialog.format.count())] == ["Page (.html)"]
    assert (dialog.choice.kind, dialog.name.text()) == ("Page", "m.html")


def test_an_animation_has_steps_a_speed_and_a_size_and_no_colours(dialog: ExportDialog, previews: Previews) -> None:
    dialog.content.chosen.emit(list(EXPORTED).index(ANIMATION))
    fields = dialog.animation
    assert all(field.isVisible() for field in (fields.first, fields.last, fields.speed, fields.side))
    assert not any(field.isVisible() for field in (dialog.colours, dialog.bar, dialog.apart, dialog.maps))
    fields.last.setValue(12)
    fields.first.setValue(5)
    fields.speed.setCurrentIndex(2)
    fields.side.setCurrentIndex(0)
    fields.side.chosen.emit(0)
    assert previews.asked[-1].animation == AnimationChoice(5, 12, 8, 180)
    assert (dialog.choice.kind, dialog.name.text()) == ("Moving", "m.gif")


def test_the_fields_of_an_animation_leave_their_room_to_the_others(dialog: ExportDialog) -> None:
    fields = dialog.animation
    assert not any(field.isVisible() for field in (fields.first, fields.last, fields.speed, fields.side))


def test_one_file_leaves_the_room_to_the_picture(dialog: ExportDialog) -> None:
    assert dialog.files.height() < dialog.picture.height() / 3


def test_chosen_maps_are_ticked(dialog: ExportDialog) -> None:
    dialog.content.chosen.emit(list(CONTENTS).index(CHOSEN))
    assert dialog.maps.isVisible()
    dialog.maps.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.choice.chosen == (0, 1)
    dialog.maps.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.choice.chosen == (0,)


def test_enter_in_the_name_takes_what_is_typed(dialog: ExportDialog) -> None:
    dialog.name.setText("shot.npy")
    dialog.export_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert (dialog.choice.kind, dialog.choice.name) == ("Array", "shot.npy")


def test_escape_closes_the_dialog_from_a_choice_too(dialog: ExportDialog, qtbot: QtBot) -> None:
    dialog.content.setFocus()
    qtbot.keyClick(dialog.content, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_cannot_be_written_says_why_and_cannot_be_exported(dialog: ExportDialog, previews: Previews) -> None:
    previews.answer = ExportPreview(problem="No map is chosen. Tick at least one.")
    dialog.content.chosen.emit(list(CONTENTS).index(CHOSEN))
    assert dialog.sentence.text() == "No map is chosen. Tick at least one."
    assert not dialog.export_button.isEnabled()
    dialog._take_all()
    assert dialog.result() != QDialog.DialogCode.Accepted


def test_a_name_that_was_refused_can_be_corrected_with_the_mouse(
    dialog: ExportDialog, previews: Previews, qtbot: QtBot
) -> None:
    fine, previews.answer = previews.answer, ExportPreview(problem="Choose another name.")
    dialog.name.setText("a/b.npy")
    dialog.name.editingFinished.emit()
    assert not dialog.export_button.isEnabled()
    previews.answer = fine
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, "b.npy")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    assert dialog.choice.name == "b.npy"


def test_the_files_and_the_first_picture_are_shown(dialog: ExportDialog, previews: Previews) -> None:
    held = io.BytesIO()
    Image.fromarray(np.full((3, 4), 200, np.uint8)).save(held, "PNG")
    previews.answer = ExportPreview(("m-1.png: 6×6", "m-2.png: 6×6"), "2 files in /tmp.", picture=held.getvalue())
    dialog.content.chosen.emit(list(CONTENTS).index(MAPS))
    assert [dialog.files.item(row).text() for row in range(dialog.files.count())] == ["m-1.png: 6×6", "m-2.png: 6×6"]
    assert dialog.picture.pixmap().toImage().pixelColor(50, 50).red() == 200


def test_choices_that_make_no_difference_are_greyed(dialog: ExportDialog, previews: Previews) -> None:
    previews.answer = ExportPreview(("m.npy: 6×6×2",), "1 file in /tmp.", may_be_apart=True)
    dialog.format.chosen.emit(0)
    usable = [field.isEnabled() for field in (dialog.colours, dialog.bar, dialog.apart)]
    assert usable == [False, False, True]


def test_every_field_has_its_visible_label_as_its_name(dialog: ExportDialog) -> None:
    fields = (dialog.content, dialog.format, dialog.colours, dialog.folder, dialog.name)
    assert {field.accessibleName() for field in fields} == {"What", "Format", "Colours", "Folder", "Name"}
