"""The lens on collapsing two layers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.subject import Subject
from convstudio.views.lenses.collapse import CollapseLens
from tests.views.map_documents import lines_document


@pytest.fixture
def lens(qtbot: QtBot) -> CollapseLens:
    lens = CollapseLens(load_detectors())
    qtbot.addWidget(lens)
    lens.resize(1100, 600)
    lens.show()
    lens.show_subject(subject())
    return lens


def subject(following: Conv | None = None) -> Subject:
    document = lines_document()
    return Subject(document.layers[0], document.sample.values, following=following)


def choose(lens: CollapseLens, first: str, second: str) -> None:
    for choice, name in ((lens.first, first), (lens.second, second)):
        choice.setCurrentText(name)
        choice.chosen.emit(choice.currentIndex())


def test_both_ways_and_their_difference_are_on_show(lens: CollapseLens) -> None:
    assert lens.plates["One larger kernel"].values.tolist() == [[0, 0, n, 0, 0] for n in (1, 2, 3, 2, 1)]
    assert lens.plates["In two steps"].values.tolist() == [[0, 9, 9, 0]] * 4
    assert lens.plates["Difference"].values.tolist() == [[0, 0, 0, 0]] * 4


def test_the_switch_puts_relu_between_and_the_difference_shows(lens: CollapseLens, qtbot: QtBot) -> None:
    choose(lens, "Laplacian, 4-neighbour", "Laplacian, 4-neighbour")
    before = lens.verdict.text()
    lens.relu.setFocus()
    qtbot.keyClick(lens.relu, Qt.Key.Key_Space)
    assert before.startswith("The same")
    assert lens.verdict.text().startswith("Not the same any more")
    assert np.abs(lens.plates["Difference"].values).max() > 0


def test_the_next_layer_is_offered_only_where_a_convolution_follows(lens: CollapseLens) -> None:
    assert not lens.second.model().item(0).isEnabled()
    lens.show_subject(subject(Conv.of(np.ones((2, 2, 1, 3)))))
    assert lens.second.model().item(0).isEnabled()


def test_a_filter_of_the_next_layer_is_chosen_by_number(lens: CollapseLens) -> None:
    weights = np.zeros((1, 1, 1, 3))
    weights[..., 2] = 5
    lens.show_subject(subject(Conv.of(weights)))
    choose(lens, "This layer", "The next layer")
    lens.filter.setValue(3)
    assert lens.plates["Second kernel"].values.tolist() == [[5]]


def test_a_filter_that_does_not_exist_is_refused_in_the_place_of_the_stage(lens: CollapseLens) -> None:
    lens.show_subject(subject(Conv.of(np.ones((2, 2, 1, 3)))))
    choose(lens, "This layer", "The next layer")
    lens.filter.setValue(4)
    assert "no filter 4: choose one from 1 to 3" in lens.problem.text()
