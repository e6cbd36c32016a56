"""What is true of every channel ledger, on random documents."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.panes.ledger import DEPTHWISE, EVERY_PAIR, ledger, pairings
from convstudio.model.run.forward import forward
from convstudio.model.values.sample import channel_names
from tests.property.random_documents import documents


def drawn_calculation(document, data):
    layer = document.layers[0]
    positions = list(np.ndindex(layer.geometry(document.sample.spatial).output))
    filter_index = data.draw(st.integers(0, layer.filters - 1))
    return layer, layer.calculation(document.sample.values, filter_index, data.draw(st.sampled_from(positions)))


@given(documents(), st.data())
def test_the_lines_add_up_to_the_number_in_the_map(document, data):
    layer, told = drawn_calculation(document, data)
    lines = ledger(layer, told, channel_names(layer.channels))
    amounts = [line.amount for line in lines if line.amount is not None]
    np.testing.assert_allclose(sum(amounts), told.total, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(
        lines[-1].total, forward(document).layers[0].maps[(*told.position, told.filter)], rtol=1e-4, atol=1e-5
    )


@given(documents(), st.data())
def test_every_total_is_the_one_above_and_the_amount(document, data):
    layer, told = drawn_calculation(document, data)
    before = 0.0
    for line in ledger(layer, told, channel_names(layer.channels)):
        if line.amount is not None:
            np.testing.assert_allclose(line.total, before + line.amount, rtol=1e-12, atol=1e-12)
        before = line.total


@given(documents(), st.data())
def test_the_maps_of_lines_that_are_not_added_are_all_different(document, data):
    layer, told = drawn_calculation(document, data)
    maps = {way.name: way.maps for way in pairings(layer)}
    for way in (DEPTHWISE, EVERY_PAIR):
        places = [line.place for line in ledger(layer, told, channel_names(layer.channels), way)]
        assert len(set(places)) == len(told.channels)
        assert all(0 < int(first) <= int(count) == maps[way] for first, count in (p.split(" of ") for p in places))
