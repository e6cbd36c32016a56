"""The capacity lab as stories: a study is started, watched, stopped, gone on with, copied, saved and left."""

import multiprocessing
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from convstudio.files.study.study_table import StudyTable
from convstudio.model.panes.learning.capacity.study_form import DATA_NAMES
from convstudio.wiring.learning.capacity import CapacityPanel
from tests.e2e.answers import Answers, Inside
from tests.e2e.driver import Desk, go_along, tell

SECONDS = 90_000


def lab(inside: Inside) -> CapacityPanel:
    return inside.studio.learning.panel("Capacity lab")


def open_lab(desk: Desk, inside: Inside, *, filters: str, classes: str = "2", seeds: int = 1, epochs: int = 1) -> None:
    assert go_along(desk.window, ("Train", "Capacity lab…"))
    card = lab(inside).card
    for field, text in ((card.filters, filters), (card.kernels, "3"), (card.classes, classes)):
        field.setText(text)
    card.seeds.show_value(seeds)
    card.epochs.show_value(epochs)


def is_over(inside: Inside) -> bool:
    run = lab(inside).run
    return bool(run.results) and not run.is_running


def test_a_study_fills_the_picture_and_the_table_and_is_copied_and_saved(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        document = inside.document
        open_lab(desk, inside, filters="1, 2", classes="2, 4")
        desk.press("Start study")
        qtbot.waitUntil(lambda: is_over(inside), timeout=SECONDS)
        card = lab(inside).card
        assert card.line.text() == "4 of 4 networks trained"
        assert [row[:3] for row in card.table.rows] == [
            ("1", "3×3", "2"), ("2", "3×3", "2"), ("1", "3×3", "4"), ("2", "3×3", "4"),
        ]  # fmt: skip
        assert [line.name for line in card.plot.graph.lines] == ["2 classes", "4 classes"]
        assert inside.document is document
        desk.press("Copy as table")
        assert QGuiApplication.clipboard().text().splitlines()[1].startswith("1\t3\t2\t")
        answers.export = str(tmp_path / "mine.csv")
        desk.press("Save CSV…")
        desk.wait_for_files()
        with StudyTable(tmp_path / "mine.csv") as table:
            assert [table.result_of(one.cell) for one in lab(inside).run.results] == list(lab(inside).run.results)

    assert tell(qtbot, story) == 0


def test_fields_that_were_changed_since_are_told_beside_the_results(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_lab(desk, inside, filters="1")
        desk.press("Start study")
        qtbot.waitUntil(lambda: is_over(inside), timeout=SECONDS)
        card = lab(inside).card
        is_done = card.line.text()
        card.data.choose(DATA_NAMES.index("Handwritten digits"))
        assert card.line.text() == f"{is_done}. The fields ask for another study: press Start study."
        card.data.choose(DATA_NAMES.index("Directions of lines"))
        card.classes.setText(lab(inside)._begun.classes)
        assert card.line.text() == is_done

    assert tell(qtbot, story) == 0


def test_a_study_that_is_stopped_goes_on_where_it_was(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_lab(desk, inside, filters="1, 2", seeds=50, epochs=30)  # more than are trained before it is stopped
        desk.press("Start study")
        qtbot.waitUntil(lambda: len(lab(inside).run.results) >= 2, timeout=SECONDS)
        desk.press("Stop study")
        qtbot.waitUntil(lambda: is_over(inside), timeout=SECONDS)
        kept = lab(inside).run.results
        assert lab(inside).card.line.text().endswith(" of 100 networks trained. Start study goes on.")
        desk.press("Start study")
        qtbot.waitUntil(lambda: len(lab(inside).run.results) > len(kept), timeout=SECONDS)
        assert [one for one in lab(inside).run.results if any(one is other for other in kept)] == list(kept)

    assert tell(qtbot, story) == 0


def test_the_data_of_train_are_studied(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_lab(desk, inside, filters="2")
        panel = lab(inside)
        desk.choose("Study data", "The data of Train")
        desk.press("Start study")
        assert panel.panel.message.text().startswith("No data with classes are chosen in Train › Data.")
        panel.connections.loader.load("patterns:classes=4,per-class=8")
        desk.wait_for_files()
        panel.card.data.choose(DATA_NAMES.index("Handwritten digits"))
        assert panel.card.classes.text() == "2, 4, 8"
        panel.card.data.choose(DATA_NAMES.index("The data of Train"))
        assert panel.card.classes.text() == "4"
        desk.press("Start study")
        qtbot.waitUntil(lambda: is_over(inside), timeout=SECONDS)
        told = "“Lines in 4 directions”: 4 classes, 24 samples to learn from, 8 samples held out."
        assert panel.panel.message.text() == told
        assert [row[:3] for row in panel.card.table.rows] == [("2", "3×3", "4")]
        first = panel.run.results
        panel.card.classes.setText("2")
        desk.press("Start study")
        qtbot.waitUntil(lambda: is_over(inside) and panel.run.results != first, timeout=SECONDS)
        assert panel.run.results[0].cell.settings == first[0].cell.settings

    assert tell(qtbot, story) == 0


def test_what_cannot_be_studied_is_said_in_the_panel_and_nothing_begins(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        open_lab(desk, inside, filters="1, 2", classes="3")
        desk.press("Start study")
        panel = lab(inside)
        assert panel.panel.message.text().startswith("Patterns have 2, 4 or 8 classes, not 3.")
        assert (panel.run.study, panel.run.is_running) == (None, False)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("leave", ["window", "panel"])
def test_leaving_ends_the_processes(qtbot: QtBot, inside: Inside, leave: str) -> None:
    def story(desk: Desk) -> None:
        open_lab(desk, inside, filters="8", classes="8", seeds=20, epochs=500)
        desk.press("Start study")
        qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=SECONDS)
        if leave == "panel":
            lab(inside).dock.close()
            qtbot.waitUntil(lambda: not lab(inside).run.is_running, timeout=SECONDS)

    assert tell(qtbot, story) == 0
    assert multiprocessing.active_children() == []
