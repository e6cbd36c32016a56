"""What a new user sees first, and what the start leaves for later."""

import subprocess
import sys

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

_LATER = (
    "pyqtgraph",
    "PIL",
    "convstudio.views.lenses.xray",
    "convstudio.views.window.help_window",
    "convstudio.files.code.to_keras",
    "convstudio.files.exports.contact_sheet",
    "convstudio.files.exports.numbers",
    "convstudio.files.pictures.opening",
    "convstudio.model.panes.exports",
    "convstudio.model.readings.tables",
    "convstudio.model.readings.table_layout",
    "convstudio.model.readings.table_readings",
    "convstudio.model.readings.weights",
    "convstudio.views.parts.export_dialog",
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
