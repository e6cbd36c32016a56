import numpy as np
import pytest

from convstudio.ops import ShapeError, conv_transpose, transposed_shape

pytestmark = pytest.mark.usefixtures("engine")

ONE = np.ones((1, 1))


def test_every_value_paints_its_window():
    y, w = np.array([[1.0], [2.0]]), np.array([1.0, 10.0, 100.0]).reshape(3, 1, 1)
    assert conv_transpose(y, w)[:, 0].tolist() == [1, 12, 120, 200]


def test_numbers_of_padding_are_cut_as_in_pytorch():
    y, w = np.array([[1.0], [2.0]]), np.array([1.0, 10.0, 100.0]).reshape(3, 1, 1)
    assert conv_transpose(y, w, padding=[(1, 0)])[:, 0].tolist() == [12, 120, 200]


def test_output_padding_adds_cells_after():
    y, w = np.array([[1.0], [2.0]]), np.array([1.0, 10.0, 100.0]).reshape(3, 1, 1)
    added = conv_transpose(y, w, [0.5], stride=2, padding=1, output_padding=1)
    assert added[:, 0].tolist() == [10.5, 102.5, 20.5, 200.5]


def test_a_weight_that_is_no_number_paints_only_its_own_cells():
    made = conv_transpose(np.ones((3, 1)), np.array([1.0, np.nan, 1.0]).reshape(3, 1, 1))
    assert np.isnan(made[:, 0]).tolist() == [False, True, True, True, False]


def test_a_value_that_is_no_number_paints_only_its_own_window():
    y = np.array([1.0, 1.0, np.nan, 1.0, 1.0]).reshape(5, 1)
    made = conv_transpose(y, np.ones((3, 1, 1)), stride=2)
    assert np.isnan(made[:, 0]).tolist() == [False] * 4 + [True] * 3 + [False] * 4


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "output_padding", "dilation", "keras"),
    [
        # the lengths of keras.src.backend.common.backend_utils.compute_conv_transpose_output_length
        (5, 3, 2, "valid", None, 1, 11),
        (5, 2, 3, "valid", None, 1, 15),
        (5, 3, 2, "same", None, 1, 10),
        (5, 3, 2, "same", 1, 1, 10),
        (5, 4, 2, "same", 1, 1, 9),
        (5, 3, 2, "same", None, 2, 10),
        (5, 3, 2, "valid", 1, 1, 12),
    ],
)
def test_names_of_padding_make_kerass_sizes(size, kernel, stride, padding, output_padding, dilation, keras):
    keywords = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation}
    assert transposed_shape((size,), (kernel,), **keywords) == (keras,)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"y": ONE, "weights": np.ones((3, 1, 2))},
            "weights of shape 3×1×2 have 2 filters, but the map has 1; give one map per filter",
        ),
        (
            {"y": np.ones((1, 2)), "weights": np.ones((3, 1, 2)), "groups": 3},
            "3 groups need a number of filters divisible by 3, not 2; use fewer groups or other filters",
        ),
        (
            {"y": ONE, "weights": np.ones((3, 0, 1))},
            "weights of shape 3×0×1 leave nothing to compute; use at least 1 channel and 1 filter",
        ),
        (
            {"y": ONE, "weights": np.ones((3, 1, 1)), "padding": 2},
            "padding [(2, 2)] leaves nothing of the 3 cells that a map 1 and a kernel 3 make; "
            "use less padding or a larger kernel",
        ),
        (
            {"y": np.ones((0, 1)), "weights": np.ones((3, 1, 1))},
            "the input 0 has no cells; every axis needs at least 1",
        ),
        (
            {"y": ONE, "weights": np.ones((3, 2, 1)), "bias": [1.0]},
            "a bias of shape 1 does not fit 2 filters; use one number per filter",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_named_with_what_to_change(arguments, sentence):
    with pytest.raises(ShapeError) as caught:
        conv_transpose(**arguments)
    assert str(caught.value) == sentence


def test_an_output_padding_as_wide_as_the_stride_is_refused():
    with pytest.raises(ValueError, match="output padding 2 must be below the stride or the dilation; use 1 or less"):
        conv_transpose(ONE, np.ones((3, 1, 1)), stride=2, output_padding=2)
