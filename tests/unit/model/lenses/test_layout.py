"""Where weights lie in memory, in three layouts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.lenses.layout import (
    LAYOUTS,
    MemoryLayout,
    layout_rows,
    memory_sentence,
    offset_sentence,
    weight_name,
)
from convstudio.model.values.arrays import frozen

WEIGHTS = frozen(np.arange(3 * 2 * 4 * 5).reshape(3, 2, 4, 5))


@given(st.sampled_from(LAYOUTS), st.integers(1, 3), st.integers(0, 10**6))
def test_every_weight_lies_at_its_offset_and_is_found_there_again(layout, rank, seed):
    rng = np.random.default_rng(seed)
    laid = MemoryLayout(frozen(rng.normal(size=rng.integers(1, 4, rank + 2))), layout)
    offset = int(rng.integers(laid.weights.size))
    index = laid.index_at(offset)
    assert laid.offset_of(index) == offset
    assert laid.memory[offset] == laid.weights[index]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.owner)
def test_strides_are_those_of_numpy(layout):
    laid = MemoryLayout(WEIGHTS, layout)
    held = np.ascontiguousarray(WEIGHTS.transpose(layout.order(2)))
    assert laid.shape == held.shape
    assert tuple(4 * step for step in laid.strides) == held.strides
    np.testing.assert_array_equal(laid.memory, held.ravel())


def test_the_layouts_have_the_names_of_their_ranks():
    names = [[layout.letters(rank) for layout in LAYOUTS] for rank in (1, 2, 3)]
    assert names == [["WIO", "OIW", "OWI"], ["HWIO", "OIHW", "OHWI"], ["DHWIO", "OIDHW", "ODHWI"]]


def test_ten_maps_to_64_lie_in_pytorchs_shape():
    rows = layout_rows(frozen(np.zeros((3, 3, 10, 64))))
    assert rows[1][:3] == ("OIHW", "PyTorch", "64×10×3×3")
    assert memory_sentence(np.zeros((3, 3, 10, 64), np.float32)).startswith("5760 weights × 4 bytes = 23040 bytes")


def test_a_cell_tells_which_weight_it_holds_and_how_its_offset_comes_about():
    assert offset_sentence(MemoryLayout(WEIGHTS, LAYOUTS[0]), 47) == (
        "Offset 47 = 1·40 + 0·20 + 1·5 + 2·1, byte 188: row 2, column 1, channel 2, filter 3 = 47."
    )


def test_a_weight_of_a_sequence_has_a_step():
    assert weight_name((2, 0, 1)) == "step 3, channel 1, filter 2"
