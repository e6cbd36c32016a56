"""A lab's curves are named after its runs, its kernels stand beside each other, and its words give the numbers."""

import math

import numpy as np
import pytest

from convstudio.model.panes.learning.teaching.lab_view import (
    LabWords,
    filter_strip,
    initialisation_words,
    loss_graph,
    similarity_graph,
    symmetry_words,
)

STEPS = np.array([1.0, 2.0])
NAMES = ["same", "random"]


def test_every_run_has_a_curve():
    graph = loss_graph(NAMES, STEPS, np.array([[3.0, 2.0], [1.0, 0.5]]))
    assert [(line.name, line.y.tolist()) for line in graph.lines] == [("same", [3, 1]), ("random", [2, 0.5])]


def test_the_axis_of_similarity_ends_at_one_and_holds_what_is_below_zero():
    above = similarity_graph(NAMES, STEPS, np.array([[1.0, 0.5], [1.0, 0.2]]))
    below = similarity_graph(NAMES, STEPS, np.array([[1.0, -0.5], [math.nan, 0.2]]))
    assert (above.extent, below.extent) == ((0, 1), (-0.5, 1))


def test_kernels_stand_beside_each_other_with_a_gap_between():
    weights = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2)
    strip = filter_strip("same", weights, 1.0)
    assert strip.values.shape == (3, 7)
    assert strip.values[:, :3].tolist() == weights[..., 0, 0].tolist()
    assert strip.is_gap.tolist() == [False] * 3 + [True] + [False] * 3
    assert strip.sentence == "same: 2 filters, similarity 1"


def test_kernels_of_sequences_are_one_row():
    assert filter_strip("same", np.ones((3, 2, 4), np.float32), math.nan).values.shape == (1, 15)


def test_filters_that_are_exactly_the_same_are_said_to_be_so():
    assert "still exactly the same" in symmetry_words(NAMES, [1.0, 0.5], 3).verdict
    parted = symmetry_words(NAMES, [1 - 1e-15, 0.5], 3, told_apart="layer 2 does it")
    assert parted.verdict == "Filters that began the same have become different: layer 2 does it."


def test_filters_that_are_almost_the_same_are_not_said_to_be_so():
    words = symmetry_words(["same start", "same + 0.01"], [1.0, 0.99996], 156)
    assert words.details == "Similarity after 156 steps: same start 1, same + 0.01 > 0.999."


def test_rounding_that_was_taken_out_is_told():
    assert symmetry_words(NAMES, [1.0, 0.5], 3).details == "Similarity after 3 steps: same 1, random 0.5."
    assert "differs by at most 0.0025" in symmetry_words(NAMES, [1.0, 0.5], 3, rounding=0.0025).details


@pytest.mark.parametrize(("losses", "best"), [([1.0, 0.5], "Random"), ([0.1, math.inf], "Same")])
def test_the_lowest_loss_is_named(losses, best):
    assert initialisation_words(NAMES, np.array([losses]), 3).verdict == f"{best} has the lowest loss."


def test_losses_are_told_from_the_first_step_on_and_are_means_of_the_last_twenty():
    losses = np.array([[math.nan, math.nan]] + [[8.0, math.inf]] * 5 + [[2.0, math.inf]] * 20)
    assert initialisation_words(NAMES, losses[:6], 5).details == "Loss after 5 steps: same 8, random infinite."
    assert initialisation_words(NAMES, losses, 25).details == "Loss after 25 steps: same 2, random infinite."


def test_before_the_first_step_nothing_is_lowest():
    assert initialisation_words(NAMES, np.full((1, 2), math.nan), 0) == LabWords()
