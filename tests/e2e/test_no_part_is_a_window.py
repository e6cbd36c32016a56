"""No part of a panel is shown as a window of its own, not even for a moment, while the panel is built."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.driver import Desk, tell

MENUS = "Learn", "Train"
MEANT = Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.Dialog, Qt.WindowType.Tool


class Windows(QObject):
    """Notes what is shown as a window though it is a part of one."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_window = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_window and watched.windowType() not in MEANT:
            self.shown.append(f"{type(watched).__name__} {watched.accessibleName()!r}")
        return False


def commands(desk: Desk, title: str) -> list[QAction]:
    """Return the commands of a menu that can be used."""
    menu: QMenu = next(one.menu() for one in desk.window.menuBar().actions() if one.text().replace("&", "") == title)
    return [one for one in menu.actions() if one.isEnabled() and one.text() and one.menu() is None]


def test_no_part_of_a_panel_is_shown_as_a_window(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        windows = Windows()
        QApplication.instance().installEventFilter(windows)
        for title in MENUS:
            for command in commands(desk, title):
                command.trigger()
                desk.wait_for_files()
                QApplication.processEvents()
        QApplication.instance().removeEventFilter(windows)
        assert windows.shown == []

    assert tell(qtbot, story) == 0
