"""What is true of every run of a document."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_documents import documents, edited

from convstudio.model import stepping
from convstudio.model.forward import forward
from convstudio.model.view_state import ViewState
from convstudio.ops import activate, conv_reference


@settings(max_examples=40)
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
    assert view.term < stepping.term_count(document.layers[view.layer])
