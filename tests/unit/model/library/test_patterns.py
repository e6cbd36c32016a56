import doctest

import numpy as np
import pytest

from convstudio.model.library import patterns


@pytest.mark.parametrize("make", patterns.IMAGES.values())
def test_every_image_pattern_takes_a_size(make):
    assert make(5, 9).shape == (5, 9, 1)


@pytest.mark.parametrize("make", patterns.SEQUENCES.values())
def test_every_sequence_pattern_takes_a_length(make):
    assert make(10).shape == (10, 1)


def test_noise_is_the_same_for_the_same_seed():
    np.testing.assert_array_equal(patterns.noise(seed=3), patterns.noise(seed=3))


def test_noise_differs_for_another_seed():
    assert not np.array_equal(patterns.noise(seed=3), patterns.noise(seed=4))


@pytest.mark.parametrize("name", patterns.LETTERS)
def test_every_letter_is_eight_by_eight_zeros_and_ones(name):
    assert (patterns.letter(name).shape, set(np.unique(patterns.letter(name)))) == ((8, 8, 1), {0, 1})


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(patterns).failed == 0


def test_no_two_cells_of_the_numbered_picture_are_equal_and_each_tells_its_row_and_column():
    picture = patterns.numbered()[..., 0]
    assert picture.shape == (6, 9)
    assert (picture[0, 8], picture[5, 0], len(np.unique(picture))) == (19, 61, 54)


def test_each_square_of_the_colour_card_has_its_colour():
    card = patterns.colour_card()
    assert [card[at].tolist() for at in ((1, 1), (1, 5), (5, 1), (5, 5))] == [
        [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1],
    ]  # fmt: skip


def test_a_one_pixel_line_is_one_pixel_wide():
    assert patterns.vertical_line(3, 5)[..., 0].tolist() == [[0, 0, 1, 0, 0]] * 3
