"""Every way to bring a file in, and numbers that equal SciPy's for a photograph of one's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.kernels.document import encode_kernel
from convstudio.files.resources import load_detectors
from convstudio.model.values.detectors import find_detector
from tests.e2e.answers import Answers, Inside, drop, export, files, menu_action, open_file, trigger
from tests.e2e.driver import Desk, case, tell


def photograph(folder: Path, name: str = "own.png", *, grey: bool = False, sides: tuple[int, int] = (70, 90)) -> Path:
    """Make a photograph: soft shapes with noise, in eight bits."""
    random = np.random.default_rng(5)
    soft = scipy.ndimage.gaussian_filter(random.normal(size=(*sides, 3)), (6, 6, 0)) * 900 + 128
    levels = np.clip(soft + random.normal(scale=9, size=soft.shape), 0, 255).astype(np.uint8)
    path = folder / name
    Image.fromarray(levels[..., 0] if grey else levels).save(path)
    return path


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        values = np.asarray(image, np.float64) / 255
    return values if values.ndim == 3 else values[..., np.newaxis]


def scipys_map(path: Path, detector_id: str) -> np.ndarray:
    """Correlate every channel, add them up, and keep where the whole window lies on the picture."""
    detector = find_detector(load_detectors(), detector_id)
    kernel = detector.kernel.astype(np.float64)
    whole = sum(scipy.ndimage.correlate(channel, kernel) for channel in np.moveaxis(pixels(path), -1, 0))
    rows, columns = (n // 2 for n in kernel.shape)
    return whole[rows : whole.shape[0] - rows, columns : whole.shape[1] - columns]


def name_of(detector_id: str) -> str:
    return find_detector(load_detectors(), detector_id).name


# --- a photograph of one's own -----------------------------------------------------------------------------------


@pytest.mark.parametrize("grey", [False, True], ids=["colour", "grey"])
def test_a_dropped_photograph_gives_the_numbers_of_scipy(
    qtbot: QtBot, answers: Answers, tmp_path: Path, grey: bool
) -> None:
    path, detector_ids = photograph(tmp_path, grey=grey), ("sobel-x", "vertical-line", "gaussian-5")

    def story(desk: Desk) -> None:
        assert drop(desk.window, files(path))
        for detector_id in detector_ids:
            desk.choose("Detector", name_of(detector_id))
            export(desk, answers, tmp_path / f"{detector_id}.npy")

    assert tell(qtbot, story) == 0
    for detector_id in detector_ids:
        with case(detector_id):
            maps = np.load(tmp_path / f"{detector_id}.npy")
            np.testing.assert_allclose(maps[..., 0], scipys_map(path, detector_id), rtol=0, atol=1e-4)


def test_the_table_and_the_exports_of_a_small_photograph_say_the_same_numbers(
    qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    path = photograph(tmp_path, sides=(40, 30))
    expected = scipys_map(path, "sobel-x")

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        desk.choose("Detector", name_of("sobel-x"))
        desk.wait(lambda: len(desk.numbers("Feature map")) == 38)
        desk.wait(lambda: np.allclose(desk.array("Feature map"), expected, rtol=1e-3, atol=1e-4))
        export(desk, answers, tmp_path / "map.csv")
        export(desk, answers, tmp_path / "map.png")

    assert tell(qtbot, story) == 0
    np.testing.assert_allclose(np.loadtxt(tmp_path / "map.csv", delimiter=","), expected, rtol=0, atol=1e-4)
    with Image.open(tmp_path / "map.png") as picture:
        levels = np.asarray(picture)
    grey = (expected - expected.min()) / (expected.max() - expected.min()) * 255
    assert np.abs(levels - grey).max() <= 0.51


def test_the_window_says_where_the_exported_map_is(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "map.npy"

    def story(desk: Desk) -> None:
        export(desk, answers, path)
        labels = desk.window.statusBar().findChildren(QLabel)
        desk.wait(lambda: f"Written to {tmp_path}: map.npy." in [label.text() for label in labels])

    assert tell(qtbot, story) == 0


# --- the ways in -------------------------------------------------------------------------------------------------


def assert_shows(inside: Inside, path: Path) -> None:
    np.testing.assert_allclose(inside.document.sample.values.to_array(), pixels(path), atol=1e-6)


def test_an_image_opens_from_the_command_line(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = photograph(tmp_path)
    assert tell(qtbot, lambda _desk: assert_shows(inside, path), str(path)) == 0


def test_an_image_opens_from_the_dialog(qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path) -> None:
    path = photograph(tmp_path)

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert_shows(inside, path)

    assert tell(qtbot, story) == 0


def test_an_image_opens_from_the_input_panes_own_button(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    answers.open = photograph(tmp_path)

    def story(desk: Desk) -> None:
        desk.press("Open image or table…")
        assert_shows(inside, Path(answers.open))

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("grey", [False, True], ids=["colour", "grey"])
def test_an_image_on_the_clipboard_is_pasted(qtbot: QtBot, inside: Inside, tmp_path: Path, grey: bool) -> None:
    path = photograph(tmp_path, grey=grey)

    def story(desk: Desk) -> None:
        QGuiApplication.clipboard().setImage(QImage(str(path)))
        trigger(menu_action(desk, "Edit", "Paste image"))
        assert_shows(inside, path)
        assert inside.document.sample.name == "pasted image"

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("put", ["setImage", "setPixmap"])
def test_what_is_copied_in_this_program_is_pasted(qtbot: QtBot, inside: Inside, tmp_path: Path, put: str) -> None:
    path = photograph(tmp_path)
    kinds = {"setImage": QImage, "setPixmap": QPixmap}

    def story(desk: Desk) -> None:
        getattr(QGuiApplication.clipboard(), put)(kinds[put](str(path)))
        trigger(menu_action(desk, "Edit", "Paste image"))
        assert_shows(inside, path)

    assert tell(qtbot, story) == 0


def test_a_file_copied_in_the_file_manager_is_pasted(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = photograph(tmp_path)

    def story(desk: Desk) -> None:
        QGuiApplication.clipboard().setMimeData(files(path))
        trigger(menu_action(desk, "Edit", "Paste image"))
        assert_shows(inside, path)

    assert tell(qtbot, story) == 0


def test_an_empty_clipboard_is_said(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        QGuiApplication.clipboard().clear()
        before = inside.document
        trigger(menu_action(desk, "Edit", "Paste image"))
        assert desk.message().startswith("The clipboard contains no image. Copy one")
        assert inside.document is before

    assert tell(qtbot, story) == 0


def viewport_of(desk: Desk, kind: type, name: str) -> QWidget:
    return desk.find(kind, name).viewport()


PLACES: dict[str, Callable[[Desk], QWidget]] = {
    "the window": lambda desk: desk.window,
    "the Input table": lambda desk: viewport_of(desk, QTableView, "Input"),
    "the Kernel table": lambda desk: viewport_of(desk, QTableView, "Kernel"),
    "the map": lambda desk: viewport_of(desk, QWidget, "Feature map picture"),
    "the Calculation": lambda desk: viewport_of(desk, QPlainTextEdit, "Calculation"),
    "a number field": lambda desk: desk.find(QWidget, "Bias"),
}


def test_an_image_may_be_dropped_anywhere_on_the_window(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    path = photograph(tmp_path)

    def story(desk: Desk) -> None:
        for place, find in PLACES.items():
            with case(place):
                assert drop(find(desk), files(path))
                assert_shows(inside, path)
                inside.studio.window.menus.new_asked.emit()
                desk.wait(lambda: len(desk.numbers("Input")) == 8)
                desk.wait(lambda: not inside.studio.recompute.is_busy)

    assert tell(qtbot, story) == 0
    assert set(answers.asked) == {"unsaved"}


def test_a_second_image_may_be_dropped_on_the_picture_of_the_first(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    first, second = photograph(tmp_path), photograph(tmp_path, "second.png", grey=True)

    def story(desk: Desk) -> None:
        assert drop(viewport_of(desk, QWidget, "Input picture"), files(second))
        assert_shows(inside, second)

    assert tell(qtbot, story, str(first)) == 0


def test_an_image_dragged_as_pixels_is_taken(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path, mime = photograph(tmp_path), QMimeData()

    def story(desk: Desk) -> None:
        mime.setImageData(QImage(str(path)))
        assert drop(desk.window, mime)
        assert_shows(inside, path)

    assert tell(qtbot, story) == 0


def test_of_several_dropped_images_each_is_a_step_and_the_last_is_shown(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    one, two = photograph(tmp_path), photograph(tmp_path, "two.png", grey=True)

    def story(desk: Desk) -> None:
        drop(desk.window, files(one, two))
        assert_shows(inside, two)
        desk.undo()
        assert_shows(inside, one)

    assert tell(qtbot, story) == 0


def test_a_dropped_folder_without_pictures_is_refused(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        drop(desk.window, files(tmp_path))
        assert desk.message().startswith(
            f"The folder “{tmp_path}” holds no pictures: choose one with files that end in"
        )
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_a_dropped_address_is_refused_rather_than_ignored(qtbot: QtBot, inside: Inside) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.png")])

    def story(desk: Desk) -> None:
        before = inside.document
        drop(desk.window, mime)
        assert "this computer" in desk.message()
        assert inside.document is before

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Übung – größe 猫.png", "<b>bold&amp;.png", "a b\tc.png", "100%[*]&x.png"])
def test_a_file_of_any_name_opens_and_its_name_is_shown_as_it_is(
    qtbot: QtBot, inside: Inside, tmp_path: Path, name: str
) -> None:
    path = photograph(tmp_path, name)

    def story(desk: Desk) -> None:
        assert_shows(inside, path)
        assert inside.document.sample.name == name.replace("\t", "?")
        assert desk.message() == f"Read {name} as 70 rows × 90 columns × 3 channels.".replace("\t", "?")

    assert tell(qtbot, story, str(path)) == 0


def test_a_file_whose_name_is_no_unicode_opens(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    path = photograph(tmp_path).rename(tmp_path / "caf\udce9.png")

    def story(desk: Desk) -> None:
        assert_shows(inside, path)
        assert desk.message() == "Read caf?.png as 70 rows × 90 columns × 3 channels."

    assert tell(qtbot, story, str(path)) == 0


def test_a_kernel_file_becomes_the_filter(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "mine.kernel.json"
    path.write_bytes(encode_kernel(np.float32([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])))

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        assert desk.numbers("Kernel") == [["1", "2", "1"], ["0", "0", "0"], ["-1", "-2", "-1"]]

    assert tell(qtbot, story) == 0


def test_every_kind_of_picture_opens(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        for rows, ending in enumerate(("jpg", "bmp", "gif", "tif", "webp"), start=30):
            with case(ending):
                open_file(desk, answers, photograph(tmp_path, f"own.{ending}", sides=(rows, 40)))
                assert inside.document.sample.spatial == (rows, 40)

    assert tell(qtbot, story) == 0
