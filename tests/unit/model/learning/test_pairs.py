import numpy as np
import pytest

from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.backward_pass import backward_pass
from convstudio.model.learning.objective import objective_of
from convstudio.model.learning.pairs import one_pair
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import split
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

SAMPLE = Sample.of("two", [[[1], [2]], [[3], [4]]])


def document(target, names=()):
    return Document(SAMPLE, Network(()), class_names=names, target=target)


def test_a_pair_of_maps_is_one_input_and_its_target():
    data = one_pair(document(MapTarget(frozen(np.ones((1, 1, 1))))))
    assert (data.inputs.shape, data.target(0)) == ((1, 2, 2, 1), MapTarget(frozen(np.ones((1, 1, 1)))))


def test_a_pair_with_a_class_has_a_name_for_every_class_up_to_it():
    data = one_pair(document(ClassTarget(2), ("cat", "dog")))
    assert (data.class_names, data.target(0)) == (("cat", "dog", "2"), ClassTarget(2))


def test_one_unit_learns_the_first_of_two_classes_as_0_as_the_calculation_shows():
    network = Network((Flatten(), Dense.of(np.ones((4, 1)), activation="sigmoid")))
    held = Document(SAMPLE, network, target=ClassTarget(0))
    data = one_pair(held)
    wanted = objective_of(network, data).targets(data, np.array([0]))[0]
    assert wanted.tolist() == backward_pass(forward(held)).wanted.tolist() == [0]


def test_nothing_of_a_pair_is_held_out():
    data = one_pair(document(ClassTarget(0)))
    assert len(split(data, 0.5, 1).held_out) == 0


def test_without_a_target_there_is_no_pair():
    with pytest.raises(ValueError, match="no target yet"):
        one_pair(document(None))
