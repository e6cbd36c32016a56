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
