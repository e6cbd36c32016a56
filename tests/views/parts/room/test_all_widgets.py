"""Lists of widgets are asked for while no garbage is collected, and garbage is collected again afterwards."""

import gc

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.room.all_widgets import all_widgets, collecting_nothing, windows


def test_all_widgets_and_all_windows_are_listed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    part = QWidget(window)
    assert {window, part} <= set(all_widgets())
    assert window in windows()
    assert part not in windows()


@pytest.mark.parametrize("ask", [all_widgets, windows])
@pytest.mark.parametrize("name", ["allWidgets", "topLevelWidgets"])
def test_no_garbage_is_collected_while_qt_is_asked(monkeypatch: pytest.MonkeyPatch, ask, name: str) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(QApplication, name, staticmethod(lambda: seen.append(gc.isenabled()) or []))
    ask()
    assert True not in seen
    assert gc.isenabled()


def test_garbage_that_is_not_collected_before_is_not_collected_afterwards() -> None:
    gc.disable()
    try:
        with collecting_nothing():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
