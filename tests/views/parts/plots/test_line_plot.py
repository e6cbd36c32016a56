"""Curves are told apart by colour, stroke and name, and read out by step."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGraphicsSimpleTextItem
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.graphs.graph import GraphLine, graph_of
from convstudio.views.parts.plots.line_plot import LinePlot, line_looks
from convstudio.views.parts.theme import DARK, LIGHT, tokens_of

STEPS = np.array([1.0, 2.0, 3.0])


def shown(qtbot: QtBot, plot: LinePlot) -> LinePlot:
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    return plot


@pytest.fixture
def plot(qtbot: QtBot) -> LinePlot:
    return shown(qtbot, LinePlot("Loss"))


@pytest.fixture
def live(qtbot: QtBot) -> LinePlot:
    return shown(qtbot, LinePlot("Loss", is_live=True))


def lines(*names: str, has_dots: bool = False, is_before: bool = False) -> list[GraphLine]:
    return [GraphLine(name, STEPS, np.array([3.0, 2.0, 1.0]), has_dots, is_before) for name in names]


def test_before_there_is_a_graph_a_plot_has_no_axes(plot: LinePlot) -> None:
    assert not any(plot.canvas._item.getAxis(side).isVisible() for side in ("left", "bottom"))
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert all(plot.canvas._item.getAxis(side).isVisible() for side in ("left", "bottom"))


def test_what_is_drawn_is_said_to_screen_readers(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert plot.accessibleDescription() == "Loss: zeros 1 at step 3."


def test_values_are_read_out_by_step(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", "ones")))
    assert plot.text_at(QPointF(2.1, 0)) == "step 2: zeros 2, ones 2"


def test_lines_that_went_are_not_drawn_any_more(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", "ones")))
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert plot.names_drawn == ("line 0",)


def test_dots_are_drawn_again_where_they_changed_alone(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", has_dots=True)))
    assert plot.names_drawn == ("dots 0", "line 0")
    dots = plot.canvas._drawn["dots 0"]
    drawn = []
    move = dots.setData
    dots.setData = lambda *args, **kwargs: drawn.append(args) or move(*args, **kwargs)
    plot.show_graph(graph_of("Loss", lines("zeros", has_dots=True)))
    assert not drawn
    plot.show_graph(graph_of("Loss", [GraphLine("zeros", STEPS, STEPS, has_dots=True)]))
    assert len(drawn) == 1
    assert [point.pos().y() for point in dots.points()] == [1, 2, 3]
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert plot.names_drawn == ("line 0",)


def test_one_point_is_a_dot(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", [GraphLine("zeros", STEPS[:1], STEPS[:1])]))
    assert plot.names_drawn == ("dots 0", "line 0")


def test_what_comes_after_the_step_on_show_is_drawn_paler(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", has_dots=True), shown_step=2))
    assert plot.names_drawn == ("dots 0", "dots 0 later", "line 0", "line 0 later")
    now, later = (plot.canvas._drawn[name].opts["pen"].color() for name in ("line 0", "line 0 later"))
    assert now == plot.look(0).colour
    assert later.lightness() > now.lightness()
    assert len(plot.canvas._drawn["dots 0"].points()) == 2
    assert len(plot.canvas._drawn["dots 0 later"].points()) == 1
    plot.show_graph(graph_of("Loss", lines("zeros", has_dots=True)))
    assert plot.names_drawn == ("dots 0", "line 0")


def test_a_plot_that_nobody_sees_is_drawn_when_it_is_shown_again(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros")))
    plot.hide()
    plot.show_graph(graph_of("Loss", lines("zeros", "ones")))
    assert plot.names_drawn == ("line 0",)
    assert plot.accessibleDescription() == "Loss: zeros 1, ones 1 at step 3."
    plot.show()
    assert plot.names_drawn == ("line 0", "line 1")


def test_lines_of_runs_before_are_grey_and_take_no_colour_from_the_others(live: LinePlot) -> None:
    live.show_graph(graph_of("Loss", [*lines("run 1", is_before=True), *lines("batches", "held out")]))
    tokens = tokens_of(live.palette())
    assert live.look(0).colour == tokens.edge
    assert [live.look(place) for place in (1, 2)] == [line_looks(tokens, place) for place in (0, 1)]


def test_a_live_plot_names_itself_and_as_many_of_its_lines_as_fit_in_one_row(live: LinePlot) -> None:
    graph = graph_of("Loss", lines(*(f"a rather long name {number}" for number in range(6))))
    live.show_graph(graph)
    places = live.legend(graph)
    assert 0 < len(places) < 6
    assert all(row == 0 and left > 0 for left, row in places)
    texts = [label.text() for label in live.canvas._labels if isinstance(label, QGraphicsSimpleTextItem)]
    assert texts == ["Loss", *(line.name for line in graph.lines[-len(places) :])]


def test_a_legend_is_written_again_where_it_changed_alone(live: LinePlot) -> None:
    live.show_graph(graph_of("Loss", lines("zeros", "ones")))
    labels = [*live.canvas._labels]
    live.show_graph(graph_of("Loss", [*lines("zeros"), GraphLine("ones", STEPS, STEPS)]))
    assert live.canvas._labels == labels
    live.show_graph(graph_of("Loss", lines("zeros", "twos")))
    assert live.canvas._labels != labels


def test_several_lines_have_a_legend_that_fits_the_width(plot: LinePlot) -> None:
    graph = graph_of("Loss", lines(*(f"a rather long name {number}" for number in range(6))))
    places = plot.legend(graph)
    assert len(places) == 6
    assert places[-1][1] > 0
    assert all(left < plot.width() for left, _ in places)


def test_one_line_alone_has_no_legend(plot: LinePlot) -> None:
    assert plot.legend(graph_of("Loss", lines("zeros"))) == []


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_no_two_of_six_lines_look_alike_and_all_stand_out(tokens) -> None:
    looks = [line_looks(tokens, place) for place in range(6)]
    assert len({(colour.name(), stroke) for colour, stroke in looks}) == 6
    assert all(_contrast(colour, tokens.card) >= 3 for colour, _ in looks)


def _contrast(one, other) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(("runs", "height"), [(1, 200), (8, 200), (8, 110)])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_the_values_of_many_runs_are_written_inside_the_plot(
    live: LinePlot, qtbot: QtBot, runs: int, height: int, share: float
) -> None:
    live.resize(300, height)
    before = lines(*(f"run {number}" for number in range(1, runs + 1)), is_before=True)
    live.show_graph(graph_of("Loss", [*before, *lines("batches", "held out")]))
    point_at(live, qtbot, share)
    assert "batches" in live.canvas.read_out_lines[0]
    assert QRectF(live.rect()).contains(live.canvas.read_out_area)
    assert live.canvas.read_out_area.width() < live.width() - 30


def test_the_values_of_many_runs_are_written_where_the_mouse_is_not(live: LinePlot, qtbot: QtBot) -> None:
    live.show_graph(graph_of("Loss", lines(*(f"run {number}" for number in range(9)))))
    point_at(live, qtbot, 0.3)
    assert live.canvas.read_out_area.top() > 0.3 * live.height()
    point_at(live, qtbot, 0.8)
    assert live.canvas.read_out_area.bottom() < 0.8 * live.height()


def test_what_is_read_out_stays_while_a_run_draws_the_plot_again(live: LinePlot, qtbot: QtBot) -> None:
    live.show_graph(graph_of("Loss", lines("zeros", "ones")))
    point_at(live, qtbot, 0.5)
    told = live.canvas.read_out
    live.show_graph(graph_of("Loss", lines("zeros", "ones")))
    assert told.startswith("step ")
    assert live.canvas.read_out == told


def test_the_number_of_the_last_step_is_written_whole(live: LinePlot) -> None:
    live.show_graph(graph_of("Loss", [GraphLine("batches", np.array([1.0, 100_000.0]), np.ones(2))]))
    live.canvas._item.layout.activate()
    axis = live.canvas._item.getAxis("bottom")
    half = QFontMetricsF(axis.style["tickFont"]).horizontalAdvance("step 100 000") / 2
    assert axis.geometry().right() + half <= live.width()


def point_at(plot: LinePlot, qtbot: QtBot, share: float) -> None:
    """Point at a plot, in its middle from left to right and at a share of its height."""
    qtbot.waitUntil(lambda: plot.canvas.size() == plot.size())
    plot.grab()  # the axes take their places when they are painted
    left = plot.canvas._frame.sceneBoundingRect().center().x()
    qtbot.mouseMove(plot, QPoint(round(left) + 1, round(share * plot.height()) + 1))
    qtbot.mouseMove(plot, QPoint(round(left), round(share * plot.height())))
    qtbot.waitUntil(lambda: plot.canvas.read_out != "")
