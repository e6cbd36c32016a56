"""Number fields: they take sums, and the mouse wheel changes one only while it is in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts import controls
from convstudio.views.parts.controls import Choice, NumberField, WholeField
from convstudio.views.parts.grids.menu_place import menu_place
from convstudio.views.parts.text_field import TextField

FIELDS = {"whole": lambda: WholeField("Stride", 1, 64, "Cells"), "number": lambda: NumberField("Bias", "A number")}


def turn_wheel(field: QWidget) -> None:
    middle = QPointF(field.rect().center())
    none, begin = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    buttons = Qt.MouseButton.NoButton
    place = QPointF(field.mapToGlobal(middle.toPoint()))
    QApplication.sendEvent(field, QWheelEvent(middle, place, QPoint(), QPoint(0, 120), buttons, none, begin, False))


@pytest.fixture(params=FIELDS.values(), ids=FIELDS)
def field(request: pytest.FixtureRequest, qtbot: QtBot) -> WholeField | NumberField:
    window = QWidget()
    qtbot.addWidget(window)
    column, made = QVBoxLayout(window), request.param()
    made.window_of_test = window  # which nothing else would keep
    column.addWidget(QLineEdit())
    column.addWidget(made)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return made


def test_scrolling_past_a_number_does_not_change_it(field: WholeField | NumberField) -> None:
    before = field.value()
    turn_wheel(field)
    assert (field.value(), field.hasFocus()) == (before, False)


def test_the_wheel_changes_a_number_in_use(qtbot: QtBot, field: WholeField | NumberField) -> None:
    before = field.value()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    turn_wheel(field)
    assert field.value() == before + 1


def enter(field: WholeField | NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(("text", "number"), [("2*3", 6), ("(1+2)*4", 12), ("10/2", 5), ("3", 3)])
def test_every_field_takes_a_sum(qtbot: QtBot, field: WholeField | NumberField, text: str, number: int) -> None:
    with qtbot.waitSignal(field.edited) as edited:
        enter(field, text)
    assert edited.args == [number]


@pytest.mark.parametrize("text", ["2*", "pi*", "two"])
def test_what_is_no_number_is_refused_and_the_number_before_it_stays(
    qtbot: QtBot, field: WholeField | NumberField, text: str
) -> None:
    before = field.value()
    with qtbot.assertNotEmitted(field.edited), qtbot.waitSignal(field.refused):
        enter(field, text)
    assert field.value() == before


@pytest.mark.parametrize("text", ["2/3", "pi", "1e12", "65", "8*9"])
def test_a_whole_number_is_refused_with_its_limits(qtbot: QtBot, text: str) -> None:
    field = WholeField("Stride", 1, 64, "Cells")
    qtbot.addWidget(field)
    field.show()
    with qtbot.assertNotEmitted(field.edited), qtbot.waitSignal(field.refused) as refused:
        enter(field, text)
    assert refused.args[0].startswith("Stride is a whole number from 1 to 64, so ")
    assert field.value() == 1


def test_every_field_tells_in_its_tip_that_it_takes_a_sum(field: WholeField | NumberField) -> None:
    assert field.toolTip().endswith("or a sum such as 2*3")


def test_no_view_makes_another_kind_of_number_field() -> None:
    views = Path(controls.__file__).parents[1]
    made = [path.name for path in views.rglob("*.py") if re.search(r"Q(Double)?SpinBox\(", path.read_text("utf-8"))]
    assert made == []


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_a_menu_opens_under_the_mouse_and_for_a_key_on_the_current_item(
    qtbot: QtBot, reason: QContextMenuEvent.Reason
) -> None:
    view = QTableWidget(4, 4)
    qtbot.addWidget(view)
    view.setCurrentCell(1, 0)
    under = view.viewport().mapToGlobal(QPoint(3, 3))
    place = menu_place(view, QContextMenuEvent(reason, QPoint(3, 3), under))
    cell = view.visualRect(view.currentIndex())
    assert cell.contains(view.viewport().mapFromGlobal(place)) == (reason == QContextMenuEvent.Reason.Keyboard)


def test_no_entry_of_a_closed_list_has_the_focus_for_screen_readers(qtbot):
    choice = Choice("Padding", ["valid", "same"], "")
    qtbot.addWidget(choice)
    choice.show_index(1)
    entries = QAccessible.queryAccessibleInterface(choice.view())
    assert [entries.child(row).state().focused for row in range(entries.childCount())] == [False, False]


def test_an_open_list_begins_at_the_entry_on_show(qtbot):
    choice = Choice("Padding", ["valid", "same"], "")
    qtbot.addWidget(choice)
    choice.show()
    choice.show_index(1)
    choice.showPopup()
    assert choice.view().currentIndex().row() == 1


def test_an_entry_is_chosen_by_arrow_and_enter(qtbot):
    choice, chosen = Choice("Padding", ["valid", "same", "full"], ""), []
    qtbot.addWidget(choice)
    choice.chosen.connect(chosen.append)
    choice.show()
    choice.show_index(1)
    QTest.keyClick(choice, Qt.Key.Key_Down)
    QTest.keyClick(choice.view(), Qt.Key.Key_Return)
    assert (chosen, choice.currentText()) == ([2], "full")


@pytest.mark.parametrize("make", [*FIELDS.values(), TextField])
def test_a_field_leaves_ctrl_e_to_the_command_of_that_key(qtbot, make):
    field = make()
    qtbot.addWidget(field)
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    asked.accept()
    QApplication.sendEvent(field, asked)
    assert not asked.isAccepted()
