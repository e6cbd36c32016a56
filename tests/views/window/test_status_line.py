import pytest
from PySide6.QtWidgets import QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.model.values.progress import Wait
from convstudio.views.window.status_line import StatusLine


@pytest.fixture
def status(qtbot: QtBot) -> StatusLine:
    status = StatusLine()
    qtbot.addWidget(status)
    status.show()
    return status


def test_progress_is_on_show_only_while_something_takes_long(status: StatusLine) -> None:
    bar = status.findChild(QProgressBar)
    shown = []
    for wait in (None, Wait("Opening photo.png", 0.25), None):
        status.show_progress(wait)
        shown.append(bar.isVisible())
    assert shown == [False, True, False]


def test_the_button_beside_the_progress_asks_to_cancel(status: StatusLine, qtbot: QtBot) -> None:
    status.show_progress(Wait("Opening photo.png", 0.25))
    button = status.findChild(QToolButton)
    with qtbot.waitSignal(status.cancel_asked, timeout=1000):
        button.click()


@pytest.mark.parametrize("sentence", ["", "The disk is full."])
def test_it_warns_while_work_is_not_kept_safe(status: StatusLine, sentence: str) -> None:
    status.show_unsafe(sentence)
    assert status.is_unsafe == bool(sentence)
