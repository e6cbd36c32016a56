"""What a pixel shows of many cells: nothing thin is lost at any zoom, and nothing that is flat or even is changed."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.colour import reduction
from convstudio.model.colour.reduction import Reduction, axis_on_pixels, axis_within, standing_out
from convstudio.model.values.arrays import TiledArray, frozen, whole_box
from convstudio.model.values.boxes import changed_places

ZOOMS = (1.0, 1.3, 1.99, 2.0, 2.5, 3.0, 4.0, 4.56, 5.7, 8.0, 11.3, 16.0, 23.0, 40.0)


def shown(values, cells_a_pixel, zero=0.0):
    """The pixels of one channel `(rows, columns)`, with so many cells a pixel, from a place on."""
    reduction = Reduction(TiledArray.of(values[..., np.newaxis]))
    axes = [axis_on_pixels(length, zero, 1 / cells_a_pixel, 10_000) for length in values.shape]
    return reduction.picture(*axes, (0,))[..., 0]


def islands(marked):
    """How many pieces of neighbours a row of true and false has."""
    return int(np.count_nonzero(np.diff(np.concatenate([[0], marked.astype(int)])) == 1))


@pytest.mark.parametrize("cells_a_pixel", ZOOMS)
@pytest.mark.parametrize(("ground", "line"), [(0.0, 1.0), (1.0, 0.0), (0.5, 0.55)])
@pytest.mark.parametrize("zero", [0.0, -0.37])
def test_every_thin_line_is_seen_at_every_zoom(cells_a_pixel, ground, line, zero):
    values = np.full((400, 1200), ground, np.float32)
    values[:, 50::100] = line
    rows = shown(values, cells_a_pixel, zero)
    stands_out = (rows - ground) / (line - ground)
    assert {islands(row > 0.3) for row in stands_out} == {12}


@pytest.mark.parametrize("cells_a_pixel", ZOOMS)
def test_every_dot_is_seen_at_every_zoom(cells_a_pixel):
    values = np.zeros((400, 1200), np.float32)
    values[40::80, 50::100] = 1
    dots = shown(values, cells_a_pixel) > 0.3
    assert sum(islands(row) for row in dots if row.any()) == 12 * islands(dots.any(axis=1)) == 60


@pytest.mark.parametrize("cells_a_pixel", ZOOMS)
def test_a_line_and_its_negative_twin_do_not_cancel(cells_a_pixel):
    values = np.zeros((100, 1200), np.float32)
    values[:, 50::100], values[:, 51::100] = 1, -1
    assert {islands(np.abs(row) > 0.3) for row in shown(values, cells_a_pixel)} == {12}


@pytest.mark.parametrize("cells_a_pixel", ZOOMS)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_one_odd_value_is_seen_at_every_zoom(cells_a_pixel, odd):
    values = np.random.default_rng(3).random((200, 300)).astype(np.float32)
    values[77, 133] = odd
    pixels = shown(values, cells_a_pixel)
    assert np.count_nonzero(~np.isfinite(pixels)) == 1
    np.testing.assert_array_equal(pixels[~np.isfinite(pixels)], [odd])


@pytest.mark.parametrize("cells_a_pixel", [2.0, 4.0, 16.0])
def test_a_fine_check_becomes_its_mean(cells_a_pixel):
    values = (np.indices((64, 64)).sum(axis=0) % 2).astype(np.float32)
    np.testing.assert_allclose(shown(values, cells_a_pixel), 0.5)


@pytest.mark.parametrize("cells_a_pixel", ZOOMS)
def test_a_slope_stays_near_its_mean(cells_a_pixel):
    values = np.tile(np.linspace(0, 1, 800, dtype=np.float32), (200, 1))
    pixels = shown(values, cells_a_pixel)
    np.testing.assert_allclose(pixels[0], np.linspace(0, 1, pixels.shape[1]), atol=2 * cells_a_pixel / 800)


def test_cells_larger_than_pixels_are_shown_as_they_are():
    values = np.random.default_rng(4).random((5, 6)).astype(np.float32)
    np.testing.assert_array_equal(shown(values, 0.1), values)


@pytest.mark.parametrize("huge", [3e38, -3e38])
def test_values_at_the_end_of_the_range_stay_finite(huge):
    assert np.isfinite(shown(np.full((64, 64), huge, np.float32), 8.0)).all()


@given(
    length=st.integers(1, 3000),
    zero=st.floats(-3000, 500),
    cell=st.floats(1 / 64, 40),
    pixels=st.integers(1, 700),
)
def test_every_cell_that_is_seen_belongs_to_one_pixel(length, zero, cell, pixels):
    axis = axis_on_pixels(length, zero, cell, pixels)
    if axis is None:
        assert zero >= pixels - 1 or zero + cell * length <= 1
        return
    assert np.all(np.diff(axis.starts) >= (1 if cell <= 1 else 0))
    assert axis.starts[0] >= 0
    assert axis.starts[-1] < axis.stop <= length
    if zero >= 0 and zero + length * cell <= pixels:
        assert (axis.starts[0], axis.stop) == (0, length)


@given(length=st.integers(1, 500), most=st.integers(1, 120))
def test_a_whole_axis_takes_no_more_pixels_than_it_may(length, most):
    axis = axis_within(length, most)
    assert len(axis.starts) == min(length, most)
    assert (axis.starts[0], axis.stop) == (0, length)


@given(
    spatial=st.tuples(st.integers(1, 500), st.integers(1, 500)),
    strokes=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 150)), max_size=3),
    cells_a_pixel=st.sampled_from([1.5, 4.0, 9.0]),
)
def test_taking_in_what_changed_equals_summing_up_everything(spatial, strokes, cells_a_pixel):
    before = after = TiledArray.of(np.random.default_rng(1).random((*spatial, 2)))
    axes = [axis_on_pixels(length, 0.0, 1 / cells_a_pixel, 1000) for length in spatial]
    reduction = Reduction(before)
    reduction.picture(*axes, (0, 1))
    for number, (down, across, size) in enumerate(strokes, 1):
        starts = [int(share * (length - 1)) for share, length in zip((down, across), spatial, strict=True)]
        box = tuple(slice(at, min(at + size, n)) for at, n in zip(starts, spatial, strict=True))
        after = after.with_box(box, number)
    reduction.update(after)
    np.testing.assert_array_equal(reduction.picture(*axes, (0, 1)), Reduction(after).picture(*axes, (0, 1)))


def test_summing_up_bit_by_bit_equals_summing_up_at_once():
    values = TiledArray.of(np.random.default_rng(2).random((700, 900, 3)))
    axes = [axis_on_pixels(length, 0.0, 1 / 7, 1000) for length in values.spatial]
    reduction, turns = Reduction(values), 0
    while not reduction.prepare((0, 1, 2)):
        turns += 1
    assert turns > 3
    np.testing.assert_array_equal(reduction.picture(*axes, (0, 1, 2)), Reduction(values).picture(*axes, (0, 1, 2)))


def test_another_array_begins_again():
    reduction = Reduction(TiledArray.of(np.zeros((64, 64, 1))))
    axes = [axis_on_pixels(64, 0.0, 1 / 8, 100) for _ in range(2)]
    reduction.picture(*axes, (0,))
    other = TiledArray.of(np.ones((64, 64, 1)))
    reduction.replace(other, (whole_box(other.spatial),))
    assert reduction.picture(*axes, (0,)).min() == 1


def test_what_an_edit_changed_is_compared_once(monkeypatch):
    before, calls = TiledArray.of(np.zeros((9, 9, 1))), []
    after = before.with_box((slice(2, 3), slice(4, 5)), 1)
    monkeypatch.setattr(reduction, "changed_places", lambda *pair: calls.append(pair) or changed_places(*pair))
    summed = Reduction(before)
    boxes = summed.update(after)
    assert summed.changes_since(before) == boxes == [(slice(2, 3), slice(4, 5))]
    assert len(calls) == 1


def test_what_changed_since_an_older_array_is_compared_with_that_one():
    first = TiledArray.of(np.zeros((9, 9, 1)))
    second = first.with_box((slice(2, 3), slice(4, 5)), 1)
    summed = Reduction(first)
    summed.update(second)
    summed.update(second.with_box((slice(6, 7), slice(4, 5)), 1))
    assert summed.changes_since(first) == [(slice(2, 7), slice(4, 5))]


def test_an_array_that_was_replaced_as_a_whole_is_let_go():
    first = frozen(np.zeros((9, 9, 1)))
    gone = weakref.ref(first)
    summed = Reduction(TiledArray.of(first))
    del first
    summed.update(TiledArray.of(np.ones((9, 9, 1))))
    gc.collect()
    assert gone() is None


def test_a_lonely_value_keeps_most_of_its_colour():
    shares = np.float32([1 / 2, 1 / 4, 1 / 25, 1 / 1000])
    low, high = np.zeros(4, np.float32), np.ones(4, np.float32)
    assert np.all(np.diff(standing_out(low, high, shares)[1:]) > 0)


@given(
    length=st.integers(200, 900),
    zero=st.floats(-300, 50),
    cells_a_pixel=st.floats(0.4, 20),
    places=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_stretch_of_pixels_is_that_stretch_of_the_picture(length, zero, cells_a_pixel, places):
    values = np.random.default_rng(length).random((length, length, 1)).astype(np.float32)
    axis = axis_on_pixels(length, zero, 1 / cells_a_pixel, 300)
    if axis is None:
        return
    first, last = sorted(round(place * len(axis.starts)) for place in places)
    pixels = slice(first, max(last, first + 1))
    if pixels.stop > len(axis.starts):
        return
    reduction = Reduction(TiledArray.of(values))
    whole = reduction.picture(axis, axis, (0,))
    np.testing.assert_array_equal(reduction.picture(axis.part(pixels), axis, (0,)), whole[pixels])


@given(zero=st.floats(-1, 1), cells_a_pixel=st.floats(1, 20), count=st.integers(1, 4), is_at_end=st.booleans())
def test_a_few_pixels_at_an_end_are_those_of_the_picture(zero, cells_a_pixel, count, is_at_end):
    axis = axis_on_pixels(200, zero, 1 / cells_a_pixel, 300)
    pixels = slice(len(axis.starts) - count, len(axis.starts)) if is_at_end else slice(0, count)
    reduction = Reduction(TiledArray.of(np.random.default_rng(1).random((200, 200, 1)).astype(np.float32)))
    whole = reduction.picture(axis, axis, (0,))
    np.testing.assert_array_equal(reduction.picture(axis.part(pixels), axis.part(pixels), (0,)), whole[pixels, pixels])


@given(
    cells_a_pixel=st.floats(0.4, 20),
    box=st.tuples(*(st.tuples(st.integers(0, 299), st.integers(1, 50)) for _ in range(2))),
)
def test_the_pixels_of_a_box_are_all_that_change_with_it(cells_a_pixel, box):
    values = TiledArray.of(np.random.default_rng(1).random((300, 300, 1)))
    axis = axis_on_pixels(300, 0.0, 1 / cells_a_pixel, 10_000)
    cells = tuple(slice(first, min(300, first + count)) for first, count in box)
    reduction = Reduction(values)
    painted = reduction.picture(axis, axis, (0,)).copy()
    reduction.replace(values.with_box(cells, 5.0), [cells])
    rows, columns = (axis.pixels_of(part.start, part.stop) for part in cells)
    painted[rows, columns] = reduction.picture(axis.part(rows), axis.part(columns), (0,))
    np.testing.assert_array_equal(painted, reduction.picture(axis, axis, (0,)))
