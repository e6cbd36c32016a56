"""Attributions are coloured around zero, and drawn over the input in grey."""

import numpy as np

from convstudio.model.lenses.attribution_pictures import drawn
from convstudio.model.values.scale import ZERO


def test_without_an_input_zero_has_the_middle_colour():
    assert np.abs(drawn(np.array([[0.0, 1.0]]))[0, 0].astype(int) - ZERO).max() <= 1


def test_over_an_input_zero_shows_the_grey_input_and_the_largest_value_its_colour():
    inputs = np.float32([[[0.0], [1.0], [1.0]]])
    over, alone = (drawn(np.array([[0.0, 0.0, -2.0]]), under)[:] for under in (inputs, None))
    assert np.ptp(over[0, 0]) == 0
    assert over[0, 0, 0] < over[0, 1, 0]
    assert over[0, 2].tolist() == alone[0, 2].tolist()


def test_a_sequence_is_one_row():
    assert drawn(np.arange(5.0), np.zeros((5, 1), np.float32))[:].shape == (1, 5, 3)


def test_a_large_picture_is_reduced_and_a_single_large_value_stands_out():
    values = np.zeros((1536, 1536))
    values[700, 701] = 5
    painted = drawn(values, np.zeros((*values.shape, 3), np.float32)).on_pixels(512, 512)
    assert painted.shape == (512, 512, 3)
    assert np.ptp(painted.astype(int), axis=-1).max() > 50


def test_what_is_not_a_number_is_seen_over_any_input():
    painted = drawn(np.array([[np.nan, 1.0]]), np.zeros((1, 2, 1), np.float32))
    assert np.ptp(painted[0, 0].astype(int)) > 50
