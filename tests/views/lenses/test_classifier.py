"""The lens on classifying by convolution."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.lenses.subject import Subject
from convstudio.views.lenses.classifier import ClassifierLens
from tests.views.map_documents import colour_document


@pytest.fixture
def lens(qtbot: QtBot) -> ClassifierLens:
    lens = ClassifierLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 640)
    lens.show()
    document = colour_document()
    lens.show_subject(Subject(document.layers[0], document.sample.values))
    return lens


def test_both_heads_stand_side_by_side(lens: ClassifierLens) -> None:
    assert [row[1] for row in lens.table.rows] == [row[2] for row in lens.table.rows]
    assert lens.verdict.text().startswith("Both heads give the same 3 numbers")


def test_a_row_shows_the_map_of_its_class(lens: ClassifierLens) -> None:
    lens.table.selectRow(2)
    weights, feature_map = lens.plates[1].values, lens.plates[0].values
    assert lens.plates[2].caption.text().startswith("Map of the class · class 3")
    assert lens.plates[2].values.tolist() == (feature_map * (weights[0, 2] - weights[1, 2])).tolist()


def test_fewer_classes_leave_a_class_chosen(lens: ClassifierLens) -> None:
    lens.table.selectRow(2)
    lens.classes.setValue(2)
    assert len(lens.table.rows) == 2
    assert lens.table.currentIndex().row() == 1


def test_another_seed_draws_other_weights_for_both(lens: ClassifierLens) -> None:
    before = lens.plates[1].values.tolist()
    lens.seed.setValue(1)
    assert lens.plates[1].values.tolist() != before
    assert [row[1] for row in lens.table.rows] == [row[2] for row in lens.table.rows]
