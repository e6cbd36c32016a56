from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes.learning.loss_words import LOSS_NAMES, gradient_line, loss_line
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops.learning.losses import LOSSES
from tests.watched import passed, question


def measured(loss, **settings):
    return passed(replace(question(), training=TrainingSettings(loss=loss)), **settings)


def of_class(*layers):
    sample = Sample.of("logits", np.reshape([0, np.log(3)], (2, 1)))
    return passed(Document(sample, Network((Flatten(), *layers)), target=ClassTarget(1)))


def test_every_loss_has_a_name():
    assert set(LOSS_NAMES) == set(LOSSES)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_every_loss_says_what_its_gradient_is(loss, is_reversed):
    line = gradient_line(measured(loss, is_reversed=is_reversed))
    assert line.startswith("Gradient")
    assert ("wrong" in line) is is_reversed
    assert "{" not in line


def test_the_mean_squared_error_is_written_out():
    line = loss_line(measured("mean_squared_error"))
    assert line == "mean squared error: ((3 − 1)² + (0 − 0)² + (0 − 0)² + (1 − 1)²) ÷ 4 = 1"


def test_the_mean_absolute_error_is_written_out():
    assert loss_line(measured("mean_absolute_error")).endswith("(|3 − 1| + |0 − 0| + |0 − 0| + |1 − 1|) ÷ 4 = 0.5")


def test_cross_entropy_is_the_logarithm_of_the_right_ones_probability():
    assert loss_line(of_class(Activation("softmax"))) == "cross-entropy: −ln(0.75) = 0.2877"


def test_cross_entropy_from_logits_goes_through_softmax():
    sums = "−ln(softmax(output)[2]) = ln(Σ e^output) − output[2] = 1.386 − 1.099"
    assert loss_line(of_class()) == f"cross-entropy from logits: {sums} = 0.2877"


def test_a_probability_that_rounds_to_nothing_is_never_the_logarithm_of_0():
    far, wanted = np.float32([1000, 0]), np.float32([0, 1])
    found = replace(of_class(), output=far, wanted=wanted, value=1000.0)
    assert loss_line(found).endswith("= ln(Σ e^output) − output[2] = 1000 − 0 = 1000")
    found = replace(of_class(Activation("softmax")), output=far / 1000, wanted=wanted, value=16.12)
    assert loss_line(found) == "cross-entropy: −ln(1e-7) = 16.12"


def test_of_many_outputs_the_term_of_the_loss_is_written():
    assert loss_line(measured("binary_crossentropy_from_logits")).startswith(
        "binary cross-entropy from logits: mean of 4 terms max(z, 0) − z·t + ln(1 + e^−|z|) = "
    )
    assert "mean of Σ t·(ln(Σ e^z) − z)" in loss_line(measured("categorical_crossentropy_from_logits"))
    assert "mean of −Σ t·ln(p)" in loss_line(measured("categorical_crossentropy"))


def test_before_softmax_the_gradient_is_output_less_target():
    assert gradient_line(of_class(Activation("softmax"))) == "Gradient before softmax: output − target"
