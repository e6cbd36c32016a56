"""Exporting maps: what is asked, what is written, and what the window says afterwards."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.files.documents import save_document
from convstudio.model.filters import rename_filter
from tests.e2e.answers import Answers, Inside, export, menu_action, save_as
from tests.e2e.driver import Desk, tell

FILES = ["shot-1-edges.png", "shot-2-tutorial-horizontal-line.png"]


def make_two_filters(desk: Desk, inside: Inside) -> None:
    """Have two filters, the first of them named by its user."""
    desk.enter("Filters", "2")
    session = inside.studio.session
    session.apply("Rename filter", rename_filter(session.document, 0, 0, "edges"))


def export_all(desk: Desk, answers: Answers, what: str, path: Path) -> None:
    answers.export = path
    menu_action(desk, "File", what).trigger()


def status_line(inside: Inside) -> str:
    return inside.studio.window._sentence.text()


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
