"""Icons are drawn from their files in the colour of text, and their buttons show names where there is room."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_icon
from convstudio.views.parts import icons
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.icons import IconButton, paint_icon, use_icons

RED = QColor("#ff0000")


@pytest.fixture(autouse=True)
def _icons_of_the_program() -> Iterator[None]:
    before = icons._load
    use_icons(load_icon)
    yield
    use_icons(before)


def painted(ratio: float) -> QImage:
    image = QImage(round(20 * ratio), round(20 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    paint_icon(painter, "x", QRect(0, 0, 20, 20), RED)
    painter.end()
    return image


def names_shown(qtbot: QtBot, width: int) -> list[bool]:
    held = QWidget()
    qtbot.addWidget(held)
    row = FlowLayout(held)
    buttons = [IconButton("star", "Star", ""), IconButton("download", "Export map", "")]
    for button in buttons:
        row.addWidget(button)
    held.resize(width, 60)
    held.show()
    return [button.has_word for button in buttons]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qapp: object, ratio: float) -> None:
    image = painted(ratio)
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert (middle.red(), middle.green(), middle.blue()) == (255, 0, 0)


def test_an_icon_that_was_drawn_stays_when_the_program_starts_again(qapp: object) -> None:
    asked = []

    def load(name: str) -> bytes:
        asked.append(name)
        return load_icon(name)

    for _ in range(2):
        use_icons(load)
        painted(1.0)
    assert asked == ["x"]


def test_an_icon_has_every_pixel_of_a_fine_screen(qapp: object) -> None:
    fine, coarse = painted(2.0), painted(1.0).scaled(40, 40)
    coarse.setDevicePixelRatio(2.0)
    assert fine != coarse


def test_names_stand_beside_icons_where_the_row_is_wide(qtbot: QtBot) -> None:
    assert names_shown(qtbot, 400) == [True, True]


def test_names_give_way_where_the_row_is_narrow(qtbot: QtBot) -> None:
    assert names_shown(qtbot, 70) == [False, False]


def test_the_first_button_has_its_name_where_there_is_room_for_one(qtbot: QtBot) -> None:
    assert names_shown(qtbot, 110) == [True, False]


def test_a_button_grows_with_its_font(qtbot: QtBot) -> None:
    button = IconButton("star", "Star", "")
    qtbot.addWidget(button)
    before, font = button.sizeHint().width(), button.font()
    font.setPixelSize(40)
    button.setFont(font)
    assert button.sizeHint().width() > before


@pytest.mark.parametrize(("key", "tip"), [("Ctrl+J", "Go one step (Ctrl+J)"), ("", "Go one step")])
def test_the_tip_tells_the_key_that_the_menus_command_has_now(qtbot: QtBot, key: str, tip: str) -> None:
    window, button = QMainWindow(), IconButton("step-forward", "Step forward", "Go one step")
    qtbot.addWidget(window)
    window.setCentralWidget(button)
    window.menuBar().addMenu("Step").addAction("Step &forward").setShortcut(key)
    window.show()
    QApplication.sendEvent(button, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), button.mapToGlobal(QPoint(5, 5))))
    assert QToolTip.text() == tip
