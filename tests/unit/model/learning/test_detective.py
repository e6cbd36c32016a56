"""The detective finds the kernel that made a map, says whether it is the only one, and shows another with a proof."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.files.resources import load_detectors, load_sample
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.learning.detective import Case, case_of, patch_matrix, solve, with_found
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample

LINE = Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1)))


def asked(sample, layer, hidden=None, *after):
    """Ask for the kernel of a layer, with what a hidden one makes as the target."""
    layers = (hidden or layer, *after)
    document = Document(sample, Network(layers))
    made = sample.values.to_array()
    for one in layers:
        made = one.run(made)
    return set_target_map(Document(document.sample, Network((layer, *after))), made)


def case_in(document, filter_index=0, layer=0):
    return case_of(document, layer, filter_index, document.sample.values)


def worked_question():
    """Return the worked question: ReLU after a 2×2 kernel without a bias."""
    sample = Sample.of("question", np.reshape([1, -1, 0, 0, 1, 0, 0, -1, 1], (3, 3, 1)))
    layer = replace(Conv.of(np.reshape([1, -1, 1, 1], (2, 2, 1, 1))), has_bias=False, activation="relu")
    return set_target_map(Document(sample, Network((layer,))), [[[1], [0]], [[0], [1]]])


@given(
    st.integers(0, 10**6),
    st.sampled_from([1, 2]),
    st.sampled_from(["valid", "same", "full", 1]),
    st.sampled_from(["zeros", "reflect", "circular"]),
    st.integers(1, 2),
    st.sampled_from([1, 2]),
    st.booleans(),
)
def test_the_patch_matrix_times_the_weights_is_the_map_in_every_setting(seed, rank, padding, mode, step, groups, flip):
    rng = np.random.default_rng(seed)
    pairs = padding if isinstance(padding, str) else ((padding, padding),) * rank
    layer = replace(
        Conv.of(rng.normal(size=(*(3,) * rank, 4 // groups, 2)), rng.normal(size=2)),
        stride=(step,) * rank, dilation=(3 - step,) * rank, padding=pairs, padding_mode=mode, groups=groups, flip=flip,
    )  # fmt: skip
    values = frozen(rng.normal(size=(*(9,) * rank, 4)))
    made = layer.run(values)[..., 1]
    unknowns = np.append(layer.weights[..., 1], layer.bias[1])
    found = patch_matrix(Case(layer, values, made.astype(float), 1)) @ unknowns
    np.testing.assert_allclose(found, made.ravel(), atol=1e-4)


@given(st.integers(0, 10**6), st.sampled_from(["linear", "relu"]), st.booleans())
def test_a_random_kernel_is_found_again_on_a_random_input(seed, activation, has_bias):
    rng = np.random.default_rng(seed)
    bias = rng.normal(size=1) if has_bias else np.zeros(1)
    hidden = replace(Conv.of(rng.normal(size=(3, 3, 2, 1)), bias), has_bias=has_bias, activation=activation)
    sample = Sample.of("noise", rng.normal(size=(12, 12, 2)))
    empty = replace(hidden, weights=frozen(np.zeros((3, 3, 2, 1))), bias=frozen([0]))
    solution = solve(case_in(asked(sample, empty, hidden)))
    assert solution.is_exact
    assert solution.is_unique
    assert solution.other is None
    np.testing.assert_allclose(solution.found.weights, hidden.weights[..., 0], atol=1e-4)
    np.testing.assert_allclose(solution.found.bias, bias[0], atol=1e-4)


def test_the_edge_map_of_the_astronaut_leads_to_sobel():
    detector = find_detector(load_detectors(), "sobel-x")
    sample = load_sample("astronaut")
    hidden = Conv.of(detector.for_channels(sample.channels)[..., None])
    empty = replace(hidden, weights=frozen(np.zeros(hidden.weights.shape)))
    solution = solve(case_in(asked(sample, empty, hidden)))
    assert solution.is_unique
    np.testing.assert_allclose(solution.found.weights, hidden.weights[..., 0], atol=1e-4)


def test_the_tutorials_map_has_many_kernels_since_its_rows_are_alike():
    solution = solve(case_in(asked(load_sample("tutorial-lines"), LINE)))
    assert (solution.equations, solution.case.unknowns, solution.rank) == (36, 10, 4)
    assert solution.is_exact
    assert solution.is_unique is False


def test_the_other_kernel_of_the_tutorials_map_differs_by_nothing():
    solution = solve(case_in(asked(load_sample("tutorial-lines"), LINE)))
    assert solution.other is not None
    assert np.abs(solution.other.weights - solution.found.weights).max() >= 1
    assert not solution.difference.any()


def test_the_worked_question_has_more_than_one_answer_because_relu_hides_what_is_below_zero():
    solution = solve(case_in(worked_question()))
    assert solution.is_exact
    assert solution.rank == 2
    assert solution.is_unique is False
    assert not np.array_equal(solution.other.weights, solution.found.weights)
    assert np.abs(solution.difference).max() <= 1e-6


def test_the_other_kernel_of_the_worked_question_has_whole_numbers_without_rounding():
    other = solve(case_in(worked_question())).other
    assert other.weights[..., 0].tolist() == [[0, -1], [-1, 0]]


def test_without_relu_the_worked_question_has_one_answer():
    document = worked_question()
    layer = replace(document.layers[0], activation="linear")
    solution = solve(case_in(document.with_layer(0, layer)))
    assert solution.is_unique
    assert solution.found.weights[..., 0].tolist() == [[1, 1], [1, 1]]


def test_a_target_that_no_kernel_makes_leaves_the_smallest_squared_error():
    sample = Sample.of("steps", [[1], [1], [0]])
    layer = replace(Conv.of(np.ones((1, 1, 1))), has_bias=False)
    solution = solve(case_in(set_target_map(Document(sample, Network((layer,))), [[1], [3], [0]])))
    assert solution.found.weights.ravel().tolist() == [2]
    assert not solution.is_exact
    assert solution.loss == pytest.approx(2 / 3)
    assert solution.largest_error == 1


def test_a_negative_target_cannot_be_made_with_relu():
    sample = Sample.of("steps", [[1], [2], [3]])
    layer = replace(Conv.of(np.ones((1, 1, 1))), activation="relu")
    solution = solve(case_in(set_target_map(Document(sample, Network((layer,))), [[-1], [-1], [-1]])))
    assert not solution.is_exact
    assert solution.is_unique is None


def test_relu_as_a_layer_of_its_own_counts_as_the_layers():
    document = asked(load_sample("tutorial-lines"), LINE, None, Activation("relu"))
    assert case_in(document).is_cut


def test_a_filter_reads_the_channels_of_its_group_alone():
    rng = np.random.default_rng(3)
    hidden = replace(Conv.of(rng.normal(size=(3, 1, 4)), rng.normal(size=4)), groups=2)
    document = asked(Sample.of("two", rng.normal(size=(40, 2))), hidden)
    solution = solve(case_in(document, 3))
    np.testing.assert_allclose(solution.found.weights, hidden.weights[..., 3], atol=1e-4)


def test_the_found_kernel_replaces_that_of_its_filter_alone():
    rng = np.random.default_rng(4)
    hidden = Conv.of(rng.normal(size=(3, 1, 2)))
    document = asked(Sample.of("steps", rng.normal(size=(40, 1))), replace(hidden, bias=frozen([1, 2])), hidden)
    taken = with_found(document, 0, 1, solve(case_in(document, 1)).found).layers[0]
    assert np.array_equal(taken.weights[..., 0], hidden.weights[..., 0])
    np.testing.assert_allclose(taken.bias, [1, 0], atol=1e-5)


def test_a_layer_that_was_changed_meanwhile_does_not_take_the_kernel():
    document = asked(load_sample("tutorial-lines"), LINE)
    found = solve(case_in(document)).found
    with pytest.raises(ValueError, match="changed in the meantime"):
        with_found(document.with_layer(0, Conv.of(np.ones((2, 2, 1, 1)))), 0, 0, found)


def test_a_kernel_that_is_there_already_changes_nothing():
    document = asked(load_sample("tutorial-lines"), LINE)
    found = solve(case_in(document)).found
    taken = with_found(document, 0, 0, found)
    assert with_found(taken, 0, 0, found) is taken


def test_solving_can_be_stopped():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        solve(case_in(asked(load_sample("tutorial-lines"), LINE)), progress)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: replace(d, target=None), "no target map"),
        (lambda d: replace(d, target=ClassTarget(0)), "no target map"),
        (lambda d: set_target_map(d, np.zeros((5, 6, 1))), "the target has shape 5×6×1"),
        (lambda d: set_target_map(d, np.full((6, 6, 1), np.nan)), "NaN or infinite"),
        (lambda d: d.with_layer(0, Pool()), "needs a convolution"),
        (lambda d: d.with_layer(0, ConvTranspose.of(np.ones((3, 3, 1, 1)))), "needs a convolution"),
        (lambda d: d.with_layer(0, replace(LINE, is_on=False)), "switched off"),
        (lambda d: d.with_layer(0, replace(LINE, activation="tanh")), "ends in tanh"),
        (lambda d: replace(d, network=Network((LINE, Pool()))), "layer 2"),
    ],
)
def test_what_cannot_be_solved_is_said(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        case_in(change(asked(load_sample("tutorial-lines"), LINE)))


def test_an_input_that_is_not_computed_is_said():
    with pytest.raises(ValueError, match="not computed"):
        case_of(asked(load_sample("tutorial-lines"), LINE), 0, 0, None)


def test_more_equations_than_can_be_solved_at_once_are_refused():
    layer = Conv.of(np.zeros((31, 31, 1, 1)))
    document = set_target_map(Document(Sample.of("grey", np.zeros((512, 512, 1))), Network((layer,))), np.zeros(482))
    with pytest.raises(ValueError, match="too many to be solved"):
        case_in(set_target_map(document, np.zeros((482, 482, 1))))
