"""The usual training has Keras's defaults."""

import math
import re
from dataclasses import replace

import pytest

from convstudio.model.values.learning.settings import OPTIMISERS, SCHEDULES, USUAL_TRAINING, check_settings
from convstudio.ops.learning.losses import LOSSES


def test_the_usual_training_is_keras_s():
    assert (USUAL_TRAINING.optimiser, USUAL_TRAINING.rate, USUAL_TRAINING.batch_size) == ("adam", 1e-3, 32)


def test_names_are_distinct():
    for names in (OPTIMISERS, SCHEDULES, LOSSES):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rate": 0.0}, "The learning rate must be above 0, not 0."),
        ({"rate": math.nan}, "The learning rate must be above 0, not NaN."),
        ({"momentum": 1.0}, "The momentum must be at least 0 and below 1, not 1."),
        ({"held_out": -0.5}, "The share held out must be at least 0 and below 1, not -0.5."),
        ({"l2": math.inf}, "The factor of L2 must be 0 or more, not ∞."),
        ({"patience": -1}, "The patience must be between 0 and 100000, not -1."),
        ({"schedule": "linear"}, 'The schedule "linear" is not known. Use one of constant, step, cosine.'),
    ],
)
def test_a_setting_that_cannot_work_is_refused_with_its_range(change, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        check_settings(replace(USUAL_TRAINING, **change))


def test_a_rate_that_never_drops_is_fine():
    check_settings(replace(USUAL_TRAINING, schedule="step", drop=1.0))
