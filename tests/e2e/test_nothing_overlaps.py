"""Nothing is painted over something else, at any size that the window allows."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Answers, Inside
from tests.e2e.driver import REFERENCE, Desk, case, tell
from tests.e2e.geometry import faults


def several(desk: Desk) -> None:
    desk.enter("Filters", "4")


def large(desk: Desk) -> None:
    desk.enter("Kernel rows", "7")
    desk.enter("Kernel columns", "7")


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
