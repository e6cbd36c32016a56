"""The terms of every loss add up to it, and each is written with its numbers."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.learning.loss_sum import LossSum
from convstudio.ops.learning.losses import LOSSES, loss
from tests.watched import passed, question

DRAW = np.random.default_rng(2)
OUTPUT = DRAW.random((3, 2, 4)).astype(np.float32)
WANTED = np.eye(4, dtype=np.float32)[DRAW.integers(0, 4, (3, 2))]


def found_of(name, output=OUTPUT, wanted=WANTED) -> BackwardPass:
    return replace(passed(question()), loss=name, output=output, wanted=wanted, value=loss(output, wanted, name))


@pytest.mark.parametrize("name", LOSSES)
def test_the_terms_add_up_to_the_loss(name):
    found = LossSum.of(found_of(name), 0)
    assert len(found.values) == OUTPUT.size
    assert found.values.sum() / found.share == pytest.approx(found.found.value, rel=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_every_term_is_written_and_the_last_one_ends_in_the_loss(name):
    found = found_of(name)
    assert LossSum.of(found, 2).line.endswith(("+ …", "+ …) ÷ 24", "+ …) ÷ 6", "+ …) ÷ 2"))
    assert LossSum.of(found, 99).line.endswith(f" = {found.value:.4g}")


def test_a_cross_entropy_is_that_of_probabilities():
    vector, wanted = np.float32([2, 1, 1]), np.float32([0, 1, 0])
    terms = [LossSum.of(found_of("categorical_crossentropy", vector, wanted), term).sentence for term in range(3)]
    assert terms[0] == "Term 1 of 3: (−0·ln(0.5)) = 0; the sum so far is 0."
    assert terms[1] == "Term 2 of 3: (−1·ln(0.25)) = 1.386; the sum so far is 1.386."


def test_the_last_term_says_what_the_sum_is_divided_by():
    found = LossSum.of(found_of("mean_squared_error", np.float32([3, 1]), np.float32([1, 1])), 1)
    assert found.sentence == "Term 2 of 2: (1 − 1)² = 0; the sum so far is 4, and divided by 2 it is the loss."


def test_the_place_of_a_term_is_that_of_its_output():
    assert LossSum.of(found_of("mean_squared_error"), 9).place == (1, 0, 1)


def test_a_probability_that_rounds_to_nothing_has_a_finite_term():
    found = found_of("binary_crossentropy_from_logits", np.float32([40]), np.float32([0]))
    formula = "binary cross-entropy from logits, every term max(z, 0) − z·t + ln(1 + e^−|z|)"
    assert LossSum.of(found, 0).line == f"{formula}: (max(40, 0) − 40·0 + ln(1 + e^−40)) = 40"


def test_logits_far_apart_have_finite_terms():
    found = found_of("categorical_crossentropy_from_logits", np.float32([-60, 900]), np.float32([1, 0]))
    formula = "cross-entropy from logits, every term t·(ln(Σ e^z) − z)"
    assert LossSum.of(found, 1).line == f"{formula}: 1·(900 − (-60)) + 0·(900 − 900) = 960"
    assert LossSum.of(found, 0).sentence == "Term 1 of 2: 1·(900 − (-60)) = 960; the sum so far is 960."


def test_a_bound_of_a_probability_is_the_one_that_float32_can_hold():
    found = found_of("binary_crossentropy", np.float32([1]), np.float32([0]))
    assert LossSum.of(found, 0).sentence == "Term 1 of 1: (−0·ln(1) − 1·ln(1.192e-7)) = 15.94; the sum so far is 15.94."
    assert found.value == pytest.approx(15.942385)
