from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.colour import display
from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.sample import channel_names
from convstudio.model.words import wording
from convstudio.ops import ACTIVATIONS

PICTURE = TiledArray.of(np.reshape([[0, 0, 0, 1, 1, 0, 0, 0]] * 8, (8, 8, 1)))
LINE = Conv.of(np.reshape([[0, 1, 0]] * 3, (3, 3, 1, 1)))
SEQUENCE = TiledArray.of(np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)))
BUMP = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))


def conv(*kernel, **settings):
    return replace(Conv.of(np.ones((*kernel, 1, 1))), **settings)


def calculated(inputs, weights, bias=0, activation="linear"):
    """Explain a 1-D dot product of `inputs` and `weights`, both `(steps, channels)`."""
    held = np.atleast_2d(np.float32(inputs).T).T
    kernel = np.atleast_2d(np.float32(weights).T).T[..., np.newaxis]
    return replace(Conv.of(kernel, [bias]), activation=activation).calculation(TiledArray.of(held), 0, (0,))


def test_positions_are_counted_from_one():
    assert place((0,)) == "step 1"
    assert place((1, 2, 3)) == "plane 2, row 3, column 4"


@pytest.mark.parametrize(
    ("layer", "spatial", "position", "text"),
    [
        (LINE, (8, 8), (2, 2), "Window at rows 3–5, columns 3–5"),
        (BUMP, (8,), (0,), "Window at steps 1–3"),
        (conv(1, 3), (8, 8), (0, 0), "Window at row 1, columns 1–3"),
        (conv(3, dilation=(2,)), (8,), (1,), "Window at steps 2–6 every 2"),
        (conv(3, padding="same"), (8,), (0,), "Window at steps 0–2"),
    ],
)
def test_a_window_tells_its_place(layer, spatial, position, text):
    assert wording.window_place(layer.window((*spatial, 1), position)) == text


@pytest.mark.parametrize(
    ("layer", "spatial", "text"),
    [
        (LINE, (8, 8), "(8 − 3) ÷ 1 + 1 = 6"),
        (LINE, (8, 9), "rows: (8 − 3) ÷ 1 + 1 = 6 · columns: (9 − 3) ÷ 1 + 1 = 7"),
        (conv(3, stride=(2,)), (9,), "(9 − 3) ÷ 2 + 1 = 4"),
        (conv(3, stride=(2,)), (8,), "⌊(8 − 3) ÷ 2⌋ + 1 = 3"),
        (conv(3, padding="same"), (8,), "(8 + 1 + 1 − 3) ÷ 1 + 1 = 8"),
        (conv(4, padding="same"), (8,), "(8 + 1 + 2 − 4) ÷ 1 + 1 = 8"),
        (conv(3, padding="causal"), (8,), "(8 + 2 + 0 − 3) ÷ 1 + 1 = 8"),
        (conv(3, dilation=(2,)), (8,), "(8 − (2·(3 − 1) + 1)) ÷ 1 + 1 = 4"),
        (
            conv(3, dilation=(2,), stride=(3,), padding=((1, 0),)),
            (8,),
            "⌊(8 + 1 + 0 − (2·(3 − 1) + 1)) ÷ 3⌋ + 1 = 2",
        ),
    ],
)
def test_the_output_formula_holds_the_live_numbers(layer, spatial, text):
    assert layer.formula((*spatial, 1)) == text


def test_the_tutorials_third_window_reads_as_a_sum_of_products():
    assert wording.calculation_text(LINE.calculation(PICTURE, 0, (2, 2)), 0, channel_names(1)) == (
        "0·0 + 1·1 + 1·0 + 0·0 + 1·1 + 1·0 + 0·0 + 1·1 + 1·0 = 3\n3 + bias 0 = 3"
    )


@pytest.mark.parametrize(
    ("at", "text"),
    [(0, "0·0 + 0·1 + 0·0 = 0"), (1, "0·0 + 0·1 + 1·0 = 0"), (2, "0·0 + 1·1 + 1·0 = 1"), (3, "1·0 + 1·1 + 0·0 = 1")],
)
def test_the_tutorials_sequence_reads_as_sums_of_products(at, text):
    assert wording.terms_line(BUMP.calculation(SEQUENCE, 0, (at,)), 0) == text


def test_negative_factors_stand_in_parentheses():
    assert wording.terms_line(calculated([2, -3], [-1, -0.5]), 0) == "2·(-1) + (-3)·(-0.5) = -0.5"


@pytest.mark.parametrize("count", [24, 25, 26, 27, 100, 961])
def test_a_long_line_tells_the_right_number_of_hidden_terms(count):
    line = wording.terms_line(calculated(np.ones(count), np.ones(count)), 0)
    hidden = [int(part.split()[1]) for part in line.split(" + ") if part.startswith("…")]
    assert line.count("1·1") + sum(hidden) == count
    assert line.count("1·1") <= 25
    assert line.endswith(f" = {count}")


def test_a_long_line_shows_its_first_and_its_last_terms():
    line = wording.terms_line(calculated(np.arange(1, 41), np.ones(40)), 0)
    assert line.startswith("1·1 + 2·1 + ")
    assert "19·1 + … 15 more terms … + 35·1" in line
    assert line.endswith("40·1 = 820")


def test_one_hidden_term_is_told_in_the_singular():
    assert "… 1 more term …" in wording.terms_line(calculated(np.ones(26), np.ones(26)), 0)


def test_the_clipboard_gets_every_term_of_every_channel():
    calculation = calculated(np.ones((30, 3)), np.ones((30, 3)))
    text = wording.calculation_text(calculation, 0, channel_names(3), whole=True)
    assert text.count("1·1") == 90
    assert "more" not in text
    assert [line.split(":")[0] for line in text.splitlines()[:3]] == ["red", "green", "blue"]


def test_the_window_shows_the_chosen_channel_and_all_sums():
    calculation = calculated([[1, 2, 3]], [[1, -1, 0.5]], bias=-2)
    assert wording.calculation_text(calculation, 1, channel_names(3)) == (
        "green: 2·(-1) = -2\nred 1 + green (-2) + blue 1.5 + bias (-2) = -1.5"
    )


def test_a_group_names_its_own_channels():
    values = TiledArray.of([[1, 2, 3, 4]])
    layer = replace(Conv.of(np.ones((1, 2, 2))), groups=2)
    line = wording.sums_line(layer.calculation(values, 1, (0,)), channel_names(4))
    assert line == "channel 3 3 + channel 4 4 + bias 0 = 7"


@pytest.mark.parametrize(("channels", "hidden"), [(9, 2), (64, 57)])
def test_many_channels_tell_the_right_number_of_hidden_ones(channels, hidden):
    line = wording.sums_line(calculated(np.ones((1, channels)), np.ones((1, channels))), channel_names(channels))
    assert f"… {hidden} more channels …" in line
    assert line.count("channel ") + hidden == channels


def test_eight_channels_are_all_shown():
    assert "more" not in wording.sums_line(calculated(np.ones((1, 8)), np.ones((1, 8))), channel_names(8))


@pytest.mark.parametrize(
    ("bias", "activation", "line"),
    [
        (0, "linear", "3 + bias 0 = 3"),
        (-5, "linear", "3 + bias (-5) = -2"),
        (-5, "relu", "3 + bias (-5) = -2 → ReLU(-2) = 0"),
        (0, "sigmoid", "3 + bias 0 = 3 → sigmoid(3) = 0.9526"),
    ],
)
def test_bias_and_activation_follow_the_sum(bias, activation, line):
    assert wording.sums_line(calculated([3], [1], bias, activation), channel_names(1)) == line


def test_a_negative_sum_of_one_channel_starts_the_line_bare():
    assert wording.sums_line(calculated([3], [-1]), channel_names(1)) == "(-3) + bias 0 = -3"


def test_every_activation_has_a_name():
    assert set(ACTIVATION_NAMES) == set(ACTIVATIONS)


def test_numbers_that_are_not_finite_are_written_out():
    assert wording.terms_line(calculated([np.nan, -np.inf], [1, 1]), 0) == "NaN·1 + (-∞)·1 = NaN"


@pytest.mark.parametrize(
    ("calculation", "sentence"),
    [
        (LINE.calculation(PICTURE, 0, (2, 2)), "Row 3, column 3: 3 products of 1 add up to 3."),
        (LINE.calculation(PICTURE, 0, (0, 0)), "Row 1, column 1: every product is 0."),
        (calculated([2, 3], [1, 1]), "Step 1: 2 products add up to 5."),
        (calculated([2], [3]), "Step 1: 1 product adds up to 6."),
        (calculated([2], [3], 1), "Step 1: 1 product adds up to 6. With the bias it is 7."),
        (calculated([2], [-3], 1, "relu"), "Step 1: 1 product adds up to -6. With the bias it is -5. ReLU makes it 0."),
        (calculated([2], [-3], 0, "hard_tanh"), "Step 1: 1 product adds up to -6. Hard tanh makes it -1."),
        (calculated([0], [3], 2), "Step 1: every product is 0. With the bias it is 2."),
        (calculated([np.nan, np.nan], [1, 1]), "Step 1: 2 products add up to NaN."),
    ],
)
def test_a_step_is_said_in_a_sentence(calculation, sentence):
    assert wording.calculation_sentence(calculation) == sentence


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        (0, "Term 1 of 4: 1·(-1) = -1; the sum so far is -1."),
        (1, "Term 2 of 4: 3·2 = 6; the sum so far is 5."),
        (2, "Term 3 of 4: (-2)·10 = -20; the sum so far is -15."),
        (3, "Term 4 of 4: 4·0 = 0; the sum so far is -15."),
    ],
)
def test_terms_run_through_one_channel_after_the_other(term, sentence):
    assert wording.term_sentence(calculated([[1, -2], [3, 4]], [[-1, 10], [2, 0]]), term) == sentence


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([0, 0, 3], "min 0 · max 3 · mean 1 · zeros 2 of 3"),
        ([1, np.nan, np.inf, -np.inf], "min 1 · max 1 · mean 1 · zeros 0 of 4 · NaN 1 · infinite 2"),
        ([np.nan], "zeros 0 of 1 · NaN 1"),
    ],
)
def test_a_map_is_read_out_in_one_line(values, line):
    assert wording.statistics_line(display.statistics(np.float32(values))) == line


@pytest.mark.parametrize(
    ("shape", "line"),
    [((3, 3, 1, 1), "10 parameters"), ((3, 3, 3, 32), "896 parameters"), ((3, 3, 64, 64), "36\xa0928 parameters")],
)
def test_parameters_are_counted(shape, line):
    assert wording.parameters_line(Conv.of(np.ones(shape))) == line


@pytest.mark.parametrize(("shape", "name"), [((3, 3, 1, 4), "Conv 3×3 · 4 filters"), ((5, 1, 1), "Conv 5 · 1 filter")])
def test_a_layer_is_named_by_its_kernel_and_filters(shape, name):
    assert Conv.of(np.ones(shape)).name == name


def test_long_numbers_leave_room_for_the_sums_by_showing_fewer_terms():
    values = TiledArray.of(np.full((5, 5, 1), 1 / 15))
    text = wording.calculation_text(
        Conv.of(np.full((5, 5, 1, 1), 1 / 64)).calculation(values, 0, (0, 0)), 0, channel_names(1)
    )
    assert "… 16 more terms …" in text
    assert text.splitlines()[0].count("·") == 9


def test_a_last_window_past_the_end_rounds_the_formula_up_only_where_there_is_one():
    reaching = Pool("average", (3,), (2,), ((1, 1),), ceil_mode=True)
    assert reaching.formula((*(6,), 1)) == "⌈(6 + 1 + 1 − 3) ÷ 2⌉ + 1 = 4"
    starting_past_it = Pool("average", (2,), (5,), ((1, 1),), ceil_mode=True)
    assert starting_past_it.formula((*(4,), 1)) == "⌊(4 + 1 + 1 − 2) ÷ 5⌋ + 1 = 1"
