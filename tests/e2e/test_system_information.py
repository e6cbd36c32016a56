"""What the program runs on is shown, and stands in the report of a fault, with the network it happened with."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from convstudio import __version__, app
from convstudio.files.faults import write_fault_report
from convstudio.ops.native.engine import found
from convstudio.views.window.pages.text_window import TextWindow
from tests.e2e.answers import Inside, menu_action
from tests.e2e.driver import Desk, tell


def test_it_is_shown_and_copied(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        menu_action(desk, "Help", "System information").trigger()
        (shown,) = desk.window.findChildren(TextWindow)
        lines = dict(line.split(None, 1) for line in shown.field.toPlainText().splitlines())
        assert lines["ConvStudio"] == __version__
        assert lines["Engine"] == found().told
        assert lines["PySide6-Essentials"] != "not installed"
        assert {"Python", "Qt", "numpy", "Settings", "Recovery"} <= set(lines)
        assert lines["Interface"] == "100% of the designed size, text of 9.75 points"
        assert "dots per inch" in lines["Screen"]
        next(one for one in shown.findChildren(QPushButton) if "Copy" in one.text()).click()
        assert QGuiApplication.clipboard().text() == shown.field.toPlainText()

    assert tell(qtbot, story) == 0


def test_a_report_of_a_fault_names_the_network_the_project_and_the_system(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app, "write_fault_report", lambda _folder, text: write_fault_report(tmp_path, text))

    def story(desk: Desk) -> None:
        desk.enter("Stride rows", "2")
        fault = ZeroDivisionError("a test")
        inside.studio.report_fault(type(fault), fault, None)
        assert "internal error (ZeroDivisionError)" in desk.message()
        (report,) = tmp_path.glob("fault-*.txt")
        text = report.read_text(encoding="utf-8")
        assert all(
            part in text
            for part in (
                "a test",
                "Conv 3×3 · 1 filter",
                "two-pixel line",
                "Unsaved changes: yes",
                "Selected: layer 1",
                "Python",
            )
        )

    assert tell(qtbot, story) == 0
