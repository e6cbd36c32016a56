import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.progress import Wait
from convstudio.views.window.status_line import StatusLine


class Layouts(QObject):
    """Counts how often what it is told of is laid out."""

    count = 0

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


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
    with qtbot.waitSignal(status.cancel_asked):
        button.click()


@pytest.mark.parametrize("sentence", ["", "The disk is full."])
def test_it_warns_while_work_is_not_kept_safe(status: StatusLine, sentence: str) -> None:
    status.show_unsafe(sentence)
    assert status.is_unsafe == bool(sentence)


def test_a_prediction_that_comes_after_the_counts_lays_nothing_out_again(status: StatusLine) -> None:
    status.resize(1350, 30)
    counts, layouts = status.findChild(QLabel, "Counts"), Layouts()
    status.installEventFilter(layouts)
    seen = []
    few, more = "80 parameters", "4608 parameters of a layer with a long name that takes all the room of a line"
    for text in (few, f"{few} · predicts 7 (93 %)", few, f"{few} · predicts 1 (> 99.9 %)", more, few):
        status.show_counts(text)
        QApplication.processEvents()
        seen.append(layouts.count)
        assert counts.width() >= counts.fontMetrics().horizontalAdvance(text)
        assert (counts.text(), counts.accessibleName()) == (text, text)
    assert seen[0] < seen[1] == seen[2] == seen[3] < seen[4] < seen[5]


def test_what_takes_long_is_told_whole_beside_its_bar_from_the_first_moment(status: StatusLine) -> None:
    status.resize(1350, 30)
    status.show()
    row = status.findChild(QProgressBar).parentWidget()
    for title in ("Computing layer 3", "Computing a layer with a long name"):
        status.show_progress(Wait(title, 0.0))
        QApplication.processEvents()
        parts = [part for part in row.children() if isinstance(part, QWidget)]
        assert all(part.width() >= part.minimumSizeHint().width() for part in parts)
        places = [part.geometry() for part in parts]
        assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[at + 1 :])
