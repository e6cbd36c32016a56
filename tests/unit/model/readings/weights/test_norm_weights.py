"""The four vectors of a batch normalisation, by the names that Keras and PyTorch give them."""

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.readings.weights.norm_weights import norm_readings

NORM = BatchNorm.of(3)
NAMES = {
    "names of PyTorch": ("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"),
    "names of Keras": ("bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"),
    "numbers of get_weights": ("arr_2", "arr_3", "arr_4", "arr_5"),
    "numbers of a Keras file": tuple(f"layers/batch_normalization/vars/{place}" for place in range(4)),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_each_vector_comes_to_its_place(names):
    first = norm_readings(NORM, dict.fromkeys(names, (3,)), "")[0]
    made = first.used({name: np.full(3, place, np.float32) for place, name in enumerate(names)})
    assert [part.tolist()[0] for part in (made.gamma, made.beta, made.mean, made.variance)] == [0, 1, 2, 3]


def test_vectors_of_another_length_are_left_alone():
    assert norm_readings(NORM, dict.fromkeys(NAMES["names of PyTorch"], (4,)), "") == []
