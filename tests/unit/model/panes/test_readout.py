from __future__ import annotations

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.readout import grid_captions, progress, shown_channel, shown_term, value_line
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.arrays import TiledArray


@pytest.fixture
def calculation() -> Calculation:
    return Conv.of(np.ones((3, 3, 3, 1))).calculation(TiledArray.of(np.ones((4, 4, 3))), 0, (0, 0))


def test_a_value_is_written_with_every_digit_of_its_float32() -> None:
    assert value_line(np.float32([[0, 1 / 3]]), (0, 1), None) == "row 1, column 2 = 0.33333334"


def test_a_value_that_is_not_computed_says_so() -> None:
    assert value_line(np.zeros((2, 2), np.float32), (1, 0), 2) == "row 2, column 1: not computed yet"


@pytest.mark.parametrize("position", [(2, 0), (0,), (0, 0, 0)])
def test_a_place_outside_the_map_has_no_value(position: tuple[int, ...]) -> None:
    assert value_line(np.zeros((2, 2), np.float32), position, None) == ""


@pytest.mark.parametrize(("term", "channel", "cell"), [(0, 0, 0), (8, 0, 8), (9, 1, 0), (26, 2, 8)])
def test_a_term_belongs_to_a_channel_and_a_cell(calculation: Calculation, term: int, channel: int, cell: int) -> None:
    assert (shown_channel(calculation, 0, term), shown_term(calculation, term)) == (channel, cell)


def test_without_a_term_the_chosen_channel_is_on_show(calculation: Calculation) -> None:
    assert (shown_channel(calculation, 2, None), shown_term(calculation, None)) == (2, None)


def test_the_grids_of_a_colour_input_name_their_colour(calculation: Calculation) -> None:
    captions = grid_captions(calculation, 2, ("red", "green", "blue"), flipped=True)
    assert captions == ("window · blue", "flipped kernel · blue", "products · blue")


def test_progress_of_nothing_is_zero_of_zero() -> None:
    assert progress(0, 0) == "0 / 0"
