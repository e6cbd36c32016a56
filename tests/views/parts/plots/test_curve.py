from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.activation import Activation
from convstudio.views.parts.plots.curve import Curve
from convstudio.views.parts.theme import LIGHT, palette_of


@pytest.fixture
def plot(qtbot: QtBot) -> Curve:
    plot = Curve()
    qtbot.addWidget(plot)
    plot.setPalette(palette_of(LIGHT))
    plot.resize(300, 240)
    plot.show_activation(Activation("relu"))
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    return plot


def place(plot: Curve, x: float, y: float) -> QPoint:
    view = plot.canvas.getPlotItem().getViewBox()
    return plot.canvas.mapFromScene(view.mapViewToScene(QPointF(x, y)))


def is_on_curve(plot: Curve, x: float, y: float) -> bool:
    image, at = plot.grab().toImage(), place(plot, x, y)
    around = [image.pixelColor(at.x() + right, at.y() + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    return any(colour.blue() - colour.red() > 80 for colour in around)


def test_relu_is_zero_below_zero_and_the_value_above(plot: Curve) -> None:
    points = [(-2, 0), (2, 2), (-2, -2), (2, 0)]
    assert [is_on_curve(plot, *point) for point in points] == [True, True, False, False]


def test_another_activation_replaces_the_curve(plot: Curve) -> None:
    plot.show_activation(Activation("linear"))
    assert [is_on_curve(plot, *point) for point in [(-2, 0), (-2, -2)]] == [False, True]


def test_the_slope_below_a_threshold_is_drawn_too(plot: Curve) -> None:
    plot.show_activation(Activation("thresholded_relu", 1, 0.5))
    assert [is_on_curve(plot, *point) for point in [(2, 2), (-1, -1), (-1, 0)]] == [True, True, False]


def test_the_value_under_the_mouse_is_read_out_with_what_becomes_of_it(plot: Curve, qtbot: QtBot) -> None:
    qtbot.mouseMove(plot, place(plot, 0, 1))
    qtbot.mouseMove(plot, place(plot, -2, 1))
    qtbot.waitUntil(lambda: plot.canvas.read_out.endswith("→ 0"))
    assert plot.canvas.read_out.startswith(("-2", "-1.9"))


def test_screen_readers_hear_the_formula(plot: Curve) -> None:
    assert plot.accessibleDescription() == "ReLU: max(0, x)"
