from dataclasses import replace

from convstudio.model.values.scale import GREY
from convstudio.model.values.view_state import Cell, Pane, Selection, SelectionHistory, ViewState

MAP_CELL = Cell(Pane.MAP, (2, 3))
INPUT_CELL = Cell(Pane.INPUT, (0, 1))


def test_the_cell_under_the_mouse_goes_before_the_pinned_one():
    assert ViewState(pointed=MAP_CELL, pinned=INPUT_CELL).linked == MAP_CELL


def test_the_pinned_cell_stays_lit_without_the_mouse():
    assert ViewState(pinned=INPUT_CELL).linked == INPUT_CELL


def test_a_map_cell_under_the_mouse_shows_its_window():
    assert ViewState(position=(0, 0)).pointing_at(MAP_CELL).shown_position == (2, 3)


def test_an_input_cell_under_the_mouse_leaves_the_current_output():
    assert ViewState(position=(4, 4)).pointing_at(INPUT_CELL).shown_position == (4, 4)


def test_letting_go_keeps_the_selection():
    held = ViewState(layer=1, filter=2, position=(3, 3), revealed=4, term=1, pinned=MAP_CELL, solo=True)
    assert held.let_go() == ViewState(layer=1, filter=2, position=(3, 3))


def test_one_choice_of_the_scale_leaves_the_others():
    held = ViewState().scaled(colours=GREY).scaled(is_shared=True)
    assert (held.scale.colours, held.scale.is_shared) == (GREY, True)


def test_where_the_user_has_been_makes_no_other_view():
    assert replace(ViewState(), visited=SelectionHistory(2, Selection(0, 0, 0, (1, 1)))) == ViewState()
