"""Each entry of the menus asks for its command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from convstudio.model.library.examples import EXAMPLES
from convstudio.views.window.menus import MainMenus


@pytest.fixture
def menus(qtbot: QtBot) -> Iterator[MainMenus]:
    layer, stack = QMenu("&Layer"), QUndoStack()
    bar = MainMenus(layer, stack)
    qtbot.addWidget(bar)
    yield bar
    del layer, stack


def entry(menus: MainMenus, text: str) -> QAction:
    """Return the one entry of all menus with that text."""
    actions = [action for menu in menus.findChildren(QMenu) for action in menu.actions()]
    (found,) = {id(action): action for action in actions if action.text().replace("&", "") == text}.values()
    return found


@pytest.mark.parametrize(
    ("text", "signal"), [("New", "new_asked"), ("Open…", "open_asked"), ("Save", "save_asked"), ("Quit", "quit_asked")]
)
def test_a_command_is_asked_for(menus: MainMenus, qtbot: QtBot, text: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(menus, signal)):
        entry(menus, text).trigger()


def test_an_example_is_asked_for_by_its_id(menus: MainMenus, qtbot: QtBot) -> None:
    with qtbot.waitSignal(menus.example_asked) as asked:
        entry(menus, EXAMPLES[-1].title).trigger()
    assert asked.args == [EXAMPLES[-1].id]


def test_an_ampersand_in_the_name_of_a_recent_file_is_shown(menus: MainMenus, qtbot: QtBot) -> None:
    menus.show_recent(["/home/me/R&D.npy"])
    (recent,) = (menu for menu in menus.findChildren(QMenu) if menu.title() == "Open recen&t")
    assert [action.text() for action in recent.actions()] == ["/home/me/R&&D.npy"]
    with qtbot.waitSignal(menus.recent_asked) as asked:
        recent.actions()[0].trigger()
    assert asked.args == ["/home/me/R&D.npy"]


def test_without_recent_files_their_menu_is_grey(menus: MainMenus) -> None:
    menus.show_recent([])
    assert not entry(menus, "Open recent").isEnabled()


def test_only_the_scheme_in_use_is_ticked(menus: MainMenus) -> None:
    menus.show_scheme("dark")
    assert [action.data() for action in menus._schemes.actions() if action.isChecked()] == ["dark"]


def test_reading_otherwise_is_offered_where_it_is_possible(menus: MainMenus) -> None:
    menus.show_otherwise(False, can_be_framed=False)
    assert not entry(menus, "Read input otherwise…").isEnabled()
    menus.show_otherwise(True, can_be_framed=False)
    assert entry(menus, "Read input otherwise…").isEnabled()


def test_a_lens_is_asked_for_by_its_title(menus: MainMenus, qtbot: QtBot) -> None:
    menus.offer_lenses({"Shift lab": "Move the input."})
    with qtbot.waitSignal(menus.lens_asked) as asked:
        entry(menus, "Shift lab").trigger()
    assert asked.args == ["Shift lab"]


def test_a_panel_for_training_is_asked_for_by_its_title(menus: MainMenus, qtbot: QtBot) -> None:
    menus.offer_training({"Data": "Choose samples."})
    with qtbot.waitSignal(menus.training_asked) as asked:
        entry(menus, "Data…").trigger()
    assert asked.args == ["Data"]


def test_the_menu_train_is_there_once_it_has_an_entry(menus: MainMenus) -> None:
    assert not menus.train_menu.menuAction().isVisible()
    menus.offer_training({"Data": "Choose samples."})
    assert menus.train_menu.menuAction().isVisible()
