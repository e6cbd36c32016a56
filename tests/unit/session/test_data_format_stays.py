from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session.session import Session

DOCUMENT = Document(Sample.of("ones", np.ones((5, 5, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    session = Session(DOCUMENT)
    session.use_data_format("pytorch")
    return session


def test_speaking_another_data_format_is_told_once(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.view_changed) as told:
        session.use_data_format("keras")
    assert [view.data_format for view in told.args] == ["pytorch", "keras"]


def test_looking_elsewhere_keeps_the_data_format(session: Session) -> None:
    session.look(ViewState(position=(1, 1)))
    assert (session.view.position, session.view.data_format) == ((1, 1), "pytorch")


def test_another_project_keeps_the_data_format(session: Session) -> None:
    session.restart(replace(DOCUMENT, title="other"))
    assert session.view.data_format == "pytorch"


def test_the_data_format_is_no_step_that_can_be_undone(session: Session) -> None:
    assert not session.undo_stack.canUndo()
