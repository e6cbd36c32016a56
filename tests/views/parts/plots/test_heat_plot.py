"""A heat map draws its cells with their numbers, and reads out the one under the mouse."""

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.capacity.study_graph import graph_choices
from convstudio.model.panes.learning.capacity.study_map import study_map
from convstudio.views.parts.plots.heat_plot import HeatPlot
from tests.unit.model.panes.learning.capacity.test_study_graph import SIZES, STUDY

SHOWN = study_map(STUDY, SIZES, graph_choices(STUDY)[-2])


@pytest.fixture
def plot(qtbot: QtBot) -> HeatPlot:
    plot = HeatPlot("Accuracy by size")
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    return plot


def test_a_cell_has_its_number_in_its_middle(plot: HeatPlot) -> None:
    plot.show_map(SHOWN)
    drawn = plot.canvas._drawn
    assert drawn["cell 0 1"].pos() == QPointF(1.5, 0.5)
    assert drawn["cell 0 1"].text().startswith("100")
    assert "cell 1 1" not in drawn


def test_a_cell_has_the_colour_of_its_number_whatever_the_others_are(plot: HeatPlot) -> None:
    plot.show_map(SHOWN)
    image = plot.canvas.grab().toImage()
    centre = plot.canvas._frame.mapViewToScene(QPointF(0.2, 1.5))
    assert image.pixelColor(plot.canvas.mapFromScene(centre)).getRgb()[:3] == tuple(SHOWN.colours[1, 0].tolist())


def test_a_number_that_is_gone_is_drawn_no_longer(plot: HeatPlot) -> None:
    plot.show_map(SHOWN)
    plot.show_map(study_map(STUDY, SIZES[:1], graph_choices(STUDY)[-2]))
    assert [name for name in plot.canvas._drawn if name.startswith("cell ")] == ["cell 0 0"]


def test_the_size_under_the_mouse_is_read_out(plot: HeatPlot) -> None:
    plot.show_map(SHOWN)
    assert plot._text_at(QPointF(0.5, 0.5)).startswith("1 filter 3×3: 80")
    assert plot._text_at(None) == ""
