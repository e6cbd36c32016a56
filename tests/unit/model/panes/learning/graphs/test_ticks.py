"""Ticks stand at round numbers inside the range, and are few."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.panes.learning.graphs.ticks import linear_ticks, log_ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_linear_ticks_are_inside_the_range_and_few(low, span):
    ticks = linear_ticks(low, low + span)
    assert len(ticks) <= 5
    assert all(low - 1e-6 * span - 1e-9 <= place <= low + span + 1e-6 * span + 1e-9 for place, _ in ticks)


@given(st.floats(-12, 12), st.floats(0.001, 20))
def test_logarithmic_ticks_are_inside_the_range_and_few(low, span):
    ticks = log_ticks(10**low, 10 ** (low + span))
    assert 1 <= len(ticks) <= 5
    assert all(low - 1e-6 <= place <= low + span + 1e-6 for place, _ in ticks)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [(0, 1, ["0", "0.5", "1"]), (-1, 1, ["-1", "0", "1"]), (0, 1234, ["0", "500", "1000"]), (3, 3, ["3"])],
)
def test_linear_ticks_are_round(low, high, texts):
    assert [
        text.replace("\u2212", "-").replace(" ", "").replace("\u202f", "") for _, text in linear_ticks(low, high)
    ] == texts


def test_without_numbers_there_are_no_ticks():
    assert linear_ticks(math.nan, 1) == ()


def test_within_one_power_of_ten_the_ends_are_told():
    assert [text for _, text in log_ticks(0.2, 0.4)] == ["0.2", "0.4"]
