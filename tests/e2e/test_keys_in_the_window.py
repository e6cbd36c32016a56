"""Help, Keys: the page lists the keys that the running window has."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from convstudio.views.parts.keys import declared_keys
from tests.e2e.driver import Desk, tell

Rows = list[tuple[str, str, str]]


def page_of(desk: Desk) -> Rows:
    """Open the page with F1, and read it as a screen reader does, row by row."""
    desk.key(Qt.Key.Key_F1)
    page = next(one for one in QApplication.topLevelWidgets() if one.windowTitle().startswith("Keys"))
    model = page.findChild(QTableView).model()
    rows = [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]
    page.close()
    return rows


def test_every_key_of_every_command_stands_on_the_page_and_no_other(qtbot: QtBot) -> None:
    found: dict[str, set[str]] = {}

    def story(desk: Desk) -> None:
        rows = page_of(desk)
        declared = {(use.where, use.does, use.keys) for uses in declared_keys().values() for use in uses}
        found["page"] = {key for *_, keys in set(rows) - declared for key in keys.split(", ")}
        actions = desk.window.findChildren(QAction)
        native = QKeySequence.SequenceFormat.NativeText
        found["window"] = {keys.toString(native) for action in actions for keys in action.shortcuts()}
        found["menus"] = {action.text().partition("\t")[2] for action in actions} - {""}
        found["declared"] = {keys for *_, keys in declared} - {keys for *_, keys in rows}

    assert tell(qtbot, story) == 0
    assert found["page"] == found["window"] | found["menus"] | {"Ctrl+B"}
    assert found["declared"] == set()


def test_undo_stands_on_the_page_without_the_step_that_it_would_undo(qtbot: QtBot) -> None:
    rows: Rows = []

    def story(desk: Desk) -> None:
        desk.enter("Stride rows", "2")
        rows.extend(page_of(desk))

    assert tell(qtbot, story) == 0
    assert ("Edit", "Undo", "Ctrl+Z") in rows
