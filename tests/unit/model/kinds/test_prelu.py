import numpy as np
import pytest

from convstudio.model.kinds.prelu import PRelu
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.limits import LIMITS
from convstudio.ops import prelu
from convstudio.ops.shapes import ShapeError

TWO = PRelu(frozen([0.5, -1]))


def test_every_channel_has_its_own_slope():
    assert TWO.run(frozen([[-2, -2], [3, 3]])).tolist() == [[-1, 2], [3, 3]]


def test_one_slope_is_that_of_all_channels():
    assert PRelu(frozen([0.5])).run(frozen([[-2, -4, 1]])).tolist() == [[-1, -2, 1]]


def test_a_new_one_begins_with_pytorchs_slope():
    assert PRelu.of(2).slopes.tolist() == [0.25, 0.25]


def test_another_number_of_channels_is_refused_with_both_numbers():
    with pytest.raises(ShapeError, match="has slopes of 2 channels, and its input has 3: fit it"):
        TWO.output_shape((4, 4, 3))


def test_fitted_to_more_channels_it_keeps_its_slopes_and_begins_new_ones():
    assert TWO.fitted_to((4, 4, 3)).slopes.tolist() == [0.5, -1, 0.25]


def test_fitted_to_fewer_channels_it_keeps_the_first_slopes():
    assert TWO.fitted_to((4, 4, 1)).slopes.tolist() == [0.5]


def test_slopes_follow_their_maps():
    assert TWO.following(MapOrder(2, (1, 0))).slopes.tolist() == [-1, 0.5]


EVERY = PRelu(frozen(np.arange(12).reshape(2, 3, 2) / 4))


def test_every_cell_may_have_its_own_slope():
    x = -np.ones((2, 3, 2), np.float32)
    np.testing.assert_array_equal(EVERY.run(frozen(x)), -EVERY.slopes)


def test_cells_along_an_axis_of_length_1_share_their_slope():
    shared = PRelu(frozen(np.array([[[0.5], [2]]])))
    assert shared.run(frozen(-np.ones((2, 2, 1)))).tolist() == [[[-0.5], [-2]], [[-0.5], [-2]]]


@pytest.mark.parametrize("shape", [(2, 4, 2), (3, 2), (2, 3, 3)])
def test_slopes_of_other_cells_are_refused_with_both_shapes(shape):
    with pytest.raises(ShapeError, match=r"has slopes of 2×3×2 cells, and its input has .*: fit it to its input"):
        EVERY.output_shape(shape)


def test_slopes_of_cells_are_kept_where_the_input_still_has_these_cells():
    fitted = EVERY.fitted_to((3, 2, 2)).slopes
    np.testing.assert_array_equal(fitted[:2], EVERY.slopes[:, :2])
    assert fitted[2].tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_slopes_of_cells_follow_their_maps():
    np.testing.assert_array_equal(EVERY.following(MapOrder(2, (1, 0))).slopes, EVERY.slopes[..., ::-1])


def test_the_calculation_has_the_slope_of_its_cell_in_it():
    output, text = EVERY.told((2, 3, 2), (1, 0, 1), frozen([0, -2]))
    assert (output, text.splitlines()[1]) == (-3.5, "x where x ≥ 0, else 1.75·x")


def test_of_a_layer_with_slopes_of_cells_the_facts_say_so_and_no_single_one_can_be_set():
    assert "the slope of its cell" in EVERY.facts
    assert EVERY.form(LIMITS) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2, "PReLU(-2) = -1\nx where x ≥ 0, else 0.5·x"),
        (2, "PReLU(2) = 2\nx where x ≥ 0, else 0.5·x"),
    ],
)
def test_the_calculation_has_the_slope_in_it(value, text):
    assert TWO.told((1, 2), (0, 0), frozen([value, 0]))[1] == text


def test_the_field_holds_the_slope_of_the_selected_channel():
    (slope,) = TWO.form(LIMITS)
    changed = slope.write(TWO, 1, 0.125)
    assert (slope.read(TWO, 1), changed.slopes.tolist()) == (-1, [0.5, 0.125])


def test_the_function_keeps_the_float_type():
    assert prelu(np.float32([-1.0]), [0.1]).dtype == np.float32


def test_the_function_refuses_another_number_of_slopes():
    with pytest.raises(ShapeError, match="give one number per channel"):
        prelu([[1.0, 2.0, 3.0]], [0.1, 0.2])
