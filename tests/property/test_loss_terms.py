"""The terms that are shown of a loss are finite where it is, and add up to it, however far apart the logits are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.learning.loss_sum import LossSum
from convstudio.ops.learning.losses import LOSSES, loss
from tests.watched import passed, question

SHAPE = (2, 3)
FOUND = passed(question())
LOGITS = arrays.arrays(np.float32, SHAPE, elements=st.floats(-1e4, 1e4, width=32))
PROBABILITIES = arrays.arrays(np.float32, SHAPE, elements=st.floats(0, 1, width=32))
TARGETS = arrays.arrays(np.float32, SHAPE, elements=st.sampled_from([0, 0.25, 1]))


def found_of(name, output, wanted) -> BackwardPass:
    return replace(FOUND, loss=name, output=output, wanted=wanted, value=loss(output, wanted, name))


def check(found: BackwardPass) -> None:
    added = LossSum.of(found, 0)
    assert np.isfinite(added.values).all()
    size = np.abs(added.values).sum() / added.share  # the loss is worked out in float32: it may cancel
    assert added.values.sum() / added.share == pytest.approx(found.value, rel=1e-5, abs=1e-5 * size + 1e-6)
    assert not any("∞" in LossSum.of(found, term).sentence for term in range(found.output.size))


@pytest.mark.parametrize("name", [name for name in LOSSES if name.endswith("_from_logits")])
@given(output=LOGITS, wanted=TARGETS)
def test_terms_of_logits_add_up_to_the_loss(name, output, wanted):
    check(found_of(name, output, wanted))


@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy"])
@given(output=PROBABILITIES, wanted=TARGETS)
def test_terms_of_probabilities_add_up_to_the_loss(name, output, wanted):
    output = output + np.float32(0 if name.startswith("binary") else 1e-3)  # classes have probabilities that add up
    check(found_of(name, np.minimum(output, 1), wanted))
