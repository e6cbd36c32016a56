"""Lenses are panels: they leave the window its size, keep their places, and Escape closes them from every control."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()


def test_escape_closes_every_lens_from_every_control(qtbot: QtBot, inside: Inside) -> None:
    left_open, tried = [], 0

    def story(desk: Desk) -> None:
        nonlocal tried
        for title in inside.studio.learn.lessons:
            inside.studio.learn.open(title)
            dock = inside.studio.learn.dock_of(title)
            assert dock is not None
            for control in dock.findChildren(QWidget):
                if not (
                    control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible() and control.isEnabled()
                ):
                    continue
                QTest.keyClick(control, Qt.Key.Key_Escape)
                tried += 1
                if inside.studio.learn.dock_of(title) is not None:
                    left_open.append(f"{title}: {type(control).__name__} {control.accessibleName()}")
                inside.studio.learn.open(title)
            dock.close()

    assert tell(qtbot, story) == 0
    assert left_open == []
    assert tried > 25


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_no_lens_makes_the_window_larger(qtbot: QtBot, inside: Inside, size: tuple[int, int]) -> None:
    grown = []

    def story(desk: Desk) -> None:
        desk.window.resize(*size)
        settle()
        for title in inside.studio.learn.lessons:
            inside.studio.learn.open(title)
            settle()
            if desk.window.size() != QSize(*size):
                grown.append(title)
            inside.studio.learn.dock_of(title).close()

    assert tell(qtbot, story) == 0
    assert grown == []


def test_the_place_of_a_panel_is_kept_for_the_next_start(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1800, 900)
        inside.studio.learn.open("Layout explorer")
        desk.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, inside.studio.learn.dock_of("Layout explorer"))

    def following(desk: Desk) -> None:
        inside.studio.learn.open("Layout explorer")
        dock = inside.studio.learn.dock_of("Layout explorer")
        assert desk.window.dockWidgetArea(dock) == Qt.DockWidgetArea.LeftDockWidgetArea

    assert tell(qtbot, story) == 0
    assert tell(qtbot, following) == 0
