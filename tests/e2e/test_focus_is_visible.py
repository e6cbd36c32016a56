"""Wherever Tab leads, the keyboard is seen at once: pixels change at a contrast of 3:1 or more, in both schemes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from convstudio.views.parts.theme import apply_scheme
from convstudio.wiring.learning.entries import ENTRIES
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

ROUND = 4
"""Pixels around a control that its ring may use."""
LEAST = 40
"""Pixels that a ring has at least: around a small cell, or a box to tick."""


def several(desk: Desk) -> None:
    desk.enter("Filters", "3")


def colours(desk: Desk) -> None:
    desk.choose("Sample", "Astronaut (colour)")
    desk.wait_for_files()


def light_of(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    shares = pixels / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def pixels_of(window: QWidget, area: QRect) -> NDArray[np.uint8]:
    image = window.grab(area).toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), :3][..., ::-1].copy()


def changed_pixels(window: QWidget, widget: QWidget) -> int:
    """Count the pixels that change at 3:1 when Tab arrives."""
    area = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
    area = area.adjusted(-ROUND, -ROUND, ROUND, ROUND) & window.rect()
    for held in (QApplication.focusWidget(),):
        if held is not None:
            held.clearFocus()
    settle()
    before = light_of(pixels_of(window, area))
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    after = light_of(pixels_of(window, area))
    contrasts = (np.maximum(before, after) + 0.05) / (np.minimum(before, after) + 0.05)
    return int((contrasts >= 3).sum())


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def wait_for_work(desk: Desk, studio: Studio) -> None:
    """Wait until everything on show has followed the last edit, and lenses have their answers."""
    desk.wait_for_files()
    desk.wait(lambda: not studio.display.is_computing and not studio.display.is_explaining)
    settle()
    answering = studio.lens_questions._attributor
    if answering is not None:
        desk.wait(lambda: answering.is_idle)
    settle()


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> Iterator[None]:
    """Leave the colours to other tests as they were."""
    yield
    apply_scheme(qapp, "light")


def stops(window: QWidget) -> list[QWidget]:
    """List the controls on show that Tab leads to."""
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.window() is window
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and one.visibleRegion().boundingRect().size() == one.size()
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("prepare", [several, colours])
def test_every_control_shows_that_it_has_the_keyboard(
    qtbot: QtBot, inside: Inside, scheme: str, prepare: Callable[[Desk], object]
) -> None:
    found: dict[str, Any] = {}

    def story(desk: Desk) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_scheme(app, scheme)
        prepare(desk)
        desk.window.resize(1600, 1000)
        wait_for_work(desk, inside.studio)
        for one in stops(desk.window):
            found[f"{type(one).__name__} {one.accessibleName()!r}"] = changed_pixels(desk.window, one)

    assert tell(qtbot, story) == 0
    assert len(found) > 40
    assert {name: count for name, count in found.items() if count < LEAST} == {}


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.every)])
def test_every_control_of_a_panel_shows_that_it_has_the_keyboard(qtbot: QtBot, inside: Inside, scheme: str) -> None:
    found: dict[str, int] = {}

    def story(desk: Desk) -> None:
        studio = inside.studio
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_scheme(app, scheme)
        desk.window.resize(1920, 1000)
        titles = [(studio.learn, title) for title in studio.learn.lessons]
        for made, title in titles + [(studio.learning, entry.title) for entry in ENTRIES]:
            made.open(title)
            wait_for_work(desk, studio)
            dock = made.dock_of(title)
            for one in stops(dock.window()):
                if dock.isAncestorOf(one):
                    found[f"{title}: {type(one).__name__} {one.accessibleName()!r}"] = changed_pixels(
                        dock.window(), one
                    )
            dock.close()

    assert tell(qtbot, story) == 0
    assert len(found) > 60
    assert {name: count for name, count in found.items() if count < LEAST} == {}
