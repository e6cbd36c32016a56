from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.model.colour.display import Levels
from convstudio.views.parts.pictures.colour_bar import ColourBar

PLAIN = Levels(0.0, 1.0, signed=False)
SIGNED = Levels(-3.0, 3.0, signed=True)


@pytest.fixture
def bar(qtbot: QtBot) -> ColourBar:
    bar = ColourBar(is_adjustable=True)
    qtbot.addWidget(bar)
    bar.resize(80, 320)
    bar.show_extent(0, 320)
    bar.show()
    return bar


def asked(bar: ColourBar) -> list[tuple[float, float]]:
    heard: list[tuple[float, float]] = []
    bar.levels_asked.connect(lambda low, high: heard.append((low, high)))
    return heard


def drag_upper_handle(bar: ColourBar, down: int) -> None:
    """Drag the handle, which rests a quarter below the top, by so many pixels."""
    bar.view.grab()
    port = bar.view.viewport()
    line = max(bar.view._bar.region.lines, key=lambda line: line.value())
    start = bar.view.mapFromScene(line.mapToScene(line.boundingRect().center()))
    QTest.mouseMove(port, start)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(port, start + QPoint(0, down * step // 8))
        QTest.qWait(20)  # pyqtgraph drops moves that follow each other faster than the screen shows them
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(0, down))


def test_pyqtgraph_is_not_imported_with_the_bar() -> None:
    program = "import sys, convstudio.views.parts.pictures.colour_bar; print('pyqtgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_bar_comes_after_the_first_paint(qtbot: QtBot, bar: ColourBar) -> None:
    qtbot.waitUntil(lambda: bar._view is not None)
    assert bar.view.isVisible()


def test_a_handle_that_is_dragged_down_asks_for_a_lower_level(bar: ColourBar) -> None:
    bar.show_levels(PLAIN)
    heard = asked(bar)
    drag_upper_handle(bar, 60)
    assert heard[-1][0] == 0
    assert 0 < heard[-1][1] < 1


def test_both_ends_of_signed_levels_are_asked_for_together(bar: ColourBar) -> None:
    bar.show_levels(SIGNED)
    bar.levels_asked.connect(lambda low, high: bar.show_levels(Levels(low, high, signed=True)))
    heard = asked(bar)
    drag_upper_handle(bar, 60)
    assert heard[-1][0] == -heard[-1][1]
    assert 0 < heard[-1][1] < 3


def test_a_bar_that_only_shows_takes_no_mouse(qtbot: QtBot) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    assert bar.view.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


@pytest.mark.parametrize(
    ("key", "modifier", "wanted"),
    [
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, (0.0, 0.95)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0.0, 1.05)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, (0.05, 1.0)),
    ],
)
def test_the_arrow_keys_move_an_end(
    bar: ColourBar, key: Qt.Key, modifier: Qt.KeyboardModifier, wanted: tuple[float, float]
) -> None:
    bar.show_levels(PLAIN)
    heard = asked(bar)
    QTest.keyClick(bar, key, modifier)
    assert heard == [pytest.approx(wanted)]


def test_the_bar_has_the_colours_of_the_levels(bar: ColourBar) -> None:
    viridis = load_colour_map("viridis")
    bar.show_levels(Levels(0.0, 1.0, signed=False, colours=viridis))
    strip = bar.view._bar.bar.pixmap().toImage()
    ends = [strip.pixelColor(0, 0), strip.pixelColor(0, strip.height() - 1)]
    assert [list(end.getRgb()[:3]) for end in ends] == [viridis.table[0].tolist(), viridis.table[-1].tolist()]


def test_a_screen_reader_is_told_the_colour_map(bar: ColourBar) -> None:
    bar.show_levels(Levels(0.0, 1.0, signed=False, colours=load_colour_map("viridis")), "all values of this map")
    assert bar.accessibleDescription() == "From 0 to 1 in the colours of viridis: all values of this map"
