"""The list of pictures asks for small pictures of what it paints alone, and shows why a file cannot be read."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.readings.pictures.folder import PictureFolder
from convstudio.views.window.picture_dock import PictureDock

NAMES = tuple(f"p{number}.png" for number in range(10_000))
MANY = PictureFolder("/many", NAMES, "many", NAMES)


@pytest.fixture
def dock(qtbot: QtBot) -> Iterator[PictureDock]:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = PictureDock(window)
    window.resize(600, 500)
    window.show()
    made.open_beside()
    qtbot.waitExposed(window)
    yield made
    window.close()  # and until then something holds it


def test_of_many_pictures_only_those_on_screen_are_asked_for(qtbot: QtBot, dock: PictureDock) -> None:
    wanted: set[int] = set()
    dock.wanted.connect(wanted.add)
    dock.show_folder(MANY)
    qtbot.waitUntil(lambda: 0 in wanted)
    assert max(wanted) < 40


def test_a_small_picture_stands_beside_its_name(dock: PictureDock) -> None:
    dock.show_folder(MANY)
    dock.rows.show_thumbnail(3, np.full((10, 20, 3), 200, np.uint8))
    icon = dock.rows.index(3, 0).data(Qt.ItemDataRole.DecorationRole)
    assert icon.pixmap(48, 48).toImage().pixelColor(24, 24).red() == 200


def test_a_damaged_picture_shows_the_reason_and_is_counted(dock: PictureDock) -> None:
    dock.show_folder(MANY)
    dock.show_selected(0)
    dock.show_problem(3, "“p3.png” is damaged.")
    assert dock.rows.index(3, 0).data() == "“p3.png” is damaged."
    assert dock.place.text() == "Picture 1 of 10000. 1 cannot be read."


def test_what_the_program_selects_asks_for_nothing_and_an_arrow_key_does(dock: PictureDock) -> None:
    chosen: list[int] = []
    dock.chosen.connect(chosen.append)
    dock.show_folder(MANY)
    dock.show_selected(5)
    QTest.keyClick(dock.list, Qt.Key.Key_Down)
    assert chosen == [6]


def test_escape_closes_the_list(dock: PictureDock) -> None:
    QTest.keyClick(dock.list, Qt.Key.Key_Escape)
    assert not dock.isVisible()


@pytest.mark.parametrize(("needed", "floats"), [(300, False), (5000, True)])
def test_the_list_stands_above_panes_that_need_the_whole_screen(dock: PictureDock, needed: int, floats: bool) -> None:
    window = dock.parent()
    assert isinstance(window, QMainWindow)
    panes = QWidget()
    panes.setLayout(QVBoxLayout())
    panes.layout().addWidget(QWidget(minimumWidth=needed))
    window.setCentralWidget(panes)
    dock.close()
    dock.open_beside()
    assert (dock.isVisible(), dock.isFloating()) == (True, floats)
