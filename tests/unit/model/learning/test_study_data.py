"""A study learns one's own data: scaled, with a fixed part of each class held out, or refused in a sentence."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.datasets.loading import digit_data
from convstudio.model.learning.study import Study, StudyCell, StudySettings, check_study, run_cell
from convstudio.model.learning.study_data import own_data, study_data
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset


def pets(*counts, shape=(6, 5, 3), largest=255.0, held_out=None):
    """Return pictures of so many cats, dogs and so on, in turns as far as they go."""
    labels = np.array([label for place in range(max(counts)) for label, count in enumerate(counts) if place < count])
    values = np.random.default_rng(1).uniform(0, largest, (len(labels), *shape))
    values.flat[0] = largest
    names = ("cat", "dog", "fish", "bird")[: len(counts)]
    return Dataset("pets", frozen(values), labels, class_names=names, held_out=held_out)


def test_values_are_divided_by_the_largest_and_those_up_to_1_stay():
    assert own_data(pets(4, 4)).data.inputs.max() == 1
    data = pets(4, 4, largest=0.5)
    assert own_data(data).data.inputs is data.inputs


def test_a_quarter_of_each_class_is_held_out_the_same_every_time_and_one_at_least():
    data = pets(8, 12, 2)
    first, again = own_data(data), own_data(data)
    assert np.bincount(data.labels[first.data.held_out]).tolist() == [2, 3, 1]
    np.testing.assert_array_equal(first.data.held_out, again.data.held_out)
    assert first.name == again.name


def test_a_given_split_stays():
    assert own_data(pets(4, 4, held_out=np.array([0, 1]))).data.held_out.tolist() == [0, 1]


def test_other_samples_classes_or_splits_have_another_name():
    data = pets(4, 4)
    others = (
        pets(4, 5),
        replace(data, class_names=("cat", "wolf")),
        replace(data, held_out=np.array([0, 1])),
        replace(data, labels=data.labels[::-1].copy()),
    )
    assert len({own_data(one).name for one in (data, *others)}) == 5


def test_the_first_classes_are_learned_with_what_is_held_out_of_them():
    own = own_data(pets(4, 8, 4))
    two = study_data(own.name, 2, digit_data, own)
    assert (len(two), two.class_names) == (12, ("cat", "dog"))
    assert np.bincount(two.labels[two.held_out]).tolist() == [1, 2]
    assert study_data(own.name, 3, digit_data, own) is own.data


@pytest.mark.parametrize("pooling", ["global", "2x2"])
def test_a_network_learns_them_with_the_largest_kernel(pooling):
    own = own_data(pets(8, 8, 8))
    study = Study((2,), (4,), (3,), 1, StudySettings(own.name, pooling, epochs=2))
    check_study(study, own)
    cell = study.cells[0]
    found = run_cell(cell, study_data(own.name, 3, digit_data, own))
    assert found == run_cell(cell, study_data(own.name, 3, digit_data, own))
    assert found.parameters == (4 * 4 * 3 + 1) * 2 + (2 + 1) * 3  # 3×2 maps are 1×1 after the pooling


PAIRS = Dataset("pair", frozen(np.zeros((2, 5, 5, 1))), maps=frozen(np.zeros((2, 3, 3, 1))))
STEPS = Dataset("steps", frozen(np.zeros((2, 9, 1))), np.array([0, 1]), class_names=("a", "b"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PAIRS, "The samples of “pair” have maps as targets, and a study needs classes."),
        (STEPS, "A sample of “steps” has 9×1 values, and the networks of a study read pictures,"),
        (pets(4), "“pets” has one class only. Add samples of another class"),
        (pets(4, 4, shape=(1, 8, 1)), "Pictures of 1×8 cells are too small."),
        (pets(4, 1), "“dog” of “pets” has 1 sample, and none is left to hold out. Add samples to that class"),
        (pets(4, 0), "“dog” of “pets” has 0 samples, and none is left to learn from."),
        (pets(2, 2, held_out=np.array([0, 1, 2])), "“cat” of “pets” has 2 samples, and none is left to learn from."),
        (pets(2, 2, held_out=np.array([0])), "“dog” of “pets” has 2 samples, and none is left to hold out."),
    ],
)
def test_what_cannot_be_studied_is_told(data, told):
    with pytest.raises(ValueError, match="^" + told.replace(".", r"\.")):
        own_data(data)


@pytest.mark.parametrize(
    ("study", "told"),
    [
        (Study(kernels=(5,), classes=(2,)), "The kernel size must be from 1 to 4, not 5."),
        (Study(kernels=(3,), classes=(2, 4)), "“pets” has 3 classes, so a study takes from 2 to 3 of them, not 4."),
    ],
)
def test_the_ranges_are_those_of_the_data(study, told):
    own = own_data(pets(4, 4, 4))
    with pytest.raises(ValueError, match="^" + told.replace(".", r"\.")):
        check_study(replace(study, settings=StudySettings(own.name)), own)


def test_a_cell_of_data_that_are_not_there_is_refused():
    cell = StudyCell(2, 3, 2, 1, StudySettings("pets 123"))
    with pytest.raises(ValueError, match="patterns, digits or your own, not “pets 123”"):
        study_data(cell.settings.data, 2, digit_data, own_data(pets(4, 4)))
