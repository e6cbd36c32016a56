from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.learning.patterns import USUAL_PATTERNS, PatternSettings, direction_names, pattern_data
from convstudio.model.values.limits import LIMITS

PLAIN = PatternSettings(classes=4, side=9, per_class=5, shift=0, noise=0)


def test_the_same_seed_gives_the_same_bits():
    once, again = pattern_data(USUAL_PATTERNS), pattern_data(USUAL_PATTERNS)
    assert once.inputs.tobytes() == again.inputs.tobytes()


def test_another_seed_gives_other_patterns():
    other = pattern_data(replace(USUAL_PATTERNS, seed=2))
    assert other.inputs.tobytes() != pattern_data(USUAL_PATTERNS).inputs.tobytes()


def test_every_class_is_there_equally_often():
    data = pattern_data(USUAL_PATTERNS)
    assert np.bincount(data.labels).tolist() == [100] * 4


def test_eight_directions_are_named_by_their_angles():
    assert direction_names(8) == ("0°", "22.5°", "45°", "67.5°", "90°", "112.5°", "135°", "157.5°")


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        (0, lambda picture: picture[4]),
        (1, lambda picture: np.diag(picture)),
        (2, lambda picture: picture[:, 4]),
        (3, lambda picture: np.diag(picture[::-1])),
    ],
    ids=["0°", "45°", "90°", "135°"],
)
def test_a_line_without_shift_runs_through_the_middle_in_its_direction(label, cells):
    picture = pattern_data(PLAIN).inputs[label, ..., 0]
    assert cells(picture).tolist() == [1] * 9


def test_a_shifted_line_has_other_places():
    data = pattern_data(replace(PLAIN, shift=3))
    assert len({picture.tobytes() for picture in data.inputs}) == len(data)


def test_the_noise_has_the_deviation_that_was_asked_for():
    noise = (
        pattern_data(replace(PLAIN, per_class=100, noise=0.5)).inputs
        - pattern_data(replace(PLAIN, per_class=100)).inputs
    )
    assert noise.std() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"classes": 3}, "2, 4 or 8 directions, not 3"),
        ({"side": 3}, "The side of a pattern must be from 4 to 64, not 3"),
        ({"shift": 5}, "The shift of a pattern must be from 0 to 4, not 5"),
        ({"noise": -1}, "The noise of a pattern must be from 0 to 10, not -1"),
        ({"per_class": 0}, "The number of patterns per class must be from 1 to 10000, not 0"),
        ({"seed": LIMITS.seed + 1}, "The seed must be from 0"),
        ({"classes": 8, "side": 64, "per_class": 10_000}, "Choose fewer per class"),
    ],
)
def test_a_setting_beyond_its_limit_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        pattern_data(replace(USUAL_PATTERNS, **change))
