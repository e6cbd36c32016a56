import numpy as np
import pytest

from convstudio.model.colour.display import Levels
from convstudio.model.colour.map_levels import (
    Ends,
    ends_of_map,
    held_ends,
    levels_from,
    levels_of_map,
    sample_step,
    scale_note,
)
from convstudio.model.values.scale import GREY, ColourMap, Scale, ramp

WARM = ColourMap("warm", is_signed=False, table=ramp([(0, 0, 0), (255, 200, 100)]))


def test_the_ends_of_a_map_leave_out_what_is_not_finite():
    ends = ends_of_map(np.float32([[np.nan, -2], [np.inf, 5]]))
    assert (ends.low[0], ends.high[0]) == (-2, 5)


def test_maps_together_reach_from_the_lowest_to_the_highest():
    both = Ends.joined([ends_of_map(np.float32([-1, 0])), ends_of_map(np.float32([0, 7]))]).together
    assert (both.low[0], both.high[0]) == (-1, 7)


def test_the_ends_of_one_of_several_maps_are_its_own():
    joined = Ends.joined([ends_of_map(np.float32([-1, 0])), ends_of_map(np.float32([0, 7]))])
    assert joined.of(1).high.tolist() == [7]


def test_levels_that_leave_out_extremes_hold_the_middle_values():
    values = np.append(np.linspace(0, 1, 999), 1000).astype(np.float32)
    levels = levels_from(ends_of_map(values), Scale(colours=GREY), cuts=True)
    assert levels.high < 2


def test_levels_that_would_shrink_to_nothing_hold_all_values():
    values = np.append(np.zeros(999), 8).astype(np.float32)
    assert levels_from(ends_of_map(values), Scale(), cuts=True).high == 8


def test_signed_levels_are_centred_on_zero():
    levels = levels_of_map(np.float32([[-1, 3]]), Scale())
    assert levels.low == -levels.high


def test_the_step_of_a_sample_is_odd():
    assert all(sample_step(count) % 2 for count in (1, 2**14, 2**15, 2**20, 3 * 10**6))


def test_the_note_names_the_maps_where_the_scale_is_shared():
    assert scale_note(Scale(is_shared=True), (6, 6), 4) == "all values of all 4 maps"


def test_levels_that_the_user_set_hold_whatever_the_values_are():
    levels = levels_of_map(np.float32([[-1, 30]]), Scale(colours=GREY, held=(0.0, 2.0)))
    assert (levels.low, levels.high, levels.cuts) == (0, 2, True)


def test_levels_that_the_user_set_are_centred_on_zero_where_they_are_signed():
    levels = levels_of_map(np.float32([[0, 1]]), Scale(held=(0.0, 2.0)))
    assert (levels.low, levels.high, levels.cuts) == (-2, 2, False)


def test_levels_have_the_colours_of_the_scale():
    assert levels_of_map(np.float32([[0, 1]]), Scale(colours=WARM)).colour_map == WARM


def test_either_end_of_signed_levels_moves_both():
    levels = Levels(-3.0, 3.0, signed=True)
    assert [held_ends(levels, -2.0, 3.0), held_ends(levels, -3.0, 5.0)] == [(-2.0, 2.0), (-5.0, 5.0)]


@pytest.mark.parametrize("ends", [(2.0, 1.0), (1.0, 1.0)])
def test_ends_that_would_cross_stay(ends):
    assert held_ends(Levels(0.0, 3.0, signed=False), *ends) == (0.0, 3.0)


def test_the_note_tells_that_levels_were_set():
    assert "set" in scale_note(Scale(held=(0.0, 1.0)), (6, 6), 4)
