"""What the detective found is told with its numbers, and shown with the proof."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.resources import load_sample
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.kinds.convolution import Conv
from convstudio.model.learning.detective import case_of, solve
from convstudio.model.panes.learning.teaching.detective_view import details, detective_facts, detective_view, verdict
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

LINE = Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1)))


def solved(sample, layer, target=None):
    made = layer.run(sample.values.to_array()) if target is None else target
    document = set_target_map(Document(sample, Network((layer,))), made)
    return solve(case_of(document, 0, 0, sample.values))


def steps(*values):
    return Sample.of("steps", np.reshape(values, (-1, 1)))


@pytest.fixture(scope="module")
def tutorial():
    return solved(load_sample("tutorial-lines"), LINE)


@pytest.fixture(scope="module")
def unique():
    rng = np.random.default_rng(1)
    return solved(Sample.of("noise", rng.normal(size=(9, 9, 2))), Conv.of(rng.normal(size=(3, 3, 2, 1))))


def test_the_facts_count_equations_and_unknowns(tutorial):
    assert (
        detective_facts(tutorial) == "filter 1 · an equation for each of 36 positions · unknown: 9 weights and the bias"
    )


def test_a_layer_without_a_bias_has_only_weights(unique):
    without = replace(unique, case=replace(unique.case, layer=replace(unique.case.layer, has_bias=False)))
    assert detective_facts(without).endswith("unknown: 18 weights")


def test_many_kernels_are_proved_by_another_one(tutorial):
    assert verdict(tutorial) == "More than one kernel makes this target: the input leaves 6 directions free."
    assert details(tutorial) == (
        "The equations of 36 positions have rank 4 for 10 unknowns. Mean squared error 0, largest error 0. "
        "The maps of both kernels differ by at most 0."
    )


def test_a_unique_kernel_is_said_to_be_the_only_one(unique):
    assert verdict(unique) == "Exactly one kernel makes this target."


@pytest.mark.parametrize(
    ("values", "target", "activation", "begin"),
    [
        ((1, 1, 0), (1, 3, 0), "linear", "No kernel makes exactly this target. This one comes closest."),
        ((1, 1, 1), (1, 3, 0), "linear", "No kernel makes exactly this target. This one comes closest, and so do"),
        ((1, 2, 3), (-1, -1, -1), "relu", "No kernel makes exactly this target. This one comes closest of those"),
        ((1, 2, -3), (2, 4, 0), "relu", "Exactly one kernel makes this target."),
        ((1, -1, -2), (2, 0, 0), "relu", "More than one kernel makes this target: ReLU hides what is below 0."),
    ],
)
def test_the_verdict_says_what_is_so(values, target, activation, begin):
    layer = replace(Conv.of(np.ones((1, 1, 1))), activation=activation)
    assert verdict(solved(steps(*values), layer, np.reshape(target, (-1, 1)))).startswith(begin)


def test_what_is_not_known_is_said_to_be_unknown(tutorial):
    assert "is not known" in verdict(replace(tutorial, is_unique=None))


def test_with_relu_the_rank_is_that_of_positions_above_zero():
    layer = replace(Conv.of(np.ones((1, 1, 1))), activation="relu")
    told = details(solved(steps(1, -1, -2), layer, np.reshape([2, 0, 0], (-1, 1))))
    assert told.startswith("The equations of 1 position above 0 have rank 1 for 2 unknowns.")


def test_another_kernel_is_on_show_with_the_difference_of_the_maps(tutorial):
    shown = detective_view(tutorial, ViewState())
    assert list(shown.kernels) == ["Found", "Other", "Change"]
    assert shown.kernels["Found"].facts == "bias 0"
    assert shown.kernels["Change"].values.any()
    assert not shown.maps["Difference"].values.any()


def test_without_another_kernel_there_is_nothing_to_compare(unique):
    shown = detective_view(unique, ViewState())
    assert list(shown.kernels) == ["Found"]
    assert list(shown.maps) == ["Target", "Map of found", "Error"]


def test_the_kernel_of_the_selected_channel_is_on_show(unique):
    shown = detective_view(unique, ViewState(channel=1))
    assert np.array_equal(shown.kernels["Found"].values, unique.found.weights[..., 1])
