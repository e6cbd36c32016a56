"""Training is a value: the same bits on every run, resumable, and never seen by the held-out samples."""

import re
from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.learning import training
from convstudio.model.learning.training import (
    NotFiniteError,
    advance,
    begin,
    continued,
    epoch_order,
    is_over,
    plan,
    prolonged,
    tolerated_rate,
    total_steps,
    trained,
)
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.learning.settings import OPTIMISERS, TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from tests.unit.model.learning.networks import CLASSES, CLASSIFIER, FILTER, MAPS, WITH_STATISTICS, document

ALL_LOCKED = Locks.none((3, 3, 1, 1)).of_filters([0])
QUICK = TrainingSettings(rate=0.01, batch_size=8, epochs=3)


def run(network=CLASSIFIER, data=CLASSES, settings=QUICK, steps=None):
    """Train, and return the plan, the last state and all reports."""
    planned = plan(document(network, data), data, settings)
    state, reports, epochs = begin(planned), [], []
    while not is_over(planned, state) and state.step != steps:
        state, report, epoch = advance(planned, state)
        reports.append(report)
        epochs += [] if epoch is None else [epoch]
    return planned, state, reports, epochs


def weights(state):
    return state.network.layers[-1].weights


def test_the_loss_falls_and_the_classes_are_learned():
    _, _, _, epochs = run(settings=replace(QUICK, epochs=15))
    assert epochs[-1].loss < epochs[0].loss / 2
    assert epochs[-1].accuracy > 0.9
    assert epochs[-1].held_out_accuracy > 0.8


def test_a_kernel_learns_the_map_that_another_one_makes():
    _, state, _, _ = run(FILTER, MAPS, TrainingSettings(rate=0.05, epochs=400, held_out=0.0))
    np.testing.assert_allclose(weights(state)[..., 0, 0], np.eye(3), atol=0.01)


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("network", [CLASSIFIER, WITH_STATISTICS], ids=["plain", "with statistics"])
def test_two_runs_have_the_same_bits(network, name):
    settings = replace(QUICK, optimiser=name)
    (_, one, first, _), (_, other, second, _) = run(network, settings=settings), run(network, settings=settings)
    assert one.network == other.network
    assert first == second


def test_a_run_that_goes_on_from_a_kept_state_ends_as_one_without_a_pause():
    planned, whole, reports, _ = run(WITH_STATISTICS)
    state = run(WITH_STATISTICS, steps=7)[1]
    rest = []
    while not is_over(planned, state):
        state, report, _ = advance(planned, state)
        rest.append(report)
    assert state.network == whole.network
    assert rest == reports[7:]


def test_a_step_changes_neither_the_state_nor_the_document_before_it():
    planned = plan(document(CLASSIFIER), CLASSES, QUICK)
    before = begin(planned)
    held = before.vector.tobytes()
    advance(planned, before)
    assert before.vector.tobytes() == held
    assert before.network == planned.document.network


def test_another_seed_is_another_order_and_another_split():
    one, other = (run(settings=replace(QUICK, seed=seed), steps=3) for seed in (1, 2))
    assert one[0].parts.held_out.tolist() != other[0].parts.held_out.tolist()
    assert one[1].network != other[1].network


def test_every_epoch_takes_each_sample_once_in_another_order():
    orders = [epoch_order(np.arange(20), 1, epoch) for epoch in range(2)]
    assert [sorted(order.tolist()) for order in orders] == [list(range(20))] * 2
    assert orders[0].tolist() != orders[1].tolist()


def test_held_out_samples_are_never_trained_on():
    """Other values and labels of the held-out samples change nothing of what is learned."""
    planned, state, _, _ = run()
    inputs, labels = CLASSES.inputs.copy(), CLASSES.labels.copy()
    inputs[planned.parts.held_out] = 1e6
    labels[planned.parts.held_out] = 0
    spoilt = replace(CLASSES, inputs=inputs, labels=labels)
    assert run(data=spoilt)[1].network == state.network


def test_the_last_batch_of_an_epoch_may_be_smaller():
    planned, state, reports, epochs = run()
    assert (len(planned.parts.training), planned.steps_per_epoch) == (36, 5)
    assert total_steps(planned) == state.step == len(reports) == 15
    assert [epoch.step for epoch in epochs] == [5, 10, 15]


def test_an_epoch_reports_the_mean_over_its_samples():
    _, _, reports, epochs = run()
    sizes = [8, 8, 8, 8, 4]
    assert epochs[0].loss == pytest.approx(np.average([one.loss for one in reports[:5]], weights=sizes))
    assert epochs[0].accuracy == pytest.approx(np.average([one.accuracy for one in reports[:5]], weights=sizes))


def test_reports_have_a_norm_for_each_layer():
    _, _, reports, _ = run(steps=1)
    assert [norm > 0 for norm in reports[0].weight_norms] == [True, False, False, True]
    assert [norm > 0 for norm in reports[0].gradient_norms] == [True, False, False, True]


def test_locked_layers_keep_their_bits():
    locked = CLASSIFIER.with_layer(0, replace(CLASSIFIER.layers[0], is_locked=True))
    _, state, reports, _ = run(locked)
    assert state.network.layers[0] is locked.layers[0]
    assert state.network.layers[3] != locked.layers[3]
    assert reports[0].gradient_norms[0] == 0


@pytest.mark.parametrize("name", OPTIMISERS)
def test_single_weights_that_are_locked_keep_their_bits(name):
    conv = CLASSIFIER.layers[0]
    locks = Locks.none(conv.weights.shape).of_filters([1]).of_weights([(0, 0, 0, 2), (2, 1, 0, 2)])
    locked = CLASSIFIER.with_layer(0, replace(conv, locks=locks))
    _, state, _, _ = run(locked, settings=replace(QUICK, optimiser=name, l2=0.1))
    after = state.network.layers[0]
    np.testing.assert_array_equal(after.weights[locks.weights], conv.weights[locks.weights])
    assert after.bias[1] == conv.bias[1]
    assert (after.weights[~locks.weights] != conv.weights[~locks.weights]).all()


def test_single_weights_and_biases_of_a_dense_layer_that_are_locked_keep_their_bits():
    place = next(at for at, layer in enumerate(CLASSIFIER.layers) if isinstance(layer, Dense))
    dense = CLASSIFIER.layers[place]
    locks = Locks.none(dense.weights.shape).of_weights([(0, 1), (5, 1)]).of_bias(2)
    _, state, _, _ = run(CLASSIFIER.with_layer(place, replace(dense, locks=locks)))
    after = state.network.layers[place]
    np.testing.assert_array_equal(after.weights == dense.weights, locks.weights)
    np.testing.assert_array_equal(after.bias == dense.bias, locks.bias)


def test_a_weight_that_is_unlocked_in_a_pause_learns_from_then_on():
    layer = FILTER.layers[0]
    locks = Locks.none(layer.weights.shape).of_weights([(1, 1, 0, 0)])
    planned, state, _, _ = run(FILTER.with_layer(0, replace(layer, locks=locks)), MAPS, steps=2)
    free = state.network.with_layer(0, replace(state.network.layers[0], locks=None))
    after = advance(planned, continued(planned, state, free))[0]
    assert after.network.layers[0].weights[1, 1, 0, 0] != layer.weights[1, 1, 0, 0]


def test_l2_makes_the_weights_smaller_and_the_loss_larger():
    (_, plain, first, _), (_, punished, second, _) = run(), run(settings=replace(QUICK, l2=0.1))
    assert np.square(weights(punished)).sum() < np.square(weights(plain)).sum()
    kernels = sum(np.square(CLASSIFIER.layers[at].weights, dtype=np.float64).sum() for at in (0, 3))
    assert second[0].loss == pytest.approx(first[0].loss + 0.1 * kernels, rel=1e-5)


def test_random_labels_are_learned_by_heart_and_help_with_nothing():
    _, _, _, epochs = run(settings=replace(QUICK, epochs=150, rate=0.02, random_labels=True))
    assert epochs[-1].accuracy > 0.9
    assert epochs[-1].held_out_accuracy < 0.8


def test_training_stops_early_and_the_best_weights_are_kept():
    settings = replace(QUICK, epochs=400, rate=0.1, patience=5, keeps_best=True)
    planned, state, _, epochs = run(settings=settings)
    losses = [epoch.held_out_loss for epoch in epochs]
    assert state.is_stopped
    assert len(epochs) == losses.index(min(losses)) + 1 + 5
    best = training.evaluate(state.final_network, CLASSES, planned.parts.held_out)
    assert best.loss == pytest.approx(min(losses))
    assert state.network is state.final_network
    assert trained(planned.document, state).network is state.network


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_run_with_one_more_epoch_is_one_that_was_planned_so_long(optimiser):
    settings = replace(QUICK, optimiser=optimiser, epochs=2)
    planned, state, _, _ = run(settings=settings)
    planned, state = prolonged(planned, state)
    while not is_over(planned, state):
        state, _, _ = advance(planned, state)
    _, whole, _, _ = run(settings=replace(settings, epochs=3))
    assert np.array_equal(state.vector, whole.vector)
    assert (state.step, total_steps(planned)) == (whole.step, whole.step)


def test_a_run_that_kept_its_best_weights_goes_on_from_those():
    planned, state, _, _ = run(settings=replace(QUICK, epochs=400, rate=0.1, patience=5, keeps_best=True))
    _, after = prolonged(planned, state)
    assert not after.is_over
    assert np.array_equal(weights(after), weights(state))


def test_without_the_wish_to_keep_the_best_the_last_weights_are_kept():
    _, state, _, _ = run()
    assert state.best.epoch < 3 or state.best.network.layers == state.network.layers
    assert state.network == state.plan.parameters.placed(state.base, state.vector)


def diverged(planned):
    """Train until the numbers are not finite; return the last finite state and what was raised."""
    state = begin(planned)
    while True:
        try:
            state = advance(planned, state)[0]
        except NotFiniteError as stop:
            return state, stop


def test_a_loss_that_is_not_finite_stops_and_names_step_layer_and_a_smaller_rate():
    planned = plan(document(CLASSIFIER), CLASSES, replace(QUICK, optimiser="sgd", rate=1e30))
    state, stop = diverged(planned)
    assert (stop.step, stop.rate) == (state.step + 1, 1e30)
    assert np.isfinite(weights(state)).all()
    told = str(stop)
    assert re.match(rf"The training diverged at step {state.step + 1}: .* in layer \d\. ", told)
    assert told.endswith("Use a smaller learning rate.")
    advised = stop.advised(tolerated_rate(planned, stop.rate))
    assert advised.endswith("The last finite weights are kept. Begin again with a learning rate of 0.01.")


def test_no_rate_is_looked_for_unless_somebody_asks(monkeypatch):
    monkeypatch.delattr(training, "tolerated_rate")
    diverged(plan(document(CLASSIFIER), CLASSES, replace(QUICK, optimiser="sgd", rate=1e30)))


def test_looking_for_a_rate_can_be_stopped():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        tolerated_rate(plan(document(CLASSIFIER), CLASSES, QUICK), 1.0, progress)


@pytest.mark.parametrize("seed", range(8))
def test_what_dropout_draws_does_not_decide_which_rate_is_proposed(seed):
    network = Network((Dropout(0.8), *CLASSIFIER.layers))
    settings = replace(QUICK, optimiser="sgd", rate=0.01, seed=seed)
    assert tolerated_rate(plan(document(network), CLASSES, settings), 0.01) == 0.001


@pytest.mark.parametrize(
    ("optimiser", "too_large", "rate"), [("adam", 1e30, 1e-3), ("sgd", 0.05, 0.005), ("momentum", 1e30, 0.01)]
)
def test_the_proposed_rate_is_a_tenth_and_at_most_the_usual_one(optimiser, too_large, rate):
    planned = plan(document(CLASSIFIER), CLASSES, replace(QUICK, optimiser=optimiser, rate=too_large))
    assert tolerated_rate(planned, too_large) == rate


def test_the_proposed_rate_is_one_with_which_the_loss_falls():
    bright = replace(MAPS, inputs=frozen(255 * MAPS.inputs))
    settings = TrainingSettings(optimiser="sgd", rate=0.01, epochs=20, held_out=0.0)
    rate = tolerated_rate(plan(document(FILTER), bright, settings), 0.01)
    assert rate < 0.001
    _, _, _, epochs = run(FILTER, bright, replace(settings, rate=rate))
    assert epochs[-1].loss < epochs[0].loss


def test_no_rate_is_proposed_where_none_helps():
    huge = replace(MAPS, inputs=frozen(np.float32(1e30) * MAPS.inputs))
    planned = plan(document(FILTER), huge, TrainingSettings(optimiser="sgd"))
    _, stop = diverged(planned)
    assert tolerated_rate(planned, stop.rate) is None
    assert "No learning rate helps" in stop.advised(None)


def test_weights_that_were_changed_by_hand_are_gone_on_from():
    planned, state, _, _ = run(steps=4)
    zeroed = state.network.with_layer(3, replace(state.network.layers[3], weights=0 * weights(state)))
    after = continued(planned, state, zeroed)
    assert after.network == zeroed
    assert (after.step, after.memory) == (4, state.memory)
    assert advance(planned, after)[0].step == 5


def test_statistics_go_on_from_where_they_were():
    planned, state, _, _ = run(WITH_STATISTICS, steps=4)
    same = continued(planned, state, state.network)
    assert advance(planned, same)[0].network == advance(planned, state)[0].network


@pytest.mark.parametrize("network", [FILTER, WITH_STATISTICS, Network(CLASSIFIER.layers[:3] + FILTER.layers)])
def test_a_run_does_not_go_on_with_other_layers(network):
    planned, state, _, _ = run(steps=1)
    with pytest.raises(ValueError, match=r"^The layers changed"):
        continued(planned, state, network)


def test_a_document_with_other_layers_takes_no_network():
    _, state, _, _ = run(steps=1)
    with pytest.raises(ValueError, match="layers changed while the training ran"):
        trained(document(FILTER), state)


ONE = Dataset("one", CLASSES.inputs[:1], CLASSES.labels[:1], class_names=CLASSES.class_names)


def test_a_single_sample_can_be_trained_on():
    _, state, _, epochs = run(data=ONE)
    assert state.epoch == 3
    assert (epochs[0].held_out_loss, epochs[0].held_out_accuracy) == (None, None)


@pytest.mark.parametrize(
    ("network", "data", "change", "sentence"),
    [
        (CLASSIFIER, CLASSES, {"epochs": 0}, "The number of epochs must be between"),
        (FILTER, CLASSES, {}, "3 classes need a network that ends in 3 values"),
        (Network(CLASSIFIER.layers[1:3]), MAPS, {}, "the targets have shape .*Take targets of that shape"),
        (CLASSIFIER, ONE, {"held_out": 0.9}, "No sample is left to train on"),
        (CLASSIFIER, ONE, {"patience": 3}, "needs held-out samples"),
        (FILTER.with_layer(0, replace(FILTER.layers[0], is_locked=True)), MAPS, {}, "No layer can learn"),
        (FILTER.with_layer(0, replace(FILTER.layers[0], locks=ALL_LOCKED)), MAPS, {}, "No layer can learn"),
    ],
)
def test_what_cannot_be_trained_is_said_before(network, data, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        plan(document(network, data), data, replace(QUICK, **change))


def test_memory_that_would_not_suffice_is_said_before(monkeypatch):
    monkeypatch.setattr(training, "LIMITS", replace(training.LIMITS, map_bytes=10_000))
    with pytest.raises(ValueError, match=r"A step would take .* of memory, and at most .*Take smaller batches"):
        plan(document(CLASSIFIER), CLASSES, QUICK)
