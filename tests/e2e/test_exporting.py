"""Exporting maps: what is asked, what is written, and what the window says afterwards."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.files.exports.network_svg import network_svg
from convstudio.files.projects.documents import save_document
from convstudio.model.colour.display import colours
from convstudio.model.edits.filters import rename_filter
from convstudio.model.panes.exports.animation import AnimationChoice
from convstudio.model.words.export_contents import ANIMATION, CHOSEN, EVERYTHING, KERNELS
from convstudio.views.parts.export_dialog import ExportDialog
from tests.e2e.answers import Answers, Inside, export, menu_action, save_as
from tests.e2e.driver import Desk, case, tell

FILES = ["shot-1-edges.png", "shot-2-tutorial-horizontal-line.png"]


def make_two_filters(desk: Desk, inside: Inside) -> None:
    """Have two filters, the first of them named by its user."""
    desk.enter("Filters", "2")
    session = inside.studio.session
    session.apply("Rename filter", rename_filter(session.document, 0, 0, "edges"))
    desk.wait(lambda: inside.studio.display.result.document is session.document)


def export_all(desk: Desk, answers: Answers, what: str, path: Path) -> None:
    answers.export = path
    menu_action(desk, "File", what).trigger()


def status_line(inside: Inside) -> str:
    return inside.studio.window.status._sentence.text()


def test_this_map_is_the_selected_one_alone(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export(desk, answers, tmp_path / "one.npy")
        desk.wait((tmp_path / "one.npy").exists)
        desk.wait(lambda: status_line(inside) == f"Written to {tmp_path}: one.npy.")

    assert tell(qtbot, story) == 0
    assert np.load(tmp_path / "one.npy").shape == (6, 6, 1)


def test_all_maps_as_files_are_named_as_in_the_window(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export_all(desk, answers, "Export all maps as files", tmp_path / "shot.png")
        desk.wait(lambda: status_line(inside) == f"2 files written to {tmp_path}: {', '.join(FILES)}.")

    assert tell(qtbot, story) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES
    assert answers.asked.count("replace") == 0


def test_a_file_for_each_map_is_offered_where_there_are_several(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        export_all(desk, answers, "Export all maps as files", tmp_path / "one.npy")
        assert not answers.export_preview.may_be_apart
        make_two_filters(desk, inside)
        export_all(desk, answers, "Export all maps as files", tmp_path / "two.npy")
        assert answers.export_preview.may_be_apart

    assert tell(qtbot, story) == 0


def test_all_maps_become_one_picture(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export_all(desk, answers, "Export all maps as one picture", tmp_path / "sheet.png")
        desk.wait((tmp_path / "sheet.png").exists)

    assert tell(qtbot, story) == 0
    assert np.asarray(Image.open(tmp_path / "sheet.png")).shape[1] > 2 * 96
    assert answers.export_preview.files == ("sheet.png: maps 6×6×2",)
    assert answers.export_preview.picture.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("content", "arrays"), [(KERNELS, ["bias", "kernels"]), (EVERYTHING, ["input", "layer 1 maps"])]
)
def test_kernels_and_everything_are_exported(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path, content: str, arrays: list[str]
) -> None:
    answers.export_wishes = {"content": content}

    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export(desk, answers, tmp_path / "all.npz")
        desk.wait((tmp_path / "all.npz").exists)
        with np.load(tmp_path / "all.npz") as held:
            assert set(arrays) <= set(held)
            kernels = held["kernels" if content == KERNELS else "layer 1 kernels"]
            np.testing.assert_array_equal(kernels, inside.document.layers[0].weights)

    assert tell(qtbot, story) == 0


def test_chosen_maps_alone_are_exported(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    answers.export_wishes = {"content": CHOSEN, "chosen": (1,)}

    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export(desk, answers, tmp_path / "second.npy")
        desk.wait((tmp_path / "second.npy").exists)
        maps = inside.studio.display.result.layers[0].maps
        np.testing.assert_array_equal(np.load(tmp_path / "second.npy"), maps[..., 1:])

    assert tell(qtbot, story) == 0


def test_pictures_are_in_the_colours_of_the_screen(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    answers.export_wishes = {"is_coloured": True}

    def story(desk: Desk) -> None:
        desk.choose("Colours", "Viridis")
        desk.choose("Levels", "set")
        export(desk, answers, tmp_path / "m.png")
        desk.wait((tmp_path / "m.png").exists)
        pane = inside.studio.map_pane
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "m.png")), colours(pane._map, pane._levels))

    assert tell(qtbot, story) == 0


def test_exporting_again_writes_the_map_of_now_and_asks_nothing(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "m.npy"

    def story(desk: Desk) -> None:
        export(desk, answers, path)
        desk.wait(lambda: path.exists() and inside.studio.jobs.is_idle)
        desk.enter("Bias", "5")
        desk.wait_for_map(["5 5 8 8 5 5"] * 6)
        menu_action(desk, "File", "Export again").trigger()
        desk.wait(lambda: inside.studio.jobs.is_idle and np.load(path).max() == 8)

    assert tell(qtbot, story) == 0
    assert (answers.asked.count("export"), answers.asked.count("replace")) == (1, 0)


def test_exporting_again_says_where_a_chosen_map_is_not_there_any_more(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    answers.export_wishes = {"content": CHOSEN, "chosen": (1,)}

    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export(desk, answers, tmp_path / "second.npy")
        desk.wait((tmp_path / "second.npy").exists)
        desk.enter("Filters", "1")
        menu_action(desk, "File", "Export again").trigger()
        assert desk.message() == "Map 2 is chosen, and this layer makes 1 map. Tick others."

    assert tell(qtbot, story) == 0


def test_exporting_again_asks_about_a_file_that_was_changed_outside(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "m.npy"

    def story(desk: Desk) -> None:
        export(desk, answers, path)
        desk.wait(lambda: path.exists() and inside.studio.jobs.is_idle)
        path.write_text("my own work")
        menu_action(desk, "File", "Export again").trigger()

    assert tell(qtbot, story) == 0
    assert (answers.asked.count("replace"), path.read_text()) == (1, "my own work")


@pytest.mark.parametrize("is_wanted", [False, True])
def test_files_that_the_dialog_did_not_name_are_asked_about_once(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path, is_wanted: bool
) -> None:
    (tmp_path / FILES[0]).write_bytes(b"mine")
    answers.replace = is_wanted

    def story(desk: Desk) -> None:
        make_two_filters(desk, inside)
        export_all(desk, answers, "Export all maps as files", tmp_path / "shot.png")
        desk.wait(lambda: not is_wanted or (tmp_path / FILES[1]).exists())

    assert tell(qtbot, story) == 0
    assert (answers.asked.count("replace"), answers.to_replace) == (1, [FILES[0]])
    assert ((tmp_path / FILES[0]).read_bytes() == b"mine", (tmp_path / FILES[1]).exists()) == (not is_wanted, is_wanted)


def test_saving_as_asks_about_a_backup_that_it_would_replace(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path, backup = tmp_path / "a.convstudio", tmp_path / "a.convstudio.bak"
    backup.write_bytes(b"mine")

    def story(desk: Desk) -> None:
        save_document(path, inside.document)
        held = path.read_bytes()
        backup.write_bytes(b"mine")
        save_as(desk, answers, path)
        assert (answers.to_replace, path.read_bytes(), backup.read_bytes()) == ([backup.name], held, b"mine")

    assert tell(qtbot, story) == 0


def test_the_network_becomes_a_picture(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "network.svg"

    def story(desk: Desk) -> None:
        export_all(desk, answers, "Export network as picture", path)
        desk.wait(path.exists)
        assert path.read_bytes() == network_svg(inside.document)

    assert tell(qtbot, story) == 0


PAGES = (
    ("Export everything", "all.npz", b"PK"),
    ("Export report", "report.html", b"<!DOCTYPE html>"),
    ("Export figure", "figure.svg", b"<svg"),
    ("Export figure", "figure.pdf", b"%PDF-"),
    ("Export network", "network.pdf", b"%PDF-"),
)


def test_a_command_fills_the_dialog_in(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        for command, name, start in PAGES:
            with case(name):
                export_all(desk, answers, command, tmp_path / name)
                desk.wait((tmp_path / name).exists)
                desk.wait(lambda name=name: status_line(inside) == f"Written to {tmp_path}: {name}.")
                assert (tmp_path / name).read_bytes().startswith(start)
                assert answers.export_preview.files[0].startswith(f"{name}: ")

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(
    ("command", "names", "least"),
    [
        ("Export everything", ["everything.npz"], None),
        (
            "Export all maps as files",
            ["feature-maps-1-tutorial-vertical-line.png", "feature-maps-2-vertical-line.png"],
            (6, 6),
        ),
        ("Export all maps as one picture", ["feature-maps.png"], (192, 96)),
        ("Export report", ["report.html"], None),
    ],
)
def test_an_export_takes_three_clicks_in_a_fresh_window(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    names: list[str],
    least: tuple[int, int] | None,
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)

    def accept() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ExportDialog):
            looking.stop()
            QTest.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)

    def story(desk: Desk) -> None:
        desk.wait_for_map(["3 3 3 3 3 3"] * 6)
        looking.timeout.connect(accept)
        looking.start(10)
        menu_action(desk, "File", command).trigger()  # the menu and its entry are two clicks
        desk.wait_for_files()

    looking = QTimer()
    assert tell(qtbot, story, "example:flat-area") == 0
    written = sorted(tmp_path.iterdir())
    assert [one.name for one in written] == names
    for path in written if least is not None else ():
        with Image.open(path) as picture:
            assert picture.width >= least[0]
            assert picture.height >= least[1]


def test_a_page_is_exported_again_too(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "figure.svg"

    def story(desk: Desk) -> None:
        export_all(desk, answers, "Export figure", path)
        desk.wait(lambda: path.exists() and inside.studio.jobs.is_idle)
        desk.enter("Bias", "5")
        desk.wait_for_map(["5 5 8 8 5 5"] * 6)
        menu_action(desk, "File", "Export again").trigger()
        desk.wait(lambda: inside.studio.jobs.is_idle and b"+ bias 5" in path.read_bytes())

    assert tell(qtbot, story) == 0
    assert (answers.asked.count("export"), answers.asked.count("replace")) == (1, 0)


def test_the_sliding_window_becomes_an_animation(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    told = "36 steps play in 9 s, and the last one stays for one more second."

    def story(desk: Desk) -> None:
        for path in (tmp_path / "steps.gif", tmp_path / "steps.apng", tmp_path / "steps.webp"):
            with case(path.suffix):
                export_all(desk, answers, "Export animation", path)
                desk.wait(lambda path=path: path.exists() and inside.studio.jobs.is_idle)
                with Image.open(path) as image:
                    assert image.n_frames == 36
                assert answers.export_preview.sentence.endswith(told)
                with Image.open(io.BytesIO(answers.export_preview.picture)) as frame:
                    assert max(frame.size) > 180

    assert tell(qtbot, story) == 0


def test_an_animation_is_exported_again_with_its_steps_and_its_speed(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    path = tmp_path / "steps.apng"
    answers.export_wishes = {"content": ANIMATION, "animation": AnimationChoice(3, 9, 8, 180)}

    def story(desk: Desk) -> None:
        export(desk, answers, path)
        desk.wait(lambda: path.exists() and inside.studio.jobs.is_idle)
        before = path.read_bytes()
        desk.enter("Bias", "5")
        desk.wait_for_map(["5 5 8 8 5 5"] * 6)
        menu_action(desk, "File", "Export again").trigger()
        desk.wait(lambda: inside.studio.jobs.is_idle and path.read_bytes() != before)
        with Image.open(path) as image:
            assert (image.n_frames, image.info["duration"]) == (7, 125)

    assert tell(qtbot, story) == 0
    assert (answers.asked.count("export"), answers.asked.count("replace")) == (1, 0)


def test_steps_that_end_before_they_begin_are_said_in_the_preview(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    answers.export_wishes = {"content": ANIMATION, "animation": AnimationChoice(9, 3)}

    def story(desk: Desk) -> None:
        export(desk, answers, tmp_path / "steps.gif")
        assert "begin before they end, not 9 to 3" in desk.message()

    assert tell(qtbot, story) == 0
    assert "begin before they end, not 9 to 3" in answers.export_preview.problem
    assert not (tmp_path / "steps.gif").exists()
