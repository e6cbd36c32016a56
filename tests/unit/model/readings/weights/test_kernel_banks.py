"""Arrays of all kernels of a layer, in the order of Keras or PyTorch."""

import numpy as np
import pytest

from convstudio.model.readings.weights.kernel_banks import fitting_orders, read_bank, told_order
from convstudio.model.words.weight_orders import CONV_ORDERS

OURS = np.arange(3 * 3 * 2 * 5, dtype=np.float32).reshape(3, 3, 2, 5)
THEIRS = CONV_ORDERS[1].from_ours(OURS)
SQUARE = np.arange(81, dtype=np.float32).reshape(3, 3, 3, 3)


def test_the_one_order_that_fits_is_taken():
    np.testing.assert_array_equal(read_bank(OURS, 2, 1, None, None), OURS)
    np.testing.assert_array_equal(read_bank(THEIRS, 2, 1, None, None), OURS)


def test_where_both_fit_the_user_is_asked():
    with pytest.raises(ValueError, match=r"fits Keras \(.*\) and PyTorch \(.*\): add --order keras or --order pytorch"):
        read_bank(SQUARE, 3, 1, None, None)


@pytest.mark.parametrize(("stated", "wanted"), [("pytorch", None), (None, "pytorch"), ("pytorch", "pytorch")])
def test_a_named_order_decides(stated, wanted):
    np.testing.assert_array_equal(read_bank(SQUARE, 3, 1, stated, wanted), SQUARE.transpose(2, 3, 1, 0))


def test_an_order_against_that_of_the_format_is_refused():
    with pytest.raises(ValueError, match="in the order of Keras, as its format states: leave out --order"):
        read_bank(SQUARE, 3, 1, "keras", "pytorch")


def test_groups_share_the_channels():
    assert read_bank(np.ones((6, 2, 3, 3), np.float32), 4, 2, None, None).shape == (3, 3, 2, 6)


def test_a_depthwise_array_of_keras_makes_a_filter_of_each_channel():
    values = np.arange(3 * 3 * 4 * 2, dtype=np.float32).reshape(3, 3, 4, 2)
    made = read_bank(values, 4, 4, "keras", None)
    np.testing.assert_array_equal(made[..., 0, :], values.reshape(3, 3, 8))


def test_what_does_not_fit_is_said_with_what_would():
    with pytest.raises(ValueError, match=r"\(3×3×2×5\) does not fit: use one in the order of Keras .* with 7 channels"):
        read_bank(OURS, 7, 1, None, None)


def test_a_side_beyond_the_limit_fits_no_order():
    assert fitting_orders((40, 40, 40, 40)) == ()


@pytest.mark.parametrize(
    ("name", "shape", "suffix", "told"),
    [
        ("w", (3, 3, 2, 5), ".npz", "Keras (rows × columns × channels × filters) or PyTorch"),
        ("w", (64, 2, 3, 3), ".npz", "PyTorch (filters"),
        (
            "conv/kernel",
            (3, 3, 3, 5),
            ".npz",
            "Keras (rows × columns × channels × filters) by its name; PyTorch fits too",
        ),
        ("conv.weight", (3, 3, 3, 5), ".keras", "Keras, stated by the format"),
        ("bias", (3,), ".npz", ""),
    ],
)
def test_the_order_is_told_with_its_reason(name, shape, suffix, told):
    assert told_order(name, shape, suffix).startswith(told)
    assert bool(told_order(name, shape, suffix)) == bool(told)
