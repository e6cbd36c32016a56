"""Text stands out at 4.5:1 and edges at 3:1 as they are painted, of every control of the program, in both schemes.

The rings of the focus are measured in `test_focus_is_visible.py`, and the colours themselves in `test_contrast.py`.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QStyle,
    QStyleOptionButton,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import Choice, NumberField, WholeField
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import apply_scheme
from convstudio.views.window.chip import Chip
from convstudio.wiring.learning.entries import ENTRIES
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.e2e.test_focus_is_visible import _light_again, light_of, pixels_of, settle, wait_for_work  # noqa: F401

TEXT, EDGE = 4.5, 3.0
WITH_TEXT = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTabBar)
WITH_EDGE = (QAbstractSpinBox, QComboBox, QLineEdit, QPushButton, QCheckBox, QPlainTextEdit, QSlider, Chip)
EDGED = (WholeField, NumberField, Choice, TextField, QPushButton, PrimaryButton, QCheckBox, QSlider, Chip, QToolButton)
"""What every start shows with an edge."""
AROUND = 4
"""Pixels around a control in which its edge is looked for, and as many inside."""
DIALOGS = ("history", "settings", "commands", "places", "keys", "formats", "system", "summary")


def area_of(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, part.rect().topLeft()), part.size())


def lights(picture: NDArray[np.float64], area: QRect) -> NDArray[np.float64]:
    return picture[max(0, area.top()) : area.bottom() + 1, max(0, area.left()) : area.right() + 1]


def contrast(one: NDArray[np.float64], ground: float) -> NDArray[np.float64]:
    return (np.maximum(one, ground) + 0.05) / (np.minimum(one, ground) + 0.05)


def ground_of(pixels: NDArray[np.float64]) -> float:
    """Return the luminance that most pixels have."""
    return Counter(pixels.round(4).ravel().tolist()).most_common(1)[0][0]


def text_contrast(picture: NDArray[np.float64], part: QWidget, window: QWidget) -> float:
    """Return how much the text of a part stands out from its ground: its strongest pixels inside the edge."""
    inside = lights(picture, area_of(part, window).adjusted(AROUND, AROUND, -AROUND, -AROUND))
    if not inside.size:
        inside = lights(picture, area_of(part, window))
    return float(contrast(inside, ground_of(inside)).max()) if inside.size else TEXT


def edge_contrast(picture: NDArray[np.float64], part: QWidget, window: QWidget) -> float:
    """Return how much the edge stands out, at its weakest side, from the ground around."""
    area = area_of(part, window)
    if isinstance(part, QSlider):
        return float(contrast(lights(picture, area), ground_of(lights(picture, area))).max())
    if isinstance(part, QCheckBox):
        option = QStyleOptionButton()
        part.initStyleOption(option)
        box = part.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, part)
        area = box.translated(area.topLeft())
    found = []
    middle = area.center()
    for x, y, dx, dy in (
        (middle.x(), area.top(), 0, 1),
        (middle.x(), area.bottom(), 0, -1),
        (area.left(), middle.y(), 1, 0),
        (area.right(), middle.y(), -1, 0),
    ):
        places = [(x + step * dx, y + step * dy) for step in range(-AROUND, AROUND + 1)]
        line = np.array([picture[py, px] for px, py in places if 0 <= py < len(picture) and 0 <= px < picture.shape[1]])
        found.append(float(contrast(line, float(line[0])).max()))
    return min(found)


def is_measured(part: QWidget, window: QWidget) -> bool:
    """Return whether a part is seen as a whole: what is scrolled away is measured where it is not."""
    return (
        part.isVisible()
        and part.window() is window
        and part.visibleRegion().boundingRect() == part.rect()
        and window.rect().contains(area_of(part, window))
    )


def text_of(part: QWidget) -> str:
    if isinstance(part, QLabel | QAbstractButton | QLineEdit | QAbstractSpinBox):
        return part.text().strip()
    if isinstance(part, QComboBox):
        return part.currentText()
    if isinstance(part, QPlainTextEdit):
        return part.toPlainText().strip()
    return part.tabText(0) if isinstance(part, QTabBar) else ""


def is_edged(part: QWidget) -> bool:
    """Return whether it is by its edge that a part is seen to be for typing into or pressing."""
    if isinstance(part, QToolButton):
        return part.isEnabled() and not part.autoRaise()
    is_inner = isinstance(part.parent(), QAbstractSpinBox | QComboBox | QKeySequenceEdit)
    is_read = isinstance(part, QPlainTextEdit) and part.isReadOnly()
    return isinstance(part, WITH_EDGE) and part.isEnabled() and not is_inner and not is_read


def faint(window: QWidget, seen: Counter[str]) -> Iterator[str]:
    """Name what does not stand out in a window; count what was measured by its class."""
    picture = light_of(pixels_of(window, window.rect()))
    for part in window.findChildren(QWidget):
        if not is_measured(part, window):
            continue
        name = f"{type(part).__name__} {part.accessibleName() or text_of(part)!r}"
        if isinstance(part, WITH_TEXT) and text_of(part):
            seen[f"text of {type(part).__name__}"] += 1
            found = text_contrast(picture, part, window)
            if found < TEXT:
                yield f"the text of {name} stands out at {found:.2f}"
        if is_edged(part):
            seen[f"edge of {type(part).__name__}"] += 1
            found = edge_contrast(picture, part, window)
            if found < EDGE:
                yield f"the edge of {name} stands out at {found:.2f}"


@pytest.mark.parametrize(
    ("start", "scheme"),
    [
        ("example:digits", "dark"),
        pytest.param("sample:tutorial-lines", "light", marks=pytest.mark.every),
        pytest.param("sample:tutorial-lines", "dark", marks=pytest.mark.every),
        pytest.param("example:digits", "light", marks=pytest.mark.every),
    ],
)
def test_text_and_edges_stand_out_as_painted(qtbot: QtBot, inside: Inside, scheme: str, start: str) -> None:
    wrong: list[str] = []
    seen: Counter[str] = Counter()

    def look(where: str, window: QWidget) -> None:
        wrong.extend(f"{where}: {fault}" for fault in faint(window, seen))

    def story(desk: Desk) -> None:
        studio = inside.studio
        desk.window.resize(1920, 1000)
        wait_for_work(desk, studio)
        apply_scheme(QApplication.instance(), scheme)
        settle()
        look("window", desk.window)
        titles = [(studio.learn, title) for title in studio.learn.lessons]
        titles += [(studio.learning, entry.title) for entry in ENTRIES]
        for made, title in titles:
            made.open(title)
            wait_for_work(desk, studio)
            dock = made.dock_of(title)
            assert isinstance(dock, SidePanel)
            look(title, dock.window())
            dock.close()
        for what in DIALOGS:
            getattr(desk.window.menus, f"{what}_asked").emit()
            wait_for_work(desk, studio)
            for window in [one for one in windows() if one.isVisible() and not isinstance(one, QMainWindow)]:
                look(what, window)
                window.close()
            settle()

    assert tell(qtbot, story, start) == 0
    assert sorted(set(wrong)) == []
    assert {f"edge of {kind.__name__}" for kind in EDGED} <= set(seen)
