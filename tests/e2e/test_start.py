"""What a new user sees first, what the start leaves for later, and that the end leaves nothing."""

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.app import Studio
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

_LATER = (
    "pyqtgraph",
    "PIL",
    "convstudio.views.lenses.xray",
    "convstudio.views.window.pages.help_window",
    "convstudio.files.code.to_keras",
    "convstudio.files.exports.contact_sheet",
    "convstudio.files.exports.writing",
    "convstudio.files.formats",
    "convstudio.files.inputs",
    "convstudio.files.kernels.reading",
    "convstudio.files.presets.documents",
    "convstudio.files.weights",
    "convstudio.files.exports.numbers",
    "convstudio.files.pictures.folder",
    "convstudio.files.pictures.opening",
    "convstudio.model.panes.exports",
    "convstudio.model.panes.weights.weights_list",
    "convstudio.model.readings.inputs",
    "convstudio.model.readings.tables",
    "convstudio.model.readings.table_layout",
    "convstudio.model.readings.table_readings",
    "convstudio.model.readings.weights",
    "convstudio.views.parts.export_dialog",
    "convstudio.views.window.picture_dock",
    "convstudio.views.window.weights_dialog",
    "convstudio.wiring.export_questions",
)


def test_the_first_input_fits_its_pane_without_scroll_bars(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        grid = inside.studio.input_pane.page.grid
        for height in range(680, 800, 10):
            desk.window.resize(1340, height)
            QApplication.processEvents()
            assert [bar.maximum() for bar in (grid.horizontalScrollBar(), grid.verticalScrollBar())] == [0, 0]

    assert tell(qtbot, story) == 0


def test_the_start_imports_nothing_that_it_does_not_show() -> None:
    program = f"import sys, convstudio.app; print([name for name in {_LATER!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_closed_program_leaves_nothing_of_itself_in_memory(qtbot: QtBot) -> None:
    """A connection to a lambda or a `partial` holds all that these name, and no collector of Python's sees it."""
    programs: list[weakref.ref[Studio]] = []

    def story(desk: Desk) -> None:
        programs.extend(weakref.ref(one) for one in gc.get_objects() if type(one) is Studio)
        for lens in desk.window.menus.learn_menu.actions():
            lens.trigger()
        desk.wait_for_files()
        desk.undo()

    tell(qtbot, story)
    gc.collect()
    assert [one() for one in programs] == [None]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such desktops")
def test_a_wayland_desktop_that_is_gone_is_an_error_in_one_line(tmp_path: Path) -> None:
    left = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    environment = {**left, "WAYLAND_DISPLAY": "wayland-99", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "convstudio"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("convstudio: error: the display “wayland-99” does not answer")
    assert done.stderr.count("\n") == 1
