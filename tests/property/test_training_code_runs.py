"""Programs that train make our losses, step by step, for 20 steps; where a library is missing, that is said."""

import contextlib
import io
import os
import warnings
from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.code import TRAINED, training_code_for
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.prelu import PRelu
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.learning.pairs import one_pair
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.learning.settings import OPTIMISERS, TrainingSettings
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

os.environ.setdefault("KERAS_BACKEND", "torch")
MODULES = {"pytorch": "torch", "keras": "keras"}
DRAW = np.random.default_rng(17)
IMAGES = frozen(np.rint(16 * DRAW.random((50, 8, 8, 1))))
LABELS = DRAW.integers(0, 3, 50)
CLASSES = Dataset("drawn", IMAGES, LABELS, None, ("a", "b", "c"))
USUAL = TrainingSettings(epochs=4, batch_size=8, rate=0.003, seed=3)


def drawn(*shape, scale=0.3):
    return DRAW.standard_normal(shape) * scale


def network(*ends, **conv):
    first = replace(Conv.of(drawn(3, 3, 1, 4), drawn(4)), **conv)
    return (first, Activation(), Pool(), Flatten(), Dense.of(drawn(36, 3), drawn(3)), *ends)


SOFTMAX = Activation(activation="softmax")


def document_of(*layers, settings=USUAL):
    return Document(Sample.of("first", IMAGES[0]), Network(layers), "Drawn", training=settings)


def run(document, data, target, told="The first 20 losses are those of ConvStudio."):
    """Run the program of a training; it fails by itself where its losses are not ours, and says `told` else."""
    program = compile(training_code_for(document, target, data).text, "<program>", "exec")
    module = MODULES[target]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore")
        pytest.importorskip(module, reason=f"it needs {module} and --frameworks, as CI has them")
        held = {"__name__": "program"}
        exec(program, held)
    assert told in printed.getvalue()
    return held, printed.getvalue()


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_every_optimiser_and_schedule_makes_our_losses(target, optimiser, schedule):
    settings = replace(USUAL, optimiser=optimiser, schedule=schedule)
    run(document_of(*network(SOFTMAX), settings=settings), CLASSES, target)


def end_of(loss):
    if loss.startswith("categorical"):
        return () if loss.endswith("logits") else (SOFTMAX,)
    return (Activation(activation="sigmoid"),) if loss == "binary_crossentropy" else ()


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("loss", ["categorical_crossentropy", "categorical_crossentropy_from_logits",
    "mean_squared_error", "mean_absolute_error", "half_squared_error", "binary_crossentropy",
    "binary_crossentropy_from_logits"])  # fmt: skip
def test_every_loss_is_ours(target, loss):
    settings = replace(USUAL, loss=loss, rate=3e-4, optimiser="sgd" if "squared" in loss else "adam")
    run(document_of(*network(*end_of(loss)), settings=settings), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
def test_a_softmax_inside_the_last_layer_is_taken_apart(target):
    *layers, dense = network()
    run(document_of(*layers, replace(dense, activation="softmax")), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
def test_l2_a_step_schedule_and_locked_layers_make_our_losses(target):
    settings = replace(USUAL, l2=0.01, schedule="step", drop=0.5, drop_every=1)
    first, *others = network(SOFTMAX)
    held, _ = run(document_of(replace(first, is_locked=True), *others, settings=settings), CLASSES, target)
    if target == "pytorch":
        np.testing.assert_allclose(held["model"][0].weight.detach().numpy()[0, 0], first.weights[..., 0, 0], rtol=1e-6)


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("flip", [False, True])
def test_weights_that_are_locked_one_by_one_stay(target, flip):
    first, *others = network(SOFTMAX, flip=flip)
    marks = DRAW.random(first.weights.shape) < 0.4
    locked = replace(first, locks=Locks(marks, np.array([True, False, False, False])))
    settings = replace(USUAL, optimiser="adamw", l2=0.01)
    run(document_of(locked, *others, settings=settings), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
def test_normalised_layers_with_slopes_learn_alike(target):
    norm = BatchNorm(*(frozen(one) for one in (np.zeros(4), np.ones(4), np.ones(4), np.zeros(4))))
    conv, _, pool, flat, dense = network()
    run(document_of(conv, norm, PRelu(frozen(np.full(4, 0.25))), pool, flat, dense, SOFTMAX), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
def test_slopes_of_every_cell_learn_alike(target):
    conv, _, *others = network(SOFTMAX)
    run(document_of(conv, PRelu(frozen(np.full((6, 6, 4), 0.25))), *others), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
def test_maps_are_learned_in_the_order_of_their_axes(target):
    data = Dataset("maps", IMAGES, maps=frozen(drawn(50, 6, 6, 2)), held_out=np.arange(10))
    run(document_of(Conv.of(drawn(3, 3, 1, 2), drawn(2))), data, target)


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("stride", [(1, 1), (2, 2)])
def test_a_transposed_convolution_learns_alike(target, stride):
    up = replace(ConvTranspose.of(drawn(3, 3, 1, 2), drawn(2)), stride=stride)
    run(document_of(up, Activation(), GlobalPool("average"), Dense.of(drawn(2, 3), drawn(3)), SOFTMAX), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_one_pair_of_input_and_target_is_learned_alike(target, optimiser):
    settings = replace(USUAL, optimiser=optimiser, epochs=25, held_out=0.0)
    document = document_of(Conv.of(drawn(3, 3, 1, 1), drawn(1)), settings=settings)
    document = replace(document, target=MapTarget(frozen(drawn(6, 6, 1, scale=1.0))))
    run(document, one_pair(document), target)


@pytest.mark.parametrize("target", TRAINED)
def test_two_classes_of_one_unit_and_a_global_average_are_learned(target):
    data = Dataset("two", IMAGES, np.minimum(LABELS, 1), None, ("a", "b"))
    layers = (Conv.of(drawn(3, 3, 1, 4)), Activation(), GlobalPool("average"), Dense.of(drawn(4, 1)),
              Activation(activation="sigmoid"))  # fmt: skip
    run(document_of(*layers), data, target)


@pytest.mark.parametrize("target", TRAINED)
def test_the_held_out_samples_are_measured_at_the_end(target):
    _, printed = run(document_of(*network(SOFTMAX)), CLASSES, target)
    assert "The loss of the 10 held-out samples is" in printed
    assert "% of them are right." in printed


def test_other_losses_make_the_program_fail():
    text = training_code_for(document_of(*network(SOFTMAX)), "pytorch", CLASSES).text
    pytest.importorskip("torch", reason="it needs torch and --frameworks, as CI has them")
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(AssertionError):
        exec(compile(text.replace("SEED, EPOCHS, BATCH_SIZE, RATE = 3,", "SEED, EPOCHS, BATCH_SIZE, RATE = 4,"),
                     "<program>", "exec"), {"__name__": "program"})  # fmt: skip


def with_dropout(*dropouts, at=4):
    layers = network(SOFTMAX)
    return document_of(*layers[:at], *dropouts, *layers[at:])


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("at", [2, 4])
@pytest.mark.parametrize("kind", [Dropout, SpatialDropout])
def test_with_a_dropout_of_rate_0_the_losses_are_ours(target, at, kind):
    run(with_dropout(kind(0.0), at=at), CLASSES, target)


@pytest.mark.parametrize("target", TRAINED)
@pytest.mark.parametrize("at", [2, 4])
@pytest.mark.parametrize("kind", [Dropout, SpatialDropout])
def test_with_dropout_a_program_begins_as_ours_predicts_learns_and_says_that_losses_differ(target, at, kind):
    held, printed = run(with_dropout(kind(0.4), at=at), CLASSES, target, "The numbers are those of ConvStudio")
    text = training_code_for(with_dropout(kind(0.4), at=at), target, CLASSES).text
    assert "# Dropout silences other values in every library" in text
    assert "EXPECTED_LOSSES" not in text
    assert "The first loss is" in printed
    assert len(held["losses"]) == 4 * 5
    assert len({round(float(loss), 6) for loss in held["losses"]}) > 1


@pytest.mark.parametrize("target", TRAINED)
def test_a_program_with_dropout_gives_the_same_losses_again(target):
    document = with_dropout(Dropout(0.4))
    runs = [run(document, CLASSES, target, "The first loss is")[0]["losses"] for _ in range(2)]
    np.testing.assert_array_equal(*(np.array([float(one) for one in losses]) for losses in runs))


@pytest.mark.parametrize("target", TRAINED)
def test_a_program_with_dropout_silences_values_while_it_trains(target):
    quiet, _ = run(with_dropout(), CLASSES, target)
    drawn_out, _ = run(with_dropout(Dropout(0.9)), CLASSES, target, "The first loss is")
    assert abs(float(quiet["losses"][0]) - float(drawn_out["losses"][0])) > 1e-3
