"""A picture is cropped and resized with a preview, in one step; the size stays while one leafs through a folder."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from convstudio.cli import main
from convstudio.views.parts.pictures.crop_view import CropView
from convstudio.views.window.readings_dialog import ReadingsDialog
from tests.e2e.answers import Answers, Inside, drop, files, menu_action, open_file
from tests.e2e.driver import Desk, tell
from tests.e2e.test_reading_otherwise import question


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("L", (1500, 1000), 51).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def enter(dialog: ReadingsDialog, name: str, value: int) -> None:
    (field,) = (one for one in dialog.findChildren(QSpinBox) if one.accessibleName() == name)
    dialog.activateWindow()
    QApplication.processEvents()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(value))
    QTest.keyClick(field, Qt.Key.Key_Tab)


def accept(desk: Desk) -> None:
    desk.wait_for_files()
    dialog = question(desk)
    (take,) = (one for one in dialog.findChildren(QPushButton) if one.text() == "&Read it so")
    take.click()
    desk.wait_for_files()
    desk.activate()


def test_of_a_large_picture_resizing_is_offered_previewed_and_one_step(
    qtbot: QtBot, answers: Answers, inside: Inside, photo: Path
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, photo)
        assert question(desk) is None
        desk.press("Resize or crop…")
        dialog = question(desk)
        enter(dialog, "Rows", 100)
        desk.wait_for_files()
        assert "100 rows × 150 columns" in [label.text() for label in dialog.findChildren(QLabel)]
        accept(desk)
        assert inside.document.sample.values.shape == (100, 150, 1)
        assert desk.message().endswith("Resized to 100 rows × 150 columns (bilinear).")
        np.testing.assert_allclose(inside.document.sample.values.to_array(), 0.2, rtol=1e-6)
        desk.undo()
        assert inside.document.sample.values.shape == (1000, 1500, 1)

    assert tell(qtbot, story) == 0


def test_a_rectangle_that_is_dragged_is_in_the_fields_and_fields_move_it(
    qtbot: QtBot, answers: Answers, inside: Inside, photo: Path
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, photo)
        desk.press("Resize or crop…")
        dialog = question(desk)
        desk.wait_for_files()
        (view,) = dialog.findChildren(CropView)
        view.dropped.emit(100.2, 200.0, 300.0, 499.9)
        shown = {one.accessibleName(): one.value() for one in dialog.findChildren(QSpinBox)}
        assert [shown[name] for name in ("First row", "First column", "Crop rows", "Crop columns")] == [
            101,
            201,
            300,
            500,
        ]
        enter(dialog, "Crop rows", 200)
        assert (view._part.size().y(), view._part.pos().x()) == (200, 200)
        accept(desk)
        assert inside.document.sample.values.shape == (200, 500, 1)

    assert tell(qtbot, story) == 0


def test_a_small_picture_is_cropped_from_the_menu_and_later_whole_again(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    Image.new("L", (6, 4), 51).save(tmp_path / "small.png")

    def story(desk: Desk) -> None:
        assert not menu_action(desk, "File", "Resize or crop input").isEnabled()
        open_file(desk, answers, tmp_path / "small.png")
        menu_action(desk, "File", "Resize or crop input").trigger()
        next(one for one in question(desk).findChildren(QPushButton) if "s&quare" in one.text()).click()
        accept(desk)
        assert inside.document.sample.values.shape == (4, 4, 1)
        menu_action(desk, "File", "Resize or crop input").trigger()
        next(one for one in question(desk).findChildren(QPushButton) if one.text() == "&Whole picture").click()
        accept(desk)
        assert inside.document.sample.values.shape == (4, 6, 1)

    assert tell(qtbot, story) == 0


def test_a_photograph_of_a_camera_is_asked_about_at_once(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    Image.new("L", (4000, 3000), 51).save(tmp_path / "camera.png")

    def story(desk: Desk) -> None:
        open_file(desk, answers, tmp_path / "camera.png")
        assert question(desk) is not None
        question(desk).reject()
        assert inside.document.sample.values.shape == (3000, 4000, 1)
        desk.activate()

    assert tell(qtbot, story) == 0


def test_an_impossible_crop_is_refused_in_the_dialog(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    Image.new("L", (6, 4), 51).save(tmp_path / "small.png")

    def story(desk: Desk) -> None:
        open_file(desk, answers, tmp_path / "small.png")
        menu_action(desk, "File", "Resize or crop input").trigger()
        dialog = question(desk)
        enter(dialog, "First row", 9)
        texts = [label.text() for label in dialog.findChildren(QLabel)]
        assert "The picture has 4 rows, so first row cannot be 9." in texts
        dialog.findChild(QCheckBox).click()
        dialog.reject()
        desk.activate()

    assert tell(qtbot, story) == 0


def test_the_size_stays_while_one_leafs_through_a_folder(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in (1, 2):
        Image.new("L", (8, 6), 25 * number).save(folder / f"p{number}.png")

    def story(desk: Desk) -> None:
        drop(desk.window, files(folder))
        menu_action(desk, "File", "Resize or crop input").trigger()
        enter(question(desk), "Rows", 3)
        accept(desk)
        desk.key(Qt.Key.Key_PageDown)
        assert inside.document.sample.values.shape == (3, 4, 1)
        assert desk.message() == (
            "Picture 2 of 2. Read p2.png as 6 rows × 8 columns. Resized to 3 rows × 4 columns (bilinear)."
        )

    assert tell(qtbot, story) == 0


def test_the_command_line_crops_then_resizes_and_says_so(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.npy"
    options = ["--crop", "1,1,500,600", "--resize", "50,60", "--kernel", "identity", "--padding", "same"]
    assert main(["apply", str(photo), *options, "-o", str(out)]) == 0
    assert np.load(out).shape == (50, 60, 1)
    assert "Cropped to 500 rows × 600 columns from row 1, column 1. Resized to 50 rows" in capsys.readouterr().err


def test_a_project_runs_on_a_resized_picture(photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "shares.csv"
    assert main(["apply", str(photo), "--project", "example:digits", "--resize", "8", "-o", str(out)]) == 0
    assert out.exists()


@pytest.mark.parametrize("wish", [["--crop", "1,1,5"], ["--resize", "0"], ["--resize", "1,2,3"]])
def test_a_wish_that_cannot_be_is_refused_by_the_command_line(
    wish: list[str], photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", str(photo), *wish, "--kernel", "identity", "-o", str(tmp_path / "out.npy")]) == 2
    assert "is not a" in capsys.readouterr().err


@pytest.fixture(scope="module")
def enormous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("enormous") / "camera.png"
    Image.new("RGB", (6000, 4000), (51, 102, 204)).save(path, compress_level=1)
    return path


def test_a_photograph_that_does_not_fit_is_asked_about_and_read_smaller(
    qtbot: QtBot, answers: Answers, inside: Inside, enormous: Path
) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, enormous)
        assert "72000000 values" in desk.message()
        accept(desk)
        assert inside.document.sample.values.shape == (836, 1254, 3)
        assert desk.message().endswith("Resized to 836 rows × 1254 columns (bilinear).")
        np.testing.assert_allclose(inside.document.sample.values.to_array()[5, 5], [0.2, 0.4, 0.8], rtol=1e-6)
        menu_action(desk, "File", "Resize or crop input").trigger()
        enter(question(desk), "Rows", 40)
        desk.wait_for_files()
        assert "40 rows × 60 columns × 3 channels" in [label.text() for label in question(desk).findChildren(QLabel)]
        accept(desk)
        assert inside.document.sample.values.shape == (40, 60, 3)

    assert tell(qtbot, story) == 0


def test_in_a_folder_a_photograph_that_does_not_fit_is_made_smaller_and_the_next_one_is_not(
    qtbot: QtBot, inside: Inside, enormous: Path
) -> None:
    Image.new("L", (60, 40), 51).save(enormous.with_name("next.png"))

    def story(desk: Desk) -> None:
        drop(desk.window, files(enormous.parent))
        assert desk.message() == (
            "Picture 1 of 2. Read camera.png as 4000 rows × 6000 columns × 3 channels. "
            "Resized to 836 rows × 1254 columns (bilinear)."
        )
        desk.key(Qt.Key.Key_PageDown)
        assert inside.document.sample.values.shape == (40, 60, 1)

    assert tell(qtbot, story) == 0


def test_a_photograph_that_does_not_fit_and_is_not_wanted_smaller_changes_nothing(
    qtbot: QtBot, answers: Answers, inside: Inside, enormous: Path
) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        open_file(desk, answers, enormous)
        question(desk).reject()
        desk.wait_for_files()
        assert inside.document is before
        desk.activate()

    assert tell(qtbot, story) == 0
