"""Targets, settings of training and locks are part of a project."""

import json
from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.files.projects.recovery import Recovery, read_recovery
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

PLAIN = Document(Sample.of("flat", np.ones((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
DRAWN = MapTarget(frozen(np.random.default_rng(1).random((80, 60, 3))))
OTHER = TrainingSettings(
    loss="mean_absolute_error", optimiser="adamw", rate=0.5, epochs=3, keeps_best=True, data="digits"
)


def changed(part, **changes):
    plain = json.loads(encode_document(replace(PLAIN, target=MapTarget(frozen([1, 2])))))
    plain[part] |= changes
    return json.dumps(plain).encode()


@pytest.mark.parametrize("target", [None, ClassTarget(3), MapTarget(frozen([0.5, 1])), DRAWN])
def test_a_target_and_the_training_reopen_as_they_were_saved(target):
    original = replace(PLAIN, target=target, training=OTHER)
    data = encode_document(original)
    assert decode_document(data)[0] == original
    assert encode_document(decode_document(data)[0]) == data


def test_a_locked_layer_reopens_locked():
    locked = PLAIN.with_layer(0, replace(PLAIN.layers[0], is_locked=True))
    assert decode_document(encode_document(locked))[0] == locked


@pytest.mark.parametrize("kernel", [(3, 3), (30, 30)])
def test_locks_of_single_weights_reopen(kernel, tmp_path):
    layer = Conv.of(np.ones((*kernel, 1, 5)))
    locked = PLAIN.with_layer(0, replace(layer, locks=Locks.none(layer.weights.shape).of_weights([(2, 1, 0, 1)])))
    assert decode_document(encode_document(locked))[0] == locked
    with Recovery(tmp_path) as recovery:
        recovery.write(locked, ViewState())
        assert read_recovery(recovery.path)[0] == locked
        recovery.discard()


def test_locks_of_a_dense_layer_reopen():
    locked = PLAIN.with_layer(
        0, replace(Dense.of(np.ones((4, 3))), locks=Locks.none((4, 3)).of_weights([(0, 1), (2, 1)]).of_bias(2))
    )
    assert decode_document(encode_document(locked))[0] == locked


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"locked_bias": None}, "locks of its weights or its biases alone"),
        ({"locked_bias": [2]}, "locks other than 0 and 1"),
        ({"locked_bias": [1, 1]}, "locks of shape 2 for 1 values"),
        ({"locked_weights": [1]}, "locks of shape 1 for 3×3×1×1 values"),
    ],
)
def test_locks_that_cannot_be_are_refused(changes, reason):
    layer = PLAIN.layers[0]
    locked = PLAIN.with_layer(0, replace(layer, locks=Locks.none(layer.weights.shape).of_filters([0])))
    plain = json.loads(encode_document(locked))
    plain["layers"][0] |= changes
    with pytest.raises(FileProblem, match=reason):
        decode_document(json.dumps(plain).encode())


def test_a_large_target_survives_a_crash(tmp_path):
    with Recovery(tmp_path) as recovery:
        recovery.write(replace(PLAIN, target=DRAWN), ViewState())
        assert read_recovery(recovery.path)[0].target == DRAWN
        recovery.discard()


@pytest.mark.parametrize(
    ("part", "changes", "reason"),
    [
        ("training", {"rate": 0}, "that cannot work: The learning rate must be above 0, not 0"),
        ("training", {"loss": "hinge"}, 'The loss "hinge" is not known'),
        ("training", {"epochs": "many"}, "epochs"),
        ("training", {"speed": 1}, "speed"),
        ("target", {"values": []}, "target has an empty list"),
        ("target", {"values": [[[[[1]]]]]}, "target has the shape 1×1×1×1×1"),
        ("target", {"kind": "sound"}, "sound"),
    ],
)
def test_what_cannot_be_is_refused_by_name(part, changes, reason):
    with pytest.raises(FileProblem, match=reason):
        decode_document(changed(part, **changes))


def test_a_class_of_a_number_that_no_network_has_is_refused():
    data = encode_document(replace(PLAIN, target=ClassTarget(24_999)))
    with pytest.raises(FileProblem, match="index"):
        decode_document(data.replace(b"24999", b"25000"))
