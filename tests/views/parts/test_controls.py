"""Number fields: the mouse wheel changes one only while it is in use."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import NumberField, WholeField

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
