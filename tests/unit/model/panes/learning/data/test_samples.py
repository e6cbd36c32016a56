import numpy as np
import pytest

from convstudio.model.panes.learning.data.samples import (
    EVERY_SAMPLE,
    ExaminedData,
    SampleFilter,
    Verdicts,
    data_facts,
    listed,
    sample_words,
    shown_facts,
)
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset, Split

DATA = Dataset("six", frozen(np.zeros((6, 2, 2, 1))), np.array([1, 0, 1, 0, 2, 2]), class_names=("cat", "dog", "cow"))
PARTS = Split(np.array([0, 1, 4]), np.array([2, 3, 5]))
VERDICTS = Verdicts(
    np.array([0.1, 3, 0.2, 2, 0.3, 4]), np.array([1, 1, 1, 2, 2, 0]), np.float32([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), 3
)
BEFORE, EXAMINED = ExaminedData(DATA, PARTS), ExaminedData(DATA, PARTS, VERDICTS)
MAPS = Dataset("maps", frozen(np.zeros((2, 4, 1))), maps=frozen(np.zeros((2, 2, 1))))


@pytest.mark.parametrize(
    ("wanted", "order", "shown"),
    [
        (EVERY_SAMPLE, "stored", [0, 1, 2, 3, 4, 5]),
        (EVERY_SAMPLE, "class", [1, 3, 0, 2, 4, 5]),
        (EVERY_SAMPLE, "loss", [5, 1, 3, 4, 2, 0]),
        (SampleFilter(label=0), "stored", [1, 3]),
        (SampleFilter(part="held out"), "class", [3, 2, 5]),
        (SampleFilter(part="training", outcome="wrong"), "class", [1]),
        (SampleFilter(outcome="right"), "loss", [4, 2, 0]),
        (SampleFilter(label=0, predicted=2), "stored", [3]),
        (SampleFilter(label=2, predicted=1), "stored", []),
    ],
)
def test_samples_are_filtered_and_sorted(wanted, order, shown):
    assert listed(EXAMINED, wanted, order).tolist() == shown


@pytest.mark.parametrize("wanted", [SampleFilter(outcome="wrong"), SampleFilter(predicted=1)])
def test_what_needs_a_verdict_shows_nothing_before_there_is_one(wanted):
    assert listed(BEFORE, wanted).tolist() == []


def test_without_verdicts_the_order_by_loss_is_the_stored_one():
    assert listed(BEFORE, EVERY_SAMPLE, "loss").tolist() == [0, 1, 2, 3, 4, 5]


def test_a_wrong_sample_says_what_it_is_taken_for():
    words = sample_words(EXAMINED, 5)
    assert (words.caption, words.is_wrong, words.is_held_out) == ("cow → cat", True, True)
    assert words.facts == "Sample 6: cow, held out. Predicted: cat (0.4), wrong. Loss 4."


def test_a_right_sample_has_its_class_as_caption():
    words = sample_words(EXAMINED, 0)
    assert (words.caption, words.is_wrong, words.is_held_out) == ("dog", False, False)


def test_a_class_beyond_those_of_the_data_is_a_number():
    verdicts = Verdicts(np.zeros(6), np.full(6, 7), None, 8)
    assert sample_words(ExaminedData(DATA, PARTS, verdicts), 0).caption == "dog → 7"


def test_a_sample_with_a_map_has_its_loss_as_caption():
    words = sample_words(ExaminedData(MAPS, Split(np.arange(2), np.arange(0)), Verdicts(np.array([0.25, 1]))), 0)
    assert (words.caption, words.facts) == ("0.25", "Sample 1: for training. Loss 0.25.")


def test_the_facts_count_samples_classes_and_parts():
    assert data_facts(EXAMINED) == "6 samples of 2×2×1 in 3 classes: 3 for training, 3 held out."
    assert "2 samples of 4×1 with maps of 2×1" in data_facts(ExaminedData(MAPS, PARTS))


def test_what_is_on_show_is_counted():
    assert shown_facts(EXAMINED, PARTS.held_out) == "3 of 6 samples, 1 is right (33.3\xa0%), mean loss 2.07."
    assert shown_facts(BEFORE, np.arange(6)) == "6 samples."
