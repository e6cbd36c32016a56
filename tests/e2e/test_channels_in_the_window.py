"""The channels of an input, worked through the window: one looked at, arranged, edited, and filters fitted to them."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from convstudio.files.projects.documents import load_document
from convstudio.views.input.pane import InputPane
from tests.e2e.answers import Answers, Inside, menu_action, open_file, save_as, trigger
from tests.e2e.driver import Desk, case, tell

PHOTOGRAPH = "sample:astronaut"
COLOURS = ("red", "green", "blue")
MISFIT = "The filters read 3 channels and the input has {}: fit the filters, or undo."


def arrange(desk: Desk, text: str) -> None:
    """Choose an entry of the menu Arrange channels."""
    (action,) = [one for one in menu_action(desk, "Edit", "Arrange channels").menu().actions() if one.text() == text]
    assert action.isEnabled()
    trigger(action)
    QApplication.processEvents()


def look_at(desk: Desk, name: str) -> None:
    """Click the tile of a channel."""
    strip = desk.find(QListView, "Channels")
    index = next(one for one in map(strip.model().index, range(strip.model().rowCount())) if one.data() == name)
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(index).center())


def picture(desk: Desk) -> np.ndarray:
    """Read the picture on show, as bytes."""
    (pane,) = desk.window.findChildren(InputPane)
    pane.page.picture.grab()
    return np.array(pane.page.picture.image.pixels)


def test_one_channel_is_looked_at_alone_and_all_are_shown_in_colour_again(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        coloured = picture(desk)
        look_at(desk, "blue")
        alone = picture(desk)
        assert (alone[..., 0] == alone[..., 1]).all()
        assert inside.studio.session.view.channel == 2
        look_at(desk, "all")
        np.testing.assert_array_equal(picture(desk), coloured)
        assert inside.studio.session.undo_stack.count() == 1

    assert tell(qtbot, story, PHOTOGRAPH) == 0


EDITS = {
    "Keep only this channel": ("Keep one channel", ("channel 1",)),
    "Make grey (mean of all channels)": ("Make grey", ("channel 1",)),
    "Add a channel of zeros": ("Add channel", (*COLOURS, "channel 4")),
    "Add a copy of this channel": ("Copy channel", (*COLOURS, "channel 4")),
    "Remove this channel": ("Remove channel", ("red", "blue")),
    "Move this channel left": ("Move channel green to place 1", ("green", "red", "blue")),
    "Move this channel right": ("Move channel green to place 3", ("red", "blue", "green")),
}


def test_every_arrangement_is_one_step_and_leaves_the_weights(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        for text, (step, names) in EDITS.items():
            with case(text):
                arrange_and_undo(desk, text, step, names)

    def arrange_and_undo(desk: Desk, text: str, step: str, names: tuple[str, ...]) -> None:
        look_at(desk, "green")
        before, steps = inside.document, inside.studio.session.undo_stack.index()
        arrange(desk, text)
        assert inside.studio.session.undo_stack.index() == steps + 1
        assert inside.studio.session.undo_stack.undoText() == step
        assert inside.document.sample.channel_names == names
        assert inside.document.layers is before.layers
        assert desk.message() == ("" if len(names) == 3 else MISFIT.format(len(names)))
        desk.undo()
        assert inside.document is before
        assert desk.message() == ""

    assert tell(qtbot, story, PHOTOGRAPH) == 0


def test_fitting_the_filters_is_offered_and_is_one_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        look_at(desk, "red")
        arrange(desk, "Add a copy of this channel")
        assert desk.calculation().startswith("Weights of shape 3×3×3×1")
        misfit = inside.document
        desk.press("Fit the filters")
        assert inside.document.layers[0].channels == 4
        assert desk.message() == ""
        assert "channel 4" in desk.calculation()
        desk.undo()
        assert inside.document is misfit
        assert desk.message() == MISFIT.format(4)

    assert tell(qtbot, story, PHOTOGRAPH) == 0


def test_a_moved_channel_is_still_the_one_that_is_looked_at(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        look_at(desk, "red")
        arrange(desk, "Move this channel right")
        assert inside.studio.session.view.channel == 1
        assert desk.find(QListView, "Channels").currentIndex().data() == "red"

    assert tell(qtbot, story, PHOTOGRAPH) == 0


def test_a_photograph_is_split_and_put_together_from_its_parts(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    levels = np.random.default_rng(2).integers(0, 256, (40, 50, 3), np.uint8)
    for name, part in zip(COLOURS, np.moveaxis(levels, -1, 0), strict=True):
        Image.fromarray(np.ascontiguousarray(part)).save(tmp_path / f"{name}.png")

    def story(desk: Desk) -> None:
        open_file(desk, answers, tmp_path / "red.png")
        for name in ("green", "blue"):
            answers.open = tmp_path / f"{name}.png"
            arrange(desk, "Add channels from a file…")
        assert inside.document.sample.channel_names == COLOURS
        np.testing.assert_array_equal(np.rint(inside.document.sample.values.to_array() * 255), levels)
        look_at(desk, "all")
        np.testing.assert_array_equal(picture(desk), levels)

    assert tell(qtbot, story) == 0


def test_a_file_of_another_size_is_refused_with_both_sizes(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    np.save(tmp_path / "small.npy", np.zeros((3, 4)))
    answers.open = tmp_path / "small.npy"

    def story(desk: Desk) -> None:
        before = inside.document
        arrange(desk, "Add channels from a file…")
        assert "3×4" in desk.message()
        assert "8×8" in desk.message()
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_more_than_sixty_four_channels_are_refused(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    np.save(tmp_path / "many.npy", np.zeros((8, 8, 64)))
    answers.open = tmp_path / "many.npy"

    def story(desk: Desk) -> None:
        before = inside.document
        arrange(desk, "Add channels from a file…")
        assert "65 channels" in desk.message()
        open_file(desk, answers, tmp_path / "many.npy")
        many = inside.document
        arrange(desk, "Add a channel of zeros")
        assert "65 channels" in desk.message()
        assert inside.document is many is not before

    assert tell(qtbot, story) == 0


def test_a_name_is_kept_in_the_project(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "named.convstudio"

    def story(desk: Desk) -> None:
        look_at(desk, "red")
        arrange(desk, "Rename this channel…")
        dialog = next(one for one in desk.window.findChildren(QDialog) if one.isVisible())
        QTest.keyClicks(dialog.findChild(QLineEdit), "near infrared")
        dialog.accept()
        desk.activate()
        assert desk.find(QListView, "Channels").currentIndex().data() == "near infrared"
        save_as(desk, answers, path)

    assert tell(qtbot, story, PHOTOGRAPH) == 0
    assert load_document(path)[0].sample.channel_names == ("near infrared", "green", "blue")


def test_a_channel_of_zeros_beside_the_tutorials_line_shows_the_strip(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        arrange(desk, "Add a channel of zeros")
        strip = desk.find(QListView, "Channels")
        assert strip.currentIndex().data() == "channel 2"
        assert desk.array("Input").sum() == 0
        look_at(desk, "channel 1")
        assert desk.array("Input").sum() == 16
        desk.press("Edit all")
        desk.type_cell("Input", 0, 0, "5")
        assert inside.document.sample.values.to_array()[0, 0].tolist() == [5, 5]

    assert tell(qtbot, story) == 0
