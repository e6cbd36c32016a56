import numpy as np
import pytest

from convstudio.model.learning.pairs import one_pair
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


def test_nothing_of_a_pair_is_held_out():
    data = one_pair(document(ClassTarget(0)))
    assert len(split(data, 0.5, 1).held_out) == 0


def test_without_a_target_there_is_no_pair():
    with pytest.raises(ValueError, match="no target yet"):
        one_pair(document(None))
