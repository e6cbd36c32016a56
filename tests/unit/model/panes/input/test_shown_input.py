"""What the input pane has on show, as values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import input_cells
from convstudio.model.panes.input.input_display import Loupe
from convstudio.model.panes.input.shown_input import Outlines
from convstudio.model.values.view_state import Cell, Pane, ViewState
from tests.views.input_documents import bump, document_of, input_of, lines, photograph


def test_a_large_input_is_a_picture_and_a_small_one_is_a_table():
    assert (input_of(photograph()).is_picture, input_of(lines()).is_picture) == (True, False)


def test_a_picture_in_colour_is_chosen_as_a_whole_unless_a_channel_is_looked_at_alone():
    together, alone = (
        input_of(photograph(), ViewState(channel=1)),
        input_of(photograph(), ViewState(channel=1, alone=True)),
    )

    assert (together.chosen, alone.chosen) == (None, 1)


def test_the_window_and_the_linked_cell_are_marked():
    marks = input_of(lines(), ViewState(position=(2, 1), pinned=Cell(Pane.INPUT, (5, 6)))).marks

    assert [along.tolist() for along in marks.window] == [[2, 3, 4], [1, 2, 3]]
    assert [along.tolist() for along in marks.linked] == [[5], [6]]


def test_neighbours_are_outlined_together():
    outlines = Outlines.of(Loupe((0, 0), (4, 4)), input_of(photograph(), ViewState(position=(30, 40))).marks)

    assert outlines.window == [(30, 40, 33, 43)]


def test_a_cell_of_the_padding_is_no_cell_of_the_input():
    shown = input_of(lines(padding="same"))

    assert (shown.cell(-1, 0), shown.cell(0, 0)) == (None, Cell(Pane.INPUT, (0, 0)))


def test_a_step_of_a_sequence_is_a_column_of_its_table():
    assert input_of(bump(), ViewState(position=(0,))).cell(0, 3) == Cell(Pane.INPUT, (3,))


def test_selected_padding_stands_for_the_first_row():
    assert input_of(lines(padding="same")).places(0, [-1, 8]) == [0]


def test_only_what_an_edit_touched_is_looked_at_again(monkeypatch):
    document = photograph(300, 300)
    before = input_of(document)
    edited = input_cells.paint_input(document, (10, 10), 3, -2.0, None)
    boxes = []
    after = type(before.ranges).after
    monkeypatch.setattr(
        type(before.ranges), "after", lambda held, values, at: boxes.extend(at) or after(held, values, at)
    )

    shown = input_of(edited, before=before)

    assert shown.ranges.whole[0] == -2.0
    assert len(boxes) == 1


def test_the_levels_of_a_picture_stay_while_the_values_are_inside_them():
    bright = input_cells.paint_input(photograph(), (5, 5), 1, 2.0, None)
    before = input_of(bright)

    shown = input_of(input_cells.paint_input(bright, (5, 5), 1, 0.0, None), before=before)

    assert shown.levels == before.levels


def test_the_same_values_looked_at_with_another_position_are_the_same_numbers():
    before = input_of(lines())

    shown = before.seen_with(ViewState(position=(3, 3)))

    assert shown.excerpt(shown.own_bounds).shows_the_same_as(before.excerpt(before.own_bounds))


@pytest.mark.parametrize("change", [{"channel": 1}, {"input_span": "all"}])
def test_another_channel_or_other_levels_are_other_numbers(change):
    before = input_of(document_of(np.random.default_rng(1).random((4, 4, 2)) / 2))

    shown = before.seen_with(replace(before.view, **change))

    assert not shown.excerpt(shown.own_bounds).shows_the_same_as(before.excerpt(before.own_bounds))


def test_an_input_with_the_same_values_and_view_is_on_show_already():
    document = lines()

    assert input_of(document).is_on_show_in(input_of(document))


def test_the_same_input_under_another_layer_is_not_on_show():
    document = lines()
    other = document.with_layer(0, replace(document.layers[0], padding="same"))

    assert not input_of(other).is_on_show_in(input_of(document))


def test_an_input_is_on_show_already_after_an_edit_of_a_weight():
    document = lines()
    layer = document.layers[0]
    other = document.with_layer(0, replace(layer, weights=layer.weights + 1))

    assert input_of(other).is_on_show_in(input_of(document))


@pytest.mark.parametrize("setting", [{"stride": 2}, {"dilation": 2}, {"padding": "same"}])
def test_an_input_whose_window_moved_or_grew_is_not_on_show(setting):
    document = lines()
    view = replace(ViewState(), position=(1, 1))
    other = document.with_layer(0, replace(document.layers[0], **setting))

    assert not input_of(other, view).is_on_show_in(input_of(document, view))
