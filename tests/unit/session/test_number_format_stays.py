"""How numbers are written is the reader's choice: no document has it, and work for the reader is written so too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import USUAL, NumberFormat, format_number, number_format, written_in
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.worker import Task, Worker

DOCUMENT = Document(Sample.of("ones", np.ones((5, 5, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
SHORT = NumberFormat(2, "comma")


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    with written_in(USUAL):
        session = Session(DOCUMENT)
        session.use_number_format(SHORT)
        yield session


def test_another_format_is_in_force_and_told_once(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.view_changed) as told:
        session.use_number_format(USUAL)
    assert [view.numbers for view in told.args] == [SHORT, USUAL]
    assert number_format() == USUAL


def test_looking_elsewhere_keeps_the_format(session: Session) -> None:
    session.look(ViewState(position=(1, 1)))
    assert (session.view.position, session.view.numbers) == ((1, 1), SHORT)


def test_another_project_keeps_the_format(session: Session) -> None:
    session.restart(replace(DOCUMENT, title="other"))
    assert session.view.numbers == SHORT


def test_the_format_is_no_step_that_can_be_undone(session: Session) -> None:
    assert not session.undo_stack.canUndo()


def test_what_is_worked_out_for_the_reader_is_written_so(qtbot: QtBot, session: Session) -> None:
    owner, outcomes = QObject(), []
    worker = Worker(owner)
    worker.add(Task(lambda: lambda _progress: format_number(1 / 3), outcomes.append))
    qtbot.waitUntil(lambda: bool(outcomes))
    assert [outcome.result for outcome in outcomes] == ["0,33"]


@pytest.mark.parametrize(("ask", "written"), [("read", "0,33"), ("write", "0.3333")])
def test_a_file_is_written_with_points(qtbot: QtBot, session: Session, ask: str, written: str) -> None:
    jobs, texts = Jobs(), []
    getattr(jobs, ask)("Trying", lambda _progress: format_number(1 / 3), texts.append)
    qtbot.waitUntil(lambda: bool(texts))
    assert texts == [written]
    jobs.close()
