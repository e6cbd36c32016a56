"""The gallery in the window: it comes with the second filter, and combines maps into one that is kept and exported."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QListView
from pytestqt.qtbot import QtBot

from convstudio.model.run.forward import forward
from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.parts.pictures.colour_bar import ColourBar
from tests.e2e.answers import CTRL, Answers, Inside, menu_action, save_as, trigger
from tests.e2e.driver import Desk, tell

TITLES = ["1 vertical-line", "2 horizontal-line"]


def gallery_of(desk: Desk) -> QListView:
    return desk.find(QListView, "All maps")


def titles(desk: Desk) -> list[str]:
    model = gallery_of(desk).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def is_shown(desk: Desk) -> bool:
    return any(view.isVisible() for view in desk.window.findChildren(QListView) if view.accessibleName() == "All maps")


def make_two_line_filters(desk: Desk) -> None:
    """Paint a row into the tutorial's picture, and find its lines with two filters and ReLU."""
    for column in range(8):
        desk.type_cell("Input", 6, column, "1")
    desk.choose("Activation", "ReLU")
    desk.choose("Detector", "Vertical line")
    desk.enter("Filters", "2")
    desk.wait(lambda: is_shown(desk) and titles(desk) == TITLES)  # the next detector of the group
    click_map(desk, 1)


def click_map(desk: Desk, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = gallery_of(desk)
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_the_tutorials_one_map_has_no_gallery(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map(["0 0 3 3 0 0"] * 6)
        assert not is_shown(desk)

    assert tell(qtbot, story) == 0


def test_both_line_detectors_together_show_all_lines(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    answers.export = tmp_path / "lines.npy"

    def story(desk: Desk) -> None:
        make_two_line_filters(desk)
        vertical, horizontal = np.moveaxis(forward(inside.document).layers[0].maps, -1, 0)
        click_map(desk, 0)
        click_map(desk, 1, CTRL)
        desk.choose("Combine", "sum")
        desk.wait(lambda: titles(desk) == ["sum of maps 1 and 2", *TITLES])
        desk.wait(lambda: np.array_equal(desk.array("Feature map"), vertical + horizontal))
        trigger(menu_action(desk, "File", "Export…"))
        np.testing.assert_array_equal(np.load(answers.export)[..., 0], vertical + horizontal)
        click_map(desk, 1)
        desk.wait(lambda: np.array_equal(desk.array("Feature map"), vertical))

    assert tell(qtbot, story) == 0


def test_a_combination_is_undone_and_comes_back_with_its_project(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        make_two_line_filters(desk)
        before = inside.document
        desk.choose("Combine", "maximum")
        desk.wait(lambda: titles(desk)[0] == "maximum of all 2 maps")
        save_as(desk, answers, tmp_path / "lines.convstudio")
        desk.undo()
        assert inside.document is before
        desk.wait(lambda: titles(desk) == TITLES)
        assert desk.find(QComboBox, "Map").count() == 2

    assert tell(qtbot, story) == 0

    def again(desk: Desk) -> None:
        desk.wait(lambda: is_shown(desk) and titles(desk) == ["maximum of all 2 maps", *TITLES])

    assert tell(qtbot, again, str(tmp_path / "lines.convstudio")) == 0


def test_a_difference_of_other_than_two_maps_is_refused_in_a_sentence(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        make_two_line_filters(desk)
        desk.enter("Filters", "3")
        desk.wait(lambda: len(titles(desk)) == 3)
        combine = desk.find(QComboBox, "Combine")
        combine.setCurrentText("difference")
        combine.activated.emit(combine.currentIndex())
        assert desk.message() == "A difference is one map minus another, and 3 are chosen: select exactly two maps."
        assert combine.currentText() == "none"

    assert tell(qtbot, story) == 0


def test_a_map_and_its_tile_have_one_scale_whichever_is_chosen(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "3")
        desk.wait(lambda: len(titles(desk)) == 3)
        desk.wait(lambda: f"from {' to '.join(ends(desk))} (own scale)" in facts(desk))
        desk.choose("Scale", "shared")
        desk.wait(lambda: f"from {' to '.join(ends(desk))} (shared scale)" in facts(desk))

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_levels_set_on_the_colour_bar_are_those_of_every_tile(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "3")
        desk.wait(lambda: len(titles(desk)) == 3)
        QTest.keyClick(desk.find(ColourBar, "Colour bar"), Qt.Key.Key_Up)
        desk.wait(lambda: f"from {' to '.join(ends(desk))} (own scale)" in facts(desk))
        click_map(desk, 2)
        desk.wait(lambda: f"from {' to '.join(ends(desk))} (own scale)" in facts(desk))

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_colour_map_is_still_there_at_the_next_start(qtbot: QtBot) -> None:
    def choose(desk: Desk) -> None:
        desk.choose("Colours", "Viridis")
        assert "viridis" in desk.find(ColourBar, "Colour bar").accessibleDescription()

    def look(desk: Desk) -> None:
        desk.wait(lambda: "viridis" in desk.find(ColourBar, "Colour bar").accessibleDescription())

    assert tell(qtbot, choose) == 0
    assert tell(qtbot, look, "sample:astronaut") == 0


def ends(desk: Desk) -> tuple[str, str]:
    """Read the ends of the colour bar, the lower one first."""
    numbers = desk.find(ColourBar, "Colour bar").numbers
    return numbers[-1], numbers[0]


def facts(desk: Desk) -> str:
    return next(pane.facts_label.text() for pane in desk.window.findChildren(GalleryPane))
