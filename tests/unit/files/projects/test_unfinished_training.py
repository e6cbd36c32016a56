"""An interrupted training is kept whole: what goes on from its file ends as what went on from memory."""

from dataclasses import replace

import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.projects.unfinished_training import (
    OtherTrainingError,
    identity_of,
    read_unfinished,
    save_unfinished,
    unfinished_path,
)
from convstudio.model.learning.training import advance, begin, is_over, plan
from convstudio.model.values.learning.settings import OPTIMISERS, TrainingSettings
from tests.unit.model.learning.networks import CLASSES, CLASSIFIER, WITH_STATISTICS, document

SETTINGS = TrainingSettings(rate=0.01, batch_size=8, epochs=3, keeps_best=True)


def planned(settings=SETTINGS, network=WITH_STATISTICS):
    return plan(document(network), CLASSES, settings)


def after(steps, of):
    state = begin(of)
    while state.step < steps:
        state = advance(of, state)[0]
    return state


def finished(state, of):
    while not is_over(of, state):
        state = advance(of, state)[0]
    return state.final_network


@pytest.fixture
def path(tmp_path):
    return unfinished_path(tmp_path / "out.convstudio")


@pytest.mark.parametrize("steps", [0, 3, 5, 11])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_what_goes_on_from_a_file_ends_as_what_goes_on_from_memory(path, name, steps):
    of = planned(replace(SETTINGS, optimiser=name))
    state = after(steps, of)
    save_unfinished(path, state, identity_of(of))
    read = read_unfinished(path, of, identity_of(of)).state
    assert (read.step, read.epoch, read.sums) == (state.step, state.epoch, state.sums)
    assert finished(read, of) == finished(state, of)


def test_no_file_is_no_training(path):
    assert read_unfinished(path, planned(), identity_of(planned())) is None


@pytest.mark.parametrize(
    ("other", "settings", "others"),
    [
        (planned(replace(SETTINGS, seed=2, rate=0.1)), {"seed": 1, "rate": 0.01}, []),
        (planned(network=CLASSIFIER), {}, ["another project"]),
    ],
    ids=["settings", "network"],
)
def test_the_file_of_another_training_tells_what_differs(path, other, settings, others):
    of = planned()
    save_unfinished(path, after(1, of), identity_of(of))
    with pytest.raises(OtherTrainingError) as found:
        read_unfinished(path, other, identity_of(other))
    assert (found.value.step, found.value.settings, found.value.others) == (1, settings, others)


def test_a_training_goes_on_for_more_epochs(path):
    of, longer = planned(), planned(replace(SETTINGS, epochs=5))
    save_unfinished(path, after(5, of), identity_of(of))
    read = read_unfinished(path, longer, identity_of(longer))
    assert read.epochs == 3
    assert finished(read.state, longer) == finished(begin(longer), longer)


def test_other_data_are_another_training():
    labels = (CLASSES.labels + 1) % 3
    assert identity_of(planned()) != identity_of(
        plan(document(WITH_STATISTICS), replace(CLASSES, labels=labels), SETTINGS)
    )


@pytest.mark.parametrize("keep", [10, 100, 1000])
def test_a_file_that_was_cut_off_is_damaged(path, keep):
    of = planned()
    save_unfinished(path, after(1, of), identity_of(of))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FileProblem, match=r"is damaged, so the training cannot go on\. Remove it"):
        read_unfinished(path, of, identity_of(of))
