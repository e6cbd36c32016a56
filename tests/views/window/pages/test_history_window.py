"""The steps by name, and going to one."""

from PySide6.QtGui import QUndoCommand, QUndoStack
from pytestqt.qtbot import QtBot

from convstudio.views.window.pages.history_window import HistoryWindow


def test_it_lists_the_steps_below_the_start_and_follows_new_ones(qtbot: QtBot) -> None:
    stack = QUndoStack()
    stack.push(QUndoCommand("Set cell"))
    window = HistoryWindow(stack)
    qtbot.addWidget(window)
    stack.push(QUndoCommand("Set weight"))
    steps = window.list.model()
    assert [steps.index(row, 0).data() for row in range(steps.rowCount())] == [
        "As it was opened",
        "Set cell",
        "Set weight",
    ]


def test_choosing_a_step_goes_to_it(qtbot: QtBot) -> None:
    stack = QUndoStack()
    for name in ("a", "b", "c"):
        stack.push(QUndoCommand(name))
    window = HistoryWindow(stack)
    qtbot.addWidget(window)
    window.list.setCurrentIndex(window.list.model().index(1, 0))
    assert stack.index() == 1
