"""Every panel at its least size: nothing is cut, nothing covers another part, and what is over scrolls."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.wiring.learning.entries import ENTRIES
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell
from tests.e2e.geometry import faults

SIZES = (QSize(10, 10), QSize(444, 560), QSize(794, 528), QSize(980, 620), QSize(10, 640))
"""The least, one that is docked on the reference screen, two that float, and one that is made narrow again."""
WIDEST_LEAST = 400
"""How wide a panel may be that is docked on the reference screen."""
TITLE_BAR = "QAbstractButton"


def settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def found_in(dock: SidePanel) -> list[str]:
    dock.setFloating(True)
    found = []
    for size in SIZES:
        dock.resize(size)
        settle()
        if size.width() == SIZES[0].width() and dock.width() > WIDEST_LEAST:
            found.append(f"{dock.width()} pixels wide at the least")
        found += [f"{dock.size().toTuple()}: {one}" for one in faults(dock) if not one.startswith(TITLE_BAR)]
    return found


@pytest.mark.parametrize(
    "sample",
    [
        "sample:tutorial-sequence",
        pytest.param("sample:tutorial-lines", marks=pytest.mark.every),
        pytest.param("example:digits", marks=pytest.mark.every),
    ],
)
def test_no_panel_cuts_or_covers_a_part_of_itself(qtbot: QtBot, inside: Inside, sample: str) -> None:
    wrong: dict[str, list[str]] = {}

    def story(desk: Desk) -> None:
        desk.wait(lambda: not inside.studio.display.is_computing)
        for made, titles in (
            (inside.studio.learn, [*inside.studio.learn.lessons]),
            (inside.studio.learning, [entry.title for entry in ENTRIES]),
        ):
            for title in titles:
                made.open(title)
                settle()
                dock = made.dock_of(title)
                wrong[title] = found_in(dock)
                dock.close()

    assert tell(qtbot, story, sample) == 0
    assert {title: one for title, one in wrong.items() if one} == {}
