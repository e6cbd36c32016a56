"""Nothing is painted over something else, at any size that the window allows."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


def overlaps(widget: QWidget) -> list[str]:
    """Name the visible children of a widget that share pixels, or reach past it; those inside them, too."""
    children = [
        child
        for child in widget.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow() and not is_laid_by_itself(child)
    ]
    found = []
    for place, child in enumerate(children):
        for other in children[place + 1 :]:
            if child.geometry().intersects(other.geometry()) and not is_meant(child, other):
                found.append(f"{name(child)} {child.geometry()} and {name(other)} {other.geometry()}")
        found += overlaps(child)
    return found


def is_laid_by_itself(widget: QWidget) -> bool:
    """Say whether a part belongs to a scroll area or a field, which lay out their own parts one over another."""
    kinds = ("QAbstractScrollArea", "QAbstractSpinBox", "QComboBox")
    return any(widget.parentWidget().inherits(kind) for kind in kinds) or widget.inherits("QSplitterHandle")


def is_meant(widget: QWidget, other: QWidget) -> bool:
    """Say whether one of two parts is see-through: the map's table is over its picture, and the bar over its room."""
    kinds = {type(widget).__name__, type(other).__name__}
    return kinds == {"MapTable", "MapPicture"} or "ColourBar" in kinds


def name(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{widget.accessibleName()}”"


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


@pytest.mark.parametrize(("sample", "prepare"), CASES.values(), ids=CASES)
def test_parts_of_the_window_do_not_overlap(
    qtbot: QtBot, inside: Inside, sample: str, prepare: Callable[[Desk], object]
) -> None:
    def story(desk: Desk) -> None:
        prepare(desk)
        found = {}
        for gallery in (False, True):
            inside.studio.gallery_pane.setVisible(gallery)
            for size in ((1366, 768), (1024, 640), (10, 10)):
                desk.window.resize(*size)
                for _ in range(5):
                    QApplication.processEvents()
                found[gallery, size] = overlaps(desk.window.centralWidget())
        assert not any(found.values()), found

    assert tell(qtbot, story, sample) == 0
