import numpy as np
import pytest

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.thumbnails import THUMBNAIL_SIDE, renewed, thumbnail
from convstudio.model.values.arrays import TiledArray

LEVELS = Levels(0.0, 1.0, signed=False)


def thumbnail_of(values, shown=0):
    return thumbnail(Reduction(TiledArray.of(values)), shown, LEVELS)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((1080, 1920, 3), (63, 112, 3)),
        ((8, 8, 1), (8, 8, 3)),
        ((1, 16384, 2), (1, 112, 3)),
        ((5000, 4), (1, 112, 3)),
        ((113, 113, 64), (112, 112, 3)),
        ((4, 30, 30, 1), (112, 28, 3)),
    ],
)
def test_a_large_array_is_reduced_in_proportion(shape, expected):
    assert thumbnail_of(np.zeros(shape, np.float32)).shape == expected


def test_every_value_of_a_small_array_is_kept():
    values = np.random.default_rng(1).random((9, 7, 3)).astype(np.float32)
    np.testing.assert_array_equal(thumbnail_of(values, (0, 1, 2)), np.rint(values * 255))


@pytest.mark.parametrize("shown", [0, (0, 1, 2)])
def test_a_thumbnail_keeps_every_thin_line(shown):
    values = np.zeros((1000, 1200, 3))
    values[:, 50::100] = 1
    row = thumbnail_of(values, shown)[60, :, 0].astype(int)
    lines = np.flatnonzero(row > row.min() + 80)
    assert np.count_nonzero(np.diff(lines) > 1) + 1 == 12


def test_three_channels_are_one_picture_in_colour():
    assert thumbnail_of([[[0.0, 0.5, 1.0]]], (2, 1, 0)).tolist() == [[[255, 128, 0]]]


def test_a_sequence_is_one_row():
    assert thumbnail_of(np.ones((500, 3)), 1).shape == (1, THUMBNAIL_SIDE, 3)


@pytest.mark.parametrize("shape", [(9, 7, 3), (224, 224, 3), (300, 1000, 3), (1, 500, 3), (700, 3)])
@pytest.mark.parametrize("shown", [0, (0, 1, 2)])
def test_a_renewed_thumbnail_is_that_of_the_edited_array(shape, shown):
    values = TiledArray.of(np.random.default_rng(1).random(shape, np.float32))
    box = tuple(slice(length // 2, length // 2 + 2) for length in shape[:-1])
    reduction = Reduction(values)
    held = {one: thumbnail(reduction, one, LEVELS) for one in (shown, 1)}
    edited = values.with_box(box, 0)
    again = renewed(held, reduction.update(edited), reduction, LEVELS)
    for one in held:
        np.testing.assert_array_equal(again[one], thumbnail(Reduction(edited), one, LEVELS))


def test_thumbnails_of_several_channels_read_the_changed_cells_once(monkeypatch):
    values = TiledArray.of(np.zeros((224, 224, 3)))
    reduction = Reduction(values)
    held = {shown: thumbnail(reduction, shown, LEVELS) for shown in ((0, 1, 2), 0, 1, 2)}
    boxes = reduction.update(values.with_box((slice(9, 10), slice(9, 10)), 1))
    picture, calls = reduction.picture, []
    monkeypatch.setattr(reduction, "picture", lambda *asked: calls.append(asked) or picture(*asked))
    renewed(held, boxes, reduction, LEVELS)
    assert len(calls) == 1
