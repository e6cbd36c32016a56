from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits import input_cells, layer_settings
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState


def document(spatial=(4, 5), kernel=(3, 3), channels=1, layers=1, **settings):
    sample = Sample.of("", np.ones((*spatial, channels)))
    layer = replace(Conv.of(np.ones((*kernel, channels, channels))), **settings)
    return Document(sample, Network((layer,) * layers))


IMAGE = document()
ORDER = [(row, column) for row in range(2) for column in range(3)]
LAST = ViewState(position=(1, 2), revealed=6)


def walked(step, start, steps, on=IMAGE):
    views = [start]
    for _ in range(steps):
        views.append(step(on, views[-1]))
    return views


def test_stepping_forward_goes_left_to_right_and_top_to_bottom():
    assert [view.position for view in walked(stepping.step_forward, ViewState(), 5)] == ORDER


def test_stepping_back_goes_the_same_way_back():
    assert [view.position for view in walked(stepping.step_back, LAST, 5)] == ORDER[::-1]


def test_a_volume_is_stepped_through_plane_by_plane():
    volume = document((2, 2, 2), (1, 1, 1))
    views = walked(stepping.step_forward, ViewState(position=(0, 0, 0)), 7, volume)
    assert [view.position for view in views] == list(np.ndindex(2, 2, 2))


def test_stepping_fills_the_map_up_to_the_window():
    assert [view.revealed for view in walked(stepping.step_forward, ViewState(), 5)] == [None, 2, 3, 4, 5, 6]


def test_the_last_position_is_the_end():
    assert not stepping.can_step_forward(IMAGE, LAST)
    assert stepping.step_forward(IMAGE, LAST) is LAST


def test_the_first_position_is_the_beginning():
    first = ViewState(revealed=1)
    assert stepping.step_back(IMAGE, first) is first


def test_stepping_back_from_the_whole_map_starts_filling_it():
    assert stepping.step_back(IMAGE, ViewState()).revealed == 1


@pytest.mark.parametrize(("index", "position"), [(-5, (0, 0)), (0, (0, 0)), (4, (1, 1)), (5, (1, 2)), (99, (1, 2))])
def test_a_place_past_the_ends_is_the_end(index, position):
    assert stepping.go_to(IMAGE, ViewState(), index).position == position


def test_positions_are_counted_in_the_order_of_stepping():
    assert [stepping.position_index(IMAGE, ViewState(position=at)) for at in ORDER] == list(range(6))
    assert stepping.position_count(IMAGE, ViewState()) == 6


def test_going_somewhere_lets_go_of_the_pinned_cell():
    assert stepping.go_to(IMAGE, ViewState(pinned=Cell(Pane.INPUT, (0, 0))), 3).pinned is None


def test_term_by_term_starts_at_the_first_term():
    assert stepping.go_term_by_term(IMAGE, ViewState(), True).term == 0
    assert stepping.go_term_by_term(IMAGE, ViewState(term=4), False).term is None


def test_an_output_is_shown_on_the_map_with_its_last_term_and_not_before():
    view = stepping.go_to(IMAGE, ViewState(), 3)
    shown = [stepping.go_term_by_term(IMAGE, view, True)]
    while shown[-1].position == view.position:
        shown.append(stepping.step_forward(IMAGE, shown[-1]))
    assert [step.revealed for step in shown] == [3] * 8 + [4] * 2


def test_stepping_back_over_a_term_takes_the_output_from_the_map_again():
    view = stepping.step_back(IMAGE, ViewState(position=(1, 1), term=8, revealed=5))
    assert (view.term, view.revealed) == (7, 4)


def test_an_edit_while_terms_are_to_come_does_not_show_the_output():
    assert stepping.fitted(IMAGE, ViewState(position=(1, 1), term=2, revealed=4)).revealed == 4


def test_terms_count_channels_too():
    assert stepping.term_count(document(channels=2), ViewState()) == 18


def growing(kernel):
    layer = ConvTranspose(frozen(np.ones((kernel, 1, 1))), frozen([0]), (2,), (1,), "valid")
    return Document(Sample.of("steps", np.ones((3, 1))), Network((layer,)))


def test_an_output_of_a_transposed_convolution_has_as_many_terms_as_cells_paint_it():
    counts = [stepping.term_count(growing(3), ViewState(position=(at,))) for at in range(7)]
    assert counts == [1, 1, 2, 1, 2, 1, 1]


@pytest.mark.parametrize("kernel", [1, 3])
def test_terms_of_a_transposed_convolution_are_stepped_through_forth_and_back(kernel):
    document, views = growing(kernel), [ViewState(position=(0,), revealed=1, term=0)]
    while stepping.can_step_forward(document, views[-1]):
        views.append(stepping.step_forward(document, views[-1]))
    back = [views[-1]]
    while len(back) < len(views):
        back.append(stepping.step_back(document, back[-1]))
    assert back[::-1] == views


def test_terms_are_stepped_through_before_the_next_position():
    views = walked(stepping.step_forward, ViewState(term=0), 10)
    assert [view.term for view in views] == [*range(9), 0, 1]
    assert [view.position for view in views] == [(0, 0)] * 9 + [(0, 1)] * 2


def test_terms_are_stepped_through_backwards():
    views = walked(stepping.step_back, ViewState(position=(0, 1), revealed=2, term=1), 3)
    assert [(view.position, view.term) for view in views] == [((0, 1), 1), ((0, 1), 0), ((0, 0), 8), ((0, 0), 7)]


def test_the_last_term_of_the_last_position_is_the_end():
    end = replace(LAST, term=8)
    assert stepping.can_step_forward(IMAGE, replace(LAST, term=7))
    assert not stepping.can_step_forward(IMAGE, end)
    assert stepping.step_forward(IMAGE, end) is end


def test_the_first_term_of_the_first_position_is_the_beginning():
    first = ViewState(term=0, revealed=1)
    assert stepping.step_back(IMAGE, first) is first


def test_a_clicked_map_cell_becomes_the_position():
    pinned = stepping.pin(IMAGE, ViewState(term=5), Cell(Pane.MAP, (1, 1)))
    assert (pinned.position, pinned.term, pinned.revealed) == ((1, 1), 0, None)


def test_a_clicked_map_cell_fills_the_map_up_to_it_while_stepping():
    assert stepping.pin(IMAGE, ViewState(revealed=1), Cell(Pane.MAP, (1, 1))).revealed == 5


@pytest.mark.parametrize("pane", [Pane.INPUT, Pane.KERNEL])
def test_another_clicked_cell_is_pinned_only(pane):
    assert stepping.pin(IMAGE, ViewState(), Cell(pane, (1, 1))) == ViewState(pinned=Cell(pane, (1, 1)))


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(document((2, 2)), id="a kernel larger than the input"),
        pytest.param(document((8,), (3, 3)), id="a kernel of another rank"),
        pytest.param(document((8, 8), (3,)), id="a kernel of a lower rank"),
        pytest.param(document(padding=((9, 9), (9, 9)), padding_mode="reflect"), id="more padding than can be shown"),
        pytest.param(document(groups=3), id="groups that do not fit"),
        pytest.param(document(channels=2).with_sample(Sample.of("", np.ones((4, 5, 1)))), id="missing channels"),
        pytest.param(document(padding="wide"), id="an unknown padding"),
        pytest.param(
            layer_settings.set_filters(document((1080, 1920), (1, 1)), 0, 512), id="a map too large for memory"
        ),
    ],
)
def test_a_layer_without_a_map_has_no_positions(broken):
    view = ViewState()
    assert stepping.output_spatial(broken, 0) is None
    assert stepping.position_count(broken, view) == stepping.position_index(broken, view) == 0
    assert stepping.go_to(broken, view, 3) is stepping.step_forward(broken, view) is view
    assert stepping.step_back(broken, view) is view


def test_a_second_layer_slides_over_the_maps_of_the_first():
    assert stepping.output_spatial(document((8, 8), layers=2), 1) == (4, 4)


def test_a_view_that_fits_stays_itself():
    view = ViewState(position=(1, 2))
    assert stepping.fitted(IMAGE, view) is view


def test_after_a_shrink_the_position_is_inside():
    view = stepping.fitted(input_cells.set_input_shape(IMAGE, (3, 4)), ViewState(position=(1, 2)))
    assert view.position == (0, 1)


def test_after_a_change_of_rank_the_position_is_the_first():
    assert stepping.fitted(document((8,), (3,)), ViewState(position=(1, 2))).position == (0,)


@pytest.mark.parametrize("spatial", [(3, 4), (4, 4), (9, 9)])
def test_after_a_change_of_shape_the_map_is_filled_up_to_the_window(spatial):
    changed = input_cells.set_input_shape(IMAGE, spatial)
    view = stepping.fitted(changed, LAST)
    assert view.revealed == stepping.position_index(changed, view) + 1


def test_a_whole_map_stays_whole():
    assert stepping.fitted(document((3, 3)), ViewState(position=(1, 2))).revealed is None


def test_the_filter_and_the_channel_stay_among_those_that_are_there():
    view = stepping.fitted(document(channels=2), ViewState(layer=3, filter=7, channel=7))
    assert (view.layer, view.filter, view.channel) == (0, 1, 1)


def test_the_channels_of_a_second_layer_are_the_filters_of_the_first():
    first = Conv.of(np.ones((3, 3, 1, 4)))
    second = Conv.of(np.ones((3, 3, 4, 1)))
    stack = Document(Sample.of("", np.ones((8, 8, 1))), Network((first, second)))
    assert stepping.fitted(stack, ViewState(layer=1, channel=3)).channel == 3


def test_the_term_stays_inside_the_dot_product():
    assert stepping.fitted(document((4, 5), (2, 2)), ViewState(term=8)).term == 3


@pytest.mark.parametrize(
    ("cell", "stays"),
    [
        (Cell(Pane.INPUT, (3, 4)), True),
        (Cell(Pane.INPUT, (4, 0)), False),
        (Cell(Pane.KERNEL, (2, 2)), True),
        (Cell(Pane.KERNEL, (3, 0)), False),
        (Cell(Pane.MAP, (1, 2)), True),
        (Cell(Pane.MAP, (1, 3)), False),
        (Cell(Pane.MAP, (1,)), False),
    ],
)
def test_a_cell_that_is_gone_is_let_go(cell, stays):
    view = stepping.fitted(IMAGE, ViewState(pinned=cell, pointed=cell))
    assert (view.pinned, view.pointed) == ((cell, cell) if stays else (None, None))


def test_a_map_that_is_gone_lets_its_cells_go():
    assert stepping.fitted(document((2, 2)), ViewState(pinned=Cell(Pane.MAP, (0, 0)))).pinned is None


def test_the_pointed_cell_is_linked_before_the_pinned_one():
    pointed, pinned = Cell(Pane.MAP, (0, 1)), Cell(Pane.INPUT, (0, 0))
    assert ViewState(pinned=pinned).pointing_at(pointed).linked is pointed
    assert ViewState(pinned=pinned).linked is pinned


def test_the_window_follows_a_pointed_map_cell_only():
    assert ViewState().pointing_at(Cell(Pane.MAP, (1, 1))).shown_position == (1, 1)
    assert ViewState().pointing_at(Cell(Pane.INPUT, (1, 1))).shown_position == (0, 0)


def test_letting_go_shows_the_whole_map_at_the_same_position():
    view = ViewState(position=(1, 1), revealed=3, term=2, pinned=Cell(Pane.MAP, (1, 1)))
    assert view.let_go() == ViewState(position=(1, 1))


@pytest.mark.parametrize("term", [None, 0])
def test_a_step_is_seen_while_the_mouse_rests_on_the_map(term):
    resting = ViewState(term=term).pointing_at(Cell(Pane.MAP, (1, 1)))
    for step in (stepping.step_forward, stepping.step_back):
        stepped = step(IMAGE, stepping.step_forward(IMAGE, resting).pointing_at(resting.pointed))
        assert stepped.shown_position == stepped.position
