"""A batch with any leading axes is the same as a loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.lenses.leading import batch_of, fold, fold_verdict, place_in, place_sentence, shape_rows
from convstudio.model.lenses.linear import Linear
from convstudio.ops import conv


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from([1, 2]), st.integers(0, 10**6))
def test_folding_equals_looping(leading, rank, seed):
    rng = np.random.default_rng(seed)
    kernel = Linear(rng.normal(size=(*(2,) * rank, 3, 2)), rng.normal(size=2), (1,) * rank)
    found = fold(kernel, rng.normal(size=(*(5,) * rank, 3)), leading)
    assert found.largest < 1e-12
    np.testing.assert_allclose(conv(found.batch, kernel.weights, kernel.bias), found.unfolded)


def test_the_readers_shape_folds_to_125_inputs():
    kernel = Linear(np.ones((3, 3, 3, 1)), np.zeros(1), (1, 1))
    rows = shape_rows(fold(kernel, np.ones((8, 8, 3)), (5, 5, 5)))
    assert [row[1] for row in rows] == ["(5, 5, 5, 8, 8, 3)", "(125, 8, 8, 3)", "(125, 6, 6, 1)", "(5, 5, 5, 6, 6, 1)"]


def test_the_lines_of_code_run():
    kernel = Linear(np.ones((3, 3, 1, 1)), np.zeros(1), (1, 1))
    found = fold(kernel, np.ones((8, 8, 1)), (2, 3))
    names = {"batch": found.batch, "conv": conv, "weights": kernel.weights}
    exec("\n".join(row[-1] for row in shape_rows(found)), names)
    np.testing.assert_array_equal(names["result"], found.looped)


def test_an_input_keeps_its_place_when_it_is_folded():
    leading = (2, 3, 4)
    batch = batch_of(np.arange(6.0).reshape(6, 1), leading)
    folded = batch.reshape(-1, 6, 1)
    assert all(np.array_equal(batch[at], folded[place_in(leading, at)]) for at in np.ndindex(*leading))


def test_the_place_is_written_out():
    assert place_sentence((2, 3, 4), (1, 0, 2)) == "batch[1, 0, 2] is folded[14], because 1·12 + 0·4 + 2·1 = 14"


def test_the_verdict_counts_the_inputs():
    kernel = Linear.of_kernel([1, 1])
    assert fold_verdict(fold(kernel, np.ones((4, 1)), (1, 1, 1))).startswith("Folding 1 input and")


def test_a_batch_that_would_take_too_long_is_refused():
    kernel = Linear(np.ones((31, 31, 3, 1)), np.zeros(1), (1, 1))
    with pytest.raises(ValueError, match="multiplications"):
        fold(kernel, np.ones((31, 31, 3)), (8, 8, 8))
