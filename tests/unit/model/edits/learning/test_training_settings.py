"""The settings of training are part of the document."""

import numpy as np
import pytest

from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

PLAIN = Document(Sample.of("flat", np.ones((4, 4, 1))), Network((Flatten(),)))


def test_a_setting_is_set_and_the_others_stay():
    assert set_training(set_training(PLAIN, epochs=3), seed=4).training.epochs == 3


def test_the_same_settings_again_are_no_edit():
    assert set_training(PLAIN, epochs=PLAIN.training.epochs) is PLAIN


def test_settings_that_cannot_work_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^The number of epochs must be between 1 and 100000, not 0\.$"):
        set_training(PLAIN, epochs=0)
