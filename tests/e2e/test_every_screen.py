"""Every example on every screen: nothing is cut or painted over, and every core control is at hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.edits import layer_settings
from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.trace.stepping import select_layer
from tests.e2e.answers import Answers, Inside
from tests.e2e.driver import Desk, tell, wait_for_files
from tests.e2e.geometry import faults, scroll_bars

FRAME = 32
"""What a window's title takes of the height of a screen."""
LOW = (960, 540)
"""A screen of 1920×1080 at 200 %: less than the window is made for, and nothing is cut there either."""
SCREENS = (LOW, (1024, 640), (1093, 614), (1366, 768), (1920, 1080), (2560, 1440))
REFERENCE = (1366, 768)
OTHERS = tuple(screen for screen in SCREENS if screen not in (LOW, REFERENCE))
EVERY_LAYER = ("Step forward", "Step back", "Play", "First position", "Last position", "Calculation", "Input")
CONVOLUTION = (
    *("Detector", "Kernel", "Kernel rows", "Kernel columns", "Filters", "Groups", "Bias"),
    *("Stride rows", "Stride columns", "Dilation rows", "Dilation columns"),
    *("Padding", "Padding mode", "Operation", "Activation"),
)
WAYS = ("Layer settings", "Weights", "Show calculation")
"""The buttons of which one click brings what a small window has folded away."""


@dataclass
class Found:
    """What is wrong, by where it is."""

    faults: list[str] = field(default_factory=list)
    bars: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


_known: dict[bool, Found] = {}


def cases(inside: Inside) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is looked at: every example as it opens, its convolution, and inputs of every kind."""
    studio = inside.studio
    for sample in ("sample:tutorial-lines", "sample:tutorial-sequence", "sample:astronaut"):
        yield sample, lambda sample=sample: studio.workspace.open(sample)
    yield "a photograph through twelve filters", lambda: take(inside, 12)
    for example in EXAMPLES:
        yield example.title, lambda example=example: studio.workspace.open(f"example:{example.id}")
    yield "a convolution of 8 maps to 16", lambda: go_to(inside, "digits", 3)
    yield "a dense layer of 256 values", lambda: go_to(inside, "digits-untrained", 7)
    yield "kernels of 225 weights", lambda: go_to(inside, "gabor", 0)


def go_to(inside: Inside, example: str, layer: int) -> None:
    inside.studio.workspace.open(f"example:{example}")
    wait_for_files()
    inside.studio.changes.take(Intent(move=lambda document, view: select_layer(document, view, layer)))


def take(inside: Inside, filters: int) -> None:
    detectors = inside.studio._detectors
    edit = Intent("Set filters", lambda document: layer_settings.set_filters(document, 0, filters, detectors))
    inside.studio.changes.take(edit)


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def visible(window: QWidget) -> set[str]:
    return {part.accessibleName() for part in window.findChildren(QWidget) if part.isVisible()}


def after_one_click(window: QWidget) -> set[str]:
    """Return the names that are there after one click on a button that is there now; each click is taken back."""
    seen: set[str] = set()
    for way in WAYS:
        for button in window.findChildren(QAbstractButton):
            if button.isVisible() and button.accessibleName() == way:
                button.click()
                settle()
                seen |= visible(window)
                back = next((b for b in window.findChildren(QAbstractButton) if is_way_back(b)), None)
                if back is not None:
                    back.click()
                    settle()
                break
    return seen


def is_way_back(button: QAbstractButton) -> bool:
    return button.isVisible() and button.accessibleName() in ("Weights", "Show all maps")


def look(desk: Desk, inside: Inside, case: str, screens: Sequence[tuple[int, int]], found: Found) -> None:
    """Look at one document on some screens."""
    window = desk.window
    layers = inside.document.layers
    is_conv = isinstance(layers[inside.studio.session.view.layer], Conv) and inside.document.sample.rank == 2
    names = {*EVERY_LAYER, *(CONVOLUTION if is_conv else ())}
    for width, height in screens:
        window.setUpdatesEnabled((width, height) == REFERENCE)  # places need no paint, which takes a third of the time
        for _ in range(2):  # what a wide window shows is put away first, as while the user drags its edge
            window.resize(width, height - FRAME)
            settle()
        where = f"{case} on {width}×{height}"
        if (window.width(), window.height()) != (width, height - FRAME):
            found.faults.append(f"{where}: the window is {window.width()}×{window.height()}")
        found.faults += [f"{where}: {fault}" for fault in faults(window)]
        bars = scroll_bars(window)
        if len(bars) > (3 if (width, height) == LOW else 2):
            found.bars.append(f"{where}: {bars}")
        lacking = names - visible(window)
        if lacking and (width, height) == REFERENCE:
            found.hidden.append(f"{where}: {sorted(lacking)}")
        if lacking:
            lacking -= after_one_click(window)
        if lacking:
            found.missing.append(f"{where}: {sorted(lacking)}")


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.every)], ids=["some screens", "every screen"])
def found(request: pytest.FixtureRequest, qtbot: QtBot, inside: Inside, answers: Answers) -> Found:
    """Look at every case once, in one window, for all tests: on three screens each, or on every one."""
    answers.unsaved = "discard"
    found = Found()

    def story(desk: Desk) -> None:
        for number, (case, show) in enumerate(cases(inside)):
            show()
            desk.wait_for_files()
            desk.wait(lambda: inside.studio.recompute.wait is None)
            settle()
            screens = SCREENS if request.param else (LOW, OTHERS[number % len(OTHERS)], REFERENCE)
            look(desk, inside, case, screens, found)

    if request.param not in _known:
        assert tell(qtbot, story) == 0
        _known[request.param] = found
    return _known[request.param]


def test_nothing_is_cut_or_painted_over_on_any_screen(found: Found) -> None:
    assert found.faults == []


def test_nothing_that_is_looked_at_has_more_than_two_scroll_bars(found: Found) -> None:
    assert found.bars == []


def test_every_core_control_is_one_click_away_at_most(found: Found) -> None:
    assert found.missing == []


def test_every_core_control_is_in_sight_on_the_reference_screen(found: Found) -> None:
    assert found.hidden == []
