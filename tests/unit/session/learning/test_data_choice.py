"""The data that was chosen is there for every panel."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session.learning.data_choice import DataChoice

TWO = Dataset("two", frozen(np.zeros((2, 3, 3, 1))), np.array([0, 1]), class_names=("dark", "light"))
PAIR = Document(Sample.of("one", np.zeros((3, 3))), Network(()), target=ClassTarget(1))


def test_other_data_is_told_once(qtbot: QtBot) -> None:
    choice = DataChoice()
    told = []
    choice.changed.connect(told.append)
    choice.use(TWO)
    choice.use(TWO)
    assert told == [TWO]


def test_a_document_is_trained_on_what_was_chosen_or_else_on_its_pair() -> None:
    choice = DataChoice()
    assert choice.of(PAIR).labels.tolist() == [1]
    choice.use(TWO)
    assert choice.of(PAIR) is TWO


def test_no_pair_takes_the_place_of_data_that_is_missing() -> None:
    choice = DataChoice()
    choice.use(None, "The pets are missing.")
    with pytest.raises(ValueError, match="The pets are missing"):
        choice.of(PAIR)
    choice.use(None)
    assert choice.of(PAIR).labels.tolist() == [1]


def test_a_pair_is_the_same_until_its_target_or_its_names_change() -> None:
    choice = DataChoice()
    pair = choice.pair_of(PAIR)
    assert choice.pair_of(replace(PAIR, training=replace(PAIR.training, epochs=3))) is pair
    for other in (replace(PAIR, target=ClassTarget(0)), replace(PAIR, class_names=("dark", "light"))):
        assert choice.pair_of(other) is not pair


def test_without_a_target_there_is_nothing_to_train_on() -> None:
    with pytest.raises(ValueError, match="no target yet"):
        DataChoice().of(replace(PAIR, target=None))
