import numpy as np
import pytest

from convstudio.model.values.arrays import frozen
from convstudio.model.values.kernels import centred

THREE = frozen(np.arange(1, 4).reshape(3, 1, 1))


@pytest.mark.parametrize(("size", "wanted"), [(1, [2]), (2, [2, 3]), (4, [1, 2, 3, 0]), (5, [0, 1, 2, 3, 0])])
def test_a_kernel_keeps_its_centre(size, wanted):
    assert centred(THREE, [size])[:, 0, 0].tolist() == wanted


def test_a_kernel_cut_and_extended_back_keeps_its_centre_weight():
    back = centred(centred(THREE, [1]), [3])
    assert back[:, 0, 0].tolist() == [0, 2, 0]


def test_channels_and_filters_stay():
    assert centred(frozen(np.ones((3, 3, 4, 5))), (1, 7)).shape == (1, 7, 4, 5)
