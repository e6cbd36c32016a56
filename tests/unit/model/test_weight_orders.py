from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.document import Document
from convstudio.model.layers import Conv
from convstudio.model.network import Network
from convstudio.model.sample import Sample
from convstudio.model.weight_orders import Reading, readings, use_weights, why_none

RGB = Conv.of(np.ones((3, 3, 3, 1)))
GREY = Conv.of(np.ones((3, 3, 1, 1)))


def orders(shape, conv):
    return [(one.order, one.filters) for one in readings("w", shape, conv, 31)]


@pytest.mark.parametrize(
    ("shape", "conv", "found"),
    [
        ((5, 5, 3, 16), RGB, [("Keras", 16)]),
        ((16, 3, 5, 5), RGB, [("PyTorch", 16)]),
        ((3, 3, 3, 3), RGB, [("Keras", 3), ("PyTorch", 3)]),
        ((16, 4, 5, 5), RGB, []),
        ((16, 3, 5), RGB, []),
        ((32, 5, 3, 2), RGB, []),
        ((513, 3, 5, 5), RGB, []),
        ((99, 1, 8), Conv.of(np.ones((3, 1, 1))), [("PyTorch", 99)]),
        ((8, 1, 9), Conv.of(np.ones((3, 1, 1))), [("Keras", 9), ("PyTorch", 8)]),
        ((7, 1, 3, 3), replace(GREY, groups=2), []),
        ((8, 1, 3, 3), replace(GREY, groups=2), [("PyTorch", 8)]),
    ],
)
def test_the_order_is_found_by_what_fits_the_layer(shape, conv, found):
    assert orders(shape, conv) == found


def test_filters_first_become_filters_last_without_turning_the_kernels():
    file = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    document = Document(Sample.of("zeros", np.zeros((8, 8, 3))), Network((RGB,)))
    (reading,) = readings("w", file.shape, RGB, 31)
    made = use_weights(document, 0, reading, file, np.float32([5, 6])).layers[0]
    assert made.weights[3, 1, 2, 1] == file[1, 2, 3, 1]
    assert made.bias.tolist() == [5, 6]


def test_a_reading_says_shape_and_order():
    text = Reading("conv.weight", (16, 3, 5, 5), "PyTorch", 16).text
    assert text == "conv.weight · 16×3×5×5 · PyTorch's order: filters, channels, kernel"


def test_what_fits_nothing_is_named_with_what_would():
    told = why_none("“w.npy”", [(16, 4, 5, 5)], RGB)
    assert told == (
        "“w.npy” holds no weights for this layer (16×4×5×5): its filters have 4 axes, rows × columns × 3 channels × "
        "filters, or filters first as in PyTorch."
    )
