"""What the calculation card says, by hand, for every kind of layer."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.colour.display import Levels
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes.explanation import explained
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.view_state import ViewState

LEVELS = Levels(-1.0, 1.0, signed=True)
STEPS = [[1], [3], [2], [-4]]
TWO_CHANNELS = [[1, 10], [2, 20]]
GROWING = ConvTranspose(frozen([[[1]], [[2]], [[4]]]), frozen([0.5]), (2,), (1,), "same")


def told(layer, values, position=(0,), names=("one", "two"), **view):
    selected = ViewState(position=position, **view)
    return explained(layer, TiledArray.of(values), selected, LEVELS, names)


def test_a_convolution_writes_its_products_and_its_bias():
    found = told(Conv.of([[[1]], [[2]]], [0.5]), STEPS)
    assert found.text == "1·1 + 3·2 = 7\n7 + bias 0.5 = 7.5"
    assert (found.output, found.sentence) == (7.5, "Step 1: 2 products add up to 7. With the bias it is 7.5.")


def test_term_by_term_the_result_is_hidden_until_the_last_term():
    layer = Conv.of([[[1]], [[2]]], [0.5])
    first, last = (told(layer, STEPS, term=term) for term in (0, 1))
    assert (first.text, first.result_text, first.sentence) == ("1·1 + …\n…", "…", "Step 1: 1 of 2 terms are added.")
    assert (last.text, last.result_text) == ("1·1 + 3·2 = 7\n7 + bias 0.5 = 7.5", "7.5")


def test_term_by_term_a_channel_that_is_added_shows_its_sum_and_the_others_do_not():
    found = told(Conv.of([[[1], [2]], [[3], [4]]]), TWO_CHANNELS, term=2)
    assert (found.text, found.result_text) == ("two: 10·2 + …\none 7 + …", "…")


def test_where_channels_stay_apart_no_sum_of_them_is_shown():
    found = told(Conv.of([[[1], [2]], [[3], [4]]], [5]), TWO_CHANNELS, channel=1, pairing="depthwise")
    assert found.text == "two: 10·2 + 20·4 = 100\nnothing is added: each channel has its own map"
    assert (found.result_text, found.sentence) == ("100", "Step 1: two makes 100 in its own map, and nothing is added.")
    assert "bias" not in found.whole


def test_where_channels_stay_apart_each_counts_its_terms_from_0():
    found = told(Conv.of([[[1], [2]], [[3], [4]]]), TWO_CHANNELS, term=2, pairing="every pair")
    assert found.term == "Term 3 of 4: 10·2 = 20; the sum so far is 20."


def test_one_channel_has_nothing_to_keep_apart():
    assert told(Conv.of([[[1]], [[2]]], [0.5]), STEPS, pairing="depthwise").output == 7.5


def test_the_window_the_kernel_and_the_products_stand_beside_each_other():
    found = told(Conv.of([[[1]], [[2]]]), STEPS, (1,))
    assert [grid.values.tolist() for grid in found.grids] == [[[3, 2]], [[1, 2]], [[3, 4]]]
    assert found.signs == "⊙=Σ"


def test_the_largest_value_of_a_window_wins():
    found = told(Pool("max", (2,)), STEPS)
    assert found.text == "max(1, 3) = 3\nstep 2 wins; the other cells do not count"
    assert (found.output, found.grids[0].current) == (3, 1)


def test_padding_never_wins_a_maximum():
    found = told(Pool("max", (3,), (1,), "same"), [[-5], [-7]])
    assert found.text.startswith("max(-5, -7) = -5\nstep 1 wins")
    assert found.grids[0].dimmed.tolist() == [[True, False, False]]


def test_padding_never_wins_even_where_no_value_is_finite():
    found = told(Pool("max", (3,), (1,), "same"), [[-np.inf], [-np.inf]])
    assert (found.output, found.grids[0].current) == (-np.inf, 1)


def test_padding_is_left_out_of_a_mean():
    found = told(Pool("average", (3,), (1,), "same"), STEPS)
    assert found.text == "(1 + 3) ÷ 2 = 2\n1 padding cell is left out"
    assert found.sentence == "Step 1: (1 + 3) ÷ 2 = 2."


def test_padding_that_counts_is_a_zero_of_the_mean():
    found = told(Pool("average", (3,), (1,), ((1, 1),), count_include_pad=True), STEPS)
    assert found.text == "(0 + 1 + 3) ÷ 3 = 1.333\n1 padding cell counts as 0"


def test_what_the_last_window_meets_past_the_padding_never_counts():
    layer = Pool("average", (3,), (2,), ((0, 0),), ceil_mode=True, count_include_pad=True)
    assert told(layer, STEPS, (1,)).text == "(2 + (-4)) ÷ 2 = -1\n1 cell past the end is left out"


def test_padding_and_what_lies_past_it_are_told_apart():
    layer = Pool("average", (4,), (3,), ((0, 1),), ceil_mode=True, count_include_pad=True)
    sums = told(layer, STEPS, (1,)), told(replace(layer, count_include_pad=False), STEPS, (1,))
    assert [one.text for one in sums] == [
        "((-4) + 0) ÷ 2 = -2\n1 padding cell counts as 0, 2 cells past the end are left out",
        "(-4) ÷ 1 = -4\n1 padding cell is left out, 2 cells past the end are left out",
    ]
    assert [sums[0].grids[0].aside(0, at) for at in range(4)] == ["", "padding", "past the padding", "past the padding"]


def test_negative_terms_of_a_mean_stand_in_brackets():
    found = told(Pool("average", (2,)), [[1], [-2]])
    assert found.text == "(1 + (-2)) ÷ 2 = -0.5"


def test_a_global_mean_is_told_of_the_channel_by_its_own_name():
    found = told(GlobalPool(), TWO_CHANNELS, (1,), names=("Red edge", "Near IR"))
    assert found.sentence == "Near IR: (10 + 20) ÷ 2 = 15."


def test_a_global_maximum_names_the_place_that_won():
    assert told(GlobalPool("max"), STEPS, names=("one",)).text.startswith("max(1, 3, 2, -4) = 3\nstep 2 wins")


def test_a_long_mean_names_its_first_values_and_counts_the_others():
    found = told(GlobalPool(), np.ones((20, 1)))
    assert found.text == f"({' + '.join('1' * 12)} + … 8 more) ÷ 20 = 1"
    assert found.grids == ()


def test_an_activation_writes_its_formula():
    found = told(Activation(), STEPS, (3,))
    assert (found.text, found.sentence) == ("ReLU(-4) = 0\nmax(0, x)", "Step 4: ReLU(-4) = 0.")


def test_softmax_says_what_it_divides_by():
    found = told(Activation(activation="softmax"), [0, 0, 0, 0], (2,))
    assert found.text == ("softmax: e^0 ÷ (sum of e^x over 4 channels) = 0.25\nafter subtracting the largest, 0: 1 ÷ 4")
    assert found.sentence.startswith("Value 3: softmax")


def test_a_batch_normalisation_uses_the_statistics_of_the_channel():
    layer = BatchNorm(frozen([0, 10]), frozen([1, 4]), frozen([1, 3]), frozen([0, 1]), 0.0)
    found = told(layer, TWO_CHANNELS, (1,), filter=1)
    assert found.text.startswith("(20 − 10) ÷ √(4 + 0) · 3 + 1 = 16\n")
    assert found.output == 16


@pytest.mark.parametrize("kind", [Dropout, SpatialDropout])
def test_a_dropped_value_says_whether_it_was_kept(kind):
    layer = kind(0.5, 3)
    made = layer.run(frozen(np.ones((6, 2))))
    for at in np.ndindex(6, 2):
        found = told(layer, np.ones((6, 2)), at[:1], filter=at[1])
        assert found.output == made[at]
        assert found.text.startswith("kept: 1 ÷ (1 − 0.5) = 2" if made[at] else "silenced: 1 · 0 = 0")


def test_a_flattened_value_says_how_its_number_comes_about():
    found = told(Flatten(), np.arange(12).reshape(2, 3, 2), (9,))
    assert found.text == (
        "9: value 10 is row 2, column 2, channel 2: 4 cells · 2 channels + 2 = 10\nnothing is computed: it is copied"
    )


def test_a_dense_layer_adds_up_all_values():
    found = told(Dense.of([[1, 0], [10, 1]], [0.5, 0]), [1, 2], names=("values",))
    assert found.text == "1·1 + 2·10 = 21\n21 + bias 0.5 = 21.5"
    assert found.sentence.startswith("Value 1: 2 products add up to 21")


def test_a_dense_softmax_looks_at_all_units():
    found = told(Dense.of(np.zeros((2, 4)), activation="softmax"), [1, 2], (1,), names=("values",))
    assert found.output == pytest.approx(0.25)


def test_a_transposed_convolution_adds_what_paints_the_output():
    found = told(GROWING, [[1], [10]], (2,))
    assert found.text == "1·4 + 10·1 = 14\n14 + bias 0.5 = 14.5"


def test_an_output_that_nothing_paints_is_its_bias():
    found = told(replace(GROWING, weights=frozen([[[1]]]), padding="valid"), [[1], [10]], (1,))
    assert found.text == "no input cell paints this output = 0\n0 + bias 0.5 = 0.5"
    assert found.grids == ()


def test_a_term_past_the_last_one_of_the_output_that_is_pointed_at_is_its_last():
    assert told(GROWING, [[1], [10]], (1,), term=1).term.startswith("Term 1 of 1: 1·2 = 2")


def test_an_output_that_nothing_paints_has_no_term():
    layer = replace(GROWING, weights=frozen([[[1]]]), padding="valid")
    assert told(layer, [[1], [10]], (1,), term=0).term == ""


def test_a_layer_that_is_off_passes_on_what_it_reads():
    found = told(replace(Pool("max", (2,)), is_on=False), STEPS, (3,))
    assert found.text == "-4: the layer is switched off: it passes on what it reads"


def test_too_many_weights_for_small_grids_are_told_in_words_alone():
    found = told(Dense.of(np.ones((5000, 1))), np.ones(5000), names=("values",))
    assert (found.grids, found.output) == ((), 5000)
    assert found.whole.count("1·1") == 5000
