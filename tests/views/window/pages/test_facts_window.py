"""A page of Help is a table that a screen reader reads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.views.window.pages.facts_window import FactsWindow


@pytest.fixture
def page(qtbot: QtBot) -> FactsWindow:
    made = FactsWindow("Keys", ("Where", "Keys"), [("Edit", "Ctrl+Z"), ("File", "Ctrl+S")])
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the fixture closes it once more
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_page_shows_its_rows_and_begins_with_the_first(page: FactsWindow) -> None:
    assert (page.table.rows[1], page.table.currentIndex().row()) == (("File", "Ctrl+S"), 0)


def test_the_table_has_the_name_of_the_page(page: FactsWindow) -> None:
    assert page.table.accessibleName() == "Keys"


def test_a_long_text_is_wrapped_and_not_cut(qtbot: QtBot) -> None:
    long = FactsWindow("Keys", ("Where", "Keys"), [("Edit", "words " * 60), ("File", "Ctrl+S")])
    long.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(long)
    long.resize(500, 300)
    long.show()
    width = long.table.columnWidth(1) - 8
    flags = Qt.TextFlag.TextWordWrap
    needed = long.table.fontMetrics().boundingRect(0, 0, width, 10_000, flags, "words " * 60).height()
    qtbot.waitUntil(lambda: long.table.rowHeight(0) >= needed)
    assert long.table.rowHeight(1) < long.table.rowHeight(0) / 2


def test_escape_closes_a_page(qtbot: QtBot, page: FactsWindow) -> None:
    with qtbot.waitSignal(page.finished):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
