"""Lenses are panels: they leave the window its size, keep their places, and Escape closes them from every control."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from convstudio.model.edits.intent import Intent
from convstudio.model.trace.stepping import select_layer
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.room.tall_scroll import TallScroll
from convstudio.wiring.learning.entries import ENTRIES
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.e2e.geometry import faults

TITLE_BAR = "QAbstractButton"
SAMPLES = ("sample:tutorial-lines", "sample:tutorial-sequence", "example:digits")
"""Qt lays out the buttons of its title itself."""


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


def places(desk: Desk, studio: Studio, size: tuple[int, int]) -> Iterator[tuple[str, SidePanel, QWidget]]:
    """Open every panel at first on a screen of a size that the window fills; tell what it is about."""
    desk.window.screen = lambda: SimpleNamespace(availableGeometry=lambda: QRect(QPoint(), QSize(*size)))
    desk.window.move(0, 0)
    desk.window.resize(*size)
    panes = {"input": studio.input_pane, "kernel": studio.layer_pane, "map": studio.map_pane}
    for made, titles in ((studio.learn, studio.learn.lessons), (studio.learning, [one.title for one in ENTRIES])):
        for title in titles:
            settle()
            made.open(title)
            settle()
            dock = made.dock_of(title)
            about = dock.lens.about if made is studio.learn else made.panel(title).about
            yield title, dock, panes[about]
            dock.close()


@pytest.mark.parametrize(
    ("sample", "size"),
    [
        pytest.param(sample, size, marks=() if place == number else pytest.mark.every)
        for place, sample in enumerate(SAMPLES)
        for number, size in enumerate([(1366, 768), (1093, 614), (1024, 640)])
    ],
)
def test_no_panel_covers_what_it_is_about_at_first(
    qtbot: QtBot, inside: Inside, sample: str, size: tuple[int, int]
) -> None:
    wrong = []

    def story(desk: Desk) -> None:
        desk.wait(lambda: not inside.studio.display.is_computing)
        for title, dock, about in places(desk, inside.studio, size):
            if dock.isFloating():
                wrong.append(f"{title} floats")
            if not about.isVisible():
                wrong.append(f"{title} hides what it is about")
            if (desk.window.width(), desk.window.height()) != size:
                wrong.append(f"{title} makes the window {desk.window.size()}")
            wrong.extend(f"{title}: {fault}" for fault in faults(desk.window) if not fault.startswith(TITLE_BAR))
            if not desk.window.rect().contains(QRect(about.mapTo(desk.window, QPoint()), about.size())):
                wrong.append(f"{title} leaves no room to what it is about")

    assert tell(qtbot, story, sample) == 0
    assert wrong == []


@pytest.mark.parametrize("sample", [*(pytest.param(one, marks=pytest.mark.every) for one in SAMPLES[:2]), SAMPLES[2]])
def test_no_lens_scrolls_on_the_reference_screen(qtbot: QtBot, inside: Inside, sample: str) -> None:
    """A window of 1366×768 has a frame around it."""
    scrolled = []

    def story(desk: Desk) -> None:
        desk.wait(lambda: not inside.studio.display.is_computing)
        for layer in (0, len(inside.document.layers) - 1):
            inside.studio.changes.take(Intent(move=lambda document, view, at=layer: select_layer(document, view, at)))
            desk.wait(lambda: not inside.studio.display.is_computing)
            for title, dock, _ in places(desk, inside.studio, (1350, 720)):
                desk.wait(lambda: inside.studio.jobs.is_idle)
                settle()
                for column in dock.findChildren(TallScroll):
                    if column.isVisible() and column.verticalScrollBar().maximum() > 0:
                        scrolled.append(f"{title} of layer {layer + 1} scrolls {column.verticalScrollBar().maximum()}")

    assert tell(qtbot, story, sample) == 0
    assert scrolled == []


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
