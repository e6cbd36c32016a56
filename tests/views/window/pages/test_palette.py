"""The list of everything that can be done: what is found, and that Enter does it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from convstudio.views.window.pages.palette import Entry, Palette, menu_entries


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def palette(qtbot: QtBot, done: list[str]) -> Iterator[Palette]:
    window = QMainWindow()
    qtbot.addWidget(window)
    names = ("Box blur", "Gaussian blur", "Sobel x")
    entries = [Entry(name, "Detector", "", lambda name=name: done.append(name)) for name in names]
    made = Palette(entries, window)
    made.show()
    yield made
    assert window is not None  # and so alive until here


def found(palette: Palette) -> list[str]:
    return [row[0] for row in palette.table.facts.rows]


def test_typing_finds_and_enter_does_the_first(palette: Palette, done: list[str]) -> None:
    QTest.keyClicks(palette.field, "sob")
    assert found(palette) == ["Sobel x"]
    closed = QSignalSpy(palette.accepted)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["Sobel x"]
    assert closed.count() == 1


def test_the_arrow_keys_go_through_the_list_while_the_field_keeps_the_keyboard(
    palette: Palette, done: list[str]
) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["Gaussian blur"]


def test_nothing_found_is_said_and_enter_does_nothing(palette: Palette, done: list[str]) -> None:
    QTest.keyClicks(palette.field, "zebra")
    assert "Nothing matches" in palette.note.text()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == []
    assert palette.isVisible()


def test_escape_closes_it_and_does_nothing(palette: Palette, done: list[str]) -> None:
    closed = QSignalSpy(palette.rejected)
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert closed.count() == 1
    assert done == []


def test_an_entry_is_found_by_more_words_than_its_name(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    palette = Palette([Entry("Binomial", "Detector", "", list, "blur noise"), Entry("Sobel", "", "", list)], window)
    QTest.keyClicks(palette.field, "noise")
    assert found(palette) == ["Binomial"]


def test_the_command_of_the_very_name_comes_first_then_those_that_have_it_in_theirs(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    told = (("Data", "Train"), ("Export curves of the training", "File"), ("Train", "Train"))
    palette = Palette([Entry(name, where, "", lambda: None) for name, where in told], window)
    QTest.keyClicks(palette.field, "train")
    assert found(palette) == ["Train", "Export curves of the training", "Data"]


def test_a_menu_that_has_entries_is_not_filled_again(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&File")
    menu.addAction("Open")
    filled: list[int] = []
    menu.aboutToShow.connect(lambda: filled.append(1))
    assert [entry.name for entry in menu_entries(window)] == ["Open"]
    assert filled == []


def test_a_command_whose_menu_was_filled_again_does_nothing(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&File")
    menu.addAction("Open")
    (entry,) = menu_entries(window)
    menu.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert entry.run() is None


def test_the_commands_of_the_menus_are_listed_with_their_keys_and_way(qtbot: QtBot, done: list[str]) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&File")
    menu.addAction("&Open…").setShortcut("Ctrl+O")
    menu.addSeparator()
    menu.addAction("Greyed").setEnabled(False)
    late = menu.addMenu("&Recent")
    late.aboutToShow.connect(lambda: late.isEmpty() and late.addAction("a.npy"))
    listed = [(entry.name, entry.where, entry.keys) for entry in menu_entries(window)]
    assert listed == [("Open", "File", "Ctrl+O"), ("a.npy", "File › Recent", "")]


def test_names_are_shortened_where_all_columns_do_not_fit(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    palette = Palette([Entry("A very long name of a command " * 9, "File", "Ctrl+N", list)], window)
    palette.show()
    bar = palette.table.horizontalScrollBar()
    assert bar.maximum() == bar.minimum() == 0
