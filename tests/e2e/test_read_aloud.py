"""What a screen reader is told wherever Tab leads: one thing has the keyboard, with a name, a role and its value."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.panels.tab_order import tab_stops
from convstudio.views.parts.room.all_widgets import windows
from convstudio.wiring.learning.entries import ENTRIES
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, case, tell
from tests.e2e.test_focus_is_visible import settle, wait_for_work

NAME, VALUE = QAccessible.Text.Name, QAccessible.Text.Value
NO_ROLES = (QAccessible.Role.Client, QAccessible.Role.NoRole, QAccessible.Role.Window)
WITH_VALUES = (QAccessible.Role.ComboBox, QAccessible.Role.SpinBox, QAccessible.Role.Slider)
PANELS = 16
DIALOGS = ("history", "settings", "commands", "places", "keys", "formats", "system", "summary")
MOST = 150
"""More presses of Tab lead round every window."""


@pytest.fixture(autouse=True)
def _screen_reader() -> Iterator[None]:
    """Tell Qt that a screen reader listens: only then tables tell theirs of other contents."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def walk(face: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Yield what a screen reader finds in a window; of the cells of a table, the one that has the keyboard."""
    yield face
    if face.role() in (QAccessible.Role.Table, QAccessible.Role.List):
        held = face.focusChild()
        if held is not None and held.object() is not face.object():
            yield held
        return
    for place in range(face.childCount()):
        child = face.child(place)
        if child is not None:
            yield from walk(child)


def focused() -> list[QAccessibleInterface]:
    """Return everything that says of itself that it has the keyboard."""
    tops = [QAccessible.queryAccessibleInterface(top) for top in windows() if top.isVisible()]
    return [face for top in tops for face in walk(top) if face.state().focused]


def faults_of_now() -> Iterator[str]:
    """Say what a screen reader cannot tell of the place where the keyboard is."""
    told = focused()
    if len(told) != 1:
        yield f"{[(face.role().name, face.text(NAME)) for face in told]} have the keyboard"
    for face in told:
        if not face.text(NAME).strip():
            yield f"a {face.role().name} has no name"
        if face.role() in NO_ROLES:
            yield f"{face.text(NAME)} has no role"
        if face.role() in WITH_VALUES and not face.text(VALUE):
            yield f"{face.text(NAME)} has no value"


def go_round(part: QWidget, wrong: list[str]) -> int:
    """Press Tab until it leaves a part or comes round; note what is not told, and what is not reached."""
    before = on_show(part)
    first = QApplication.focusWidget()
    visited: list[QWidget] = []
    while len(visited) < MOST:
        held = QApplication.focusWidget()
        if held is None or not (held is part or part.isAncestorOf(held)) or (held is first and visited):
            break
        if held in visited:
            wrong.append(f"Tab comes back to {held.accessibleName()} without going round")
            break
        visited.append(held)
        wrong.extend(f"{type(held).__name__} {held.accessibleName()!r}: {fault}" for fault in faults_of_now())
        if QApplication.focusWidget() is held:  # else a grid became a picture just now, and handed the keyboard on
            QTest.keyClick(held, Qt.Key.Key_Tab)
        settle()
    stayed = [one for one in before if one in on_show(part)]
    wrong.extend(f"Tab does not reach {one.accessibleName()!r}" for one in stayed if one not in visited)
    return len(visited)


def on_show(part: QWidget) -> list[QWidget]:
    """Return what Tab can stop at now; of buttons of which one is on, that one."""
    return [one for one in tab_stops(part) if one.isVisible() and one.isEnabled() and not is_skipped(one)]


def is_skipped(one: QWidget) -> bool:
    group = getattr(one, "group", lambda: None)()
    return group is not None and group.exclusive() and not one.isChecked()


@pytest.mark.parametrize("start", ["example:digits", pytest.param("sample:tutorial-lines", marks=pytest.mark.every)])
def test_tab_leads_through_every_panel_and_each_stop_is_told(qtbot: QtBot, inside: Inside, start: str) -> None:
    wrong: list[str] = []
    panels: list[str] = []

    def story(desk: Desk) -> None:
        studio = inside.studio
        desk.window.resize(1920, 1000)
        wait_for_work(desk, studio)
        lenses, trains = list(studio.learn.lessons), [entry.title for entry in ENTRIES]
        for made, titles in ((studio.learn, lenses), (studio.learning, trains)):
            for title in titles:
                with case(title):
                    made.open(title)
                    wait_for_work(desk, studio)
                    dock = made.dock_of(title)
                    dock.activateWindow()
                    settle()
                    assert dock.isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is dock
                    found: list[str] = []
                    go_round(dock, found)
                    wrong.extend(f"{title}: {fault}" for fault in found)
                    panels.append(title)
                    dock.close()
                    settle()

    assert tell(qtbot, story, start) == 0
    assert wrong == []
    assert len(panels) == PANELS


@pytest.mark.parametrize("start", ["sample:tutorial-lines", "sample:astronaut", "example:digits"])
def test_tab_leads_round_the_window_and_each_stop_is_told(qtbot: QtBot, inside: Inside, start: str) -> None:
    wrong: list[str] = []
    visited: list[int] = []

    def story(desk: Desk) -> None:
        wait_for_work(desk, inside.studio)
        on_show(desk.window)[0].setFocus(Qt.FocusReason.TabFocusReason)
        settle()
        visited.append(go_round(desk.window, wrong))

    assert tell(qtbot, story, start) == 0
    assert wrong == []
    assert visited[0] > 20


def test_tab_leads_through_every_window_of_the_menus_and_each_stop_is_told(qtbot: QtBot, inside: Inside) -> None:
    wrong: list[str] = []
    opened: list[str] = []

    def story(desk: Desk) -> None:
        wait_for_work(desk, inside.studio)
        for what in DIALOGS:
            look_into(desk, what, lambda what=what: getattr(desk.window.menus, f"{what}_asked").emit())

    def look_into(desk: Desk, what: str, ask: Callable[[], object]) -> None:
        before = [one for one in windows() if one.isVisible()]
        ask()
        wait_for_work(desk, inside.studio)
        for window in [one for one in windows() if one.isVisible() and one not in before]:
            window.activateWindow()
            desk.wait(window.isActiveWindow)
            settle()
            found: list[str] = []
            go_round(window, found)
            wrong.extend(f"{what}: {fault}" for fault in found)
            opened.append(what)
            window.close()
            settle()

    assert tell(qtbot, story) == 0
    assert wrong == []
    assert tuple(opened) == DIALOGS
