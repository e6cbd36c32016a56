"""Nothing is painted over something else, at any size that the window allows."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.edits.intent import Intent
from convstudio.model.trace.stepping import select_layer
from tests.e2e.answers import Answers, Inside
from tests.e2e.driver import REFERENCE, Desk, case, tell
from tests.e2e.geometry import faults


def several(desk: Desk) -> None:
    desk.enter("Filters", "4")


def large(desk: Desk) -> None:
    desk.enter("Kernel rows", "7")
    desk.enter("Kernel columns", "7")


LOW_SCREEN = (960, 540)
"""A screen of 1920×1080 at 200 %."""
LEAST_TITLE = 10
CASES: dict[str, tuple[str, Callable[[Desk], object]]] = {
    "one kernel": ("sample:tutorial-lines", lambda desk: None),
    "a colour picture": ("sample:astronaut", lambda desk: None),
    "several filters": ("sample:tutorial-lines", several),
    "a large kernel": ("sample:tutorial-lines", large),
    "explicit padding": ("sample:tutorial-lines", lambda desk: desk.choose("Padding", "explicit…")),
    "a true convolution": ("sample:tutorial-lines", lambda desk: desk.choose("Operation", "true convolution")),
    "a sequence": ("sample:tutorial-sequence", lambda desk: None),
}


def test_parts_of_the_window_do_not_overlap(qtbot: QtBot, inside: Inside, answers: Answers) -> None:
    answers.unsaved = "discard"

    def story(desk: Desk) -> None:
        for name, (sample, prepare) in CASES.items():
            with case(name):
                desk.window.resize(*REFERENCE)
                inside.studio.window.menus.new_asked.emit()
                inside.studio.workspace.open(sample)
                desk.wait_for_files()
                desk.activate()
                prepare(desk)
                look(desk)

    def look(desk: Desk) -> None:
        found = {}
        for gallery in (False, True):
            inside.studio.gallery_pane.setVisible(gallery)
            for size in ((1366, 768), (1024, 640), (10, 10)):
                desk.window.resize(*size)
                for _ in range(5):
                    QApplication.processEvents()
                found[gallery, size] = list(faults(desk.window.centralWidget()))
        assert not any(found.values()), found

    assert tell(qtbot, story) == 0


def test_a_low_screen_has_room_for_the_whole_window(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        inside.studio.changes.take(Intent(move=lambda document, view: select_layer(document, view, 0)))
        desk.wait(lambda: not inside.studio.gallery_pane.isHidden())
        desk.window.resize(LOW_SCREEN[0], 10)
        for _ in range(5):
            QApplication.processEvents()
        assert desk.window.height() <= LOW_SCREEN[1] - LEAST_TITLE

    assert tell(qtbot, story, "example:digits") == 0
