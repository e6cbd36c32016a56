"""Settings from another version, another screen or a bad disk: the nearest state that there is, and one sentence."""

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.files.settings import settings_path
from convstudio.views.parts.style import apply_zoom
from convstudio.wiring.settings import interface_zoom
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, qapp: QApplication):
    """Return where the settings stand; every zoom fits the screen, and the usual one is left to other tests."""
    monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: QSize(4000, 3000))
    place = settings_path(os.environ)
    place.parent.mkdir(parents=True, exist_ok=True)
    yield place
    apply_zoom(qapp, 100)


def write(path: Path, **settings: object) -> None:
    path.write_text(json.dumps(settings))


def message_at_start(qtbot: QtBot) -> str:
    said: list[str] = []
    assert tell(qtbot, lambda desk: said.append(desk.message())) == 0
    return said[0]


@pytest.mark.parametrize(("asked", "nearest"), [(900, 200), (10, 75), (-5, 75)])
def test_a_zoom_beyond_the_limits_becomes_the_nearest(
    qtbot: QtBot, inside: Inside, path: Path, asked: int, nearest: int
) -> None:
    write(path, zoom=asked)

    def story(desk: Desk) -> None:
        assert inside.studio.zoom.percent == nearest
        assert f"a zoom of {asked} %, so it is {nearest} %" in desk.message()

    assert tell(qtbot, story) == 0


def test_a_zoom_too_large_for_the_screen_is_lowered_at_the_start(
    qtbot: QtBot, inside: Inside, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: QSize(900, 600))
    write(path, zoom=200)

    def story(desk: Desk) -> None:
        assert inside.studio.zoom.percent < 200
        assert "At 200 % the window does not fit this screen" in desk.message()

    assert tell(qtbot, story) == 0


def test_one_broken_setting_costs_no_other_one(qtbot: QtBot, inside: Inside, path: Path) -> None:
    write(path, theme="pink", dialect="pytorch", recent_files=["/a.png"])

    def story(desk: Desk) -> None:
        assert inside.studio.preferences.settings.data_format == "pytorch"
        assert inside.studio.preferences.settings.recent_files == ("/a.png",)
        assert desk.message() == (
            "Settings that could not be read are the usual ones: theme. "
            "The file as it was is settings.json.broken in the same folder."
        )

    assert tell(qtbot, story) == 0
    assert "pink" in path.with_name("settings.json.broken").read_text()


def test_a_damaged_file_is_put_aside_in_a_sentence(qtbot: QtBot, path: Path) -> None:
    path.write_bytes(b'{"theme": "dark", "zo')
    assert message_at_start(qtbot).startswith("The settings could not be read, so the usual ones are in use.")


def test_settings_of_a_newer_version_are_used_without_a_word(qtbot: QtBot, inside: Inside, path: Path) -> None:
    write(path, theme="dark", holograms=True)

    def story(desk: Desk) -> None:
        assert (inside.studio.preferences.settings.theme, desk.message()) == ("dark", "")

    assert tell(qtbot, story) == 0


def test_a_window_on_a_screen_that_is_gone_comes_back_to_this_one(qtbot: QtBot, path: Path) -> None:
    far = QWidget()
    qtbot.addWidget(far)
    far.setGeometry(5000, 4000, 700, 500)
    write(path, geometry=bytes(far.saveGeometry().toBase64().data()).decode())

    def story(desk: Desk) -> None:
        assert desk.window.screen().geometry().contains(desk.window.frameGeometry().topLeft())
        assert desk.message() == "The screen that the window was on is not there now, so it is on this one."

    assert tell(qtbot, story) == 0


def test_a_window_on_this_screen_comes_back_without_a_word(qtbot: QtBot, path: Path) -> None:
    tell(qtbot, lambda _desk: None)
    assert message_at_start(qtbot) == ""


def test_a_layout_that_does_not_exist_any_more_is_the_usual_one(qtbot: QtBot, path: Path) -> None:
    write(path, geometry="bm9uc2Vuc2U=", splitters={"panes": "bm9uc2Vuc2U=", "rows": "bm9uc2Vuc2U="})
    assert message_at_start(qtbot) == (
        "The size of the window could not be read, so it is the usual one. "
        "The sizes of the panes could not be read, so they are the usual ones."
    )
