"""Every sentence of the window that claims a mathematical fact, with the property that it claims.

A claim names the sentence as it stands in the program, so that a sentence that changes needs its property looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from convstudio.files.projects.examples import load_example
from convstudio.files.resources import load_detectors
from convstudio.model.edits.initialisers import INITIALISERS
from convstudio.model.kinds import activation
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.lenses.classifier import classify
from convstudio.model.lenses.collapse import collapse, collapse_verdict
from convstudio.model.lenses.leading import fold
from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.padding import mode_differences
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.library.generators import Series, find_generator
from convstudio.model.panes import kernel_facts
from convstudio.model.panes.gallery import survey
from convstudio.model.panes.help_places import HELP_PLACES
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.maps import Maps
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import parse_number
from convstudio.model.values.sample import Sample
from convstudio.ops import ACTIVATIONS, OVER_CHANNELS, PADDING_MODES, activate, conv, parameter_count
from convstudio.views.layer.kernel_tools import TOOLS
from convstudio.views.layer.settings_form import CHOICES
from convstudio.views.lenses.catalogue import lens_kinds

Values = NDArray[np.float64]
DETECTORS = {detector.id: detector for detector in load_detectors()}
TIPS = {name: tip for _, name, tip, _, _ in TOOLS}
EDITS = {name: edit for _, name, _, _, edit in TOOLS}
LESSONS = {kind.title: kind.lesson for kind in lens_kinds(())}
ANSWERS = {place.question: place.answer for place in HELP_PLACES}
ABOUTS = {example.id: example.about for example in EXAMPLES}
CHOICE_TIPS = {choice.name: choice.tip for choice in CHOICES}

seeds = st.integers(0, 2**31)


def drawn(seed: int, *shape: int) -> Values:
    return np.random.default_rng(seed).normal(size=shape)


def layer_of(seed: int, size: tuple[int, ...] = (3, 3), channels: int = 2, filters: int = 2) -> Conv:
    numbers = np.random.default_rng(seed)
    return Conv.of(numbers.normal(size=(*size, channels, filters)), numbers.normal(size=filters))


def document_of(layer: Conv, side: int = 7) -> Document:
    return Document(Sample.of("zeros", np.zeros((*(side,) * layer.rank, layer.channels))), Network((layer,)))


def edited(name: str, layer: Conv) -> Conv:
    return conv_at(EDITS[name](document_of(layer), 0, 0), 0)


# --- the tools of the kernel -----------------------------------------------------------------------------------------


@given(seed=seeds, value=st.floats(-10, 10))
def test_divided_by_its_sum_a_kernel_keeps_the_value_of_a_constant_input(seed: int, value: float) -> None:
    assert "so that it keeps the value of a constant input" in TIPS["Normalise by sum"]
    layer = layer_of(seed, channels=1, filters=1)
    if abs(float(layer.weights.sum())) < 0.1:
        return  # rounding would tell
    made = conv(np.full((5, 5, 1), value), edited("Normalise by sum", layer).weights)
    np.testing.assert_allclose(made, value, atol=1e-3)


@given(seed=seeds, low=st.floats(-5, 5), high=st.floats(-5, 5))
def test_divided_by_its_size_a_kernel_has_no_sum_larger_in_size_than_the_input(
    seed: int, low: float, high: float
) -> None:
    assert "none of its sums is larger in size than the input" in TIPS["Normalise by Σ|w|"]
    values = np.random.default_rng(seed).uniform(min(low, high), max(low, high), (6, 6, 1))
    made = conv(values, edited("Normalise by Σ|w|", layer_of(seed, channels=1)).weights[..., :1])
    assert np.abs(made).max() <= np.abs(values).max() * (1 + 1e-5)


MOVES: dict[str, tuple[str, Callable[[Values], Values]]] = {
    "Flip left-right": ("left and right change places", lambda kernel: kernel[:, ::-1]),
    "Flip up-down": ("top and bottom change places", lambda kernel: kernel[::-1]),
    "Rotate": ("by 90° clockwise", lambda kernel: np.rot90(kernel, -1)),
    "Transpose": ("Swap rows and columns", lambda kernel: kernel.T),
    "Negate": ("Change the sign of every weight", lambda kernel: -kernel),
}


@pytest.mark.parametrize("name", MOVES)
@given(seed=seeds)
def test_a_tool_does_what_it_says(name: str, seed: int) -> None:
    claim, wanted = MOVES[name]
    assert claim in TIPS[name]
    layer = layer_of(seed, channels=1, filters=1)
    np.testing.assert_array_equal(edited(name, layer).weights[..., 0, 0], wanted(layer.weights[..., 0, 0]))


def test_every_tool_of_the_kernel_has_its_claim_here() -> None:
    assert set(TIPS) == {*MOVES, "Normalise by sum", "Normalise by Σ|w|"}


# --- what is said below a kernel -------------------------------------------------------------------------------------


@given(
    seed=seeds, channels=st.integers(1, 3), whole=st.booleans(), activation=st.sampled_from(ACTIVATIONS),
    padding=st.sampled_from(["valid", "same"]), mode=st.sampled_from(PADDING_MODES), has_zero_sum=st.booleans(),
)  # fmt: skip
def test_the_answer_to_a_constant_input_is_the_one_that_is_said(
    seed: int, channels: int, whole: bool, activation: str, padding: str, mode: str, has_zero_sum: bool
) -> None:
    numbers = np.random.default_rng(seed)
    weights = numbers.integers(-3, 4, (3, 3, channels, 1)).astype(float)
    if has_zero_sum:
        weights[0, 0] -= weights.sum(axis=(0, 1))
    layer = replace(Conv.of(weights, [numbers.integers(-2, 3)]), activation=activation, padding=padding,
                    padding_mode=mode)  # fmt: skip
    said = kernel_facts.constant_answer(layer, 0)
    if activation in OVER_CHANNELS:
        assert said == ""
        return
    value, where = said.split(" on a constant input", maxsplit=1)
    for constant in (1.0,) if where.startswith(" of 1") else (1.0, -2.5, 7.0):
        # sums are exact: a threshold just beside one that is rounded would be another answer
        each = np.ones(channels) if "of 1" in where else numbers.integers(-8, 9, channels) / 4
        made = layer.run(np.float32(np.broadcast_to(constant * each, (9, 9, channels))))[..., 0]
        inner = made[2:-2, 2:-2] if "except at the border" in where else made
        np.testing.assert_allclose(inner, parse_number(value), rtol=2e-3, atol=2e-3)


@given(
    column=arrays.arrays(np.float32, 3, elements=st.integers(-4, 4)),
    row=arrays.arrays(np.float32, 3, elements=st.integers(-4, 4)),
)
def test_a_kernel_that_is_called_separable_is_a_column_times_a_row(column: Values, row: Values) -> None:
    kernel = np.float32(np.outer(column, row))
    assert kernel_facts.is_separable(kernel) == bool(kernel.any())


@given(kernel=arrays.arrays(np.float32, (3, 3), elements=st.integers(-4, 4)))
def test_a_kernel_that_is_not_called_separable_is_none(kernel: Values) -> None:
    pivot = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    product = np.outer(kernel[:, pivot[1]], kernel[pivot[0]]) if kernel.any() else kernel
    is_product = bool(kernel.any()) and bool(np.array_equal(product, kernel * kernel[pivot]))
    assert kernel_facts.is_separable(kernel) == is_product


# --- formulas and facts of layers ------------------------------------------------------------------------------------

FORMULAS: dict[str, Callable[[Values], Values]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(0, x),
    "leaky_relu": lambda x: np.where(x >= 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "gelu": lambda x: x * np.vectorize(lambda one: 0.5 * (1 + math.erf(one / math.sqrt(2))))(x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
    "abs": np.abs,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "relu6": lambda x: np.minimum(np.maximum(0, x), 6),
    "hard_sigmoid": lambda x: np.minimum(np.maximum(0, x / 6 + 0.5), 1),
    "hard_swish": lambda x: x * np.minimum(np.maximum(0, x + 3), 6) / 6,
    "hard_tanh": lambda x: np.minimum(np.maximum(-1, x), 1),
    "mish": lambda x: x * np.tanh(np.log(1 + np.exp(x))),
    "selu": lambda x: np.where(x > 0, 1.0507009874 * x, 1.7580993408 * (np.exp(x) - 1)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "clipped_relu": lambda x: np.minimum(np.maximum(0, x), 1),
    "log_softmax": lambda x: x - np.log(np.exp(x).sum(axis=-1, keepdims=True)),
    "thresholded_relu": lambda x: np.where(x > 1, x, 0),
}
WRITTEN = {
    "linear": "the value itself", "relu": "max(0, x)", "leaky_relu": "x where x ≥ 0, else 0.2·x",
    "elu": "x where x > 0, else (e^x − 1)", "gelu": "x · the share of a normal distribution below x",
    "sigmoid": "1 ÷ (1 + e^−x)", "tanh": "(e^x − e^−x) ÷ (e^x + e^−x)", "softplus": "ln(1 + e^x)",
    "softmax": "e^x ÷ the sum of e^x over all channels", "abs": "x without its sign",
    "silu": "x · sigmoid(x), also called swish", "relu6": "min(max(0, x), 6)",
    "hard_sigmoid": "min(max(0, 1/6·x + 1/2), 1)", "hard_swish": "x · min(max(0, x + 3), 6) ÷ 6",
    "hard_tanh": "min(max(-1, x), 1)", "mish": "x · tanh(ln(1 + e^x))",
    "selu": "1.050701·x where x > 0, else 1.758099·(e^x − 1)", "softsign": "x ÷ (1 + |x|)",
    "clipped_relu": "min(max(0, x), 1)", "log_softmax": "x − ln(the sum of e^x over all channels)",
    "thresholded_relu": "x where x > 1, else 0",
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(seed=seeds)
def test_the_formula_of_an_activation_gives_its_values(name: str, seed: int) -> None:
    assert activation.definition_of(name) == WRITTEN[name]
    x = 3 * drawn(seed, 5, 4)
    np.testing.assert_allclose(activate(x, name), FORMULAS[name](x), atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(seed=seeds)
def test_an_activation_works_on_every_value_by_itself_or_softmax_on_every_position(name: str, seed: int) -> None:
    layer = Activation(activation=name)
    alone = "for every position by itself" if name in OVER_CHANNELS else "for every value by itself"
    assert alone in layer.facts
    x = np.float32(drawn(seed, 4, 4, 3))
    changed = x.copy()
    changed[0, 0, 0] += 1
    same = layer.run(x) == layer.run(changed)
    assert same[1:].all()
    assert same[0, 1:].all()
    assert name in OVER_CHANNELS or same[0, 0, 1:].all()


def claims_of(layer: Layer, *claims: str) -> None:
    assert all(claim in layer.facts for claim in claims)


@given(seed=seeds)
def test_max_pooling_only_picks_and_average_pooling_counts_every_cell_alike(seed: int) -> None:
    x = np.float32(drawn(seed, 4, 4, 1))
    largest, mean = Pool("max", (2, 2)), Pool("average", (2, 2))
    claims_of(largest, "its largest value is kept")
    claims_of(mean, "its mean is kept", "every cell counts alike")
    assert np.isin(largest.run(x), x).all()
    turned = x.reshape(2, 2, 2, 2, 1)[:, ::-1, :, ::-1].reshape(x.shape)
    np.testing.assert_allclose(mean.run(x), mean.run(turned), atol=1e-6)


@pytest.mark.parametrize("kind", ["max", "average"])
@given(seed=seeds)
def test_global_pooling_gives_the_same_wherever_the_cells_are(kind: str, seed: int) -> None:
    claims_of(GlobalPool(kind), "one value, wherever in it the feature is")
    x = np.float32(drawn(seed, 5, 5, 2))
    moved = np.roll(x, (2, 1), axis=(0, 1))
    np.testing.assert_allclose(GlobalPool(kind).run(x), GlobalPool(kind).run(moved), atol=1e-6)


@pytest.mark.parametrize("kind", [Dropout, SpatialDropout])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_on_average(kind: type[Dropout], rate: float) -> None:
    claims_of(kind(rate, 0), "the others are scaled up so that the mean stays the same on average")
    factors = [kind(rate, seed).factors((20, 20, 8)) for seed in range(200)]
    assert np.mean(factors) == pytest.approx(1, abs=0.1)


def test_spatial_dropout_silences_whole_maps_and_dropout_single_values() -> None:
    claims_of(SpatialDropout(0.5, 0), "Sets whole maps to 0")
    claims_of(Dropout(0.5, 0), "Sets single values to 0")
    whole, single = (kind(0.5, 3).factors((8, 8, 6)).reshape(64, 6) for kind in (SpatialDropout, Dropout))
    assert (whole == whole[0]).all()
    assert all(len(set(column)) == 2 for column in single.T.tolist())


@given(seed=seeds)
def test_batch_normalisation_shifts_and_scales_every_channel(seed: int) -> None:
    layer = BatchNorm(*(np.float32(np.abs(drawn(seed + at, 3)) + 0.1) for at in range(4)))
    claims_of(layer, "Every channel is shifted and scaled")
    one, other = (np.float32(drawn(seed + at, 4, 3)) for at in (5, 6))
    middle = layer.run((one + other) / 2)
    np.testing.assert_allclose(middle, (layer.run(one) + layer.run(other)) / 2, atol=1e-4)


def test_flattening_goes_row_by_row_cell_by_cell_channel_by_channel() -> None:
    claims_of(Flatten(), "row by row, in each row cell by cell, in each cell channel by channel")
    x = np.float32(np.arange(2 * 3 * 4).reshape(2, 3, 4))
    assert Flatten().run(x).tolist() == list(range(24))


@given(seed=seeds, side=st.integers(3, 12), size=st.integers(1, 5), stride=st.integers(1, 3))
def test_valid_adds_no_cells_and_same_keeps_the_shape_at_stride_1(seed: int, side: int, size: int, stride: int) -> None:
    assert "valid adds none, same keeps the shape at stride 1" in CHOICE_TIPS["Padding"]
    layer = layer_of(seed, (size, size), 1, 1)
    assert replace(layer, padding="same").output_shape((side, side, 1)) == (side, side, 1)
    if size <= side:
        assert set(layer.geometry((side, side)).pairs) == {(0, 0)}


@given(seed=seeds)
def test_a_true_convolution_flips_the_kernel_before_it_slides(seed: int) -> None:
    assert "A true convolution flips the kernel before it slides" in CHOICE_TIPS["Operation"]
    x, layer = np.float32(drawn(seed, 6, 6, 2)), layer_of(seed)
    flipped = replace(layer, weights=np.ascontiguousarray(layer.weights[::-1, ::-1]))
    np.testing.assert_allclose(replace(layer, flip=True).run(x), flipped.run(x), atol=1e-5)


@given(
    size=st.integers(1, 40), kernel=st.integers(1, 7), stride=st.integers(1, 4), dilation=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same", "full"]),
)  # fmt: skip
def test_the_formula_of_a_shape_gives_that_shape(
    size: int, kernel: int, stride: int, dilation: int, padding: str
) -> None:
    layer = replace(Conv.of(np.ones((kernel, 1, 1))), stride=(stride,), dilation=(dilation,), padding=padding)
    try:
        output_shape = layer.output_shape((size, 1))
    except ValueError:
        return
    left, right = layer.formula((*(size,), 1)).split(" = ")
    for sign, python in {"⌊": "int(", "⌋": ")", "÷": "/", "·": "*", "−": "-"}.items():
        left = left.replace(sign, python)
    assert eval(left) == int(right) == output_shape[0]  # the program's own formula, of digits and signs


@given(seed=seeds, apart=st.floats(0, 0.03), times=st.floats(0.2, 5))
def test_a_map_that_is_called_a_duplicate_is_another_one_times_a_number(seed: int, apart: float, times: float) -> None:
    one = drawn(seed, 20, 20)
    other = times * (one + apart * drawn(seed + 1, 20, 20))
    mark = survey(Maps(TiledArray.of(np.stack([one, other], axis=-1)))).marks[1]
    if mark is None:
        assert apart > 1e-3
        return
    assert mark.words.startswith("duplicate: map 1")
    assert np.linalg.norm(other - mark.times * one) <= 0.005 * np.linalg.norm(other)


# --- lenses ----------------------------------------------------------------------------------------------------------


@given(seed=seeds)
def test_two_convolutions_without_an_activation_between_them_are_one(seed: int) -> None:
    assert "do no more than one convolution with a larger kernel" in LESSONS["Collapse two layers"]
    first, second = Linear.of_kernel(drawn(seed, 3, 3)), Linear.of_kernel(drawn(seed + 1, 2, 3))
    found = collapse(drawn(seed + 2, 9, 9, 1), first, second, has_relu=False)
    assert found.is_same


@given(seed=seeds)
def test_with_relu_between_them_no_single_kernel_does_the_same_on_every_input(seed: int) -> None:
    assert "no single kernel does the same on every input" in LESSONS["Collapse two layers"]
    first, second = Linear.of_kernel(drawn(seed, 3)), Linear.of_kernel([1.0, 2.0])
    x = drawn(seed + 2, 12, 1)
    one, other = (collapse(sign * x, first, second, has_relu=True).apart for sign in (1, -1))
    assert not np.allclose(one, -other)  # whatever one kernel made of x, it would make the opposite of -x


@given(seed=seeds, cuts_all=st.booleans())
def test_the_verdict_on_relu_claims_no_more_than_its_maps_show(seed: int, cuts_all: bool) -> None:
    kernel = -np.abs(drawn(seed, 3)) if cuts_all else drawn(seed, 3)
    x = np.abs(drawn(seed + 1, 12, 1))
    found = collapse(x, Linear.of_kernel(kernel), Linear.of_kernel([1.0, 1.0]), has_relu=True)
    said = collapse_verdict(found)
    assert "no single kernel can" not in said
    assert said.startswith("Not the same") == (not found.is_same)


@given(seed=seeds)
def test_folding_the_leading_axes_gives_what_a_loop_gives(seed: int) -> None:
    assert "A loop over the inputs gives the same" in LESSONS["Leading axes"]
    found = fold(Linear.of_kernel(drawn(seed, 2, 2)), drawn(seed + 1, 5, 5, 1), (2, 3))
    np.testing.assert_allclose(found.maps.reshape(found.looped.shape), found.looped)


@given(seed=seeds)
def test_a_one_by_one_convolution_and_an_average_give_the_scores_of_an_average_and_a_dense_layer(seed: int) -> None:
    assert "gives the same scores as a global average" in LESSONS["Classify by convolution"]
    found = classify(drawn(seed, 4, 5, 3), drawn(seed + 1, 3, 4))
    np.testing.assert_allclose(found.averaged, found.dense, atol=1e-9)


@given(seed=seeds, mode=st.sampled_from(PADDING_MODES))
def test_outputs_that_read_no_padding_are_the_same_in_every_mode(seed: int, mode: str) -> None:
    layer = replace(layer_of(seed, (3, 3), 1, 1), padding="same")
    x = drawn(seed + 1, 8, 8, 1)
    made = [conv(x, layer.weights, padding="same", padding_mode=one) for one in (mode, "zeros")]
    np.testing.assert_allclose(made[0][1:-1, 1:-1], made[1][1:-1, 1:-1])
    assert set(mode_differences(Linear.of_kernel(layer.weights[..., 0, 0]), x, layer.geometry((8, 8)), mode)) == set(
        PADDING_MODES
    )


def test_a_gabor_filter_does_not_answer_to_a_constant_input() -> None:
    weights = find_generator("gabor").bank((9, 9), [3, 0, 0], [Series(1, 4, 0, 180), Series(0, 2, 3, 6)]).kernels
    sums, sizes = weights.sum(axis=(0, 1)), np.abs(weights).sum(axis=(0, 1))
    assert np.all(np.abs(sums) <= 1e-5 * sizes)


def stripes(length: float, turn: float, side: int = 60) -> Values:
    """A wave of a length in cells that runs in a direction."""
    rows, columns = np.indices((side, side))
    wave: Values = np.cos(2 * np.pi * (np.cos(turn) * columns + np.sin(turn) * rows) / length)
    return wave[..., np.newaxis]


@pytest.mark.parametrize("turn", range(4))
def test_a_gabor_filter_answers_to_stripes_of_one_width_in_one_direction(turn: int) -> None:
    kernel = find_generator("gabor").bank((15, 15), [6, 0, 0], [Series(1, 4, 0, 180)]).kernels[..., turn : turn + 1]
    strongest = {
        (length, way): np.abs(conv(stripes(length, np.pi * way / 4), kernel)).max()
        for length in (3, 6, 12)
        for way in range(4)
    }
    assert max(strongest, key=lambda one: strongest[one]) in ((6, turn), (6, (4 - turn) % 4))


# --- initialisers ----------------------------------------------------------------------------------------------------

SHAPE = (3, 3, 8, 64)
FAN_IN, FAN_OUT = 9 * 8, 9 * 64
DRAWS: dict[str, tuple[str, float]] = {
    "glorot_uniform": ("√(6 / (fan-in + fan-out))", math.sqrt(6 / (FAN_IN + FAN_OUT)) / math.sqrt(3)),
    "glorot_normal": ("√(2 / (fan-in + fan-out))", math.sqrt(2 / (FAN_IN + FAN_OUT))),
    "he_uniform": ("√(6 / fan-in)", math.sqrt(6 / FAN_IN) / math.sqrt(3)),
    "he_normal": ("√(2 / fan-in)", math.sqrt(2 / FAN_IN)),
}


@pytest.mark.parametrize("name", DRAWS)
@given(seed=seeds)
@settings(max_examples=settings.default.max_examples // 5)
def test_an_initialiser_draws_as_widely_as_it_says(name: str, seed: int) -> None:
    claim, deviation = DRAWS[name]
    one = next(found for found in INITIALISERS if found.id == name)
    assert claim in one.tells
    weights = one.draw(SHAPE, 0.0, np.random.default_rng(seed))
    assert np.std(weights) == pytest.approx(deviation, rel=0.1)
    if "uniform" in name:
        assert np.abs(weights).max() <= deviation * math.sqrt(3) * (1 + 1e-6)


@given(seed=seeds)
@settings(max_examples=settings.default.max_examples // 5)
def test_filters_of_ones_add_up_their_window_and_orthogonal_ones_stand_at_right_angles(seed: int) -> None:
    drawers = {found.id: found for found in INITIALISERS}
    assert "every filter sums its window" in drawers["ones"].tells
    assert "at right angles" in drawers["orthogonal"].tells
    numbers, x = np.random.default_rng(seed), drawn(seed, 3, 3, 2)
    np.testing.assert_allclose(conv(x, drawers["ones"].draw((3, 3, 2, 1), 0.0, numbers)).item(), x.sum())
    columns = drawers["orthogonal"].draw((3, 3, 2, 5), 2.0, numbers).reshape(18, 5)
    np.testing.assert_allclose(columns.T @ columns, 4 * np.eye(5), atol=1e-9)


# --- answers and examples ---------------------------------------------------------------------------------------------


def count(kernel: int, channels: int, filters: int) -> int:
    return parameter_count((kernel, kernel, channels, filters), True)


NUMBERS = {
    "Do I need more filters first, and larger windows later?": (
        ("27 weights", 3 * 3 * 3), ("takes 49", 7 * 7), ("110 592", 3 * 9 * 64 * 64), ("200 704", 49 * 64 * 64),
    ),
    "What makes networks for phones so light?": (
        ("18 496", count(3, 32, 64)), ("2 400", 9 * 32 + 32 * 64 + 64),
    ),
    "Why two layers of eight filters and not one?": (("1 168", count(3, 8, 16)), ("584", count(3, 8, 8))),
    "How many filters fit an input of 224×224×3 with 3×3 windows?": (("896", count(3, 3, 32)),),
    "How do 10 maps become 64 in the next layer?": (
        ("5 760", 9 * 10 * 64), ("64 biases", 64),
    ),
    "Do 64 maps and 64 filters make 64 × 64 maps?": (
        ("36 928", count(3, 64, 64)), ("(640)", count(3, 1, 64)), ("4 096", 64 * 64),
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", NUMBERS)
def test_the_numbers_of_an_answer_are_right(question: str) -> None:
    answer = ANSWERS[question]
    for claim, number in NUMBERS[question]:
        assert claim in answer
        assert int("".join(letter for letter in claim if letter.isdigit())) == number


def test_every_answer_with_thousands_has_them_here() -> None:
    large = {question for question, answer in ANSWERS.items() if re.search(r"\d \d{3}", answer)}
    assert large <= {*NUMBERS}


def result_of(example: str) -> tuple[Document, list[Values]]:
    document, _ = load_example(example)
    made = forward(document)
    return document, [layer.maps for layer in made.layers if layer.maps is not None]


def test_in_the_example_of_the_plus_one_cell_is_left_in_its_middle() -> None:
    assert "one cell is left, in the middle of the plus" in ABOUTS["plus"]
    assert np.count_nonzero(result_of("plus")[1][-1]) == 1


def test_in_the_example_of_corners_six_corners_are_left() -> None:
    assert "only the six corners are left" in ABOUTS["corners"]
    last = result_of("corners")[1][-1][..., 0] > 0
    assert islands(last) == 6


def islands(cells: NDArray[np.bool_]) -> int:
    """Count the groups of cells that touch each other, corners too."""
    left, found = {tuple(at) for at in np.argwhere(cells).tolist()}, 0
    while left:
        found, waiting = found + 1, [left.pop()]
        while waiting:
            row, column = waiting.pop()
            near = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} & left
            left -= near
            waiting += near
    return found


def test_in_the_example_of_a_separable_convolution_45_weights_do_what_162_would() -> None:
    assert "45 weights do what a standard layer does with 162" in ABOUTS["separable"]
    document, maps = result_of("separable")
    depthwise, mixing = (layer for layer in document.layers if isinstance(layer, Conv))
    kernels, shares = depthwise.weights[:, :, 0], mixing.weights[0, 0]
    standard = kernels[..., np.newaxis] * shares
    assert (depthwise.weights.size + mixing.weights.size, standard.size) == (45, 162)
    np.testing.assert_allclose(conv(document.sample.values.to_array(), standard), maps[-1], atol=1e-4)
