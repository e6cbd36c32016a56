"""A bar of progress is painted together with what is beside it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.views.parts.signs import ProgressBar


class Paints(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_bar_waits_for_the_frame_and_is_painted_once(qtbot: QtBot) -> None:
    bar, paints = ProgressBar("Progress", "How much is done"), Paints()
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    QApplication.processEvents()
    bar.installEventFilter(paints)
    bar.show_value(30)
    bar.show_value(70)
    assert paints.count == 0
    qtbot.waitUntil(lambda: paints.count > 0)
    assert (paints.count, bar.value()) == (1, 70)
    bar.show_value(70)
    QApplication.processEvents()
    assert paints.count == 1
