import numpy as np
import pytest

from convstudio.model.colour import display
from convstudio.model.colour.display import Levels
from convstudio.model.values.scale import ZERO

LIGHT_TEXT, DARK_TEXT = (0xE7, 0xE8, 0xEA), (0x1F, 0x23, 0x28)
ODD = np.float32([np.nan, np.inf, -np.inf])


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [part / 255 for part in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colour_list(signed):
    return [tuple(colour) for colour in Levels(-1.0, 1.0, signed=signed).colour_map.table.tolist()]


def test_statistics_count_every_kind_of_value():
    found = display.statistics(np.float32([[0, -0.0, 2], [np.nan, np.inf, -np.inf]]))
    assert (found.count, found.zeros, found.not_numbers, found.infinities) == (6, 2, 1, 2)


def test_statistics_summarise_the_finite_values():
    found = display.statistics(np.float32([1, 5, np.nan, -np.inf]))
    assert (found.minimum, found.maximum, found.mean) == (1, 5, 3)


@pytest.mark.parametrize("values", [ODD, np.zeros((0, 3), np.float32)])
def test_statistics_without_a_finite_value_have_no_range(values):
    found = display.statistics(values)
    assert (found.minimum, found.maximum, found.mean) == (None, None, None)


def test_the_mean_of_many_large_values_does_not_overflow():
    assert display.statistics(np.full(1000, 3e38, np.float32)).mean == pytest.approx(3e38, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "reach"), [([-1, 3], 3), ([-5, 3], 5), ([0, 0], 1), ([], 1), ([np.nan, -2, np.inf], 2), (ODD, 1)]
)
def test_signed_levels_reach_the_largest_finite_value_on_both_sides(values, reach):
    assert display.signed_levels(np.float32(values)) == Levels(-reach, reach, signed=True)


@pytest.mark.parametrize(("values", "low", "high"), [([2, 6], 2, 6), ([-np.inf, 1, 2, np.nan], 1, 2), (ODD, 0, 1)])
def test_grey_levels_span_the_finite_values(values, low, high):
    assert display.grey_levels(np.float32(values)) == Levels(low, high, signed=False)


@pytest.mark.parametrize("of", [display.grey_levels, display.signed_levels, display.picture_levels])
@pytest.mark.parametrize("value", [-3, -1e-30, 0, 0.25, 2, 1e30])
def test_the_levels_of_equal_values_hold_zero_and_them(of, value):
    levels = of(np.full((2, 3), value, np.float32))
    assert levels.low <= min(0, np.float32(value)) <= max(0, np.float32(value)) <= levels.high


@pytest.mark.parametrize("of", [display.grey_levels, display.signed_levels])
@pytest.mark.parametrize("value", [0.25, 2, 1e30])
def test_equal_values_have_another_colour_than_zeros(of, value):
    filled, empty = np.full((2, 3), value, np.float32), np.zeros((2, 3), np.float32)
    painted = [display.colours(values, of(values))[0, 0].tolist() for values in (filled, empty)]
    assert painted[0] != painted[1]


def test_grey_levels_of_one_large_value_still_span_something():
    levels = display.grey_levels(np.float32([1e30, 1e30]))
    assert levels.high > levels.low


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([0, 0.5], Levels(0, 1, signed=False)),
        ([0, 255], Levels(0, 255, signed=False)),
        ([-0.5, 0.25], Levels(-0.5, 0.5, signed=True)),
        ([np.nan, 0.5], Levels(0, 1, signed=False)),
    ],
)
def test_a_picture_has_levels_from_zero_to_one_unless_it_goes_further(values, levels):
    assert display.picture_levels(np.float32(values)) == levels


def test_levels_end_in_the_two_ends_of_their_colours():
    painted = display.colours(np.float32([-2, 2]), Levels(-2, 2, signed=True))
    assert painted.tolist() == [list(colour_list(True)[0]), list(colour_list(True)[-1])]


def test_zero_is_the_near_white_middle():
    painted = display.colours(np.float32([0]), Levels(-2, 2, signed=True))[0]
    assert np.abs(painted.astype(int) - ZERO).max() <= 1


def test_colours_tell_negative_from_positive():
    negative, positive = display.colours(np.float32([-1, 1]), Levels(-1, 1, signed=True)).astype(int)
    assert negative[2] > negative[0]
    assert positive[0] > positive[2]


def test_values_past_the_levels_have_the_colour_of_the_end():
    painted = display.colours(np.float32([-9, 9]), Levels(-1, 1, signed=True))
    np.testing.assert_array_equal(painted, display.colours(np.float32([-1, 1]), Levels(-1, 1, signed=True)))


def test_colours_keep_the_shape_of_the_values():
    assert display.colours(np.zeros((2, 3, 4), np.float32), Levels(0, 1, signed=False)).shape == (2, 3, 4, 3)


@pytest.mark.parametrize("signed", [True, False])
def test_what_is_not_finite_has_a_colour_of_its_own(signed):
    painted = display.colours(ODD, Levels(-1.0, 1, signed=signed)).tolist()
    assert painted == [list(display.NOT_A_NUMBER), list(display.INFINITE), list(display.INFINITE)]


def test_the_colours_of_what_is_not_finite_are_in_no_map():
    assert not {display.NOT_A_NUMBER, display.INFINITE} & {*colour_list(True), *colour_list(False)}


def test_three_channels_are_shown_as_their_colours():
    values = np.float32([[[0, 0.5, 1]]])
    assert display.picture(values, display.picture_levels(values)).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_of_other_channels_the_first_is_shown_in_grey(channels):
    values = np.ones((1, 1, channels), np.float32)
    assert display.picture(values, Levels(0, 1, signed=False)).tolist() == [[[255, 255, 255]]]


def test_a_coloured_picture_marks_the_pixels_that_are_not_finite():
    values = np.float32([[[np.nan, 0, 0], [0, np.inf, 0], [1, 1, 1]]])
    assert display.picture(values, Levels(0, 1, signed=False)).tolist() == [
        [list(display.NOT_A_NUMBER), list(display.INFINITE), [255, 255, 255]]
    ]


@pytest.mark.parametrize("signed", [True, False])
def test_a_colour_table_cannot_be_changed(signed):
    table = Levels(-1.0, 1.0, signed=signed).colour_map.table
    assert (table.shape, table.dtype, table.flags.writeable) == ((256, 3), np.uint8, False)


def test_ink_reads_on_every_colour_of_a_cell():
    cells = [*colour_list(True), *colour_list(False), display.NOT_A_NUMBER, display.INFINITE]
    assert min(contrast(colour, display.ink_on(colour)) for colour in cells) >= 4.5


def test_ink_reads_on_every_grey():
    assert min(contrast((g, g, g), display.ink_on((g, g, g))) for g in range(256)) >= 4.5


@pytest.mark.parametrize(("colour", "ink"), [((255, 255, 255), DARK_TEXT), ((0, 0, 0), LIGHT_TEXT)])
def test_ink_is_that_of_the_text_where_it_reads(colour, ink):
    assert display.ink_on(colour) == ink


def test_a_wished_ink_is_taken_where_it_reads():
    assert display.ink_on((255, 255, 255), (90, 90, 90)) == (90, 90, 90)
    assert display.ink_on((150, 150, 150), (90, 90, 90)) == DARK_TEXT


def test_the_opacity_of_a_colour_says_nothing_about_its_ink():
    assert display.ink_on((0, 0, 0, 255)) == LIGHT_TEXT


@pytest.mark.parametrize(
    ("spatial", "expected"), [((500,), True), ((64, 64), True), ((64, 65), False), ((65, 2), False)]
)
def test_small_images_and_all_sequences_are_grids(spatial, expected):
    assert display.is_grid(spatial, 64) is expected


def test_a_range_of_nothing_finite_is_zero():
    assert display.finite_range(np.float32([np.nan, np.inf])) == (0, 0)


@pytest.mark.parametrize("values", [[1, 2, 3, np.nan, np.inf], [], [5, 5], [1, 1.0000001], [-3e38, 3e38], [0, 1e-45]])
def test_a_histogram_counts_every_finite_value(values):
    held = np.float32(values)
    counts, edges = display.histogram(held, 10)
    assert counts.sum() == np.isfinite(held).sum()
    assert (len(counts), len(edges)) == (10, 11)
