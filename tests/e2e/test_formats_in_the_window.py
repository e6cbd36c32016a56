"""A map leaves the window in every format of the table, as the command line writes it, and reads back as it was."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from convstudio.cli import main
from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.formats import format_rows
from convstudio.files.inputs import read_input
from convstudio.files.projects.documents import save_document
from convstudio.model.words.file_kinds import endings_of
from convstudio.views.window.pages.facts_window import FactsWindow
from tests.e2e.answers import Answers, Inside, export, menu_action
from tests.e2e.driver import Desk, case, tell

WRITABLE = [ending for ending in endings_of(MAP_FORMATS) if ending != ".xlsx" or find_spec("xlsxwriter")]
TUTORIAL = np.tile(np.float32([0, 0, 3, 3, 0, 0]), (6, 1))


def read_back(path: Path) -> NDArray[np.float32]:
    """Return rows and columns of a map that was written."""
    if path.suffix == ".npz":
        with np.load(path) as held:
            return np.float32(held["maps"])[..., 0]
    if path.suffix == ".xlsx":
        rows = pytest.importorskip("openpyxl").load_workbook(path).active.iter_rows(values_only=True)
        return np.float32(list(rows))
    if path.suffix == ".json":
        return np.float32(json.loads(path.read_text())["maps"])[..., 0]
    return read_input(path).sample.values.to_array()[..., 0]


def test_the_file_of_every_ending_reads_back_and_is_what_the_command_line_writes(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    project = tmp_path / "first.convstudio"

    def story(desk: Desk) -> None:
        save_document(project, inside.document)
        for ending in WRITABLE:
            path = tmp_path / f"map{ending}"
            export(desk, answers, path)
            desk.wait(lambda path=path: path.exists() and inside.studio.jobs.is_idle)
            with case(ending):
                assert ending in endings_of(answers.offered)

    assert tell(qtbot, story) == 0
    for ending in WRITABLE:
        path, there = tmp_path / f"map{ending}", tmp_path / f"there{ending}"
        with case(ending):
            np.testing.assert_array_equal(read_back(path), TUTORIAL / 3 if ending == ".png" else TUTORIAL)
            assert main(["apply", "sample:tutorial-lines", "--project", str(project), "-o", str(there)]) == 0
            assert there.read_bytes() == path.read_bytes()


def test_the_window_offers_every_format(qtbot: QtBot, answers: Answers) -> None:
    assert tell(qtbot, lambda desk: menu_action(desk, "File", "Export…").trigger()) == 0
    assert tuple(answers.offered) == MAP_FORMATS


def test_all_maps_are_written_as_files(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "2")
        answers.export = tmp_path / "maps.tsv"
        menu_action(desk, "File", "Export all maps as files").trigger()
        desk.wait(lambda: len(list(tmp_path.glob("maps-*.tsv"))) == 2)

    assert tell(qtbot, story) == 0


def test_help_lists_the_formats(qtbot: QtBot) -> None:
    rows: list[tuple[str, ...]] = []

    def story(desk: Desk) -> None:
        menu_action(desk, "Help", "File formats").trigger()
        rows.extend(desk.window.findChild(FactsWindow).table.rows)

    assert tell(qtbot, story) == 0
    assert rows == format_rows()
