"""How a file was read is said, asked about where it is doubtful, and changed in a list with a look at each reading."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QSpinBox
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import conv_at
from convstudio.views.window.readings_dialog import ReadingsDialog
from tests.e2e.answers import Answers, Inside, drop, files, menu_action, open_file, trigger
from tests.e2e.driver import Desk, tell

FIELD = Path(__file__).parents[1] / "field"
CHANNELS_FIRST = FIELD / "a21_3hw_small.npy"
AS_ROWS = "3 rows × 12 columns × 16 channels (channels last)"


def question(desk: Desk) -> ReadingsDialog | None:
    """Return the question about a reading that is on show."""
    shown = [dialog for dialog in desk.window.findChildren(ReadingsDialog) if dialog.isVisible()]
    return shown[0] if shown else None


def entries(dialog: ReadingsDialog) -> list[str]:
    ways = dialog.findChild(QListWidget)
    return [ways.item(row).text() for row in range(ways.count())]


def take(desk: Desk, text: str) -> None:
    """Go to a reading with the arrow keys, and take it with Enter."""
    dialog = question(desk)
    ways = dialog.findChild(QListWidget)
    while ways.currentItem().text() != text:
        QTest.keyClick(ways, Qt.Key.Key_Down)
    QTest.keyClick(ways, Qt.Key.Key_Return)
    desk.wait_for_files()
    desk.activate()


def shape(inside: Inside) -> tuple[int, ...]:
    return inside.document.sample.values.shape


def test_a_doubtful_file_is_asked_about_at_once_and_another_reading_is_one_step(
    qtbot: QtBot, answers: Answers, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, CHANNELS_FIRST)
        assert shape(inside) == (12, 16, 3)
        assert entries(question(desk)) == ["12 rows × 16 columns × 3 channels (channels first)", AS_ROWS]
        take(desk, AS_ROWS)
        assert question(desk) is None
        assert shape(inside) == (3, 12, 16)
        assert desk.message() == "Read a21_3hw_small.npy as 3 rows × 12 columns × 16 channels."
        desk.undo()
        assert shape(inside) == (12, 16, 3)

    assert tell(qtbot, story) == 0


def test_the_reading_on_show_is_previewed_as_picture_shape_and_numbers(
    qtbot: QtBot, answers: Answers, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, CHANNELS_FIRST)
        dialog = question(desk)
        QTest.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Down)
        desk.wait_for_files()
        texts = [label.text() for label in dialog.findChildren(QLabel)]
        assert "3 rows × 12 columns × 16 channels" in texts
        first = np.load(CHANNELS_FIRST)[0, 0, 0]
        assert any(text.split()[:1] == [f"{first:.3g}"] for text in texts)
        assert any(not label.pixmap().isNull() for label in dialog.findChildren(QLabel))
        dialog.reject()
        assert shape(inside) == (12, 16, 3)
        desk.activate()

    assert tell(qtbot, story) == 0


def test_a_page_is_chosen_from_the_message_and_later_from_the_menu(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "stack.tif"
    pages = [Image.new("L", (4, 3), 51 * grey) for grey in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])

    def choose(desk: Desk, page: int) -> None:
        field = question(desk).findChild(QSpinBox)
        assert field.accessibleName() == "Page"
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, str(page))
        QTest.keyClick(field, Qt.Key.Key_Tab)
        desk.wait_for_files()
        question(desk).accept()
        desk.wait_for_files()
        desk.activate()

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert question(desk) is None
        assert desk.message() == "Read page 1 of 3 as 3 rows × 4 columns."
        desk.press("Read it otherwise…")
        choose(desk, 2)
        assert desk.message() == "Read page 2 of 3 as 3 rows × 4 columns."
        trigger(menu_action(desk, "File", "Read input otherwise"))
        choose(desk, 3)
        np.testing.assert_allclose(inside.document.sample.values.to_array(), 0.4)

    assert tell(qtbot, story) == 0


def test_the_question_about_a_file_closes_when_another_project_takes_its_place(
    qtbot: QtBot, answers: Answers, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, CHANNELS_FIRST)
        assert question(desk) is not None
        inside.studio.workspace.project.start_again()
        assert question(desk) is None
        desk.activate()

    assert tell(qtbot, story) == 0


def test_an_input_that_came_from_no_file_offers_no_other_reading(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        assert not menu_action(desk, "File", "Read input otherwise").isEnabled()

    assert tell(qtbot, story) == 0


def test_of_several_files_the_last_one_is_asked_about(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        assert drop(desk.window, files(CHANNELS_FIRST, FIELD / "t07_pandas_noindex.csv"))
        dialog = question(desk)
        assert entries(dialog)[0] == "2 rows × 3 columns (the first row is a header)"
        dialog.reject()
        desk.activate()
        assert inside.document.sample.name == "t07_pandas_noindex.csv"

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(("spatial", "fits"), [((12, 16), "(channels first)"), ((3, 12), "3 rows × 12 columns")])
def test_added_channels_are_read_so_that_they_fit_the_input(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path, spatial: tuple[int, int], fits: str
) -> None:
    np.save(tmp_path / "held.npy", np.zeros(spatial))

    def story(desk: Desk) -> None:
        answers.open = CHANNELS_FIRST
        (arrange,) = [
            one
            for one in menu_action(desk, "Edit", "Arrange channels").menu().actions()
            if one.text() == "Add channels from a file…"
        ]
        trigger(arrange)
        QApplication.processEvents()
        assert shape(inside)[:2] == spatial
        assert fits in desk.message()
        assert question(desk) is None

    assert tell(qtbot, story, str(tmp_path / "held.npy")) == 0


def test_a_name_with_mark_up_is_shown_as_it_is(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "<b>x.npy"
    np.save(path, np.zeros((3, 12, 16)))

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert question(desk).windowTitle() == "How to read <b>x.npy – ConvStudio"
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in question(desk).findChildren(QLabel))
        question(desk).reject()
        desk.activate()

    assert tell(qtbot, story) == 0


def test_added_channels_offer_both_another_reading_and_to_fit_the_filters(
    qtbot: QtBot, answers: Answers, inside: Inside
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, CHANNELS_FIRST)
        question(desk).reject()
        inside.studio.workspace.inputs.add_channels(str(CHANNELS_FIRST))
        desk.wait_for_files()
        for dialog in desk.window.findChildren(ReadingsDialog):
            dialog.reject()
        desk.activate()
        assert shape(inside) == (12, 16, 6)
        assert "the input has 6" in desk.message()
        desk.press("Read it otherwise…")
        assert question(desk) is not None
        question(desk).reject()
        desk.activate()
        desk.press("Fit the filters")
        assert conv_at(inside.document, 0).channels == 6

    assert tell(qtbot, story) == 0
