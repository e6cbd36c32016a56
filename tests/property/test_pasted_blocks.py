"""A block makes the input or the kernels as large as it needs, and nothing that was there is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.edits.input_cells import write_into_resized_input
from convstudio.model.edits.kernel_weights import write_into_resized_kernel
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

RANDOM = np.random.default_rng(5)
HELD = RANDOM.standard_normal((4, 3, 2)).astype(np.float32)
WEIGHTS = RANDOM.standard_normal((3, 3, 2, 2)).astype(np.float32)
DOCUMENT = Document(Sample.of("noise", HELD), Network((Conv.of(WEIGHTS),)))
lengths = st.integers(1, 6)


@given(lengths, lengths)
def test_every_cell_of_the_input_outside_the_block_stays(rows: int, columns: int) -> None:
    size = max(4, 1 + rows), max(3, 2 + columns)
    after = write_into_resized_input(DOCUMENT, size, (1, 2), np.full((rows, columns), 7), 0).sample.values.to_array()
    wanted = np.zeros((*size, 2), np.float32)
    wanted[:4, :3] = HELD
    wanted[1 : 1 + rows, 2 : 2 + columns, 0] = 7
    np.testing.assert_array_equal(after, wanted)


@given(lengths, lengths)
def test_every_weight_outside_the_block_stays_in_its_cell(rows: int, columns: int) -> None:
    size = max(3, 1 + rows), max(3, 2 + columns)
    block = np.full((rows, columns), 7)
    after = write_into_resized_kernel(DOCUMENT, 0, 1, 0, size=size, start=(1, 2), values=block).layers[0]
    wanted = np.zeros(size, np.float32)
    wanted[:3, :3] = WEIGHTS[..., 0, 1]
    wanted[1 : 1 + rows, 2 : 2 + columns] = 7
    np.testing.assert_array_equal(after.weights[..., 0, 1], wanted)


def test_the_other_kernels_of_the_filter_grow_around_their_centre() -> None:
    after = write_into_resized_kernel(DOCUMENT, 0, 1, 0, size=(5, 5), start=(0, 0), values=np.ones((5, 5)))
    np.testing.assert_array_equal(after.layers[0].weights[1:4, 1:4, 1], WEIGHTS[..., 1, :])
