"""Help, Keys: the page lists the keys that the running window has."""

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from convstudio.files.settings import Settings, save_settings, settings_path
from convstudio.views.parts.keys import declared_keys
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.window.pages.key_list import commands_of
from convstudio.views.window.pages.keys_window import KeysWindow
from convstudio.views.window.pages.palette import menu_entries
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

Rows = list[tuple[str, str, str]]


def page_of(desk: Desk) -> Rows:
    """Open the page with F1, and read it as a screen reader does, row by row."""
    desk.key(Qt.Key.Key_F1)
    page = next(one for one in windows() if one.windowTitle().startswith("Keys"))
    model = page.findChild(QTableView).model()
    rows = [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]
    page.close()
    return rows


def test_every_key_of_every_command_stands_on_the_page_and_no_other(qtbot: QtBot) -> None:
    found: dict[str, set[str]] = {}

    def story(desk: Desk) -> None:
        rows = page_of(desk)
        declared = {(use.where, use.does, use.keys) for uses in declared_keys().values() for use in uses}
        found["page"] = {key for *_, keys in set(rows) - declared for key in keys.split(", ") if key}
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


def keys_page() -> KeysWindow:
    return next(one for one in windows() if isinstance(one, KeysWindow))


def give(desk: Desk, inside: Inside, command: str, keys: str) -> KeysWindow:
    """Choose a command on the page of keys and press a key for it."""
    inside.studio.keys.show()
    page = keys_page()
    page.field.setText("")
    rows = [(row[0], row[1]) for row in page.table.rows]
    page.table.selectRow(next(place for place, row in enumerate(rows) if " › ".join(row) == command))
    page.edit.setKeySequence(QKeySequence(keys))
    return page


def test_a_command_takes_another_key_at_once_and_keeps_it(qtbot: QtBot, inside: Inside) -> None:
    def change(desk: Desk) -> None:
        give(desk, inside, "Edit › Undo", "Ctrl+U").set_button.click()
        keys_page().close()
        desk.activate()
        desk.enter("Stride rows", "2")
        desk.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
        assert inside.document.layers[0].stride == (1, 1)
        assert ("Edit", "Undo", "Ctrl+U") in page_of(desk)

    def look(desk: Desk) -> None:
        assert ("Edit", "Undo", "Ctrl+U") in page_of(desk)

    assert (tell(qtbot, change), tell(qtbot, look)) == (0, 0)


def test_a_key_of_another_command_is_named_at_once_and_taken_on_request(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        page = give(desk, inside, "Edit › Undo", "Ctrl+S")
        assert page.note.text() == "Ctrl+S is the key of “File › Save”. Set or add it to take it from there."
        page.add_button.click()
        rows = page_of(desk)
        assert ("Edit", "Undo", "Ctrl+Z, Ctrl+S") in rows
        assert ("File", "Save", "") in rows

    assert tell(qtbot, story) == 0


def test_one_key_and_all_keys_go_back_to_what_they_were(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = page_of(desk)
        give(desk, inside, "Edit › Undo", "Ctrl+S").set_button.click()
        keys_page().reset_button.click()
        assert ("Edit", "Undo", "Ctrl+Z") in page_of(desk)
        give(desk, inside, "Buttons › Brush", "F8").set_button.click()
        keys_page().reset_all_button.click()
        assert page_of(desk) == before

    assert tell(qtbot, story) == 0


def test_the_list_of_commands_shows_the_new_key(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        give(desk, inside, "File › Save", "Ctrl+K").set_button.click()
        assert [entry.keys for entry in menu_entries(desk.window) if entry.name == "Save"] == ["Ctrl+K"]

    assert tell(qtbot, story) == 0


def test_a_letter_alone_is_refused_as_a_key(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        page = give(desk, inside, "Edit › Undo", "U")
        assert "for typing" in page.note.text()
        assert not page.set_button.isEnabled()

    assert tell(qtbot, story) == 0


def test_a_key_of_a_list_or_a_table_stays_where_it_is(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        page = give(desk, inside, "Edit › Undo", "Ctrl+D")
        assert page.note.text() == "Ctrl+D belongs to “Layer › Filter bank › Duplicate”. Press another key."
        assert not page.set_button.isEnabled()

    assert tell(qtbot, story) == 0


def test_the_tooltip_of_a_button_names_its_new_key(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        give(desk, inside, "Buttons › Brush", "F8").set_button.click()
        assert inside.studio.input_pane.tools.brush_button.toolTip() == "Paint with the mouse (F8)"

    assert tell(qtbot, story) == 0


def test_two_commands_with_one_key_in_the_settings_are_told_apart_in_a_sentence(qtbot: QtBot, inside: Inside) -> None:
    path = settings_path(os.environ)
    save_settings(path, Settings(keys={"File › Save": ("Ctrl+K",), "Edit › Undo": ("Ctrl+K",), "No › such": ("F9",)}))

    def story(desk: Desk) -> None:
        assert desk.message() == "Ctrl+K was the key of two commands. It is the key of “File › Save” now."
        rows = page_of(desk)
        assert {("File", "Save", "Ctrl+K"), ("Edit", "Undo", "")} <= set(rows)

    assert tell(qtbot, story) == 0


def test_every_command_has_a_name_of_its_own(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        paths = [command.path for command in commands_of(desk.window)]
        assert [path for path in paths if paths.count(path) > 1] == []

    assert tell(qtbot, story) == 0
