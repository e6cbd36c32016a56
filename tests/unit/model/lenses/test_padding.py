"""The padding microscope: sources, names, borders, and the odd zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.padding import (
    MODE_NAMES,
    NO_NAME,
    border_line,
    border_of,
    cell_sentence,
    chosen_layer,
    first_choice,
    mode_differences,
    padded,
    same_sentence,
    same_zeros,
)
from convstudio.ops import PADDING_MODES, ShapeError, conv, pad

IMAGE = np.arange(1.0, 21).reshape(4, 5, 1)
LAYER = replace(Conv.of(np.ones((3, 3, 1, 1))), padding="same")


def padded_with(mode, padding=((2, 2), (2, 2))):
    return padded(IMAGE, replace(LAYER, padding=padding).geometry((4, 5)), mode)


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_every_cell_holds_the_value_of_the_cell_that_it_copies(mode):
    shown = padded_with(mode)
    for row in range(8):
        for column in range(9):
            source = shown.source_of(row, column)
            expected = 0 if source is None else shown.values[source]
            assert shown.values[row, column] == expected
            assert source is None or not shown.is_padding(*source)


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_numpys_name_of_a_mode_pads_as_we_do(mode):
    expected = np.pad(IMAGE[..., 0], 2, mode=MODE_NAMES[mode][0])
    np.testing.assert_array_equal(padded_with(mode).values, expected)


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_scipys_name_of_a_mode_filters_as_we_do(mode):
    kernel = np.arange(9.0).reshape(3, 3)
    ours = conv(IMAGE, kernel[..., np.newaxis, np.newaxis], padding="same", padding_mode=mode)[..., 0]
    np.testing.assert_allclose(ndimage.correlate(IMAGE[..., 0], kernel, mode=MODE_NAMES[mode][3]), ours)


def test_the_word_reflect_means_two_modes():
    assert MODE_NAMES["reflect"][0] == MODE_NAMES["symmetric"][3] == "reflect"


def test_a_mode_that_a_library_has_not_got_has_no_name_there():
    assert [mode for mode in PADDING_MODES if MODE_NAMES[mode][2] == NO_NAME] == ["replicate", "circular"]


def test_a_padding_cell_names_the_cell_that_it_copies():
    assert cell_sentence(padded_with("reflect"), 0, 3) == "Padding cell row -1, column 2 copies row 3, column 2: 12."


def test_a_zero_copies_nothing_and_an_inner_cell_is_itself():
    assert cell_sentence(padded_with("zeros"), 0, 0).endswith("is a zero. It copies no cell.")
    assert cell_sentence(padded_with("zeros"), 2, 2) == "Row 1, column 1 is a cell of the input: 1."


def test_a_reflection_wider_than_the_input_is_refused():
    with pytest.raises(ShapeError, match="reflect padding of 4 cells"):
        padded_with("reflect", ((4, 4), (0, 0)))


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "zeros"),
    [
        (5, 3, 1, (1, 1)),
        (5, 3, 2, (1, 1)),
        (6, 3, 2, (0, 1)),
        (8, 3, 2, (0, 1)),
        (224, 7, 2, (2, 3)),
        (10, 6, 1, (2, 3)),
        (5, 2, 1, (0, 1)),
        (5, 4, 1, (1, 2)),
    ],
)
def test_same_puts_the_odd_zero_after(size, kernel, stride, zeros):
    assert same_zeros(size, kernel, stride) == zeros


def test_scipy_puts_the_odd_zero_of_an_even_kernel_before():
    impulse = np.float64([0, 0, 0, 1, 0, 0])
    ours = conv(impulse[:, np.newaxis], np.float64([1, 2])[:, np.newaxis, np.newaxis], padding=((1, 0),))[:, 0]
    np.testing.assert_array_equal(ndimage.correlate(impulse, [1, 2], mode="constant"), ours)


def test_same_without_padding_says_so():
    assert same_sentence(4, 1, 1) == "Output ⌈4 ÷ 1⌉ = 4 takes no zeros."


@pytest.mark.parametrize(("settings", "line"), [
    ({"padding": "valid"}, "0 of 36 outputs (0\xa0%) read padding."),
    ({"padding": "same"}, "28 of 64 outputs (44\xa0%) read padding."),
    ({"padding": "same", "stride": (2, 2)}, "7 of 16 outputs (44\xa0%) read padding."),
    ({"padding": "full"}, "64 of 100 outputs (64\xa0%) read padding."),
])  # fmt: skip
def test_the_border_is_counted(settings, line):
    layer = replace(Conv.of(np.ones((3, 3, 1, 1))), **settings)
    assert border_line(border_of(layer.geometry((8, 8)))) == line


def test_a_thin_border_is_a_part_of_one_percent():
    assert border_line(border_of(LAYER.geometry((512, 512)))) == "2044 of 262144 outputs (0.8\xa0%) read padding."


def test_modes_differ_at_the_border_and_only_there():
    sliding = LAYER.geometry((4, 5))
    kernel = Linear(np.ones((3, 3, 1, 1)), np.zeros(1), (1, 1))
    found = mode_differences(kernel, IMAGE, sliding, "zeros")
    assert found["zeros"] == 0
    expected = conv(pad(IMAGE, sliding.pairs, "replicate", 2), kernel.weights) - conv(IMAGE, kernel.weights, padding=1)
    assert found["replicate"] == np.abs(expected).max()
    assert not expected[1:-1, 1:-1].any()


def test_a_mode_that_cannot_pad_so_far_has_no_difference():
    sliding = replace(LAYER, padding=((4, 4), (0, 0))).geometry((4, 5))
    found = mode_differences(Linear(np.ones((3, 3, 1, 1)), np.zeros(1), (1, 1)), IMAGE, sliding, "zeros")
    assert found["reflect"] is None


def test_a_layer_without_padding_is_looked_at_with_same():
    assert first_choice(Conv.of(np.ones((3, 3, 1, 1)))) == "same"
    assert first_choice(LAYER) == "The layer's"


def test_the_layers_own_padding_can_be_chosen():
    assert chosen_layer(LAYER, "The layer's", "circular") == replace(LAYER, padding_mode="circular")
