"""The modules of a state_dict, and the order in which they follow each other."""

import pytest

from convstudio.model.readings.networks.state_modules import Flow, StateModule, chain_of, modules_of, step_of
from convstudio.model.values.limits import LIMITS


def norm(prefix, count):
    words = ("weight", "bias", "running_mean", "running_var")
    return {f"{prefix}.{word}": (count,) for word in words} | {f"{prefix}.num_batches_tracked": ()}


def conv(prefix, filters, channels, side=3):
    return {f"{prefix}.weight": (filters, channels, side, side), f"{prefix}.bias": (filters,)}


def dense(prefix, units, inputs):
    return {f"{prefix}.weight": (units, inputs), f"{prefix}.bias": (units,)}


def names(shapes, *, is_ordered=False):
    steps, reason = chain_of(modules_of(dict(shapes)), is_ordered=is_ordered)
    return [step.module.name for step in steps], reason


def test_numbers_count_the_modules():
    shapes = conv("10", 3, 5) | conv("2", 5, 4) | conv("0", 4, 1)
    assert names(shapes) == (["0", "2", "10"], "")


def test_names_in_the_order_of_the_alphabet_are_put_into_that_of_the_channels():
    shapes = norm("bn1", 8) | norm("bn2", 8) | conv("conv1", 8, 1) | conv("conv2", 8, 8) | dense("fc", 5, 8 * 4)
    assert names(shapes) == (["conv1", "bn1", "conv2", "bn2", "fc"], "")


def test_a_classifier_follows_the_features():
    shapes = dense("classifier.0", 9, 4 * 9) | dense("classifier.3", 2, 9) | conv("features.0", 4, 3)
    assert names(shapes) == (["features.0", "classifier.0", "classifier.3"], "")


def test_blocks_keep_their_parts_together():
    shapes = {}
    for number, channels in ((1, 3), (2, 6), (3, 6)):
        shapes |= norm(f"block{number}.bn", 6) | conv(f"block{number}.conv", 6, channels)
    expected = [f"block{number}.{part}" for number in (1, 2, 3) for part in ("conv", "bn")]
    assert names(shapes) == (expected, "")


def test_the_order_of_a_file_that_keeps_it_is_taken():
    shapes = conv("last", 4, 2) | conv("first", 4, 4)
    assert names(shapes, is_ordered=True) == (["last", "first"], "")


def test_groups_of_several_channels_are_no_evidence_where_the_order_is_not_sure():
    shapes = conv("a", 8, 3) | conv("b", 6, 4)
    assert names(shapes)[0] == ["a"]
    assert names(shapes, is_ordered=True) == (["a", "b"], "")


@pytest.mark.parametrize(
    ("shapes", "flow", "sentence"),
    [
        ({"weight": (8, 3, 3, 3)}, Flow(2, 4), "(8×3×3×3) does not take 4 channels"),
        ({"weight": (8, 3, 3)}, Flow(2, 3), "slides along 1 axis, and what comes to it has 2"),
        ({"weight": (8, 3, 3, 3, 3)}, Flow(), "for which the window has no pane"),
        ({"weight": (8, 20)}, Flow(0, 30), "reads 20 numbers, and 30 come to it"),
        ({"weight": (8, 20)}, Flow(2, 4), "which are not those of square maps of 4 channels"),
        ({"weight": (4,), "bias": (4,)}, Flow(2, 4), "a normalisation without running statistics"),
        ({"in_proj_weight": (12, 4)}, Flow(0, 4), "holds in_proj_weight, which no layer here has"),
        ({"running_mean": (4,), "running_var": (4,)}, Flow(2, 5), "normalises 4 channels, and 5 come to it"),
        ({"running_mean": (4,), "running_var": (4,)}, Flow(), "before any layer with weights"),
    ],
)
def test_what_cannot_follow_says_why(shapes, flow, sentence):
    assert sentence in step_of(StateModule("m", shapes), flow)


@pytest.mark.parametrize(
    ("name", "shape", "kind"),
    [("up.deconv", (4, 4, 2, 2), "transposed"), ("conv", (4, 4, 2, 2), "conv"), ("x", (4, 7, 2, 2), "transposed")],
)
def test_a_transposed_convolution_is_told_by_its_name_or_because_nothing_else_fits(name, shape, kind):
    assert step_of(StateModule(name, {"weight": shape}), Flow(2, 4)).kind == kind


def test_a_dense_layer_flattens_the_maps_that_come_to_it():
    assert step_of(StateModule("fc", {"weight": (5, 4 * 9)}), Flow(2, 4)).flattened == (3, 3, 4)


def test_hundreds_of_modules_that_fit_in_every_order_end_the_search_in_time():
    shapes = {}
    for number in range(60):
        shapes |= conv(f"{'abcdef'[number % 6]}{number}", 4, 4)
    assert len(names(shapes | dense("z", 1, 7))[0]) <= 61


def test_thousands_of_modules_end_the_search_as_soon_as_a_network_is_full():
    shapes = {}
    for number in range(520):
        shapes |= conv(f"a{number}", 4, 4) | conv(f"b{number}", 4, 4)
    assert len(names(shapes)[0]) == LIMITS.layers + 1
