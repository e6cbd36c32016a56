"""The data panel lists samples, filters them, counts confusions, and asks for what is clicked."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.learning.sources import DigitsSource, PairSource, PatternsSource, StoredSource, source_of
from convstudio.model.panes.learning.data.samples import ExaminedData, Verdicts
from convstudio.model.values.learning.dataset import Dataset, split
from convstudio.views.learning.data.dock import DataDock
from convstudio.views.learning.data.tiles import SampleCells

DATA = pattern_data(PatternSettings(classes=2, per_class=6, side=8))
PARTS = split(DATA, 0.25, 1)
WRONG = np.array([label if number % 4 else 1 - label for number, label in enumerate(DATA.labels)])
EXAMINED = ExaminedData(DATA, PARTS, Verdicts(np.linspace(0, 1.1, 12), WRONG, np.ones(12, np.float32), 2))
MANY = pattern_data(PatternSettings(classes=8, per_class=2000))


@pytest.fixture
def dock(qtbot: QtBot) -> Iterator[DataDock]:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    made = DataDock(window)
    window.resize(1000, 800)
    window.show()
    made.open_beside()
    qtbot.waitExposed(window)
    yield made
    window.close()  # and until then something holds it


def click(dock: DataDock, place: int) -> None:
    grid = dock.samples.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(grid.cells.cell(place)).center())


def captions(dock: DataDock) -> list[str]:
    cells = dock.samples.grid.cells
    return [cells.cell(place).data() for place in range(cells.count)]


def test_without_data_it_asks_for_some(dock: DataDock) -> None:
    assert dock.facts.text().startswith("Choose where the samples come from")
    assert not dock.found.isVisible()


def test_samples_are_listed_class_by_class_with_what_they_are_taken_for(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    assert captions(dock)[:3] == ["0° → 90°", "0°", "0° → 90°"]
    assert dock.facts.text() == "12 samples of 8×8×1 in 2 classes: 9 for training, 3 held out."


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (("0", "1"), ["0 → 1"]),
        (("stripes", "squares"), ["stripes", "→ squares"]),
        (("horizontal lines", "vertical lines"), ["horizontal lines", "→ vertical lines"]),
    ],
)
def test_the_class_that_a_sample_is_taken_for_is_written_whole(
    dock: DataDock, names: tuple[str, str], lines: list[str]
) -> None:
    dock.show_data(replace(EXAMINED, data=replace(DATA, class_names=names)))
    assert dock.samples.grid.lines_under(0) == lines


def test_of_a_very_long_name_both_ends_are_written(dock: DataDock) -> None:
    names = ("folder of pictures of cats, part 1", "folder of pictures of cats, part 2")
    dock.show_data(replace(EXAMINED, data=replace(DATA, class_names=names)))
    label, taken_for = dock.samples.grid.lines_under(0)
    assert label.startswith("folder")
    assert label.endswith("1")
    assert taken_for.startswith("→ folder")
    assert taken_for.endswith("2")


def test_a_clicked_sample_is_asked_for(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    chosen: list[int] = []
    dock.sample_chosen.connect(chosen.append)
    click(dock, 2)
    assert chosen == [4]


def test_arrow_keys_go_from_sample_to_sample_and_the_program_asks_for_nothing(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    chosen: list[int] = []
    dock.sample_chosen.connect(chosen.append)
    dock.samples.show_selected(0)
    dock.samples.grid.setFocus()
    QTest.keyClick(dock.samples.grid, Qt.Key.Key_Right)
    assert chosen == [2]


def test_the_arrow_goes_on_in_the_next_row_and_ends_with_the_last_sample(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    cells, chosen = dock.samples.grid.cells, []
    dock.sample_chosen.connect(chosen.append)
    dock.samples.show_selected(cells.sample(cells.cell(cells.columns - 1)))
    dock.samples.grid.setFocus()
    QTest.keyClick(dock.samples.grid, Qt.Key.Key_Right)
    assert chosen == [cells.sample(cells.cell(cells.columns))]
    dock.samples.show_selected(cells.sample(cells.cell(cells.count - 1)))
    QTest.keyClick(dock.samples.grid, Qt.Key.Key_Right)
    assert len(chosen) == 1


def test_the_selected_sample_stays_selected_in_another_width(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock.samples.show_selected(4)
    grid = dock.samples.grid
    before = grid.cells.columns
    grid.resize(grid.width() // 2, grid.height())
    assert grid.cells.columns < before
    assert [grid.cells.sample(index) for index in grid.selectedIndexes()] == [4]


def test_wrong_samples_are_filtered_and_sorted_by_loss(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock.samples.outcome.choose(1)
    dock.samples.order.choose(1)
    cells = dock.samples.grid.cells
    assert [cells.sample(cells.cell(place)) for place in range(cells.count)] == [8, 4, 0]
    assert dock.samples.facts.text().startswith("3 of 12 samples, 0 are right (0\xa0%), mean loss 0.4.")


def test_sorted_by_loss_the_largest_is_in_sight_whichever_is_selected(qtbot: QtBot, dock: DataDock) -> None:
    losses = np.linspace(0, 1, len(MANY))
    tried = Verdicts(losses, MANY.labels, np.ones(len(MANY), np.float32), 8)
    dock.show_data(ExaminedData(MANY, split(MANY, 0.2, 1), tried))
    grid = dock.samples.grid
    qtbot.waitUntil(lambda: grid.verticalScrollBar().maximum() > 0)
    dock.samples.show_selected(7777)
    assert grid.verticalScrollBar().value() > 0
    dock.samples.order.choose(1)
    assert grid.cells.sample(grid.indexAt(QPoint(5, 5))) == len(MANY) - 1
    assert [grid.cells.sample(index) for index in grid.selectedIndexes()] == [7777]


def test_filters_stay_while_the_network_learns(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock.samples.outcome.choose(1)
    dock.show_data(replace(EXAMINED, verdicts=replace(EXAMINED.verdicts, predicted=DATA.labels)))
    assert dock.samples.outcome.currentText() == "Wrong"
    assert dock.samples.grid.cells.count == 0


def test_other_classes_take_the_filters_back(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock.samples.label.choose(2)
    dock.show_data(ExaminedData(MANY, split(MANY, 0, 1)))
    assert dock.samples.label.currentText() == "All"
    assert dock.samples.grid.cells.count == 16_000


def test_a_cell_of_the_confusion_table_leads_to_its_samples(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock.findChild(QWidget, "", Qt.FindChildOption.FindChildrenRecursively)
    dock._buttons.button(1).click()
    table = dock.confusion.table
    assert [[table.model().index(r, c).data() for c in (0, 1)] for r in (0, 1)] == [["3", "3"], ["0", "6"]]
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 1)).center()
    )
    assert dock.samples.isVisible()
    assert captions(dock) == ["0° → 90°"] * 3


def test_the_keyboard_opens_a_cell_of_the_confusion_table(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock._buttons.button(1).click()
    table = dock.confusion.table
    table.setCurrentIndex(table.model().index(1, 1))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert captions(dock) == ["90°"] * 6


def test_the_confusion_table_tells_a_screen_reader_what_a_cell_counts(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    index = dock.confusion.table.model().index(0, 1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "3 of 6 samples of 0° are taken for 90°"


def test_before_the_network_was_tried_there_is_no_confusion(dock: DataDock) -> None:
    dock.show_data(ExaminedData(DATA, PARTS))
    dock._buttons.button(1).click()
    assert dock.confusion.table.model().rowCount() == 0
    assert "not tried" in dock.confusion.told.text()


def test_the_counts_have_a_row_for_each_class_and_one_for_all(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    dock._buttons.button(2).click()
    assert [row[:2] for row in dock.classes.table.rows] == [("0°", "6"), ("90°", "6"), ("All", "12")]


def test_of_thousands_only_the_samples_in_sight_become_pictures(qtbot: QtBot, dock: DataDock, monkeypatch) -> None:
    made: list[int] = []
    paint = SampleCells._painted
    monkeypatch.setattr(
        SampleCells, "_painted", lambda rows, sample, side: made.append(sample) or paint(rows, sample, side)
    )
    dock.show_data(ExaminedData(MANY, split(MANY, 0.2, 1)))
    qtbot.waitUntil(lambda: bool(made))
    assert len(set(made)) < 100


def test_a_held_out_sample_has_a_coloured_corner(dock: DataDock) -> None:
    dock.show_data(ExaminedData(DATA, split(replace(DATA, held_out=np.array([0])), 0, 1)))
    grid = dock.samples.grid
    picture = grid.viewport().grab().toImage()
    corners = []
    for at in (0, 1):
        place = grid.visualRect(grid.cells.cell(at))
        corners.append(picture.pixelColor(place.right() - 9, place.top() + 9).name())
    assert corners[0] != corners[1]


def test_random_labels_are_asked_for_and_shown_without_asking(dock: DataDock) -> None:
    dock.show_data(EXAMINED)
    asked: list[bool] = []
    dock.noise_asked.connect(asked.append)
    dock.show_noise(True)
    assert asked == []
    dock.noise.click()
    assert asked == [False]


def test_maps_have_no_labels_to_draw_and_no_classes_to_filter(dock: DataDock) -> None:
    maps = Dataset("maps", DATA.inputs, maps=DATA.inputs)
    dock.show_data(ExaminedData(maps, split(maps, 0, 1)))
    assert not dock.noise.isEnabled()
    assert not dock.samples.label.isEnabled()


def test_why_the_network_cannot_be_tried_stands_beside_the_way_out(dock: DataDock) -> None:
    dock.show_data(ExaminedData(DATA, PARTS))
    dock.show_misfit("The data has 2 classes, and the network ends in 1 value.", can_fit=True)
    asked: list[bool] = []
    dock.fit_asked.connect(lambda: asked.append(True))
    dock.fit.click()
    assert dock.misfit.isVisible()
    assert asked == [True]
    dock.show_misfit("", can_fit=False)
    assert not dock.misfit.isVisible()
    assert not dock.fit.isVisible()


# --- where the samples come from ------------------------------------------------------------------------------------


def test_a_source_is_asked_for_by_its_text(dock: DataDock) -> None:
    asked: list[str] = []
    dock.source.asked.connect(asked.append)
    dock.source.kind.choose(0)
    dock.source.kind.choose(4)
    assert asked == ["digits", "pair"]


def test_patterns_have_fields_and_each_asks_for_others(dock: DataDock) -> None:
    asked: list[str] = []
    dock.source.asked.connect(asked.append)
    dock.source.show_source(PatternsSource(PatternSettings(classes=2)))
    dock.source.side.setValue(12)
    dock.source.directions.choose(2)
    assert [source_of(text).settings for text in asked] == [
        PatternSettings(classes=2, side=12),
        PatternSettings(classes=8, side=12),
    ]


def test_what_was_refused_is_taken_back(dock: DataDock) -> None:
    dock.source.show_source(PatternsSource())
    dock.source.noise.setValue(99)
    dock.source.show_source(PatternsSource())
    assert dock.source.noise.value() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("source", "is_folder", "entry"),
    [
        (DigitsSource(), False, "Handwritten digits"),
        (PairSource(), False, "One pair: input and target"),
        (StoredSource("/pets"), True, "Folder of pictures…"),
        (StoredSource("/pets.npz"), False, "File…"),
    ],
)
def test_the_source_that_is_there_is_shown(dock: DataDock, source, is_folder, entry) -> None:
    dock.source.show_source(source, is_folder=is_folder)
    assert dock.source.kind.currentText() == entry
    assert dock.source.rows.isVisible() == is_folder


def test_another_size_of_the_pictures_is_asked_for(dock: DataDock) -> None:
    dock.source.show_source(StoredSource("/pets"), is_folder=True)
    dock.source.show_picture_shape((28, 28, 3))
    asked: list[tuple[int, ...]] = []
    dock.source.size_edited.connect(lambda: asked.append(dock.source.picture_shape))
    dock.source.rows.setValue(16)
    dock.source.colours.choose(0)
    assert asked == [(16, 28, 3), (16, 28, 1)]
