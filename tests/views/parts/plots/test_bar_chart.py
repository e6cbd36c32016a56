from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from convstudio.model.run.prediction import Prediction
from convstudio.model.values.scale import POSITIVE
from convstudio.views.parts.plots.bar_chart import BarChart
from convstudio.views.parts.theme import LIGHT

SHARES = np.float32([0.1, 0.0, 0.6, 0.3])


@pytest.fixture
def chart(qtbot: QtBot) -> BarChart:
    chart = BarChart()
    qtbot.addWidget(chart)
    chart.resize(300, 200)
    chart.show_prediction(Prediction(SHARES), 2)
    chart.show()
    qtbot.waitUntil(lambda: chart.canvas is not None)
    return chart


def middle(chart: BarChart, index: int) -> QPoint:
    return chart.class_area(index).center().toPoint()


def coloured_pixels(chart: BarChart, index: int, colour: Any) -> int:
    picture, area = chart.grab().toImage(), chart.class_area(index)
    row = round(area.center().y())
    return sum(picture.pixelColor(x, row).getRgb()[:3] == colour for x in range(picture.width()))


def test_a_bar_is_as_long_as_its_share(chart: BarChart) -> None:
    lengths = [coloured_pixels(chart, index, POSITIVE) for index in range(4)]
    assert lengths[1] == 0
    assert lengths[2] == pytest.approx(2 * lengths[3], abs=2) == pytest.approx(6 * lengths[0], abs=6)


def test_bars_begin_beside_the_longest_number_at_once_when_there_are_more_classes(chart: BarChart) -> None:
    chart.show_prediction(Prediction(np.full(14, 1 / 14, np.float32)), None)
    assert chart.canvas._frame.geometry().left() == chart._sides(chart._prediction)[0]


def test_the_current_class_is_framed_in_the_colour_of_the_window(chart: BarChart) -> None:
    frame = LIGHT.window.getRgb()[:3]
    assert [coloured_pixels(chart, index, frame) > 0 for index in range(4)] == [False, False, True, False]


def test_screen_readers_hear_the_classes_in_words(chart: BarChart) -> None:
    face = QAccessible.queryAccessibleInterface(chart)
    assert face.text(QAccessible.Text.Name) == "Prediction"
    told = face.text(QAccessible.Text.Description)
    assert told == "The network predicts 2 (60\xa0%). 2: 60\xa0%, 3: 30\xa0%, 0: 10\xa0%, 1: 0\xa0%"


def test_a_click_asks_for_the_class(chart: BarChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.clicked) as asked:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=middle(chart, 3))
    assert asked.args == [3]


def test_pointing_at_a_bar_tells_its_class(chart: BarChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.pointed, check_params_cb=lambda at: at == 1) as told:
        qtbot.mouseMove(chart, middle(chart, 2))  # a mouse that stands there already would not move
        qtbot.mouseMove(chart, middle(chart, 1))
    assert told.args == [1]


def test_a_click_beside_the_bars_asks_for_nothing(chart: BarChart, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chart.clicked):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))


def test_where_there_is_little_room_the_largest_shares_stay(chart: BarChart) -> None:
    chart.resize(300, 40)
    assert [not chart.class_area(index).isEmpty() for index in range(4)] == [False, False, True, True]


def test_the_class_under_the_mouse_is_read_out(chart: BarChart, qtbot: QtBot) -> None:
    qtbot.mouseMove(chart, middle(chart, 2))
    qtbot.mouseMove(chart, middle(chart, 3))
    qtbot.waitUntil(lambda: chart.canvas.read_out == "class 3: 30\xa0%")
