"""Every output of every kind of layer is explained by the number that the layer made."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.colour.display import Levels
from convstudio.model.panes.explanation import explained
from convstudio.model.run.forward import forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.trace import stepping
from convstudio.model.trace.links import linked_cells, window_of
from convstudio.model.values.view_state import Cell, Pane, ViewState
from tests.property.random_documents import networks

LEVELS = Levels(-1.0, 1.0, signed=True)


def views_of(draw, document, layer):
    """Draw what is looked at in a layer: one of its maps, and one output of it."""
    cells = stepping.output_spatial(document, layer)
    position = tuple(draw(st.integers(0, length - 1)) for length in cells)
    chosen = draw(st.integers(0, stepping.map_count(document, layer) - 1))
    return stepping.fitted(document, ViewState(layer=layer, filter=chosen, position=position))


@given(networks(must_work=True), st.data())
def test_an_explanation_ends_in_the_number_that_the_layer_made(document, data):
    result = forward(document)
    layer = data.draw(st.integers(0, len(document.layers) - 1))
    view = views_of(data.draw, document, layer)
    reading = reading_of(document, view, result)
    found = explained(document.layers[layer], reading.values, view, LEVELS, reading.names)
    shown = float(result.layers[layer].shown_map(view.filter)[view.position])
    scale = max(1.0, float(np.abs(result.layers[layer].maps).max()))
    assert math.isclose(found.output, shown, rel_tol=1e-4, abs_tol=1e-5 * scale)


@given(networks(must_work=True), st.data())
def test_an_output_is_linked_to_the_cells_whose_links_lead_back_to_it(document, data):
    layer = data.draw(st.integers(0, len(document.layers) - 1))
    view = views_of(data.draw, document, layer)
    input_shape, held = document.input_shape(layer), document.layers[layer]
    cells = stepping.input_spatial(document, layer)
    window = window_of(held, input_shape, view.position)
    for cell in np.ndindex(*(len(along) for along in window.sources)):
        source = tuple(int(along[at]) for along, at in zip(window.sources, cell, strict=True))
        if all(0 <= at < length for at, length in zip(source, cells, strict=True)):
            fed = linked_cells(held, input_shape, Cell(Pane.INPUT, source))[Pane.MAP]
            assert all(at in along for at, along in zip(view.position, fed, strict=True))
