"""The list of a file's arrays: rows, a search, and what one of them is like in each way to read it."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.weights.weights_list import described, first_kernels, listed_arrays, matching
from convstudio.model.readings.weights.weights_reading import WeightsReading

ENTRIES = {
    "c.10.weight": ((4, 2, 3, 3), "float32"),
    "c.2.weight": ((4, 2, 5, 5), "float16"),
    "c.2.bias": ((4,), "int8"),
}
WEIGHTS = np.float32(np.arange(36) - 18).reshape(3, 3, 1, 4)
CONV = Conv.of(WEIGHTS)


def reading(used):
    return WeightsReading(("c.2.weight",), "t", (), 1, "", used)


WAY = reading(lambda arrays: replace(CONV, weights=arrays["c.2.weight"]))


def test_rows_stand_in_the_order_in_which_people_count():
    rows = listed_arrays(ENTRIES, [WAY, WAY])
    assert [row.cells for row in rows] == [
        ("c.2.bias", "4", "int8", "4", "–"),
        ("c.2.weight", "4×2×5×5", "float16", "200", "2 ways"),
        ("c.10.weight", "4×2×3×3", "float32", "72", "–"),
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [("", 3), ("weight", 2), ("WEIGHT 3×3", 1), ("5x5", 1), ("int8", 1), ("c.2 bias", 1), ("absent", 0)],
)
def test_every_word_of_a_search_has_to_be_there(search, found):
    assert len(matching(listed_arrays(ENTRIES, []), search)) == found


def test_an_array_is_looked_at_in_each_way_to_read_it():
    look = described({"c.2.weight": WEIGHTS}, "c.2.weight", [WAY, WAY])
    assert ("Minimum", "-18") in look.facts
    assert [picture.shape for picture in look.pictures] == [(24, 4 * 24 + 3 * 3, 3)] * 2


def test_a_way_that_is_refused_has_no_picture():
    def refuse(_arrays):
        raise ValueError("no")

    assert described({"c.2.weight": WEIGHTS}, "c.2.weight", [reading(refuse)]).pictures == (None,)


def test_it_stops_between_two_pictures_when_it_is_asked_to():
    def stop():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        described({"c.2.weight": WEIGHTS}, "c.2.weight", [WAY], stop)


def test_the_largest_weights_have_the_strongest_colours():
    picture = first_kernels(CONV).astype(int)
    first, last = picture[0, 0], picture[-1, -1]
    assert np.ptp(first) > np.ptp(picture[12, 2 * 27 + 12])  # -18 against 0 in the middle of the third kernel
    assert (first != last).any()


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv.of(np.ones((31, 31, 2, 20))), (2 * 31 + 3, 8 * 31 + 7 * 3, 3)),
        (Conv.of(np.ones((5, 2, 3))), (2 * 4 + 3, 3 * 20 + 2 * 3, 3)),
        (Dense.of(np.ones((100, 10))), (64, 20, 3)),
    ],
)
def test_a_picture_holds_the_first_filters_and_channels(layer, shape):
    assert first_kernels(layer).shape == shape


def test_a_layer_without_weights_has_no_picture():
    assert first_kernels(Activation("relu")) is None
