"""The two runs over a batch: gradients are slopes of the loss, and the bits do not depend on how the work is shared."""

import numpy as np
import pytest

from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning import batches
from convstudio.model.learning.batches import Cutting, backward_batch, evaluate, forward_batch, run_batch
from convstudio.model.learning.objective import objective_of
from convstudio.model.learning.parameters import Parameters
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.ops.threads import limited
from tests.unit.model.learning.networks import CLASSES, CLASSIFIER, FILTER, MAPS, WITH_STATISTICS

ALL = np.arange(45)


def result_of(network, data=CLASSES, samples=ALL):
    objective, parameters = objective_of(network, data), Parameters.of(network)
    inner = objective.inner(network)
    return run_batch(
        inner,
        objective,
        parameters,
        data.inputs[samples],
        objective.targets(data, samples),
        (1, 2),
        Cutting.of(inner, data.input_shape),
    )


def test_the_gradient_is_the_slope_of_the_mean_loss():
    parameters = Parameters.of(CLASSIFIER)
    vector, gradient = parameters.gathered(CLASSIFIER), result_of(CLASSIFIER).gradient
    way = np.random.default_rng(1).standard_normal(parameters.size).astype(np.float32)
    sides = [
        result_of(parameters.placed(CLASSIFIER, vector + np.float32(step) * way)).losses.mean()
        for step in (0.002, -0.002)
    ]
    assert (sides[0] - sides[1]) / 0.004 == pytest.approx(float(gradient @ way), rel=0.02)


def test_no_gradient_is_made_for_what_is_before_the_first_layer_that_learns():
    asked = []
    passes = forward_batch(CLASSIFIER, CLASSES.inputs[:2])
    spied = [one._replace(back=lambda grad, wants, one=one: asked.append(wants) or one.back(grad, wants))
             for one in passes]  # fmt: skip
    backward_batch(spied, np.ones((2, 3), np.float32), 3)
    assert asked == [False]


def test_a_batch_in_parts_has_the_gradient_of_the_whole(monkeypatch):
    whole = result_of(CLASSIFIER)
    monkeypatch.setattr(batches, "_PART", 2000)
    parts = result_of(CLASSIFIER)
    assert len(Cutting.of(CLASSIFIER, (6, 6, 1)).parts(45)) > 3
    np.testing.assert_allclose(parts.gradient, whole.gradient, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(parts.losses, whole.losses, rtol=1e-5)
    assert parts.correct == whole.correct


def test_the_bits_do_not_depend_on_the_number_of_threads(monkeypatch):
    monkeypatch.setattr(batches, "_PART", 2000)
    monkeypatch.setattr(batches, "_WORTH_HELPERS", 0)
    many = result_of(CLASSIFIER)
    with limited(1):
        one = result_of(CLASSIFIER)
    assert many.gradient.tobytes() == one.gradient.tobytes()


def test_statistics_of_the_batch_take_all_of_it(monkeypatch):
    monkeypatch.setattr(batches, "_PART", 2000)
    assert Cutting.of(WITH_STATISTICS, (6, 6, 1)).parts(45) == [slice(0, 45)]
    assert set(result_of(WITH_STATISTICS).measured[1]) == {"mean", "variance"}


def test_an_evaluation_has_what_the_network_makes_of_each_sample():
    found = evaluate(CLASSIFIER, CLASSES, np.array([4, 7]))
    for place, index in enumerate((4, 7)):
        own = Document(Sample.of("one", CLASSES.inputs[index]), CLASSIFIER)
        alone = forward(own)
        np.testing.assert_allclose(found.outputs[place], alone.layers[-1].maps, rtol=1e-5)
        loss = -np.log(alone.layers[-1].maps[CLASSES.labels[index]])
        assert found.losses[place] == pytest.approx(loss, rel=1e-4)
    assert found.predicted.tolist() == found.outputs.argmax(axis=1).tolist()


def test_an_evaluation_of_maps_has_no_classes():
    found = evaluate(FILTER, MAPS, np.arange(5))
    assert (found.predicted, found.accuracy) == (None, None)
    assert found.loss == pytest.approx(float(np.square(found.outputs - MAPS.maps).mean()), rel=1e-4)


def test_an_evaluation_in_several_rounds_is_the_same(monkeypatch):
    whole = evaluate(CLASSIFIER, CLASSES, ALL)
    monkeypatch.setattr(batches, "_EVALUATED_AT_ONCE", 3000)
    np.testing.assert_allclose(evaluate(CLASSIFIER, CLASSES, ALL).losses, whole.losses, rtol=1e-5)


def test_nothing_is_silenced_in_an_evaluation():
    quiet = Network((Dropout(1.0), *CLASSIFIER.layers))
    np.testing.assert_array_equal(evaluate(quiet, CLASSES, ALL).outputs, evaluate(CLASSIFIER, CLASSES, ALL).outputs)


def test_no_samples_have_no_loss():
    assert evaluate(CLASSIFIER, CLASSES, np.arange(0)).loss == 0


def test_what_the_runs_keep_grows_with_the_layers():
    assert Cutting.of(CLASSIFIER, (6, 6, 1)).kept > Cutting.of(Network((Flatten(),)), (6, 6, 1)).kept == 72
