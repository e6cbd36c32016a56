from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.document import Document
from convstudio.views.input.cell_commands import CellCommands
from convstudio.views.input.dialogs import Question
from convstudio.views.input.tools import Brush
from convstudio.views.parts.controls import NumberField, WholeField
from tests.views.input_documents import LIMITS, bump, document_of, input_of, lines
from tests.views.intents import on_edit


class Heard:
    """Cell commands of a pane, and what they asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pane = QWidget()
        qtbot.addWidget(self.pane)
        self.commands = CellCommands(LIMITS, self.pane)
        self.edits: list[tuple] = []
        self.refusals: list[str] = []
        self.fills: list[float] = []
        on_edit(self.commands, lambda *asked: self.edits.append(asked))
        self.commands.refused.connect(self.refusals.append)
        self.commands.selection_filled.connect(self.fills.append)

    @property
    def question(self) -> Question | None:
        return self.pane.findChild(Question)

    def answer(self, *values: float) -> None:
        question = self.question
        assert question is not None
        fields = [*question.findChildren(WholeField), *question.findChildren(NumberField)]
        for field, value in zip(fields, values, strict=True):
            field.setValue(value)
        question.accept()

    def edited(self, document: Document) -> np.ndarray:
        ((_, edit, _),) = self.edits
        return edit(document).sample.values.to_array()


@pytest.fixture
def asked(qtbot: QtBot) -> Heard:
    return Heard(qtbot)


def test_a_block_is_written_into_one_channel(asked):
    document = document_of(np.zeros((3, 3, 3)))

    asked.commands.write(input_of(document), 0, 1, np.float32([[7]]), 2)

    assert asked.edited(document)[0, 1].tolist() == [0, 0, 7]


def test_a_block_of_several_lines_does_not_fit_into_a_sequence(asked):
    asked.commands.write(input_of(bump()), 0, 0, np.float32([[1, 2], [3, 4]]), None)

    assert (asked.edits, len(asked.refusals)) == ([], 1)


def test_painting_from_a_place_leaves_no_hole(asked):
    asked.commands.paint((0, 0), (0, 3), 1, Brush(5.0, 1), None)

    assert asked.edited(lines())[0, :4, 0].tolist() == [0, 5, 5, 5]


@pytest.mark.parametrize(("after", "column"), [(False, 2), (True, 4)])
def test_a_column_is_inserted_beside_the_selected_ones(asked, after, column):
    document = document_of(np.ones((4, 6, 1)))

    asked.commands.insert(input_of(document), 1, after=after, selected=[2, 3])

    assert np.flatnonzero(asked.edited(document)[0, :, 0] == 0).tolist() == [column]


def test_the_columns_of_a_sequence_are_its_steps(asked):
    asked.commands.delete(input_of(bump()), 1, [3, 4])

    assert asked.edits[0][0] == "Delete steps"
    assert asked.edited(bump())[:, 0].tolist() == [0] * 6


def test_a_shape_beyond_the_limits_is_refused(asked):
    asked.commands.ask_shape(input_of(lines()))

    asked.answer(1000, 1000)

    assert asked.edits == []
    assert "at most 100000 fit" in asked.refusals[0]


def test_the_question_about_a_fill_says_which_channel(asked):
    asked.commands.ask_fill(input_of(document_of(np.zeros((3, 3, 3)))), 1.0, 1)

    assert asked.question.windowTitle() == "Fill the channel green"


def test_a_number_for_the_selected_cells_is_handed_on(asked):
    asked.commands.ask_fill_selection(input_of(lines()), 1.0)

    asked.answer(3)

    assert (asked.fills, asked.edits) == ([3.0], [])


def test_a_question_closes_when_another_input_comes(asked):
    asked.commands.ask_shape(input_of(lines()))
    question = asked.question

    asked.commands.follow(bump())

    assert question.isHidden()
