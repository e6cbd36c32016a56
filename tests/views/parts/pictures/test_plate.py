"""A plate is a grid while its numbers fit, else a picture; a resize draws it once, whatever the layout does."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QColor, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.values.numbers import format_exact
from convstudio.views.parts.pictures import plate as plates
from convstudio.views.parts.pictures.cell_picture import CellPicture
from convstudio.views.parts.pictures.plate import Plate

VALUES = np.random.default_rng(0).standard_normal((12, 12)).astype(np.float32).round(1)


class Draws:
    """Counts how often a plate chooses what it shows, and how deep within itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.depth, self.deepest = 0, 0, 0
        choose = Plate._choose_page

        def counted(plate: Plate) -> None:
            self.count += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
            choose(plate)
            self.depth -= 1

        monkeypatch.setattr(plates.Plate, "_choose_page", counted)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    return Draws(monkeypatch)


@pytest.fixture
def window(qtbot: QtBot, draws: Draws) -> tuple[QWidget, list[Plate]]:
    """Show three plates beside each other in a window whose layout gives room to what asks for it."""
    held = QWidget()
    column, row = QVBoxLayout(held), QHBoxLayout()
    three = [Plate(f"Plate {number}") for number in range(3)]
    for one in three:
        row.addWidget(one)
    column.addLayout(row, 1)
    column.addWidget(QLabel("below"))
    qtbot.addWidget(held)
    for one in three:
        one.show_values(VALUES, signed_levels(VALUES))
    held.resize(360, 160)
    held.show()
    qtbot.waitExposed(held)
    QApplication.processEvents()
    draws.count = draws.deepest = 0
    return held, three


def pages(three: list[Plate]) -> set[QWidget]:
    return {one._pages.currentWidget() for one in three}


def test_a_resize_that_turns_pictures_into_grids_draws_each_once(
    window: tuple[QWidget, list[Plate]], draws: Draws, qtbot: QtBot
) -> None:
    held, three = window
    assert pages(three) == {one.picture for one in three}
    held.resize(1600, 600)
    qtbot.waitUntil(lambda: pages(three) == {one.grid for one in three})
    QApplication.processEvents()
    assert (draws.count, draws.deepest) == (3, 1)


def test_a_resize_that_changes_nothing_draws_nothing(
    window: tuple[QWidget, list[Plate]], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    held, three = window
    shown: list[object] = []
    for one in three:
        monkeypatch.setattr(one.grid, "show_content", shown.append)
    held.resize(364, 160)
    qtbot.waitUntil(lambda: not any(one._settled.isActive() for one in three))
    assert shown == []


def point_at(picture: CellPicture, row: int, column: int) -> None:
    place, button = picture.cell_area(row, column).center(), Qt.MouseButton.NoButton
    kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(kind, place, picture.viewport().mapToGlobal(place), button, button, keys)
    QApplication.sendEvent(picture.viewport(), move)


def test_a_picture_tells_the_value_that_is_pointed_at(window: tuple[QWidget, list[Plate]]) -> None:
    _, (plate, *_) = window
    point_at(plate.picture, 2, 5)
    assert plate.picture.toolTip() == f"row 3, column 6: {format_exact(VALUES[2, 5])}"


def test_a_picture_tells_screen_readers_what_its_values_are_like(window: tuple[QWidget, list[Plate]]) -> None:
    _, (plate, *_) = window
    face = QAccessible.queryAccessibleInterface(plate.picture)
    assert face.text(QAccessible.Text.Name) == "Plate 0"
    assert face.text(QAccessible.Text.Description).startswith("min")


def test_a_grid_that_becomes_a_picture_hands_the_keyboard_on(window: tuple[QWidget, list[Plate]], qtbot: QtBot) -> None:
    held, (plate, *_) = window
    field = QLineEdit()
    held.layout().addWidget(field)
    field.show()
    held.activateWindow()
    qtbot.waitUntil(held.isActiveWindow)
    plate.show_values(VALUES[:1, :1], signed_levels(VALUES))
    plate.grid.setFocus()
    assert plate.grid.hasFocus()
    plate.show_values(np.full((40, 40), 0.33333, np.float32), signed_levels(VALUES))
    assert plate._pages.currentWidget() is plate.picture
    assert field.hasFocus()


def test_a_plate_whose_numbers_fit_makes_no_picture(qtbot: QtBot) -> None:
    plate = Plate("Small")
    qtbot.addWidget(plate)
    plate.show_values(VALUES[:3, :3], signed_levels(VALUES))
    plate.resize(300, 300)
    plate.show()
    qtbot.waitUntil(lambda: plate.grid.grid.rowCount() == 3)
    assert plate._picture is None


def test_values_that_come_while_a_plate_is_hidden_are_on_its_picture_when_it_is_shown(
    window: tuple[QWidget, list[Plate]], qtbot: QtBot
) -> None:
    held, (plate, *_) = window
    held.hide()
    plate.show_values(np.full((12, 12), 0.33333, np.float32), signed_levels(VALUES))
    held.show()
    shown = signed_levels(VALUES)
    ground = colours(np.float32([0.33333]), shown)[0].tolist()
    place = plate.picture.cell_area(6, 6).center().toPoint()
    qtbot.waitUntil(lambda: plate.picture.grab().toImage().pixelColor(place).getRgb()[:3] == tuple(ground))


def test_a_line_thinner_than_a_pixel_is_seen_in_every_row_of_a_picture(qtbot: QtBot) -> None:
    values = np.zeros((510, 510), np.float32)
    np.fill_diagonal(values, 1)
    plate = Plate("Thin line")
    qtbot.addWidget(plate)
    plate.resize(140, 160)
    plate.show()
    plate.show_values(values, signed_levels(values))
    qtbot.waitUntil(lambda: plate.picture.cell_area(509, 509).right() > 100)
    drawn, area = (
        plate.picture.grab().toImage(),
        plate.picture.cell_area(0, 0).united(plate.picture.cell_area(509, 509)),
    )
    for row in range(int(area.top()) + 2, int(area.bottom()) - 2):
        reds = [QColor(drawn.pixel(column, row)) for column in range(int(area.left()) + 2, int(area.right()) - 2)]
        assert max(colour.red() - colour.blue() for colour in reds) > 30


def test_a_picture_that_becomes_larger_shows_more_pixels(qtbot: QtBot) -> None:
    values = np.random.default_rng(1).standard_normal((510, 510)).astype(np.float32)
    plate = Plate("Growing")
    qtbot.addWidget(plate)
    plate.resize(140, 160)
    plate.show()
    plate.show_values(values, signed_levels(values))
    assert plate.picture._cells.colours.shape[0] < 140
    plate.resize(440, 460)
    qtbot.waitUntil(lambda: plate.picture._cells.colours.shape[0] > 300)
