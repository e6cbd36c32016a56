"""A text in a window of its own: what can be done with it, and how it is coloured."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from convstudio.views.parts.theme import apply_scheme, tokens_of
from convstudio.views.window.pages.text_window import TextWindow

PROGRAM = "import numpy  # arrays\n"


def shown(qtbot: QtBot, *, is_program: bool = True) -> TextWindow:
    window = TextWindow("Code", PROGRAM, is_program=is_program)
    qtbot.addWidget(window)
    window.show()
    return window


def press(window: TextWindow, name: str) -> None:
    button = next(one for one in window.findChildren(QPushButton) if one.text().replace("&", "") == name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def colours(window: TextWindow) -> list[str]:
    QApplication.processEvents()  # Qt colours what is on show when it comes to it
    formats = window.field.document().firstBlock().layout().formats()
    return [one.format.foreground().color().name() for one in formats]


def test_copy_puts_the_whole_text_on_the_clipboard_and_tells(qtbot: QtBot) -> None:
    window = shown(qtbot)
    with qtbot.waitSignal(window.copied):
        press(window, "Copy")
    assert QGuiApplication.clipboard().text() == PROGRAM


def test_save_asks_for_it(qtbot: QtBot) -> None:
    window = shown(qtbot)
    with qtbot.waitSignal(window.save_asked):
        press(window, "Save as…")


def test_the_text_cannot_be_changed(qtbot: QtBot) -> None:
    window = shown(qtbot)
    QTest.keyClicks(window.field, "x")
    assert window.field.toPlainText() == PROGRAM


def test_escape_closes_it(qtbot: QtBot) -> None:
    window = shown(qtbot)
    with qtbot.waitSignal(window.finished):
        QTest.keyClick(window.field, Qt.Key.Key_Escape)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_program_is_coloured_in_the_colours_of_the_scheme(qtbot: QtBot, scheme: str) -> None:
    window = shown(qtbot)
    try:
        apply_scheme(QApplication.instance(), scheme)
        tokens = tokens_of(window.field.palette())
        assert colours(window) == [tokens.selection.name(), tokens.secondary.name()]
    finally:
        apply_scheme(QApplication.instance(), "light")


def test_what_stands_behind_an_emoji_is_coloured_in_its_place(qtbot: QtBot) -> None:
    window = TextWindow("Code", '"😀"  # end', is_program=True)
    qtbot.addWidget(window)
    window.show()
    QApplication.processEvents()
    text, comment = window.field.document().firstBlock().layout().formats()
    assert [(one.start, one.length) for one in (text, comment)] == [(0, 4), (6, 5)]


def test_a_plain_text_is_not_coloured(qtbot: QtBot) -> None:
    assert colours(shown(qtbot, is_program=False)) == []
