"""Term by term through a transposed convolution: every output has as many terms as cells that paint it."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.colour.display import grey_levels
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes import kernel_facts, ledger
from convstudio.model.panes.explanation import explained
from convstudio.model.run.forward import forward
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

SHAPE = (3, 4, 2)
LEVELS = grey_levels(np.float32([0, 1]))


def document(kernel: int, stride: int) -> Document:
    weights = frozen(np.arange(1, 1 + kernel * kernel * 4).reshape(kernel, kernel, 2, 2))
    layer = ConvTranspose(weights, frozen([0, 1]), (stride, stride), (1, 1))
    values = np.arange(1, 1 + np.prod(SHAPE)).reshape(SHAPE)
    return Document(Sample.of("", values), Network((layer,)))


def walk(held: Document) -> list[ViewState]:
    views = [ViewState(term=0)]
    while stepping.can_step_forward(held, views[-1]):
        views.append(stepping.step_forward(held, views[-1]))
    return views


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (3, 1), (2, 3)])
def test_every_term_on_the_way_can_be_explained(kernel, stride):
    held = document(kernel, stride)
    read = forward(held).layers[0].read
    told = [explained(held.layers[0], read, view, LEVELS, ("a", "b")).term for view in walk(held)]
    terms = [text for text in told if text]
    assert len(terms) == 2 * kernel * kernel * SHAPE[0] * SHAPE[1]  # every cell paints with every weight, once


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (2, 3)])
def test_the_way_back_is_the_way_there(kernel, stride):
    held = document(kernel, stride)
    there = walk(held)
    back = [there[-1]]
    while (before := stepping.step_back(held, back[-1])) is not back[-1]:
        back.append(before)
    assert [(view.position, view.term) for view in back] == [(view.position, view.term) for view in there[::-1]]


def test_the_outlined_weight_is_the_one_that_the_term_multiplies():
    held = document(3, 2)
    layer, read = held.layers[0], forward(held).layers[0].read
    for view in walk(held):
        index = kernel_facts.term_weight(held, view)
        if index is not None:
            found = explained(layer, read, view, LEVELS, ("a", "b")).calculation
            assert found.kernel[..., 0].ravel()[view.term] == layer.weights[(*index, 0, 0)]


def test_a_term_that_an_edit_takes_away_is_looked_at_no_more():
    few, view = document(3, 2), ViewState(position=(1, 1), term=17)
    assert stepping.fitted(few, view).term == stepping.term_count(few, view) - 1


def test_a_line_of_the_ledger_begins_at_its_first_term():
    held = document(3, 2)
    view = ledger.select_line(held, ViewState(position=(1, 1), term=0), 1)
    assert view.term == stepping.term_count(held, replace(view, term=0)) // 2


def test_a_layer_that_is_off_outlines_no_weight_whatever_it_reads():
    vector = replace(document(3, 2), sample=Sample.of("vector", np.ones((1, 1, 1))))
    layers = (GlobalPool(), replace(vector.layers[0], is_on=False))
    held = replace(vector, network=Network(layers))
    assert kernel_facts.term_weight(held, ViewState(layer=1, position=(0,))) is None
