"""What is true of every explained number, on random documents."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.run.forward import forward
from convstudio.model.trace.links import linked_cells
from convstudio.model.values.view_state import Cell, Pane
from tests.property.random_documents import documents


def crossings(cells):
    return set(itertools.product(*(axis.tolist() for axis in cells)))


def output_positions(document):
    return list(np.ndindex(document.layers[0].geometry(document.sample.spatial).output))


@given(documents())
def test_every_explained_output_is_the_number_in_the_map(document):
    layer, values = document.layers[0], document.sample.values
    maps = forward(document).layers[0].maps
    for position in output_positions(document):
        told = [layer.calculation(values, f, position).output for f in range(layer.filters)]
        np.testing.assert_allclose(told, maps[position], rtol=1e-4, atol=1e-5)


@given(documents(activations=("linear",)), st.data())
def test_products_channel_sums_and_bias_add_up_to_the_output(document, data):
    layer = document.layers[0]
    position = data.draw(st.sampled_from(output_positions(document)))
    told = layer.calculation(document.sample.values, data.draw(st.integers(0, layer.filters - 1)), position)
    np.testing.assert_allclose(told.products, told.window.astype(np.float64) * told.kernel)
    np.testing.assert_allclose(told.products.sum() + told.bias, told.output, rtol=1e-9, atol=1e-9)


@given(documents(), st.data())
def test_padding_is_marked_exactly_outside_the_input(document, data):
    position = data.draw(st.sampled_from(output_positions(document)))
    told = document.layers[0].calculation(document.sample.values, 0, position)
    window = document.layers[0].window((*document.sample.spatial, 1), position)
    at = np.stack(np.meshgrid(*window.positions, indexing="ij"), axis=-1)
    np.testing.assert_array_equal(told.is_padding, np.any((at < 0) | (at >= document.sample.spatial), axis=-1))


@given(documents())
def test_an_input_cell_is_linked_to_exactly_the_windows_that_read_it(document):
    layer, spatial = document.layers[0], document.sample.spatial
    readers = {cell: set() for cell in np.ndindex(spatial)}
    for position in output_positions(document):
        for source in crossings(layer.window((*spatial, 1), position).sources):
            if -1 not in source:
                readers[source].add(position)
    linked = {
        cell: crossings(linked_cells(layer, document.sample.values.shape, Cell(Pane.INPUT, cell))[Pane.MAP])
        for cell in readers
    }
    assert linked == readers


@given(documents())
def test_a_padding_cell_is_linked_to_exactly_the_windows_that_hold_it(document):
    layer, spatial = document.layers[0], document.sample.spatial
    holders = {}
    for position in output_positions(document):
        for cell in crossings(layer.window((*spatial, 1), position).positions):
            if any(not 0 <= at < size for at, size in zip(cell, spatial, strict=True)):
                holders.setdefault(cell, set()).add(position)
    for cell, expected in holders.items():
        outside = [axis for axis, (at, size) in enumerate(zip(cell, spatial, strict=True)) if not 0 <= at < size]
        linked = crossings(linked_cells(layer, document.sample.values.shape, Cell(Pane.INPUT, cell))[Pane.MAP])
        if len(outside) == layer.rank or layer.padding_mode == "zeros":
            assert linked == expected
        else:  # along an axis on which it lies inside, a cell also feeds through its copies
            assert linked >= expected


@given(documents())
def test_a_map_cell_and_a_weight_meet_in_exactly_one_input_cell(document):
    layer, spatial = document.layers[0], document.sample.spatial
    positions = output_positions(document)
    for weight in np.ndindex(layer.kernel_size):
        met = linked_cells(layer, document.sample.values.shape, Cell(Pane.KERNEL, weight))[Pane.INPUT]
        tap = [n - 1 - at if layer.flip else at for at, n in zip(weight, layer.kernel_size, strict=True)]
        expected = {
            tuple(int(axis[t]) for axis, t in zip(layer.window((*spatial, 1), p).positions, tap, strict=True))
            for p in positions
        }
        assert crossings(met) == expected
