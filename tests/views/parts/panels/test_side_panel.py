"""A panel docks where there is room, floats elsewhere, comes back where it was, and Escape closes it."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.panels.side_panel import SidePanel

RIGHT, LEFT = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.LeftDockWidgetArea
MakeWindow = Callable[[int], QMainWindow]


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[MakeWindow]:
    made: list[QMainWindow] = []

    def make(least: int) -> QMainWindow:
        window, panes = QMainWindow(), QWidget()
        column = QVBoxLayout(panes)
        column.addWidget(QWidget(minimumWidth=least))
        column.addWidget(QLineEdit("a pane"))
        window.setCentralWidget(panes)
        window.resize(780, 500)
        window.show()
        qtbot.waitExposed(window)
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


def panel(window: QMainWindow, name: str = "Lens") -> SidePanel:
    made = SidePanel(name, window, RIGHT, docked=(200, 300), floating=QSize(400, 300))
    body = QWidget()
    QVBoxLayout(body).addWidget(QPushButton("In the panel"))
    made.setWidget(body)
    return made


@pytest.mark.parametrize(("least", "floats"), [(300, False), (700, True)])
def test_it_is_docked_where_there_is_room_and_floats_elsewhere(
    make_window: MakeWindow, least: int, floats: bool
) -> None:
    made = panel(make_window(least))
    made.open_beside()
    assert (made.isVisible(), made.isFloating()) == (True, floats)


@pytest.mark.parametrize("least", [300, 500, 700])
def test_it_does_not_make_the_window_larger(make_window: MakeWindow, least: int) -> None:
    window = make_window(least)
    before = window.size()
    panel(window).open_beside()
    assert window.size() == before


def test_a_second_one_is_a_tab_beside_the_first(make_window: MakeWindow) -> None:
    window = make_window(300)
    first, second = panel(window, "First"), panel(window, "Second")
    first.open_beside()
    second.open_beside()
    assert window.tabifiedDockWidgets(first) == [second]


def test_escape_closes_it_from_whatever_has_the_keyboard(make_window: MakeWindow) -> None:
    made = panel(make_window(300))
    made.open_beside()
    QTest.keyClick(made.findChild(QPushButton), Qt.Key.Key_Escape)
    assert not made.isVisible()


@pytest.mark.parametrize("has_control", [True, False])
def test_the_keyboard_goes_to_it_and_back_to_where_it_was(
    make_window: MakeWindow, qtbot: QtBot, has_control: bool
) -> None:
    window = make_window(300)
    field, made = window.findChild(QLineEdit), panel(window)
    made.findChild(QPushButton).setEnabled(has_control)
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    made.open_beside()
    assert QApplication.focusWidget() is (made.findChild(QPushButton) if has_control else made)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert (made.isVisible(), field.hasFocus()) == (False, True)


def test_it_opens_again_where_it_was(make_window: MakeWindow) -> None:
    window = make_window(300)
    made = panel(window)
    made.open_beside()
    window.addDockWidget(LEFT, made)
    made.close()
    made.open_beside()
    assert window.dockWidgetArea(made) == LEFT


def test_the_next_start_puts_it_where_it_was(make_window: MakeWindow) -> None:
    window, following = make_window(300), make_window(300)
    made = panel(window)
    made.open_beside()
    window.addDockWidget(LEFT, made)
    following.restoreState(window.saveState())
    again = panel(following)
    again.open_beside()
    assert (again.isVisible(), following.dockWidgetArea(again)) == (True, LEFT)


def test_one_that_was_kept_on_a_screen_that_is_gone_comes_back_into_sight(make_window: MakeWindow) -> None:
    window, following = make_window(300), make_window(300)
    made = panel(window)
    made.open_beside()
    made.setFloating(True)
    made.move(QPoint(90_000, 90_000))
    following.restoreState(window.saveState())
    again = panel(following)
    again.open_beside()
    assert again.isVisible()
    assert following.screen().availableGeometry().intersects(again.frameGeometry()) or not again.isFloating()


@pytest.mark.parametrize("kept", [b"", b"no layout", bytes(200)])
def test_a_layout_that_cannot_be_read_is_the_usual_one(make_window: MakeWindow, kept: bytes) -> None:
    window = make_window(300)
    window.restoreState(QByteArray(kept))
    made = panel(window)
    made.open_beside()
    assert (made.isVisible(), window.dockWidgetArea(made)) == (True, RIGHT)
