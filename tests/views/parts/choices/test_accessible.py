"""What screen readers learn of combo boxes and plots."""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QApplication,
    QKeySequenceEdit,
    QLineEdit,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.views.parts.choices.accessible import install_accessibility
from convstudio.views.parts.controls import Choice
from convstudio.views.parts.plots.histogram import Histogram


@pytest.fixture
def _faces() -> object:
    return install_accessibility()


@pytest.mark.usefixtures("_faces")
def test_a_combo_box_is_named_by_its_label_and_tells_its_entry(qtbot: QtBot) -> None:
    choice = Choice("Padding", ["valid", "same"], "How far the kernel reaches past the input")
    qtbot.addWidget(choice)
    choice.show_index(1)
    face = QAccessible.queryAccessibleInterface(choice)
    told = face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Value)
    assert (face.role(), told) == (QAccessible.Role.ComboBox, ("Padding", "same"))


@pytest.mark.usefixtures("_faces")
def test_a_plot_is_one_thing_with_a_name_and_a_sentence(qtbot: QtBot) -> None:
    plot = Histogram()
    qtbot.addWidget(plot)
    plot.say("Half of the values are 0.", "")
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    face = QAccessible.queryAccessibleInterface(plot)
    told = face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Description)
    assert (face.role(), face.childCount()) == (QAccessible.Role.Chart, 0)
    assert told == (plot.accessibleName(), plot.accessibleDescription())


def faces_of(face: QAccessibleInterface) -> list[QAccessibleInterface]:
    return [face, *(face.child(place) for place in range(face.childCount()))]


def focused(face: QAccessibleInterface) -> list[str]:
    """Return the names of what says of itself, in a part and those in it, that it has the keyboard."""
    return [one.text(QAccessible.Text.Name) for one in faces_of(face) if one.state().focused]


@pytest.fixture
def window(qtbot: QtBot, _faces: object) -> QWidget:
    """A window that has the keyboard, with a field to leave it in."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(QLineEdit())
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def put(window: QWidget, part: QWidget) -> None:
    """Show a part in a window."""
    window.layout().addWidget(part)
    part.show()


def test_a_table_leaves_the_keyboard_to_its_cell(window: QWidget) -> None:
    table = QTableWidget(0, 2)
    table.setAccessibleName("Weights")
    put(window, table)
    table.setFocus()
    face = QAccessible.queryAccessibleInterface(table)
    assert focused(face) == ["Weights"]
    table.setRowCount(2)
    table.setItem(1, 1, QTableWidgetItem("0.5"))
    table.setCurrentCell(1, 1)
    assert focused(face) == ["0.5"]
    assert (face.role(), face.selectionInterface().selectedItemCount()) == (QAccessible.Role.Table, 1)


def test_the_face_of_a_deleted_table_stands_for_nothing(window: QWidget) -> None:
    table = QTableWidget(1, 1)
    put(window, table)
    face = QAccessible.queryAccessibleInterface(table)
    table.deleteLater()
    QApplication.sendPostedEvents(table, QEvent.Type.DeferredDelete)
    assert (face.isValid(), face.object()) == (False, None)


def test_the_cells_of_a_table_follow_its_model(window: QWidget) -> None:
    table = QTableWidget(1, 1)
    put(window, table)
    face = QAccessible.queryAccessibleInterface(table)
    QAccessible.setActive(True)
    try:
        faces_of(face)
        table.setRowCount(3)
        table.model().beginResetModel()
        table.model().endResetModel()
        assert len([one for one in faces_of(face) if one.role() == QAccessible.Role.Cell]) == 3
    finally:
        QAccessible.setActive(False)


def test_the_current_tab_has_the_keyboard_with_its_row_alone(window: QWidget) -> None:
    bar = QTabBar()
    bar.setAccessibleName("Pages")
    for title in ("Settings", "Curves"):
        bar.addTab(title)
    put(window, bar)
    window.findChild(QLineEdit).setFocus()
    face = QAccessible.queryAccessibleInterface(bar)
    assert focused(face) == []
    bar.setFocus()
    assert focused(face) == ["Settings"]
    bar.setCurrentIndex(1)
    assert focused(face) == ["Curves"]
    assert face.text(QAccessible.Text.Name) == "Pages"
    assert [face.indexOfChild(face.child(place)) for place in range(2)] == [0, 1]
    assert face.child(1).parent() is face


@pytest.mark.parametrize("kind", [QKeySequenceEdit, QTabWidget])
def test_what_hands_the_keyboard_on_does_not_say_that_it_has_it(window: QWidget, kind: type[QWidget]) -> None:
    part = kind()
    if isinstance(part, QTabWidget):
        part.addTab(QWidget(), "Settings")
    put(window, part)
    part.setFocus()
    assert part.hasFocus()
    assert not QAccessible.queryAccessibleInterface(part).state().focused


def test_a_table_that_is_gone_is_told_nothing_more(window: QWidget) -> None:
    table = QTableWidget(1, 1)
    face = QAccessible.queryAccessibleInterface(table)
    assert face.isValid()
    told = face.told
    table.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert told is not None
    assert face._told is None
