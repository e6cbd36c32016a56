import re
from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import input_cells, kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.ops import ACTIVATIONS, activate
from convstudio.ops.threads import limited

LINE = Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1)))
PICTURE = Sample.of("tutorial", np.reshape([[0, 0, 0, 1, 1, 0, 0, 0]] * 8, (8, 8, 1)))


def document(*layers, sample=PICTURE):
    return Document(sample, Network(layers or (LINE,)))


def test_the_tutorials_picture_has_six_equal_rows():
    assert forward(document()).layers[0].maps[..., 0].tolist() == [[0, 0, 3, 3, 0, 0]] * 6


def test_maps_are_float32_and_read_only():
    maps = forward(document()).layers[0].maps
    assert maps.dtype == np.float32
    assert not maps.flags.writeable


def test_a_second_layer_reads_the_maps_of_the_first():
    results = forward(document(LINE, LINE)).layers
    assert results[1].maps[..., 0].tolist() == [[0, 9, 9, 0]] * 4
    assert results[1].read.to_array() is results[0].maps


def test_each_filter_makes_one_map():
    both = kernel_weights.set_filter(
        layer_settings.set_filters(document(), 0, 2), 0, 1, np.swapaxes(LINE.weights[..., 0], 0, 1)
    )
    maps = forward(both).layers[0].maps
    assert maps.shape == (6, 6, 2)
    assert maps[0, :, 1].tolist() == [0, 1, 2, 2, 1, 0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activation_follows_the_bias(activation):
    layer = replace(Conv.of([[[1, -1]]], [1, 2]), activation=activation)
    sample = Sample.of("", [[-3], [0], [4]])
    expected = activate(np.float32([[-2, 5], [1, 2], [5, -2]]), activation)
    np.testing.assert_array_equal(forward(document(layer, sample=sample)).layers[0].maps, expected)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_run_that_keeps_no_sums_makes_the_same_maps(activation):
    drawn = np.random.default_rng(1)
    layer = replace(Conv.of(drawn.normal(size=(3, 3, 2, 5)), drawn.normal(size=5)), activation=activation)
    sample = Sample.of("noise", drawn.normal(size=(90, 70, 2)))
    kept, bare = (forward(document(layer, sample=sample), keeps_sums=keeps).layers[0] for keeps in (True, False))
    np.testing.assert_array_equal(bare.maps, kept.maps)
    assert bare.sums is None


def test_a_run_after_one_without_sums_is_right():
    before = forward(document(), keeps_sums=False)
    other = replace(LINE, weights=LINE.weights * 2)
    after = forward(document(other), before)
    np.testing.assert_array_equal(after.layers[0].maps, 2 * before.layers[0].maps)


def test_what_did_not_change_is_taken_over():
    before = forward(document(LINE, LINE))
    after = forward(replace(before.document, title="new"), before)
    assert [now is then for now, then in zip(after.layers, before.layers, strict=True)] == [True, True]


def test_a_change_of_the_second_layer_leaves_the_first_result():
    before = forward(document(LINE, LINE))
    after = forward(kernel_weights.set_bias(before.document, 1, 0, 1), before)
    assert [now is then for now, then in zip(after.layers, before.layers, strict=True)] == [True, False]


def test_a_change_of_the_input_runs_every_layer():
    before = forward(document(LINE, LINE))
    after = forward(input_cells.fill_input(before.document, 1), before)
    assert after.layers[1].maps[0, 0, 0] == 9


def test_more_layers_than_before_are_run():
    before = forward(document(LINE))
    after = forward(document(LINE, LINE), before)
    assert after.layers[0] is before.layers[0]
    assert after.layers[1].maps is not None


def test_undo_takes_the_old_results_over():
    start = document()
    first = forward(start)
    second = forward(kernel_weights.set_bias(start, 0, 0, 1), first)
    assert forward(start, second).layers[0].maps.tolist() == first.layers[0].maps.tolist()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            Conv.of(np.ones((9, 9, 1, 1))),
            r"^The kernel 9×9 is larger than the padded input 8×8 along its rows and columns; use a smaller kernel",
        ),
        (
            replace(LINE, dilation=(4, 4)),
            r"^The kernel 3×3 \(9×9 with dilation 4\) is larger than the padded input 8×8",
        ),
        (
            Conv.of(np.ones((3, 3, 3, 1))),
            r"^Weights of shape 3×3×3×1 .*read a channel axis of length 3, but the input has one of length 1",
        ),
        (Conv.of(np.ones((3, 1, 1))), r"^The kernel 3 has rank 1 and the input 8×8 has rank 2"),
        (Conv.of(np.ones((3, 3, 3, 1, 1))), r"^The kernel 3×3×3 has rank 3 and the input 8×8 has rank 2"),
        (replace(LINE, groups=2), r"^2 groups need a number of filters divisible by 2, not 1"),
        (replace(LINE, padding="causal"), r'^Padding "causal" is for sequences'),
        (replace(LINE, padding="same", padding_mode="mirror"), r'^Padding mode "mirror" is not known'),
        (
            replace(LINE, padding=((8, 8), (0, 0)), padding_mode="reflect"),
            r"^Reflect padding of 8 cells .*use 7 or less",
        ),
        (replace(LINE, stride=(0, 1)), r"^Stride 0 is too small"),
        (replace(LINE, activation="step"), r'^Activation "step" is not known'),
        (Conv.of(np.ones((1, 1, 1, 1)), [0, 0]), r"^A bias of shape 2 does not fit 1 filters"),
    ],
)
def test_a_layer_that_cannot_work_says_why_in_one_sentence(layer, sentence):
    result = forward(document(layer)).layers[0]
    assert result.maps is None
    assert re.search(sentence, result.problem)
    assert result.problem.endswith(".")


def test_layers_after_a_broken_one_point_to_it():
    results = forward(document(Conv.of(np.ones((9, 9, 1, 1))), LINE, LINE)).layers
    assert [result.problem for result in results[1:]] == [
        "Layer 1 (Conv 9×9 · 1 filter) makes no feature map: fix that layer first."
    ] * 2


def test_a_mended_layer_mends_those_after_it():
    broken = forward(document(replace(LINE, dilation=(9, 9)), LINE))
    assert forward(document(LINE, LINE), broken).layers[1].problem == ""


def test_an_output_too_large_for_memory_is_refused_before_it_is_made():
    photograph = Sample.of("", np.zeros((1080, 1920, 1)))
    many = layer_settings.set_filters(document(sample=photograph), 0, 512)
    assert "would hold" in forward(many).layers[0].problem


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_odd_numbers_travel_without_a_warning(value, activation):
    sample = Sample.of("", np.full((4, 4, 1), value))
    assert forward(document(replace(LINE, activation=activation), sample=sample)).layers[0].maps.shape == (2, 2, 1)


def test_a_nan_stays_in_the_windows_that_hold_it():
    values = np.zeros((5, 5, 1), np.float32)
    values[0, 0] = np.nan
    maps = forward(document(sample=Sample.of("", values))).layers[0].maps
    assert np.argwhere(np.isnan(maps[..., 0])).tolist() == [[0, 0]]


def test_one_cell_under_one_weight_makes_one_output():
    tiny = document(Conv.of([[[[2]]]], [1]), sample=Sample.of("", [[[3]]]))
    assert forward(tiny).layers[0].maps.tolist() == [[[7]]]


class Impatient(Progress):
    """Cancels its own computation once a share of it is done."""

    def __init__(self, most):
        super().__init__()
        self._most = most

    def __call__(self, multiplications):
        super().__call__(multiplications)
        if self.share >= self._most:
            self.cancel()


@pytest.fixture
def large():
    """A document of two layers with work for so long that one thread asks several times whether to go on."""
    numbers = np.random.default_rng(4)
    layers = (Conv.of(numbers.random((3, 3, 1, 8))), Conv.of(numbers.random((3, 3, 8, 64))))
    with limited(1):
        yield document(*layers, sample=Sample.of("", numbers.random((600, 600, 1))))


def test_a_cancelled_run_stops_between_tiles_and_keeps_the_layers_that_ended(large):
    progress = Impatient(0.5)
    result = forward(large, None, progress)
    assert len(result.layers) == 1
    assert 0.5 <= progress.share < 0.75


def test_a_run_that_is_cancelled_before_it_starts_computes_nothing(large):
    progress = Progress()
    progress.cancel()
    assert forward(large, None, progress).layers == ()


def test_the_next_run_goes_on_where_a_cancelled_one_ended(large):
    part = forward(large, None, Impatient(0.5))
    assert forward(large, part).layers[0] is part.layers[0]


def test_progress_ends_at_the_whole(large):
    progress = Progress()
    forward(large, None, progress)
    assert progress.share == 1


def test_an_older_run_stands_in_for_the_layers_that_a_cancelled_one_did_not_come_to(large):
    whole, part = forward(large), forward(large, None, Impatient(0.5))
    assert part.filled_from(whole).layers == (part.layers[0], whole.layers[1])
