"""Drives the real window by the names that are on it, as a user does; shared by the stories."""

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from pytestqt import exceptions
from pytestqt.qtbot import QtBot

from convstudio import app
from convstudio.app import Studio
from convstudio.cli import main
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.window.message_bar import MessageBar
from convstudio.views.window.ways import entry_at, part_named, switch_at
from tests.waiting import WAIT

PATIENCE = 60_000
"""How long a closed program waits for what runs. It would end the process after that, and all tests with it."""
REFERENCE = (1366, 768)
"""The screen on which every core control is in sight."""
_open: list[tuple[Studio, QtBot]] = []


def wait_for_files() -> None:
    """Wait until every file that was asked for is read or written; nothing happens where none was."""
    studio, qtbot = _open[-1]
    if not studio.jobs.is_idle:
        qtbot.waitUntil(lambda: studio.jobs.is_idle)


def wait_for_explanation() -> None:
    """Wait until calculation, gallery and lenses have followed the last edit, as they do within a frame."""
    studio, qtbot = _open[-1]
    if studio.display.is_explaining:
        qtbot.waitUntil(lambda: not studio.display.is_explaining)


class Desk:
    """The open window, and hands to work it."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.window = next(w for w in windows() if isinstance(w, QMainWindow) and w.isVisible())
        self.window.resize(*REFERENCE)
        wait_for_files()
        self.activate()

    def activate(self) -> None:
        """Give the window the keyboard, as after a dialog: the offscreen platform does not."""
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)

    def find(self, kind: type, name: str) -> QWidget:
        """Return the one visible widget of a kind with that accessible name; what is being laid out is waited for."""
        found: list[QWidget] = []

        def is_there() -> bool:
            found[:] = [w for w in self.window.findChildren(kind) if w.accessibleName() == name and w.isVisible()]
            return len(found) == 1

        if not is_there():
            with contextlib.suppress(exceptions.TimeoutError):
                self._qtbot.waitUntil(is_there)
        assert len(found) == 1, f"{len(found)} visible {kind.__name__}s are named {name!r}"
        return found[0]

    def choose(self, name: str, entry: str) -> None:
        """Choose an entry of a combo box with the keyboard: type its beginning into the list, then Enter."""
        combo = self.find(QComboBox, name)
        assert combo.findText(entry) >= 0, f"{name} has no entry {entry!r}"
        combo.window().activateWindow()  # a floating panel: no other window gets keys on the offscreen platform
        self.wait(combo.isActiveWindow)
        combo.setFocus()
        usual = QApplication.keyboardInputInterval()
        QApplication.setKeyboardInputInterval(0)  # the first letter begins a word, however quickly it follows the last
        for letter in entry.rstrip("…"):  # Qt's test keyboard has no other letters than ASCII's
            QTest.keyClicks(QApplication.focusWidget(), letter)
            QApplication.setKeyboardInputInterval(WAIT)  # and the others go on with it, however slowly they come
        QApplication.setKeyboardInputInterval(usual)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        self.activate()  # the offscreen platform does not give the window back what the list took
        self.wait(lambda: combo.currentText() == entry)  # a panel takes what was chosen after all events of now
        wait_for_files()

    def enter(self, name: str, text: str) -> None:
        """Type into a number field and leave it with Enter."""
        field = self.find(QAbstractSpinBox, name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def type_cell(self, table_name: str, row: int, column: int, text: str) -> None:
        """Type a number into a cell of a table."""
        table = self.find(QTableView, table_name)
        table.setFocus()
        table.setCurrentIndex(table.model().index(row, column))
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = next(
            one for one in table.findChildren(QLineEdit) if one.isVisible()
        )  # a closed one may still be there
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()  # Qt takes what was typed only when it is back in its loop
        wait_for_explanation()

    def press(self, name: str) -> None:
        """Press the button of that name with the mouse."""
        button = self.find(QWidget, name)
        place = button.rect().center()
        if isinstance(button, QCheckBox) and not button.hitButton(place):
            place.setX(button.height() // 2)  # on its box: where its text ends before the middle, nothing is there
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)
        wait_for_files()
        wait_for_explanation()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the window."""
        QTest.keyClick(self.window, key, modifier)
        wait_for_files()

    def undo(self) -> None:
        """Undo one step from the keyboard."""
        self.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wait_for_explanation()

    def numbers(self, table_name: str) -> list[list[str]]:
        """Read a table as it is shown."""
        model = self.find(QTableView, table_name).model()
        return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]

    def array(self, table_name: str) -> np.ndarray:
        """Read a table as numbers."""
        return np.array(self.numbers(table_name), float)

    def calculation(self) -> str:
        """Read the Calculation field."""
        wait_for_explanation()
        field = self.find(QPlainTextEdit, "Calculation")
        assert field.isReadOnly()
        return field.toPlainText()

    def message(self) -> str:
        """Read the message on show."""
        return self.window.findChild(MessageBar).sentence

    def wait_for_files(self) -> None:
        """Wait until every file that was asked for is read or written."""
        wait_for_files()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is visible."""
        self._qtbot.waitUntil(condition)

    def wait_for_map(self, rows: list[str]) -> None:
        """Wait until the feature map's table shows these rows, each written with spaces."""
        self.wait(lambda: [" ".join(row) for row in self.numbers("Feature map")] == rows)


def go_along(window: QMainWindow, way: Sequence[str]) -> bool:
    """Choose an entry of the menus, or go to a part of the window and switch it on; return whether it is there."""
    entry = entry_at(window, way)
    if entry is not None:
        entry.trigger()
        return True
    part = part_named(window, way[-1])
    if part is None or not (part.isVisible() and part.isEnabled()):
        return False
    window.activateWindow()
    part.setFocus(Qt.FocusReason.ShortcutFocusReason)
    switch = switch_at(window, way)
    if switch is not None:
        switch.click()
    return True


def answer_discard() -> None:
    """Answer the question about unsaved changes, if it is asked."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.button(QMessageBox.StandardButton.Discard).click()


@contextmanager
def case(name: object) -> Iterator[None]:
    """Name what a story was about when it failed: one of several that one window lives through."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"in the case {name}")
        raise


def tell(qtbot: QtBot, story: Callable[[Desk], None], *arguments: str) -> int:
    """Start the program through `main()`, live the story in its window, close it, and return the exit status."""
    gc.collect()  # a start freezes what is in memory, and with it a closed program that is not collected yet
    failures: list[BaseException] = []

    def live() -> None:
        try:
            story(Desk(qtbot))
        except BaseException as failure:
            failures.append(failure)
        finally:
            answers.start(50)
            QTimer.singleShot(0, close_window)

    def close_window() -> None:
        for window in windows():
            if isinstance(window, QMainWindow):
                window.close()

    start = Studio.start

    def remember(studio: Studio, files: Sequence[str]) -> None:
        _open.append((studio, qtbot))
        start(studio, files)

    answers = QTimer()
    answers.timeout.connect(answer_discard)
    QTimer.singleShot(20, live)
    with patch.object(Studio, "start", remember), patch.object(app, "_PATIENCE", PATIENCE):
        status = main(list(arguments))
    _open.clear()
    answers.stop()
    if failures:
        raise failures[0]
    return status
