import numpy as np
import pytest

from convstudio.model.kinds.rescaling import RANGES, Rescaling
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import frozen
from convstudio.model.values.limits import LIMITS
from convstudio.ops import rescale
from convstudio.ops.shapes import ShapeError

TWO = Rescaling((2, 3), (-1, 0))


def test_every_channel_has_its_own_scale_and_offset():
    assert TWO.run(frozen([[1, 2], [0, 0]])).tolist() == [[1, 6], [-1, 0]]


@pytest.mark.parametrize(("name", "ends"), [("0 to 255", [0, 255]), ("−1 to 1", [-1, 1]), ("0 to 1, as it is", [0, 1])])
def test_a_range_is_made_of_0_to_1(name, ends):
    assert Rescaling.of(*RANGES[name]).run(frozen([[0], [1]])).ravel().tolist() == ends


def test_a_mean_and_a_deviation_for_each_channel_normalise_it():
    values = frozen([[0.5, 0.25]])
    made = Rescaling.of_mean([0.5, 0.75], [0.25, 0.5])
    assert made.run(values).tolist() == [[0, -1]]


def test_a_deviation_of_0_is_refused():
    with pytest.raises(ValueError, match="not above 0"):
        Rescaling.of_mean([0.5], [0.0])


def test_another_number_of_channels_is_refused_with_both_numbers():
    with pytest.raises(ShapeError, match="has numbers for 2 channels, and its input has 3: fit it"):
        TWO.output_shape((4, 4, 3))


def test_fitted_to_more_channels_the_last_numbers_go_on():
    fitted = TWO.fitted_to((4, 4, 3))
    assert (fitted.scale, fitted.offset) == ((2, 3, 3), (-1, 0, 0))


def test_fitted_to_fewer_channels_it_keeps_the_first_numbers():
    assert TWO.fitted_to((4, 4, 1)).scale == (2,)


def test_its_numbers_follow_their_maps():
    assert TWO.following(MapOrder(2, (1, 0))).scale == (3, 2)


def test_one_for_all_channels_takes_any_number_of_them():
    assert Rescaling.of(2, -1).output_shape((4, 4, 7)) == (4, 4, 7)


def test_the_calculation_has_scale_and_offset_in_it():
    assert TWO.told((1, 2), (0, 0), frozen([3, 0])) == (5, "3·2 + (-1) = 5")


def test_the_fields_hold_the_numbers_of_the_selected_channel():
    _, scale, offset = TWO.form(LIMITS)
    assert (scale.read(TWO, 1), offset.read(TWO, 0)) == (3, -1)
    assert scale.write(TWO, 1, 5).scale == (2, 5)
    assert offset.write(TWO, 0, 5).offset == (5, 0)


def test_the_choice_of_a_range_sets_all_channels_and_shows_own_numbers_as_such():
    ranges, _, _ = TWO.form(LIMITS)
    assert ranges.entries[int(ranges.read(TWO, 0))] == "own numbers"
    chosen = ranges.write(TWO, 0, 1)
    assert (chosen.scale, chosen.offset) == ((255, 255), (0, 0))
    assert ranges.entries[int(ranges.read(chosen, 0))] == "0 to 255"
    assert ranges.write(TWO, 0, len(RANGES)) is TWO


def test_it_has_nothing_to_learn():
    assert TWO.parameters == 0


def test_the_function_keeps_the_float_type_and_refuses_another_number_of_scales():
    assert rescale(np.float32([1.0]), [0.1], [0]).dtype == np.float32
    with pytest.raises(ShapeError, match="give one number per channel"):
        rescale([[1.0, 2.0, 3.0]], [0.1, 0.2], [0])
