import numpy as np
import pytest

from convstudio.ops import PADDING_MODES, PADDINGS, ShapeError, output_shape, per_axis, resolve_padding


def test_the_tutorials_sequence_and_image_shrink_by_the_kernel():
    assert output_shape((8,), (3,)) == (6,)
    assert output_shape((8, 8), (3, 3)) == (6, 6)


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 7])
def test_same_gives_one_output_per_stride(size, stride, kernel):
    assert output_shape((size,), (kernel,), stride=stride, padding="same") == (-(-size // stride),)


def test_the_odd_cell_of_same_goes_after():
    assert resolve_padding((6, 6), (2, 4), padding="same") == ((0, 1), (1, 2))


def test_full_counts_every_overlap():
    assert output_shape((5, 6), (3, 2), padding="full") == (7, 7)


def test_causal_pads_the_past_only():
    assert resolve_padding((9,), (3,), padding="causal", dilation=2) == ((4, 0),)


@pytest.mark.parametrize("padding", [2, (2, 2), ((2, 2), (2, 2)), np.array([2, 2])])
def test_a_padding_is_one_number_one_per_axis_or_a_pair_per_axis(padding):
    assert resolve_padding((5, 5), (3, 3), padding=padding) == ((2, 2), (2, 2))


def test_a_dilated_kernel_spans_its_gaps():
    assert output_shape((9, 9), (3, 3), dilation=(4, 1)) == (1, 7)


def test_the_names_of_paddings_and_modes_are_the_contracts():
    assert PADDINGS == ("valid", "same", "full", "causal")
    assert PADDING_MODES == ("zeros", "reflect", "symmetric", "replicate", "circular")


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        (
            {"spatial": (4, 4), "kernel_size": (5, 5), "dilation": 2},
            "the kernel 5×5 (9×9 with dilation 2) is larger than the padded input 4×4 along its rows and columns; "
            "use a smaller kernel, less dilation, or more padding",
        ),
        (
            {"spatial": (2,), "kernel_size": (5,), "padding": 1},
            "the kernel 5 is larger than the padded input 4 along its steps; "
            "use a smaller kernel, less dilation, or more padding",
        ),
        (
            {"spatial": (2, 9, 2), "kernel_size": (3, 3, 3)},
            "the kernel 3×3×3 is larger than the padded input 2×9×2 along its planes and columns; "
            "use a smaller kernel, less dilation, or more padding",
        ),
        (
            {"spatial": (8, 8), "kernel_size": (3,)},
            "the kernel 3 has rank 1 and the input 8×8 has rank 2; use a kernel of the same rank as the input",
        ),
        (
            {"spatial": (8, 0), "kernel_size": (3, 3)},
            "the input 8×0 has no cells; every axis needs at least 1",
        ),
        (
            {"spatial": (8, 8), "kernel_size": (0, 3)},
            "the kernel 0×3 has no cells; every axis needs at least 1",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_named_with_what_to_change(keywords, sentence):
    with pytest.raises(ShapeError) as caught:
        output_shape(**keywords)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"stride": 0}, "stride 0 is too small; use 1 or more"),
        ({"stride": (1, -2)}, "stride -2 is too small; use 1 or more"),
        ({"stride": 1.5}, "stride 1.5 is not a whole number; use 1 or more"),
        (
            {"stride": (1, 1, 1)},
            "stride (1, 1, 1) has length 3; give one number, or one per axis (here 2)",
        ),
        ({"dilation": 0}, "dilation 0 is too small; use 1 or more"),
        ({"padding": -1}, "padding -1 is too small; use 0 or more"),
        ({"padding": None}, "padding None is not a whole number; use 0 or more"),
        ({"padding": (1,)}, "padding (1,) has length 1; give one number, or one per axis (here 2)"),
        (
            {"padding": [(1, 2)]},
            "padding ((1, 2),) has length 1; give one (before, after) pair per axis (here 2)",
        ),
        ({"padding": [(1, 2), (1, -2)]}, "a padding pair -2 is too small; use 0 or more"),
        (
            {"padding": "some"},
            'padding "some" is not known; use one of valid, same, full, causal, or numbers of cells',
        ),
        ({"padding": "causal"}, 'padding "causal" is for sequences, but the kernel has 2 axes; use "same"'),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_can(keywords, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the whole sentence is compared below
        output_shape((8, 8), (3, 3), **keywords)
    assert str(caught.value) == sentence


def test_one_number_stands_for_every_axis():
    assert per_axis(np.int64(3), 3, "stride") == (3, 3, 3)
