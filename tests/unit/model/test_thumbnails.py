import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.arrays import TiledArray
from convstudio.model.display import Levels
from convstudio.model.thumbnails import MOST_CELLS, Reduced

LEVELS = Levels(0.0, 1.0, signed=False)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((1080, 1920, 3), (63, 112, 3)),
        ((8, 8, 1), (8, 8, 1)),
        ((1, 16384, 2), (1, 112, 2)),
        ((5000, 4), (112, 4)),
        ((113, 113, 64), (112, 112, 64)),
    ],
)
def test_a_large_array_is_reduced_in_proportion(shape, expected):
    assert Reduced.of(TiledArray.of(np.zeros(shape, np.float32))).values.shape == expected


def test_every_value_of_a_small_array_is_kept():
    values = np.random.default_rng(1).random((9, 7, 2)).astype(np.float32)
    np.testing.assert_array_equal(Reduced.of(TiledArray.of(values)).values, values)


@given(
    spatial=st.tuples(st.integers(1, 500), st.integers(1, 500)),
    strokes=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 150)), max_size=3),
)
def test_looking_again_at_what_changed_equals_looking_at_everything(spatial, strokes):
    before = after = TiledArray.of(np.zeros((*spatial, 2)))
    for number, (down, across, size) in enumerate(strokes, 1):
        starts = [int(share * (length - 1)) for share, length in zip((down, across), spatial, strict=True)]
        box = tuple(slice(at, min(at + size, n)) for at, n in zip(starts, spatial, strict=True))
        after = after.with_box(box, number)
    again = Reduced.of(before).after(after, after.changed_boxes(before))
    np.testing.assert_array_equal(again.values, Reduced.of(after).values)


def test_three_channels_are_one_picture_in_colour():
    reduced = Reduced.of(TiledArray.of([[[0.0, 0.5, 1.0]]]))
    assert reduced.picture((2, 1, 0), LEVELS).tolist() == [[[255, 128, 0]]]


def test_a_sequence_is_one_row():
    assert Reduced.of(TiledArray.of(np.ones((500, 3)))).picture(1, LEVELS).shape == (1, MOST_CELLS, 3)
