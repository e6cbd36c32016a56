"""The stepper in the phases of learning: it goes through weights and input cells, and fills their gradients in."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import frozen
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from tests.watched import at, pooled, question

DOCUMENT = question()


def test_backwards_the_stepper_goes_through_the_weights():
    view = stepping.step_forward(DOCUMENT, at("backward", 0))
    assert (view.watch.weight, view.watch.revealed, view.pinned) == ((0, 1), 2, Cell(Pane.KERNEL, (0, 1)))


def test_the_gradient_of_the_input_goes_through_the_input_cells():
    view = at("backward", 0, of="input")
    assert stepping.position_count(DOCUMENT, view) == 9
    assert stepping.step_forward(DOCUMENT, view).watch.cell == (0, 1)


def test_through_a_layer_without_weights_the_stepper_goes_through_the_outputs():
    view = stepping.step_forward(DOCUMENT, at("backward", 1))
    assert (view.position, view.watch.revealed, view.revealed) == ((0, 1), 2, None)


def test_an_update_goes_through_the_weights_whatever_was_watched_before():
    assert stepping.stepped_pane(DOCUMENT, at("update", 0, of="input")) is Pane.KERNEL


def test_the_last_weight_is_the_end():
    view = stepping.MOVES["last"](DOCUMENT, at("backward", 0))
    assert not stepping.can_step_forward(DOCUMENT, view)
    assert view.watch.weight == (1, 1)


def test_before_the_first_weight_all_but_it_are_hidden():
    view = stepping.step_back(DOCUMENT, at("backward", 0))
    assert (view.watch.weight, view.watch.revealed) == ((0, 0), 1)


def test_the_loss_selects_the_last_layer():
    assert stepping.choose_phase(pooled(), ViewState(position=(0,)), "loss").layer == 2


def test_choosing_the_backward_phase_pins_the_current_weight():
    view = stepping.choose_phase(DOCUMENT, ViewState(position=(1, 1)), "backward")
    assert (view.watch.phase, view.pinned) == ("backward", Cell(Pane.KERNEL, (0, 0)))


def test_choosing_the_forward_phase_lets_go():
    view = stepping.choose_phase(DOCUMENT, at("backward", 0), "forward")
    assert (view.pinned, view.watch.is_learning) == (None, False)


def test_a_clicked_input_cell_is_watched():
    view = stepping.pin(DOCUMENT, at("backward", 0), Cell(Pane.INPUT, (2, 2)))
    assert (view.watch.of, view.watch.cell, view.pinned) == ("input", (2, 2), Cell(Pane.INPUT, (2, 2)))


def test_a_clicked_weight_is_watched():
    view = stepping.pin(DOCUMENT, at("backward", 0, of="input"), Cell(Pane.KERNEL, (1, 0)))
    assert (view.watch.of, view.watch.weight) == ("weight", (1, 0))


def test_a_clicked_output_becomes_the_current_one():
    view = stepping.pin(DOCUMENT, at("backward", 1), Cell(Pane.MAP, (1, 0)))
    assert (view.position, view.pinned) == ((1, 0), Cell(Pane.MAP, (1, 0)))


def test_choosing_whose_gradient_pins_its_cell():
    view = stepping.choose_gradient(DOCUMENT, at("backward", 0), "input")
    assert view.pinned == Cell(Pane.INPUT, (0, 0))


def term_by_term(view, document=DOCUMENT):
    return stepping.MOVES["terms"](document, view)


@pytest.mark.parametrize(
    ("view", "count"),
    [(at("loss", 1), 4), (at("backward", 0), 4), (at("backward", 0, of="input"), 4), (at("update", 0), 2)],
    ids=["loss", "gradient of a weight", "gradient of an input cell", "update"],
)
def test_the_sum_of_every_phase_is_stepped_through_term_by_term(view, count):
    begun = term_by_term(view)
    assert (begun.term, begun.watch.revealed, stepping.term_count(DOCUMENT, begun)) == (0, 0, count)
    for _ in range(count - 1):
        begun = stepping.step_forward(DOCUMENT, begun)
    assert (begun.term, begun.watch.revealed) == (count - 1, 1)


def test_after_the_last_term_comes_the_next_weight_and_back_again():
    last = replace(term_by_term(at("backward", 0)), term=3)
    following = stepping.step_forward(DOCUMENT, last)
    assert (following.watch.weight, following.term, following.watch.revealed) == ((0, 1), 0, 1)
    before = stepping.step_back(DOCUMENT, following)
    assert (before.watch.weight, before.term, before.watch.revealed) == ((0, 0), 3, 1)


def test_the_last_term_of_the_loss_is_the_end():
    view = replace(term_by_term(at("loss", 1, (1, 1))), term=3)
    assert not stepping.can_step_forward(DOCUMENT, view)
    assert stepping.MOVES["first"](DOCUMENT, view).term == 0


def test_another_weight_begins_with_its_first_term():
    view = replace(term_by_term(at("backward", 0)), term=2)
    assert stepping.pin(DOCUMENT, view, Cell(Pane.KERNEL, (1, 1))).term == 0


def test_choosing_another_phase_ends_term_by_term():
    assert stepping.choose_phase(DOCUMENT, term_by_term(at("backward", 0)), "loss").term is None


def test_what_is_no_sum_is_not_stepped_through_term_by_term():
    assert term_by_term(at("backward", 1)).term is None
    locked = DOCUMENT.with_layer(0, replace(DOCUMENT.layers[0], is_locked=True))
    assert term_by_term(at("update", 0), locked).term is None


def test_every_filter_that_reads_a_cell_adds_terms_to_its_gradient():
    conv = DOCUMENT.layers[0]
    doubled = replace(conv, weights=frozen(np.repeat(conv.weights, 2, axis=-1)), bias=frozen([0, 0]))
    assert stepping.term_count(DOCUMENT.with_layer(0, doubled), at("backward", 0, of="input")) == 8


def test_a_unit_gets_a_term_from_one_sample_and_gives_one_to_each_input():
    document = pooled()
    dense = replace(
        document, network=Network((Flatten(), Dense.of(np.ones((4, 2))))), sample=Sample.of("s", [[1], [2], [3], [4]])
    )
    assert stepping.term_count(dense, at("backward", 1, (0,))) == 1
    assert stepping.term_count(dense, at("backward", 1, (0,), of="input")) == 2


def test_a_smaller_network_keeps_the_term_inside_its_sum():
    view = replace(term_by_term(at("loss", 1)), term=3)
    assert stepping.fitted(pooled(), replace(view, layer=2)).term == 2


@pytest.mark.parametrize("phase", ["backward", "update"])
def test_a_smaller_kernel_keeps_the_current_weight_inside(phase):
    smaller = pooled()
    view = stepping.fitted(smaller, replace(at(phase, 0, (0,)), watch=at(phase, 0, (0,), weight=(9,)).watch))
    assert view.watch.weight == (2,)


def test_letting_go_shows_all_gradients_again():
    assert at("backward", 0, revealed=2).let_go().watch.revealed is None


def test_an_update_selects_a_layer_that_learns():
    assert stepping.choose_phase(pooled(), at("loss", 2, (0,)), "update").layer == 0
