from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.files import limits
from convstudio.model.colour.display import Levels
from convstudio.model.colour.picture_geometry import block_at
from convstudio.model.edits import input_cells
from convstudio.model.edits.strokes import paint_stroke, stroke_cells
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.input import input_display
from convstudio.model.panes.input.input_display import (
    DecimalFormat,
    Loupe,
    Ranges,
    blocks,
    colour_channels,
    keeps_within,
    levels_of,
    linked_input,
    numbers,
    own_bounds,
    padded_bounds,
    shape_problem,
    shown_channels,
    term_cell,
)
from convstudio.model.values.answers.windows import Window
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.ops.padding import pad

LEVELS = Levels(0.0, 1.0, signed=False)
LIMITS = replace(limits.LIMITS, axis_length=100, input_values=1000)
MODES = ("zeros", "reflect", "symmetric", "replicate", "circular")
sizes = st.integers(3, 7)


def random_input(*shape: int) -> TiledArray:
    return TiledArray.of(np.random.default_rng(5).standard_normal(shape).round(2))


@pytest.mark.parametrize("mode", MODES)
@given(rows=sizes, columns=sizes, pairs=st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 2))
def test_padding_cells_hold_what_the_layer_reads_there(mode, rows, columns, pairs):
    values = random_input(rows, columns, 2)
    bounds = tuple((-before, n + after) for (before, after), n in zip(pairs, (rows, columns), strict=True))

    found = numbers(values, bounds, mode, 1, LEVELS)

    np.testing.assert_array_equal(found.values, pad(values.to_array(), pairs, mode, 2)[..., 1])


def test_a_sequence_is_one_row_that_begins_at_its_padding():
    found = numbers(TiledArray.of([[1], [2], [3]]), ((-1, 4),), "replicate", 0, LEVELS)

    assert found.values.tolist() == [[1, 1, 2, 3, 3]]
    assert (found.origin, found.lengths) == ((0, -1), (1, 3))


def test_a_layer_that_cannot_work_adds_no_padding():
    layer = replace(Conv.of(np.ones((9, 9, 1, 1))), padding=((1, 1), (1, 1)))

    assert padded_bounds(layer, (3, 3)) == own_bounds((3, 3))


def test_reflection_wider_than_the_input_adds_no_padding():
    layer = replace(Conv.of(np.ones((3, 1, 1))), padding=((4, 4),), padding_mode="reflect")

    assert padded_bounds(layer, (3,)) == ((0, 3),)


@given(
    places=st.lists(st.tuples(st.integers(0, 299), st.integers(0, 199)), max_size=5), value=st.floats(-9, 9, width=32)
)
def test_ranges_kept_through_strokes_are_those_of_the_whole_input(places, value):
    document = Document(Sample.of("", random_input(300, 200, 1).to_array()), Network((Conv.of(np.ones((1, 1, 1, 1))),)))
    kept = Ranges.of(document.sample.values)
    for place in places:
        before, document = document, input_cells.paint_input(document, place, 5, value, None)
        kept = kept.after(document.sample.values, document.sample.values.changed_boxes(before.sample.values))

    values = document.sample.values.to_array()
    assert kept.whole == (values.min(), values.max())


def test_levels_do_not_hold_a_value_beyond_them():
    assert not keeps_within(LEVELS, Ranges({(0,): (0.0, 3.0)}))


@pytest.mark.parametrize("side", [4, 300])
def test_ranges_count_what_is_not_finite_and_leave_it_out(side):
    values = TiledArray.of(np.full((side, side, 1), 0.5))
    odd = values.with_box((slice(0, 2), slice(0, 1)), np.float32([[[np.nan]], [[-np.inf]]]))
    kept = Ranges.of(values).after(odd, odd.changed_boxes(values))
    assert (kept, kept.whole, kept.odd_counts) == (Ranges.of(odd), (0.5, 0.5), (1, 1))
    assert kept.after(values, values.changed_boxes(odd)).odd_counts == (0, 0)


def test_the_range_of_nothing_finite_is_zero():
    assert Ranges.of(TiledArray.of(np.full((2, 2, 1), np.nan))).whole == (0.0, 0.0)


@given(st.lists(st.integers(0, 65535), min_size=2, max_size=60, unique=True), st.sampled_from([255, 4095, 65535]))
def test_a_loupe_writes_different_values_differently(levels, white):
    values = np.array(sorted({min(level, white) for level in levels}), np.float32) / np.float32(white)
    write = DecimalFormat.to(LEVELS).telling_apart(values)
    texts = [write(value) for value in values.tolist()]
    assert len(set(texts)) == len(texts)
    assert max(map(len, texts)) <= 8


def test_levels_of_an_input_with_negative_values_are_centred_on_zero():
    assert levels_of(Ranges({(0,): (-1.0, 3.0)})) == Levels(-3.0, 3.0, signed=True)


def test_colours_are_found_by_their_names_wherever_they_are():
    assert colour_channels(("blue", "other", "green", "red"), LEVELS) == (3, 2, 0)


@pytest.mark.parametrize(
    ("names", "levels"), [(("red", "green"), LEVELS), (("red", "green", "blue"), Levels(-1.0, 1.0, signed=True))]
)
def test_there_is_no_picture_in_colour_without_all_three_or_with_negative_light(names, levels):
    assert colour_channels(names, levels) is None


@pytest.mark.parametrize(("alone", "shown"), [(True, 2), (False, (0, 1, 2))])
def test_a_channel_is_shown_alone_or_all_in_colour(alone, shown):
    assert shown_channels(("red", "green", "blue"), 2, alone, LEVELS) == shown


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 30), st.integers(1, 30))
def test_a_loupe_is_brought_inside_without_growing(row, column, rows, columns):
    found = Loupe((row, column), (rows, columns)).within(((-1, 20), (0, 10)))

    (top, bottom), (left, right) = found.bounds
    assert -1 <= top < bottom <= 20
    assert 0 <= left < right <= 10
    assert found.lengths == (min(rows, 21), min(columns, 10))


def test_a_loupe_that_holds_the_cells_stays():
    loupe = Loupe((10, 10), (5, 5))

    assert loupe.holding((np.array([11, 12]), np.array([13, 14]))) == loupe


def test_a_loupe_smaller_than_the_window_looks_at_its_middle():
    found = Loupe((0, 0), (3, 3)).holding((np.arange(10, 17), np.arange(20, 27)))

    assert found.corner == (12, 22)


@pytest.mark.parametrize("flip", [False, True])
def test_a_term_reads_the_cell_that_the_calculation_names(flip):
    layer = replace(Conv.of(np.ones((2, 3, 2, 1))), dilation=(2, 1), flip=flip)
    values = random_input(6, 6, 2)
    calculation = layer.calculation(values, 0, (1, 2))

    row, column = term_cell(layer.window((6, 6, 1), (1, 2)), 10)

    assert values.to_array()[row[0], column[0], 1] == np.moveaxis(calculation.window, -1, 0).ravel()[10]


def test_an_input_cell_lights_up_itself():
    layer = Conv.of(np.ones((3, 3, 1, 1)))

    found = linked_input(layer, (8, 8), ViewState(pinned=Cell(Pane.INPUT, (2, 5))))

    assert [along.tolist() for along in found or ()] == [[2], [5]]


def test_a_map_cell_whose_window_is_outlined_already_lights_up_nothing_more():
    layer = Conv.of(np.ones((3, 3, 1, 1)))

    assert linked_input(layer, (8, 8), ViewState(pointed=Cell(Pane.MAP, (1, 1)))) is None


def test_a_weight_of_a_layer_that_cannot_work_lights_up_nothing():
    layer = Conv.of(np.ones((9, 9, 1, 1)))

    assert linked_input(layer, (8, 8), ViewState(pinned=Cell(Pane.KERNEL, (0, 0)))) is None


def test_too_many_blocks_become_one():
    every_other = np.arange(0, 100, 2)

    assert blocks((every_other, every_other)) == [(0, 0, 99, 99)]


@pytest.mark.parametrize(("spatial", "told"), [((101, 2), "101×2 is longer than the 100"), ((90, 90), "8100 values")])
def test_a_shape_beyond_the_limits_is_refused_with_its_numbers(spatial, told):
    assert told in (shape_problem(spatial, 1, LIMITS) or "")


def test_a_shape_within_the_limits_is_not_refused():
    assert shape_problem((10, 100), 1, LIMITS) is None


def test_a_column_becomes_the_steps_of_a_sequence():
    start, values = block_at(0, 3, np.float32([[1], [2]]), rank=1)

    assert (start, values.tolist()) == ((3,), [1, 2])


@given(
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
    st.integers(1, 9),
)
def test_a_stroke_reaches_its_end_in_steps_shorter_than_the_brush(start, end, size):
    places = np.array([start, *stroke_cells(start, end, size)])

    assert tuple(places[-1]) == end
    assert np.abs(np.diff(places, axis=0)).max() <= max(1, size // 2)


def test_a_stroke_paints_every_place():
    document = Document(Sample.of("", np.zeros((3, 3, 1))), Network((Conv.of(np.ones((1, 1, 1, 1))),)))

    painted = paint_stroke(document, stroke_cells((0, 0), (2, 2), 1), 1, 5.0, None)

    assert painted.sample.values.to_array()[..., 0].tolist() == [[0, 0, 0], [0, 5, 0], [0, 0, 5]]


def test_a_stroke_begins_with_its_first_place():
    assert stroke_cells(None, (4, 5), 3) == [(4, 5)]


def test_a_window_without_cells_has_no_cell_for_a_term():
    nothing = np.arange(0)
    assert term_cell(Window((nothing,), (nothing,)), 3) is None


def test_a_loupe_holds_the_rows_and_columns_of_a_volume():
    assert Loupe((0, 0), (4, 4)).holding((np.arange(9), np.arange(3, 6), np.arange(3))).corner == (2, 0)


def test_the_ranges_of_an_array_are_found_once_and_forgotten_with_it(monkeypatch):
    array = np.arange(12, dtype=np.float32).reshape(3, 4, 1)
    array.flags.writeable = False
    found = Ranges.of(TiledArray.of(array))
    monkeypatch.setattr(Ranges, "_found_in", None)
    assert Ranges.of(TiledArray.of(array)) is found
    key = id(array)
    del array
    assert key not in input_display._known
