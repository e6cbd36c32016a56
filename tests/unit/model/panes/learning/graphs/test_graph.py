"""Curves lie over each other on axes that hold all of them, plain or in powers of ten."""

import numpy as np
import pytest

from convstudio.model.panes.learning.graphs.graph import GraphLine, graph_of

STEPS = np.array([1.0, 2.0, 3.0])


def line(name, *heights):
    return GraphLine(name, STEPS[: len(heights)], np.array(heights, float))


def test_the_axis_holds_all_lines():
    graph = graph_of("Loss", [line("one", 1, 2, 3), line("two", 4.2, 0, 0)])
    assert (graph.low, graph.high, graph.last_step) == (0, 5, 3)


def test_a_logarithmic_axis_ends_at_powers_of_ten():
    graph = graph_of("Loss", [line("one", 20, 0.5, 0.03)], is_log=True)
    assert graph.extent == pytest.approx((-2, 2))


def test_what_is_too_small_for_a_logarithmic_axis_is_at_its_foot():
    graph = graph_of("Loss", [line("one", 1, 1e-30, 0)], is_log=True)
    _, heights = graph.drawn(graph.lines[0])
    assert heights.tolist() == pytest.approx([0, graph.extent[0], graph.extent[0]])


def test_what_is_not_finite_is_left_out():
    graph = graph_of("Loss", [line("one", 1, np.inf, np.nan)])
    assert graph.lines[0].y.tolist() == [1]


def test_what_runs_before_had_is_read_out_last():
    before, own = (
        GraphLine(name, np.array([1.0]), np.array([2.0]), is_before=name == "run 1") for name in ("run 1", "batches")
    )
    assert graph_of("Loss", [before, own]).values_at(1) == "step 1: batches 2, run 1 2"


def test_every_line_is_read_out_at_the_nearest_step():
    graph = graph_of("Loss", [line("one", 1, 2, 3), line("two", 4, 5, 6)])
    assert graph.values_at(2.2) == "step 2: one 2, two 5"


def test_where_every_line_ends_is_said():
    assert graph_of("Loss", [line("one", 1, 2)]).sentence == "Loss: one 2 at step 2."
    assert graph_of("Loss", []).sentence == "Loss: no steps yet."


def test_the_span_can_be_given():
    assert graph_of("Similarity", [line("one", 0.5)], span=(0, 1)).extent == (0, 1)


def test_without_heights_above_zero_a_logarithmic_axis_still_has_two_ends():
    graph = graph_of("Loss", [line("one", 0, 0)], is_log=True)
    assert graph.extent[0] < graph.extent[1]


def test_the_ticks_are_those_of_the_axis():
    assert graph_of("Loss", [line("one", 100, 1, 0.01)], is_log=True).ticks["bottom"][-1] == (3, "step 3")


def test_a_long_line_has_no_more_points_than_a_plot_shows_and_ends_where_it_ends():
    steps = np.arange(1.0, 2001.0)
    graph = graph_of("Loss", [GraphLine("one", steps, 1 / steps)])
    (line,) = graph.lines
    assert len(line.x) <= 401
    assert (line.x[-1], line.y[-1]) == (2000, 1 / 2000)


def test_what_comes_after_the_step_on_show_is_apart_and_begins_where_the_other_part_ends():
    graph = graph_of("Loss", [line("one", 4, 2, 1)], shown_step=2)
    (one,) = graph.lines
    assert [part.tolist() for part in graph.drawn(one)] == [[1, 2], [4, 2]]
    assert [part.tolist() for part in graph.drawn_later(one)] == [[2, 3], [2, 1]]
    assert graph.sentence == "Loss: one 2 at step 2. The steps after it, up to 3, are drawn paler."
    assert graph.values_at(3) == "step 3: one 1"
    assert graph.extent == (0, 4)


def test_at_its_start_all_of_a_run_is_still_to_come():
    graph = graph_of("Loss", [line("one", 4, 2, 1)], shown_step=0)
    assert not len(graph.drawn(graph.lines[0])[0])
    assert graph.drawn_later(graph.lines[0])[0].tolist() == [1, 2, 3]
    assert graph.sentence == "Loss: the run is at its start. The steps after it, up to 3, are drawn paler."


def test_a_run_before_is_whole_whichever_step_is_on_show():
    before = GraphLine("run 1", STEPS, STEPS, is_before=True)
    graph = graph_of("Loss", [before], shown_step=1)
    assert graph.drawn(before)[0].tolist() == [1, 2, 3]
    assert not len(graph.drawn_later(before)[0])


def test_a_long_line_has_the_very_point_of_the_step_on_show():
    steps = np.arange(1.0, 2001.0)
    graph = graph_of("Loss", [GraphLine("one", steps, 1 / steps)], shown_step=777)
    x, y = graph.drawn(graph.lines[0])
    assert (x[-1], y[-1]) == (777, 1 / 777)
