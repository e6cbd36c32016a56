"""What the gallery decides: what maps hold, their marks, their order, their levels and their tiles."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.colour.display import NOT_A_NUMBER, Levels
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import gallery
from convstudio.model.panes.gallery import Mark, MarkKind
from convstudio.model.values import combination
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.model.values.maps import Maps
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.scale import DIVERGING, GREY, PLAIN, Scale
from convstudio.model.values.view_state import ViewState

SHARED = Scale(is_shared=True)

VALUES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=3, max_side=6),
    elements=st.floats(-100, 100, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3),
)


def maps_of(values):
    return Maps(TiledArray.of(values))


def survey_of(*maps):
    return gallery.survey(maps_of(np.stack([np.ravel(one) for one in maps], axis=-1)))


@given(VALUES)
def test_a_survey_says_what_numpy_says_of_each_map(values):
    found = gallery.survey(maps_of(values))
    flat = values.reshape(-1, values.shape[-1]).astype(np.float64)
    np.testing.assert_array_equal(found.lowest, flat.min(axis=0))
    np.testing.assert_array_equal(found.highest, flat.max(axis=0))
    np.testing.assert_allclose(found.mean, flat.mean(axis=0), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.energy, np.square(flat).sum(axis=0), rtol=1e-5)


def test_likeness_is_the_cosine():
    assert survey_of([1, 0], [1, 1]).likeness[0, 1] == pytest.approx(np.sqrt(0.5))


def test_maps_surveyed_in_bands_say_the_same(monkeypatch):
    maps = maps_of(np.random.default_rng(1).standard_normal((9, 4, 3)))
    whole = gallery.survey(maps)
    monkeypatch.setattr(combination, "_BAND_VALUES", 12)
    np.testing.assert_allclose(gallery.survey(maps).likeness, whole.likeness, atol=1e-6)


def test_the_ends_of_a_map_are_those_of_its_finite_values():
    found = survey_of([np.nan, -1, 4, np.inf], [np.nan] * 4)
    assert (found.lowest.tolist(), found.highest.tolist()) == ([-1, 0], [4, 0])


def test_a_survey_that_is_cancelled_stops():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        gallery.survey(maps_of(np.ones((4, 4))), progress)


@pytest.mark.parametrize(("spatial", "filters", "shown"), [((6, 6), 2, True), ((6,), 2, True), ((6, 6), 1, False)])
def test_a_gallery_is_for_several_maps(spatial, filters, shown):
    assert gallery.can_show(maps_of(np.ones((*spatial, filters)))) is shown


def test_a_volume_and_a_layer_without_maps_have_no_gallery():
    assert not gallery.can_show(maps_of(np.ones((2, 2, 2, 3))))
    assert not gallery.can_show(None)


# --- marks -------------------------------------------------------------------------------------------------------


def test_a_map_of_zeros_and_a_map_of_one_value_are_marked_dead():
    marks = survey_of([0, 0, 0], [2, 2, 2], [1, 2, 3]).marks
    assert marks == (Mark(MarkKind.DEAD), Mark(MarkKind.FLAT, 2.0), None)


def test_the_later_of_two_equal_maps_is_marked_a_duplicate():
    marks = survey_of([1, 2, 3], [3, 1, 2], [1, 2, 3]).marks
    assert [mark and mark.words for mark in marks] == [None, None, "duplicate: map 1"]


def test_a_map_that_is_another_one_times_a_number_says_so():
    mark = survey_of([1, 2, 3], [2.5, 5, 7.5]).marks[1]
    assert (mark.words, mark.sign) == ("duplicate: map 1 times 2.5", "∝ 1")


def test_the_negative_of_a_map_is_no_duplicate():
    assert survey_of([1, 2, 3], [-1, -2, -3]).marks == (None, None)


def test_two_dead_maps_are_dead_and_not_duplicates():
    assert [mark.kind for mark in survey_of([1, 1], [1, 1]).marks] == [MarkKind.FLAT] * 2


def test_a_map_of_one_cell_is_dead_only_where_it_is_zero():
    assert survey_of([0], [2], [2]).marks == (Mark(MarkKind.DEAD), None, None)


def test_a_nearly_flat_map_is_no_duplicate_of_a_flat_one():
    assert survey_of([2, 2, 2], [2, 2, 2.001]).marks[1] is None


def test_a_map_that_holds_no_number_is_neither_dead_nor_a_duplicate():
    assert survey_of([np.nan, 1, 1], [np.nan, 1, 1]).marks == (None, None)


def test_a_nearly_equal_map_is_no_duplicate():
    assert survey_of([1, 2, 3], [1, 2, 3.2]).marks == (None, None)


# --- order -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("order", (0, 1, 2)),
        ("mean", (1, 0, 2)),
        ("maximum", (2, 1, 0)),
        ("energy", (2, 1, 0)),
        ("likeness", (0, 1, 2)),
    ],
)
def test_maps_are_sorted_by_what_is_asked(by, order):
    found = survey_of([1, 1, 0], [2, 2, 1], [-9, -9, 5])
    assert gallery.ordered(found, by, 0, 3) == order


def test_maps_that_are_alike_stay_in_order_and_those_without_a_number_go_last():
    found = survey_of([np.nan, 1], [1, 1], [1, 1])
    assert gallery.ordered(found, "mean", 0, 3) == (1, 2, 0)


def test_without_a_survey_maps_stay_in_order():
    assert gallery.ordered(None, "mean", 0, 3) == (0, 1, 2)


# --- words -------------------------------------------------------------------------------------------------------


def test_a_filter_is_named_by_its_detector():
    bump = np.float32([[0, 1, 0]])
    layer = Conv.of(np.stack([bump, bump * 2], axis=-1)[:, :, np.newaxis])
    detectors = (Detector("bump", "Bump", 2, bump, False, "", ""),)
    assert [gallery.map_name(layer, index, detectors) for index in range(3)] == ["bump", "", ""]


def test_a_name_of_its_own_goes_before_that_of_the_detector():
    bump = np.float32([[0, 1, 0]])
    layer = replace(Conv.of(bump[..., np.newaxis, np.newaxis]), filter_names=("mine",))
    assert gallery.map_name(layer, 0, (Detector("bump", "Bump", 2, bump, False, "", ""),)) == "mine"


def test_a_map_says_what_it_holds_what_is_wrong_and_how_alike_it_is():
    found = survey_of([1, 0], [2, 0])
    facts = gallery.map_facts(found, 1, "likeness", 0)
    assert facts == "duplicate: map 1 times 2 · from 0 to 2 · mean 1 · energy 4 · likeness to map 1 1"


def test_the_gallery_says_how_many_maps_are_dead_and_which_levels_hold():
    found = survey_of([0, 0], [1, 0], [1, 0])
    levels = gallery.map_levels(found, 0, SHARED)
    told = gallery.gallery_facts(found, levels, None, "order", 0, chosen=2)
    assert told == "3 maps · 1 dead · 1 duplicate · all maps from -1 to 1 (shared scale) · 2 selected"


# --- levels and tiles ----------------------------------------------------------------------------------------------


def test_shared_levels_hold_every_map_and_own_levels_one():
    found = survey_of([0, 1], [-8, 0])
    assert gallery.map_levels(found, 0, SHARED) == Levels(-8.0, 8.0, signed=True)
    assert gallery.map_levels(found, 0, PLAIN) == Levels(-1.0, 1.0, signed=True)
    assert gallery.map_levels(found, 1, Scale(colours=GREY)) == Levels(-8.0, 0.0, signed=False)


@given(
    values=arrays.arrays(np.float32, st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(1, 3)),
                         elements=st.floats(-100, 100, width=32)),
    colours=st.sampled_from([DIVERGING, GREY]), cuts=st.sampled_from([None, True, False]),
)  # fmt: skip
def test_a_map_and_its_tile_have_the_same_levels(values, colours, cuts):
    made, scale = Maps(TiledArray.of(values)), Scale(colours=colours, cuts=cuts)
    found = gallery.survey(made)
    for index in range(made.filters):
        assert gallery.map_levels(found, index, scale) == levels_of_map(made.map(index), scale)


def test_a_map_and_its_tile_have_the_same_levels_where_only_a_sample_is_asked():
    made = Maps(TiledArray.of(np.random.default_rng(3).normal(size=(700, 800, 2))))
    assert gallery.map_levels(gallery.survey(made), 1, PLAIN) == levels_of_map(made.map(1), PLAIN)


@pytest.mark.parametrize("scale", [PLAIN, Scale(colours=GREY), Scale(colours=GREY, cuts=True), Scale(cuts=True)])
@pytest.mark.parametrize("side", [4, 90])
@pytest.mark.parametrize("value", [-2.0, 0.0, 0.25, 2.0])
def test_a_map_of_equal_values_has_a_scale_that_holds_zero(value, side, scale):
    levels = levels_of_map(np.full((side, side), value, np.float32), scale)
    assert levels.low <= min(0, value) <= max(0, value) <= levels.high


def test_values_that_are_no_numbers_count_for_no_level():
    values = np.array([[np.nan, np.inf, 2.0]] * 30 + [[1.0, -3.0, 2.0]] * 70, np.float32).reshape(100, 1, 3)
    made = Maps(TiledArray.of(values))
    assert [gallery.map_levels(gallery.survey(made), index, PLAIN).high for index in range(3)] == [1, 3, 2]


def test_the_map_pane_keeps_a_shared_scale_until_the_new_maps_are_surveyed():
    before, after = (Maps(TiledArray.of(np.array(values, np.float32))) for values in ([[1, 5]], [[2, 9]]))
    view = ViewState(scale=SHARED)
    assert gallery.levels_on_show(after.map(0), view, after, gallery.survey(before)).high == 5
    assert gallery.levels_on_show(after.map(0), view, after, gallery.survey(after)).high == 9


def test_a_combination_has_a_scale_of_its_own():
    made = Maps(TiledArray.of(np.array([[1, 5]], np.float32)))
    view = ViewState(scale=SHARED, combined=True)
    assert gallery.levels_on_show(np.float32([40]), view, None, gallery.survey(made)).high == 40


def test_a_rare_extreme_does_not_pale_a_large_map():
    values = np.tile([1.0, -1.0], 5000)
    values[0] = 1000
    levels = gallery.map_levels(survey_of(values, values), 0, PLAIN)
    assert levels.cuts
    assert levels.high < 50


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 16))
def test_a_reduced_map_fits_the_tile_and_stays_near_its_mean(rows, columns, side):
    values = np.random.default_rng(rows).random((rows, columns), np.float32)
    small = gallery.reduced(values, side)
    assert max(small.shape) <= max(side, 1)
    assert small.mean() == pytest.approx(values.mean(), abs=0.2)


def test_a_tile_keeps_every_thin_line():
    values = np.zeros((600, 1200), np.float32)
    values[:, 50::100] = 1
    assert {np.count_nonzero(row > 0.4) for row in gallery.reduced(values, 92)} == {12}


def test_an_even_map_becomes_the_mean_of_areas():
    values = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert gallery.reduced(values, 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_a_map_smaller_than_its_tile_is_left_as_it_is():
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert np.array_equal(gallery.reduced(values, 64), values)


def test_a_value_that_is_no_number_can_be_seen_on_the_tile():
    picture = gallery.tile_picture(np.float32([[np.nan, 0]]), Levels(-1, 1, signed=True), 64)
    assert tuple(picture[0, 0]) == (*NOT_A_NUMBER, 255)


def bars(values, side=20):
    levels = levels_of_map(np.float32(values), PLAIN)
    return gallery.tile_picture(np.float32(values), levels, side)[..., 3] > 0


def test_the_bars_of_a_sequence_stand_above_or_hang_below_zero():
    painted = bars([1, -1])
    middle = painted.shape[0] // 2 - 1
    assert painted[: middle - 2, 2].any()
    assert not painted[: middle - 2, 15].any()
    assert painted[middle + 2 : -4, 15].any()


def test_a_long_sequence_keeps_its_one_spike():
    values = np.zeros(10_000)
    values[5000] = 1
    assert bars(values)[0].sum() == 1


def test_a_map_whose_squares_are_below_float32_is_no_duplicate():
    assert survey_of([1e-30, 2e-30], [1.0, 2.0]).marks == (None, None)
