from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.edits import channels
from convstudio.model.edits.axes import axis_turns
from convstudio.model.values.view_state import ViewState
from convstudio.views.input.channel_commands import ChannelCommands
from convstudio.views.input.channel_menu import ChannelEdit
from convstudio.views.input.dialogs import NameField, Question
from tests.views.input_documents import LIMITS, document_of, input_of, lines
from tests.views.intents import on_edit, on_move


class Heard:
    """Channel commands of a pane, and what they asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pane = QWidget()
        qtbot.addWidget(self.pane)
        self.commands = ChannelCommands(LIMITS, self.pane)
        self.edits: list[tuple] = []
        self.looks: list[object] = []
        self.refusals: list[str] = []
        on_edit(self.commands, lambda *asked: self.edits.append(asked))
        on_move(self.commands, self.looks.append)
        self.commands.refused.connect(self.refusals.append)

    @property
    def question(self) -> Question:
        question = self.pane.findChild(Question)
        assert question is not None
        return question


@pytest.fixture
def asked(qtbot: QtBot) -> Heard:
    return Heard(qtbot)


def test_an_edit_from_the_menu_is_asked_for_with_its_look(asked):
    look = object()

    asked.commands.show_input(input_of(lines()))
    asked.commands.edit(ChannelEdit("Add channel", channels.add_empty_channel, 1, look))

    assert [step for step, _, _ in asked.edits] == ["Add channel"]
    assert asked.looks == [look]


def test_too_many_channels_are_refused(asked):
    document = document_of(np.zeros((200, 200, 1)))

    asked.commands.show_input(input_of(document))
    asked.commands.edit(ChannelEdit("Add channels", channels.add_empty_channel, 10**6))

    assert (asked.edits, asked.looks, len(asked.refusals)) == ([], [], 1)


def test_turning_axes_is_one_edit_by_its_name(asked):
    turn = axis_turns(2)[0]

    asked.commands.turn(turn)

    assert asked.edits[0][0] == turn.name


def test_the_channel_on_show_is_renamed(asked):
    document = document_of(np.zeros((3, 3, 3)))
    asked.commands.show_input(input_of(document, ViewState(channel=1)))
    asked.commands.ask_name()
    (field,) = asked.question.findChildren(NameField)

    field.setText("leaves")
    asked.question.accept()

    ((_, edit, _),) = asked.edits
    assert edit(document).sample.channel_names == ("red", "leaves", "blue")


def test_a_question_closes_when_another_input_comes(asked):
    asked.commands.show_input(input_of(document_of(np.zeros((3, 3, 3)))))
    asked.commands.ask_name()
    question = asked.question

    asked.commands.follow(lines())

    assert question.isHidden()


def test_a_moved_channel_is_named_and_looked_at(asked):
    document = document_of(np.zeros((3, 3, 3)))
    asked.commands.show_input(input_of(document))

    asked.commands.move(0, 2)

    ((step, edit, _),), (look,) = asked.edits, asked.looks
    assert (step, edit(document).sample.channel_names) == ("Move channel red to place 3", ("green", "blue", "red"))
    assert look(document, ViewState()).channel == 2
