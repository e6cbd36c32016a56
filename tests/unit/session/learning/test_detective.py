"""The detective answers off the UI thread: the newest question, or why there is no answer."""

from unittest.mock import patch

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.edits.learning.targets import set_target, set_target_map
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.session.learning.detective import Detective

PLAIN = Document(Sample.of("steps", [[1], [2], [4]]), Network((Conv.of(np.ones((1, 1, 1))),)))
DOUBLED = set_target_map(PLAIN, [[2], [4], [8]])
TRIPLED = set_target_map(PLAIN, [[3], [6], [12]])


@pytest.fixture
def detective(qtbot: QtBot):
    made = Detective()
    yield made
    made.close()


def ask(detective: Detective, document: Document) -> None:
    detective.request(document, 0, 0, document.sample.values)


def test_the_solution_comes(detective: Detective, qtbot: QtBot) -> None:
    with qtbot.waitSignal(detective.answered) as told:
        ask(detective, DOUBLED)
    assert told.args[0].found.weights.ravel().tolist() == [2]


def test_only_the_newest_question_is_answered(detective: Detective, qtbot: QtBot) -> None:
    told = []
    detective.answered.connect(told.append)
    with qtbot.waitSignal(detective.answered):
        ask(detective, DOUBLED)
        ask(detective, TRIPLED)
    qtbot.wait(20)
    assert [one.found.weights.ravel().tolist() for one in told] == [[3]]


def test_a_question_without_an_answer_is_refused_in_a_sentence(detective: Detective, qtbot: QtBot) -> None:
    with qtbot.waitSignal(detective.failed) as told:
        ask(detective, set_target(DOUBLED, None))
    assert told.args == ["There is no target map yet. Draw one under Train › Teach by example."]


def test_missing_memory_is_said(detective: Detective, qtbot: QtBot) -> None:
    with (
        patch("convstudio.session.learning.detective.solve", side_effect=MemoryError),
        qtbot.waitSignal(detective.failed) as told,
    ):
        ask(detective, DOUBLED)
    assert "more memory than there is" in told.args[0]


def test_after_the_end_nothing_is_told(detective: Detective, qtbot: QtBot) -> None:
    told = []
    detective.answered.connect(told.append)
    ask(detective, DOUBLED)
    assert detective.close()
    qtbot.wait(20)
    assert told == []
