"""Edit, Settings: a choice is in force at once and kept; all are reset with a copy of them beside the file."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from convstudio.files.problems import WriteProblem
from convstudio.files.settings import Settings, load_settings, save_settings, settings_path
from convstudio.views.parts.room.all_widgets import windows
from convstudio.views.parts.style import apply_zoom
from convstudio.views.parts.theme import DARK, tokens_of
from convstudio.views.window.pages.keys_window import KeysWindow
from convstudio.views.window.pages.settings_window import SettingsWindow
from convstudio.wiring.settings import interface_zoom
from convstudio.wiring.settings.preferences import Preferences
from tests.e2e.answers import Answers, Inside
from tests.e2e.driver import Desk, tell


@pytest.fixture(autouse=True)
def _large_screen(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Let every zoom fit, and leave the usual one to other tests."""
    monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: QSize(4000, 3000))
    yield
    apply_zoom(qapp, 100)


def page_of(desk: Desk) -> SettingsWindow:
    desk.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    return desk.window.findChild(SettingsWindow)


def choose(page: SettingsWindow, name: str, entry: str) -> None:
    choice = next(one for one in page.findChildren(QComboBox) if one.accessibleName() == name)
    row = choice.findText(entry, Qt.MatchFlag.MatchStartsWith)
    choice.setCurrentIndex(row)
    choice.activated.emit(row)


def press(page: SettingsWindow, name: str) -> None:
    next(one for one in page.findChildren(QAbstractButton) if one.accessibleName() == name).click()


def kept() -> Settings:
    return load_settings(settings_path(os.environ))


def test_every_choice_is_in_force_at_once_and_kept(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        page = page_of(desk)
        choose(page, "Colours", "Dark")
        choose(page, "Zoom", "125 %")
        choose(page, "Shapes as in", "PyTorch")
        desk.wait(lambda: tokens_of(desk.window.palette()) is DARK)
        assert (inside.studio.zoom.percent, inside.studio.session.view.data_format) == (125, "pytorch")
        assert (kept().theme, kept().zoom, kept().data_format) == ("dark", 125, "pytorch")

    assert tell(qtbot, story) == 0


def test_the_window_follows_what_the_menus_change(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        page = page_of(desk)
        desk.activate()
        desk.key(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        assert page.zoom.currentText() == "110 %"

    assert tell(qtbot, story) == 0


def test_the_page_of_keys_is_one_click_away(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        press(page_of(desk), "Keys…")
        assert any(isinstance(one, KeysWindow) and one.isVisible() for one in windows())

    assert tell(qtbot, story) == 0


def test_presets_move_to_a_folder_that_was_chosen_and_back(
    qtbot: QtBot, inside: Inside, answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    monkeypatch.setattr("convstudio.views.parts.dialogs.ask_folder", lambda *_asked: str(tmp_path))

    def story(desk: Desk) -> None:
        page = page_of(desk)
        usual = page.presets.text()
        press(page, "Choose…")
        assert (page.presets.text(), kept().presets_folder) == (str(tmp_path), str(tmp_path))
        press(page, "Usual folder")
        assert (page.presets.text(), kept().presets_folder) == (usual, "")

    assert tell(qtbot, story) == 0


def test_all_settings_are_reset_and_a_copy_of_them_is_kept(qtbot: QtBot, inside: Inside) -> None:
    before = Settings(theme="dark", zoom=150, data_format="pytorch", keys={"File › Save": ("Ctrl+K",)}, starred=("a",))
    save_settings(settings_path(os.environ), before)

    def story(desk: Desk) -> None:
        page = page_of(desk)
        press(page, "Reset all")
        now = kept()
        assert (now.theme, now.zoom, now.data_format, now.keys, now.starred) == ("system", 100, "keras", {}, ("a",))
        (copy,) = settings_path(os.environ).parent.glob("settings-*.json")
        held = load_settings(copy)
        assert (held.theme, held.zoom, held.data_format, held.keys) == ("dark", 150, "pytorch", before.keys)
        assert str(copy) in page.note.text()

    assert tell(qtbot, story) == 0


def test_without_a_copy_nothing_is_reset(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_preferences: Preferences) -> None:
        raise WriteProblem("The disk is full.")

    monkeypatch.setattr(Preferences, "copy", refuse)
    save_settings(settings_path(os.environ), Settings(theme="dark"))

    def story(desk: Desk) -> None:
        page = page_of(desk)
        press(page, "Reset all")
        assert page.note.text() == ("The settings were not reset, because no copy could be kept. The disk is full.")
        assert kept().theme == "dark"

    assert tell(qtbot, story) == 0


def test_every_control_has_a_name_a_tooltip_and_is_reached_by_tab(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        page = page_of(desk)
        controls = [*page.findChildren(QComboBox), *page.findChildren(QAbstractButton)]
        assert all(one.accessibleName() and one.toolTip() for one in controls)
        assert all(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in controls)
        assert all(label.textFormat() == Qt.TextFormat.PlainText or not label.text() for label in
                   page.findChildren(QLabel) if label.metaObject().className() == "PlainLabel")  # fmt: skip

    assert tell(qtbot, story) == 0
