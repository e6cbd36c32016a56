"""The usual training has Keras's defaults."""

from convstudio.model.values.learning.settings import OPTIMISERS, SCHEDULES, USUAL_TRAINING
from convstudio.ops.learning.losses import LOSSES


def test_the_usual_training_is_keras_s():
    assert (USUAL_TRAINING.optimiser, USUAL_TRAINING.rate, USUAL_TRAINING.batch_size) == ("adam", 1e-3, 32)


def test_names_are_distinct():
    for names in (OPTIMISERS, SCHEDULES, LOSSES):
        assert len(set(names)) == len(names)
