"""Over an input, what is large has its colour, what is 0 shows the input, and nothing thin is lost."""

import numpy as np
import pytest

from convstudio.model.colour.display import Levels, colours
from convstudio.model.colour.over_input import ColoursOverInput, faint_grey

LEVELS = Levels(-1.0, 1.0, signed=True)


def test_a_zero_shows_the_input_and_the_largest_value_its_colour():
    under = faint_grey(np.float32([[[0.0], [1.0], [1.0]]]))
    drawn = ColoursOverInput(np.float32([[0, 0, -1]]), LEVELS, under)[:]
    assert np.ptp(drawn[0, :2], axis=-1).tolist() == [0, 0]
    assert drawn[0, 0, 0] < drawn[0, 1, 0]
    assert drawn[0, 2].tolist() == colours(np.float32(-1), LEVELS).tolist()


def test_one_cell_has_the_colour_that_it_has_among_all():
    under = faint_grey(np.float32([[[0.2], [0.9]]]))
    drawn = ColoursOverInput(np.float32([[0.5, -0.5]]), LEVELS, under)
    assert drawn[0, 1].tolist() == drawn[:][0, 1].tolist()


def test_green_is_brighter_than_blue():
    green, blue = faint_grey(np.float32([[[0, 1, 0], [0, 0, 1]]]))[0]
    assert green > blue


@pytest.mark.parametrize("side", [60, 125, 300])
def test_a_line_one_cell_wide_is_seen_in_each_row_of_a_smaller_picture(side):
    values = np.zeros((510, 510), np.float32)
    np.fill_diagonal(values, 1)
    drawn = ColoursOverInput(values, LEVELS, faint_grey(np.full((510, 510, 1), 0.5, np.float32)))
    painted = drawn.on_pixels(side, side).astype(int)
    assert painted.shape == (side, side, 3)
    assert np.ptp(painted, axis=-1).max(axis=1).min() > 15
