from dataclasses import replace

import numpy as np

from convstudio.model.edits.learning.locks import lock_weights
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.panes.learning.update import explained_update, step_line
from convstudio.model.values.arrays import frozen
from convstudio.model.values.network import Network
from tests.watched import at, passed, pooled, question


def test_the_bias_is_updated_too():
    found = explained_update(passed(pooled()), at("update", 0, (0,), weight=(1,)))
    assert found.text == "1 − 0.5 · 1 = 0.5\nnew weight step 2 · bias: 0 − 0.5 · 1 = -0.5"


def test_a_layer_that_learns_nothing_says_so():
    assert explained_update(passed(question()), at("update", 1)).text.startswith("This layer learns nothing.")


def test_a_locked_layer_says_so():
    document = question()
    locked = document.with_layer(0, replace(document.layers[0], is_locked=True))
    assert explained_update(passed(locked), at("update", 0)).text.startswith("This layer is locked")


def test_what_batch_normalisation_learns_is_updated():
    ones = np.ones(1, np.float32)
    layers = (*question().layers, BatchNorm(ones, ones, ones, ones))
    found = explained_update(passed(replace(question(), network=Network(layers))), at("update", 2))
    assert "new gamma, channel 1 · beta: 1 − 0.5" in found.text


def test_the_slope_of_the_current_cell_is_updated():
    document = question()
    slopes = PRelu(frozen(np.full((*document.network.shapes(document.sample.values.shape)[-1],), 0.5)))
    network = Network((*document.layers, slopes))
    view = replace(at("update", 2), position=(0, 1))
    found = explained_update(passed(replace(document, network=network)), view)
    assert "new slopes, channel 1, row 1, column 2" in found.text
    assert found.grids[0].values.shape == slopes.slopes.shape[:-1]


def test_a_negative_gradient_is_in_brackets():
    assert step_line(1.0, -2.0, 0.5, 2.0) == "1 − 0.5 · (-2) = 2"


def test_a_locked_weight_says_so_and_keeps_its_value():
    document = lock_weights(question(), 0, [(0, 1, 0, 0)])
    found = explained_update(passed(document), at("update", 0, weight=(0, 1)))
    assert "this weight is locked" in found.text
    assert found.output == -1


def test_term_by_term_the_old_weight_comes_first_and_then_its_step():
    first, last = (explained_update(passed(question()), replace(at("update", 0), term=term)) for term in (0, 1))
    assert first.text.startswith("1 − …\n")
    assert (first.term, first.result_text) == ("Term 1 of 2: 1; the sum so far is 1.", "…")
    assert last.text.startswith("1 − 0.5 · 2 = 0\n")
    assert (last.term, last.result_text) == ("Term 2 of 2: −0.5 · 2 = -1; the sum so far is 0.", "0")


def test_a_locked_weight_has_no_terms():
    document = lock_weights(question(), 0, [(0, 0, 0, 0)])
    found = explained_update(passed(document), replace(at("update", 0), term=0))
    assert (found.term, found.is_coming, found.output) == ("", False, 1)
