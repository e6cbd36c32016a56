"""A study is a grid of networks: each leads to the same bits on every run, and few filters tell few classes apart."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.datasets.loading import digit_data
from convstudio.model.learning.study import (
    Study,
    StudyCell,
    StudyResult,
    StudySettings,
    check_study,
    run_cell,
    study_network,
    summaries,
)
from convstudio.model.learning.study_data import SIDE, study_data
from convstudio.model.learning.training import NotFiniteError
from convstudio.ops.threads import limited

QUICK = StudySettings(epochs=2)
SHAPE = (SIDE, SIDE, 1)


def ran(cell):
    return run_cell(cell, study_data(cell.settings.data, cell.classes, digit_data))


def result(cell, accuracy, seconds=1.0):
    return StudyResult(cell, accuracy, 0.5, 0.75, 0.25, 10, 100, seconds)


def test_a_study_has_every_size_with_every_seed_and_the_first_seed_of_all_comes_first():
    cells = Study((1, 2), (3, 5), (2, 4, 8), 3).cells
    assert len(set(cells)) == len(cells) == 2 * 2 * 3 * 3
    assert [cell.seed for cell in cells] == [1] * 12 + [2] * 12 + [3] * 12


@pytest.mark.parametrize("settings", [QUICK, replace(QUICK, pooling="2x2"), replace(QUICK, data="digits")])
def test_a_cell_leads_to_the_same_bits_on_every_run_and_on_one_core(settings):
    cell = StudyCell(2, 3, 2, 1, settings)
    first = ran(cell)
    with limited(1):
        assert ran(cell) == first
    assert ran(replace(cell, seed=2)) != first


@pytest.mark.parametrize(("pooling", "parameters"), [("global", 4 * 10 + 5 * 2), ("2x2", 4 * 10 + (4 * 9 + 1) * 2)])
def test_a_network_has_the_filters_kernels_and_classes_of_its_cell(pooling, parameters):
    network = study_network(StudyCell(4, 3, 2, 1, StudySettings(pooling=pooling)), SHAPE)
    assert sum(layer.parameters for layer in network.layers) == parameters
    assert network.shapes(SHAPE)[-1] == (2,)


def test_the_first_weights_depend_on_the_seed_alone():
    networks = [study_network(StudyCell(2, 3, 2, seed), SHAPE) for seed in (1, 1, 2)]
    first, same, other = (network.layers[0].weights for network in networks)
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_samples_are_the_same_for_all_seeds_and_a_quarter_of_each_class_is_held_out():
    data = study_data(QUICK.data, 4, digit_data)
    assert np.bincount(data.labels[data.held_out]).tolist() == [16] * 4
    np.testing.assert_array_equal(data.inputs, study_data(QUICK.data, 4, digit_data).inputs)


def test_digits_are_the_first_classes_from_0_to_1_and_hold_out_those_that_the_window_lists():
    everything, data = digit_data(), study_data("digits", 3, digit_data)
    assert (data.inputs.min(), data.inputs.max(), data.class_names) == (0, 1, ("0", "1", "2"))
    listed = everything.labels[everything.held_out]
    assert len(data.held_out) == np.count_nonzero(listed < 3)
    np.testing.assert_array_equal(data.labels[data.held_out], listed[listed < 3])


def test_one_filter_tells_two_directions_apart_and_eight_directions_need_more():
    one, eight = (StudyCell(filters, 3, 8, 1, StudySettings()) for filters in (1, 8))
    assert ran(one).held_out_accuracy < 0.5
    assert ran(eight).held_out_accuracy > 0.9
    assert ran(replace(one, classes=2)).held_out_accuracy > 0.9


def test_a_training_that_diverges_says_so_and_not_that_its_weights_are_kept():
    with pytest.raises(NotFiniteError, match=r"too large in layer \d\. Use a smaller learning rate\.$"):
        ran(StudyCell(2, 3, 2, 1, StudySettings(optimiser="sgd", rate=1e30)))


def test_a_summary_has_mean_and_standard_deviation_over_the_seeds_whatever_their_order():
    size = StudyCell(2, 3, 4, 1)
    found = [result(size, 0.5), result(replace(size, seed=2), 0.7), result(replace(size, seed=3), 0.9)]
    (summary,) = summaries(found)
    assert (summary.seeds, summary.accuracy, summary.spread) == (3, pytest.approx(0.7), pytest.approx(0.2))
    assert (summary.lowest, summary.highest) == (0.5, 0.9)
    assert summaries(found[::-1]) == (summary,)


def test_a_single_seed_has_no_spread():
    assert summaries([result(StudyCell(2, 3, 4, 1), 0.5)])[0].spread is None


@pytest.mark.parametrize(
    ("study", "told"),
    [
        (Study(filters=()), "The study needs at least one number of filters. Name one."),
        (Study(filters=(0,)), "The number of filters must be from 1 to 512, not 0."),
        (Study(kernels=(8,)), "The kernel size must be from 1 to 7, not 8."),
        (Study(filters=(2, 2)), "The number of filters 2 is named twice. Name each once."),
        (Study(classes=(11,), settings=StudySettings("digits")), "Digits have 2 to 10 classes, not 11."),
        (Study(settings=StudySettings("faces")), "The data must be patterns, digits or your own, not “faces”."),
        (Study(settings=StudySettings(pooling="3x3")), "The pooling must be global or 2x2, not “3x3”."),
        (Study(seeds=0), "The number of seeds must be from 1 to 100, not 0."),
        (Study(settings=StudySettings(epochs=0)), "The number of epochs must be between 1 and 100000, not 0."),
        (Study(settings=StudySettings(optimiser="best")), "The optimiser must be one of "),
        (Study(filters=tuple(range(1, 101)), seeds=100), "The study has 60000 networks, and at most 10000 fit. "),
    ],
)
def test_what_cannot_be_studied_is_refused_in_a_sentence(study, told):
    with pytest.raises(ValueError, match="^" + told.replace(".", r"\.")):
        check_study(study)
