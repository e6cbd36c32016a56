"""The lens on leading axes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from convstudio.model.lenses.subject import Subject
from convstudio.views.lenses.leading import LeadingLens
from tests.views.map_documents import lines_document


@pytest.fixture
def lens(qtbot: QtBot) -> LeadingLens:
    lens = LeadingLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 640)
    lens.show()
    document = lines_document()
    lens.show_subject(Subject(document.layers[0], document.sample.values))
    return lens


def test_both_ways_show_the_same_map(lens: LeadingLens) -> None:
    assert lens.plates[1].values[0].tolist() == [0, 0, 0, 3, 3, 0]
    assert lens.plates[2].values.tolist() == lens.plates[1].values.tolist()
    assert not lens.plates[3].values.any()


def test_the_length_of_an_axis_changes_the_shapes(lens: LeadingLens) -> None:
    lens.lengths[0].setValue(2)
    assert lens.steps.rows[1][1] == "(50, 8, 8, 1)"
    assert lens.verdict.text().startswith("Folding 50 inputs")


def test_another_input_is_shown_with_its_place_after_folding(lens: LeadingLens) -> None:
    lens.places[1].setValue(3)
    assert lens.told.text() == "The input shown: batch[0, 3, 1] is folded[16], because 0·25 + 3·5 + 1·1 = 16."


def test_a_place_past_the_end_is_explained(lens: LeadingLens) -> None:
    lens.places[0].setValue(6)
    assert lens.problem.text().startswith("Place 1 is 6, and its axis has 5 inputs, 0 to 4")


def test_the_lines_of_code_can_be_copied(lens: LeadingLens) -> None:
    lens.copy.click()
    assert "folded = batch.reshape(-1, 8, 8, 1)" in QGuiApplication.clipboard().text()
