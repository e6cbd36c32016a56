from dataclasses import replace

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.learning.gradient import explained_gradient, watched_cell
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import Cell, Pane
from tests.watched import at, passed, question


def two_filters():
    conv = replace(Conv.of(np.reshape([1, -1, 1, 1, 2, 0, 0, 0], (2, 2, 1, 2))), has_bias=False, activation="tanh")
    target = replace(question().target, values=np.zeros((2, 2, 2), np.float32))
    return replace(question(), network=Network((conv,)), target=target)


def test_a_weight_that_is_pointed_at_comes_before_the_current_one():
    view = replace(at("backward", 0), pointed=Cell(Pane.KERNEL, (1, 1)))
    assert explained_gradient(passed(question()), view).result_text == "2"


def test_an_input_cell_that_is_pointed_at_shows_its_gradient():
    view = replace(at("backward", 0), pointed=Cell(Pane.INPUT, (0, 1)))
    assert explained_gradient(passed(question()), view).sentence == "The gradient of input cell row 1, column 2 is -2."


def test_pointing_at_the_map_changes_nothing():
    view = replace(at("backward", 0, weight=(0, 1)), pointed=Cell(Pane.MAP, (1, 1)))
    assert watched_cell(passed(question()), view) == Cell(Pane.KERNEL, (0, 1))


def test_the_stepper_fills_in_the_gradient():
    view = at("backward", 0, weight=(0, 1), revealed=2)
    assert explained_gradient(passed(question()), view).grids[3].shown == 2


def test_the_gradient_of_a_cell_adds_up_all_filters():
    found = explained_gradient(passed(two_filters()), at("backward", 0, of="input", cell=(1, 1)))
    assert "filter 1" in found.text
    assert "filter 2" in found.text


def test_gradients_before_a_layers_own_activation_are_said_to_be_that():
    found = explained_gradient(passed(two_filters()), at("backward", 0))
    assert found.text.endswith("gradient of weight row 1, column 1, with the gradients before tanh")


def test_what_is_copied_has_every_term():
    assert explained_gradient(passed(question()), at("backward", 0)).whole.startswith("1·2 + (-1)·0 + 0·0 + 1·0 = 2")


def test_a_layer_that_is_off_passes_the_gradient_on():
    document = question()
    off = document.with_layer(1, replace(document.layers[1], is_on=False))
    assert explained_gradient(passed(off), at("backward", 1)).text.endswith("it passes the gradient on.")


def test_term_by_term_the_gradient_of_a_weight_is_added_up():
    found = explained_gradient(passed(question()), replace(at("backward", 0), term=1))
    assert found.text.startswith("1·2 + (-1)·0 + …\n")
    assert found.term == "Term 2 of 4: (-1)·0 = 0; the sum so far is 2."
    assert found.sentence == "The gradient of weight row 1, column 1: 2 of 4 terms are added."
    assert (found.result_text, [grid.current for grid in found.grids[:3]], found.grids[2].shown) == ("…", [1, 1, 1], 2)


def test_with_its_last_term_the_gradient_is_there():
    found = explained_gradient(passed(question()), replace(at("backward", 0), term=3))
    assert found.text.startswith("1·2 + (-1)·0 + 0·0 + 1·0 = 2\n")
    assert (found.result_text, found.sentence) == ("2", "The gradient of weight row 1, column 1 is 2.")


def test_term_by_term_the_gradient_of_a_cell_goes_from_filter_to_filter():
    view = at("backward", 0, of="input", cell=(1, 1))
    texts = [explained_gradient(passed(two_filters()), replace(view, term=term)) for term in range(8)]
    assert [found.is_coming for found in texts] == [True] * 7 + [False]
    assert [found.grids[0].current for found in texts] == [0, 1, 2, 3] * 2
    assert "filter 1" not in texts[2].text
    assert texts[3].text.splitlines()[1].startswith("filter 1: ")
    assert texts[3].text.splitlines()[1].endswith(" + …")
    assert texts[7].text.splitlines()[1] == explained_gradient(passed(two_filters()), view).text.splitlines()[1]


def test_a_cell_that_is_pointed_at_may_have_fewer_terms():
    view = replace(at("backward", 0), term=99)
    assert explained_gradient(passed(question()), view).term.startswith("Term 4 of 4")
