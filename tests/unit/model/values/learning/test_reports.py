"""What is reported of samples."""

import numpy as np

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.reports import Evaluation


def test_the_loss_of_an_evaluation_is_the_mean_of_its_samples():
    assert Evaluation(frozen(np.zeros((2, 1))), np.array([1.0, 2.0]), None, None).loss == 1.5


def test_no_samples_have_no_loss():
    assert Evaluation(frozen(np.zeros((0, 1))), np.array([]), None, None).loss == 0
