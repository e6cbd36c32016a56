"""Data sets: every input has its target, and what is held out is never trained on."""

import subprocess
import sys

import numpy as np
import pytest

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset, split, with_random_labels
from convstudio.model.values.learning.target import ClassTarget, MapTarget
from convstudio.ops.shapes import ShapeError


def classes(count=10, names=("dark", "light"), **more):
    inputs = frozen(np.arange(count * 4).reshape(count, 2, 2, 1))
    return Dataset("test", inputs, np.arange(count) % len(names), class_names=names, **more)


def maps(count=3):
    inputs = frozen(np.arange(count * 4).reshape(count, 2, 2, 1))
    return Dataset("maps", inputs, maps=frozen(inputs * 2))


def test_every_input_has_its_target():
    assert (classes().target(3), maps().target(1)) == (ClassTarget(1), MapTarget(frozen(maps().inputs[1] * 2)))


def test_classes_become_1_at_their_place_in_an_output_that_may_be_longer():
    assert classes().target_array(np.array([1, 0]), (3,)).tolist() == [[0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize(("data", "shape"), [(classes(), (1,)), (classes(), (2, 2, 1)), (maps(), (3, 3, 1))])
def test_targets_that_do_not_fit_the_output_are_refused(data, shape):
    with pytest.raises(ShapeError):
        data.target_array(np.array([0]), shape)


@pytest.mark.parametrize("share", [0, 0.2, 0.55, 1])
def test_training_and_held_out_never_mix_and_lose_nothing(share):
    parts = split(classes(), share, 3)
    assert sorted([*parts.training, *parts.held_out]) == list(range(10))


def test_a_split_is_the_same_for_the_same_seed():
    assert split(classes(), 0.5, 3).held_out.tolist() == split(classes(), 0.5, 3).held_out.tolist()


def test_a_given_split_is_kept():
    assert split(classes(held_out=np.array([7, 8])), 0.5, 3).held_out.tolist() == [7, 8]


def test_a_split_loads_no_other_module():
    """NumPy's functions for sets load its masked arrays, for which the first frame of a run would wait."""
    program = (
        "import sys, numpy as np\n"
        "from convstudio.model.values.arrays import frozen\n"
        "from convstudio.model.values.learning.dataset import Dataset, split\n"
        "data = Dataset('two', frozen(np.zeros((2, 1))), np.zeros(2, np.int64), class_names=('a',),"
        " held_out=np.array([1]))\n"
        "before = set(sys.modules)\n"
        "print(split(data, 0.5, 1).training.tolist(), sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[0] []"


def test_random_labels_leave_the_held_out_ones_alone():
    data = classes(200)
    drawn = with_random_labels(data, range(100), 1)
    assert drawn.labels[100:].tolist() == data.labels[100:].tolist()
    assert drawn.labels[:100].tolist() != data.labels[:100].tolist()


def test_maps_have_no_labels_to_draw():
    with pytest.raises(ValueError, match="maps as targets"):
        with_random_labels(maps(), [0], 1)


def test_a_part_keeps_names_and_targets_together():
    part = classes(names=("a", "b"), sample_names=tuple("0123456789")).part(np.array([9, 2]))
    assert (part.sample_names, part.labels.tolist(), part.input(0)[0, 0, 0]) == (("9", "2"), [1, 0], 36)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"labels": np.array([0]), "class_names": ("a",)}, ShapeError),
        ({"labels": np.array([0, 2]), "class_names": ("a", "b")}, ValueError),
        ({}, ValueError),
    ],
)
def test_data_that_contradict_themselves_are_refused(arguments, error):
    with pytest.raises(error):
        Dataset("wrong", frozen(np.zeros((2, 1))), **arguments)
