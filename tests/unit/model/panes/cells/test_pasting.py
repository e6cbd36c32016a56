"""What writes a block into the input or into a kernel, and what is asked where it is too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.cells.pasting import written_into_input, written_into_kernel
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

IMAGE = Document(Sample.of("ones", np.ones((4, 4, 2))), Network((Conv.of(np.ones((3, 3, 2, 2))),)))
STEPS = Document(Sample.of("ones", np.ones((8, 1))), Network((Conv.of(np.ones((3, 1, 1))),)))
BLOCK = np.float32([[5, 6, 7], [8, 9, 10]])
FIRST = ViewState()


def ways(intent: Intent) -> list[str]:
    return [way.text for way in intent.instead]


def test_a_block_that_fits_is_written_without_a_question() -> None:
    intent = written_into_input(IMAGE, 1, 1, BLOCK, 0, LIMITS)
    values = intent.edited(IMAGE).sample.values.to_array()
    assert (intent.step, intent.question) == ("Set input values", "")
    np.testing.assert_array_equal(values[1:3, 1:4, 0], BLOCK)
    assert values[..., 1].min() == 1


def test_a_block_that_is_too_large_for_the_input_is_asked_about() -> None:
    intent = written_into_input(IMAGE, 3, 2, BLOCK, 0, LIMITS)
    assert intent.question == "The block of 2×3 does not fit into the input of 4×4 from row 4, column 3 on."
    assert ways(intent) == ["Make the input 5×5", "Paste what fits"]


def test_the_input_grows_at_its_end_for_a_block() -> None:
    larger = written_into_input(IMAGE, 3, 2, BLOCK, 0, LIMITS).instead[0]
    values = larger.edit(IMAGE).sample.values.to_array()
    assert (larger.step, values.shape) == ("Paste 2×3 and make the input 5×5", (5, 5, 2))
    np.testing.assert_array_equal(values[3:, 2:, 0], BLOCK)
    np.testing.assert_array_equal(values[:3, :4], 1)


def test_only_what_fits_is_pasted() -> None:
    fitting = written_into_input(IMAGE, 3, 2, BLOCK, 0, LIMITS).instead[1]
    values = fitting.edit(IMAGE).sample.values.to_array()
    assert fitting.step == "Paste what fits of 2×3"
    assert values[3, :, 0].tolist() == [1, 1, 5, 6]


def test_an_input_that_would_be_too_large_is_not_offered() -> None:
    intent = written_into_input(IMAGE, 3, 2, BLOCK, 0, replace(LIMITS, axis_length=4))
    assert ways(intent) == ["Paste what fits"]
    assert "4 cells that a side may have" in intent.question


def test_a_column_of_a_spreadsheet_makes_a_sequence_longer() -> None:
    intent = written_into_input(STEPS, 0, 6, np.float32([[1], [2], [3]]), None, LIMITS)
    assert intent.question == "The block of 3 cells does not fit into the input of 8 cells from step 7 on."
    assert ways(intent)[0] == "Make the input 9 cells long"
    assert intent.instead[0].edit(STEPS).sample.values.to_array().ravel().tolist() == [1] * 6 + [1, 2, 3]


@pytest.mark.parametrize(
    "write",
    [lambda: written_into_kernel(STEPS, FIRST, 0, 0, BLOCK), lambda: written_into_input(STEPS, 0, 0, BLOCK, 0, LIMITS)],
)
def test_rows_and_columns_do_not_fit_a_sequence(write: Callable[[], Intent]) -> None:
    with pytest.raises(ValueError, match="The 2×3 block does not fit into a sequence: copy one row"):
        write()


def test_a_column_of_a_spreadsheet_fits_a_sequences_kernel() -> None:
    after = written_into_kernel(STEPS, FIRST, 0, 1, np.float32([[5], [6]])).edited(STEPS)
    assert after.layers[0].weights.ravel().tolist() == [1, 5, 6]


def test_a_kernel_grows_at_its_end_for_a_block_and_the_others_around_their_centre() -> None:
    larger = written_into_kernel(IMAGE, FIRST, 0, 0, np.full((5, 2), 7, np.float32)).instead[0]
    weights = larger.edit(IMAGE).layers[0].weights
    assert (larger.text, larger.step) == ("Make the kernel 5×3", "Paste 5×2 and make the kernel 5×3")
    assert weights[..., 0, 0].tolist() == [[7, 7, 1]] * 3 + [[7, 7, 0]] * 2
    assert weights[..., 0, 1].tolist() == [[0, 0, 0], *[[1, 1, 1]] * 3, [0, 0, 0]]


def test_a_kernel_that_would_be_too_large_is_not_offered() -> None:
    intent = written_into_kernel(IMAGE, FIRST, 0, 0, np.zeros((LIMITS.kernel_length + 1, 1), np.float32))
    assert ways(intent) == ["Paste what fits"]
    assert intent.question.endswith(f"A kernel has at most {LIMITS.kernel_length} cells along each axis.")
