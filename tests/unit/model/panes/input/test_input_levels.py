import numpy as np
import pytest

from convstudio.model.colour.display import Levels
from convstudio.model.panes.input.input_display import Ranges
from convstudio.model.panes.input.input_levels import SPANS, span_levels, span_names, span_on_show
from convstudio.model.values.arrays import TiledArray


def levels(values, span, is_own=True):
    array = TiledArray.of(np.float32(values)[:, np.newaxis])
    return span_levels(array, Ranges.of(array), span, is_own=is_own)


@pytest.mark.parametrize(
    ("high", "is_own", "is_picture", "span"),
    [
        (4095 / 65535, True, True, "all"),
        (1.0, True, True, "usual"),
        (0.0, True, True, "usual"),
        (0.1, True, False, "usual"),
        (0.1, False, True, "usual"),
    ],
)
def test_only_a_dark_picture_shows_all_of_its_values_by_itself(high, is_own, is_picture, span):
    assert span_on_show(None, Ranges({(0,): (0.0, high)}), is_own=is_own, is_picture=is_picture) == span


@pytest.mark.parametrize("span", SPANS)
def test_a_chosen_span_is_kept(span):
    assert span_on_show(span, Ranges({(0,): (0.0, 0.01)}), is_own=True, is_picture=True) == span


def test_all_reaches_from_the_smallest_to_the_largest_value():
    assert levels([0.25, 0.5], "all") == Levels(0.25, 0.5, signed=False)


def test_negative_values_have_zero_in_the_middle():
    assert levels([-0.25, 0.5], "all") == Levels(-0.5, 0.5, signed=True)


def test_the_middle_leaves_a_rare_extreme_out():
    found = levels([*np.linspace(0, 1, 999), 500], "middle")
    assert found.cuts
    assert 0.9 < found.high < 1.1


def test_an_odd_value_does_not_spoil_the_levels():
    assert levels([0.0, 0.5, np.nan, np.inf], "all") == Levels(0.0, 0.5, signed=False)


@pytest.mark.parametrize("is_own", [True, False])
def test_every_span_has_a_name(is_own):
    assert len(span_names(is_own=is_own)) == len(SPANS)
