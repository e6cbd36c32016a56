"""What is true of every run of a document."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.run.forward import forward
from convstudio.model.trace import stepping
from convstudio.model.values.view_state import ViewState
from convstudio.ops import activate, conv_reference
from tests.property.close_results import assert_close_results
from tests.property.random_documents import BUILDS, documents, edited, networks


@given(documents())
def test_the_maps_are_those_of_the_loop_reference(document):
    layer = document.layers[0]
    sums = conv_reference(
        document.sample.values.to_array(),
        layer.weights,
        layer.bias,
        stride=layer.stride,
        padding=layer.padding,
        padding_mode=layer.padding_mode,
        dilation=layer.dilation,
        groups=layer.groups,
        flip=layer.flip,
    )
    expected = activate(sums, layer.activation)
    np.testing.assert_allclose(forward(document).layers[0].maps, expected, rtol=1e-4, atol=1e-5)


@given(networks())
def test_a_layer_makes_maps_of_the_shape_that_is_foretold_or_says_why_not(document):
    shapes = document.network.shapes(document.sample.values.shape)
    for result, shape in zip(forward(document).layers, shapes, strict=True):
        assert (None if result.maps is None else result.maps.shape) == shape
        assert (result.maps is None) == bool(result.problem)


@given(networks(must_work=True), st.data())
def test_each_layer_makes_what_it_makes_alone_of_what_the_one_before_made(document, data):
    values = document.sample.values.to_array()
    for layer, result in zip(document.layers, forward(document).layers, strict=True):
        values = layer.run(values) if layer.is_on else values
        np.testing.assert_array_equal(result.maps, values)


@given(networks(), st.data())
def test_a_network_that_was_edited_makes_what_it_makes_from_scratch(document, data):
    result = forward(document)
    for _ in range(3):
        document = data.draw(edited(document, BUILDS))
        result = forward(document, result)
    assert_close_results(result, forward(document))


@given(documents(rank=2), st.data())
def test_a_layer_has_positions_exactly_when_it_makes_a_map(document, data):
    for _ in range(3):
        document = data.draw(edited(document))
    maps = forward(document).layers[0].maps
    assert stepping.output_spatial(document, 0) == (None if maps is None else maps.shape[:-1])


@given(documents(rank=2), st.data())
def test_a_fitted_view_names_only_what_is_there(document, data):
    view = stepping.fitted(document, ViewState(position=(1, 1), revealed=1, term=0))
    for _ in range(3):
        document = data.draw(edited(document))
        view = stepping.step_forward(document, stepping.fitted(document, view))
    count = stepping.position_count(document, view)
    assert view == stepping.fitted(document, view)
    assert stepping.position_index(document, view) < max(1, count)
    assert view.revealed <= max(1, count) or not count
    assert view.term < stepping.term_count(document, view)


@given(networks(), st.data())
def test_a_fitted_view_of_any_layer_of_a_network_names_only_what_is_there(document, data):
    view = ViewState()
    for _ in range(4):
        document = data.draw(edited(document, BUILDS))
        layer = data.draw(st.integers(0, len(document.layers) - 1))
        view = stepping.step_forward(document, stepping.select_layer(document, stepping.fitted(document, view), layer))
    count = stepping.position_count(document, view)
    assert view == stepping.fitted(document, view)
    assert stepping.position_index(document, view) < max(1, count)
    assert view.filter < max(1, stepping.map_count(document, view.layer))
    assert view.channel < max(1, stepping.channel_count(document, view.layer))


@given(networks(must_work=True), st.data())
def test_the_stepper_visits_every_output_of_a_layer_once(document, data):
    layer = data.draw(st.integers(0, len(document.layers) - 1))
    view = stepping.go_to(document, stepping.select_layer(document, ViewState(), layer), 0)
    if layer == 0:
        view = stepping.go_to(document, stepping.fitted(document, view), 0)
    visited = [view.position]
    while stepping.can_step_forward(document, view):
        view = stepping.step_forward(document, view)
        visited.append(view.position)
    assert visited == list(np.ndindex(stepping.output_spatial(document, layer)))
