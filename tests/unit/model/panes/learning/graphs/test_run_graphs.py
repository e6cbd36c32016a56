"""Graphs of a run have a bounded number of points, round ends, and tell what is at a step."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.panes.learning.graphs.graph import round_up
from convstudio.model.panes.learning.graphs.run_graphs import accuracy_graph, loss_graph, norm_graph, rate_graph
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number

SPACE = "\N{NO-BREAK SPACE}"
EPOCHS = (EpochReport(1, 4, 1.0, 0.5, 0.75, 0.25), EpochReport(2, 8, 0.5, 0.75, 0.5, 0.5))


def curves(count: int, accuracy: float = 0.5) -> StepCurves:
    steps = np.arange(1.0, count + 1)
    norms = np.stack([steps, np.zeros(count)], axis=1)
    return StepCurves(steps, 2 / steps, np.full(count, accuracy), np.full(count, 0.1), norms, norms)


def test_a_line_of_many_steps_is_made_of_means() -> None:
    graph = loss_graph(curves(2000), ())
    assert len(graph.lines[0].x) == 400
    assert graph.lines[0].x[[0, -1]].tolist() == [5, 2000]
    assert graph.lines[0].y[0] == pytest.approx(np.mean(2 / np.arange(1, 6)))


def test_losses_of_held_out_samples_are_a_line_of_their_own() -> None:
    graph = loss_graph(curves(8), EPOCHS)
    assert [(line.name, line.has_dots) for line in graph.lines] == [("batches", False), ("held out", True)]
    assert graph.lines[1].y.tolist() == [0.75, 0.5]
    assert graph.values_at(4.2) == "step 4: batches 0.5, held out 0.75"


def test_accuracy_goes_up_to_one_and_is_left_out_where_there_is_none() -> None:
    graph = accuracy_graph(curves(8), EPOCHS)
    assert (graph.high, graph.ticks["left"][-1][1]) == (1.0, f"100{SPACE}%")
    assert accuracy_graph(curves(8, np.nan), ()).lines == ()


def test_layers_that_learn_nothing_have_no_line() -> None:
    graph = norm_graph("Weights", curves(3), curves(3).weight_norms, ("1 Conv", "2 ReLU"))
    assert [line.name for line in graph.lines] == ["1 Conv"]


def test_losses_that_are_not_finite_are_left_out() -> None:
    broken = curves(3)
    broken.losses[1] = np.inf
    assert loss_graph(broken, ()).lines[0].x.tolist() == [1, 3]


def test_a_graph_says_where_its_lines_end() -> None:
    assert rate_graph(curves(5)).sentence == "Learning rate: rate 0.1 at step 5."
    assert rate_graph(curves(0)).sentence == "Learning rate: no steps yet."


def test_the_end_of_an_axis_is_never_below_its_line() -> None:
    assert all(round_up(value) >= value for value in np.geomspace(1e-6, 1e6, 97))


def test_a_run_before_that_diverged_does_not_hide_this_one() -> None:
    diverged = replace(curves(8), losses=np.full(8, 1e21))
    run = TrainingRun(1, TrainingSettings(), "drawn", diverged, (), Network(()), Network(()))
    graph = loss_graph(curves(8), (), [run])
    assert graph.high == 4
    assert graph.drawn(graph.lines[0])[1].max() <= 2 * graph.high
    assert loss_graph(curves(0), (), [run]).high == 1e21


def test_a_huge_first_step_does_not_flatten_its_own_run() -> None:
    usual, losses = curves(8), curves(8).losses.copy()
    losses[0] = 1e9
    graph = loss_graph(replace(usual, losses=losses), ())
    assert graph.high == round_up(losses[1:].max())
    assert graph.values_at(1) == f"step 1: batches {format_number(1e9, 3)}"
    losses[0] = 5
    assert loss_graph(replace(usual, losses=losses), ()).high == 5
    assert loss_graph(replace(curves(1), losses=np.full(1, 1e9)), ()).high == 1e9


def test_the_axis_stays_until_the_run_has_outgrown_it_and_ends_with_the_run() -> None:
    assert [rate_graph(curves(count), steps=860).last_step for count in (61, 79, 81, 700, 860)] == [
        80,
        80,
        100,
        800,
        860,
    ]
    assert rate_graph(curves(0)).last_step == 1


def test_a_run_that_was_taken_back_keeps_its_axes_and_ends_at_the_step_on_show() -> None:
    taken_back = replace(curves(8), shown_step=4)
    graph = loss_graph(taken_back, EPOCHS)
    assert [graph.drawn(line)[0][-1] for line in graph.lines] == [4, 4]
    assert graph.sentence == "Loss: batches 0.5, held out 0.75 at step 4. The steps after it, up to 8, are drawn paler."
    assert (graph.high, graph.last_step) == (loss_graph(curves(8), EPOCHS).high, 8)
    for other in (accuracy_graph(taken_back, ()), rate_graph(taken_back)):
        assert other.drawn(other.lines[0])[0][-1] == 4
