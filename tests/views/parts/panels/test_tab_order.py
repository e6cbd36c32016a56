"""Tab goes through a panel as it is read."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.panels.tab_order import set_reading_order, tab_stops


@pytest.fixture
def panel(qtbot: QtBot) -> QWidget:
    """A panel whose tools, made last, stand above its stage."""
    panel, stage = QWidget(), QScrollArea()
    qtbot.addWidget(panel)
    stage.setWidget(named(QLineEdit(), "stage"))
    stage.setFocusPolicy(QWidget().focusPolicy())
    column, tools = QVBoxLayout(panel), QHBoxLayout()
    column.addLayout(tools)
    column.addWidget(stage)
    for part in (named(QSpinBox(), "first"), named(QPushButton(), "second")):
        tools.addWidget(part)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


def named(part: QWidget, name: str) -> QWidget:
    part.setAccessibleName(name)
    return part


def test_stops_are_listed_as_they_are_laid_out(panel: QWidget) -> None:
    assert [one.accessibleName() for one in tab_stops(panel)] == ["first", "second", "stage"]


def test_tab_goes_through_them_in_that_order(panel: QWidget) -> None:
    set_reading_order(panel)
    next(tab_stops(panel)).setFocus()
    gone = []
    for _ in range(4):
        gone.append(panel.focusWidget().accessibleName())
        panel.focusNextChild()
    assert gone == ["first", "second", "stage", "first"]
