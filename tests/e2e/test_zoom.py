"""The whole interface becomes larger and smaller at once and remembers it, and follows the desktop meanwhile."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLabel,
    QPushButton,
    QSplitter,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.model.values.limits import LIMITS
from convstudio.views.calculation.text import ResultLabel
from convstudio.views.parts import sizes, theme
from convstudio.views.parts.room.all_widgets import all_widgets
from convstudio.views.parts.style import apply_zoom
from convstudio.views.parts.theme import DARK, LIGHT, tokens_of
from convstudio.views.window.pages.settings_window import SettingsWindow
from convstudio.wiring.settings import interface_zoom
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _large_screen(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Let every zoom fit, and leave the usual one to other tests."""
    monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: QSize(4000, 3000))
    yield
    monkeypatch.undo()
    apply_zoom(qapp, 100)


def heights(desk: Desk) -> list[int]:
    """Return how high text is in every label and button; the result is as large as there is room, at any zoom."""
    texts = [*desk.window.findChildren(QLabel), *desk.window.findChildren(QPushButton)]
    return [text.fontMetrics().height() for text in texts if not isinstance(text, ResultLabel)]


def depends_on_its_size(widget: QWidget) -> bool:
    """Return whether what a widget wants follows from the size it had: views, the result, what holds wrapped text."""
    layout = widget.layout()
    return isinstance(widget, QGraphicsView | QSplitter | ResultLabel) or (
        layout is not None and layout.hasHeightForWidth()
    )


def wanted_sizes(desk: Desk) -> list[tuple[str, str, QSize]]:
    """Return how large each visible widget wants to be, by its kind and name."""
    visible = [one for one in desk.window.findChildren(QWidget) if one.isVisible() and not depends_on_its_size(one)]
    return [(type(one).__name__, one.accessibleName(), one.sizeHint().expandedTo(one.minimumSize())) for one in visible]


def settled_sizes(desk: Desk) -> list[tuple[str, str, QSize]]:
    """Return how large each visible widget wants to be, as soon as that has stayed the same for a moment."""
    wanted: list[list[tuple[str, str, QSize]]] = []
    while len(wanted) < 3 or not wanted[-1] == wanted[-2] == wanted[-3]:
        QTest.qWait(20)
        wanted.append(wanted_sizes(desk))
    return wanted[-1]


def is_near(one: tuple[str, str, QSize], other: tuple[str, str, QSize]) -> bool:
    """Return whether two widgets want the same size, but for what rounding of many parts adds up to."""
    gap = one[2] - other[2]
    return max(abs(gap.width()), abs(gap.height())) <= 8


def stuck(now: list[int], then: list[int]) -> list[int]:
    """Return the places of the texts that did not grow."""
    return [place for place, (height, before) in enumerate(zip(now, then, strict=True)) if height <= before]


def test_the_steps_are_within_the_limits() -> None:
    assert (min(sizes.ZOOMS), max(sizes.ZOOMS)) == LIMITS.zoom


def test_ctrl_plus_makes_all_text_larger_and_ctrl_0_as_it_was(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        before = heights(desk)
        desk.key(Qt.Key.Key_Plus, CONTROL)
        assert stuck(heights(desk), before) == []
        desk.key(Qt.Key.Key_0, CONTROL)
        assert heights(desk) == before

    assert tell(qtbot, story) == 0


def test_every_control_has_its_size_again_after_larger_zooms(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        controls = [*desk.window.findChildren(QComboBox), *desk.window.findChildren(QAbstractButton)]
        before = [(one.sizeHint(), one.minimumSizeHint()) for one in controls]
        for percent in (200, 75, 100):
            inside.studio.zoom.use(percent)
        assert [(one.sizeHint(), one.minimumSizeHint()) for one in controls] == before

    assert tell(qtbot, story, "example:corners") == 0


def test_a_zoom_that_does_not_fit_leaves_the_window_as_large_as_it_was(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        size = desk.window.minimumSizeHint() * 1.2
        desk.window.resize(size)
        monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: size)
        inside.studio.zoom.use(200)
        desk.wait(lambda: desk.window.size() == size)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("example", ["corners", "digits", "plus"])
def test_what_is_zoomed_is_as_large_as_what_starts_so(qtbot: QtBot, inside: Inside, example: str) -> None:
    seen: list[list[tuple[str, str, QSize]]] = []

    def look(desk: Desk) -> None:
        if inside.studio.zoom.percent != 150:
            desk.window.resize(1900, 1200)
            inside.studio.zoom.use(150)
        desk.window.resize(1900, 1200)
        desk.wait(lambda: not inside.studio.display.is_computing)
        seen.append(settled_sizes(desk))

    for _ in range(2):
        assert tell(qtbot, look, f"example:{example}") == 0
    now, then = (sorted(sizes, key=str) for sizes in seen)
    pairs = [pair for pair in zip(now, then, strict=True) if pair[0][:2] != pair[1][:2] or not is_near(*pair)]
    assert pairs == []


def test_ctrl_minus_makes_all_text_smaller(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        before = heights(desk)
        for _ in range(2):
            desk.key(Qt.Key.Key_Minus, CONTROL)
        assert stuck(before, heights(desk)) == []

    assert tell(qtbot, story) == 0


def test_every_font_is_in_points(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        in_pixels = [widget for widget in all_widgets() if widget.font().pointSizeF() < 0 and widget.isVisible()]
        assert [type(widget).__name__ for widget in in_pixels] == []

    assert tell(qtbot, story) == 0


def test_the_zoom_of_last_time_is_there_at_the_next_start(qtbot: QtBot, inside: Inside) -> None:
    seen: list[list[int]] = []

    def zoom(desk: Desk) -> None:
        desk.key(Qt.Key.Key_Plus, CONTROL)
        seen.append(heights(desk))

    def look(desk: Desk) -> None:
        assert inside.studio.zoom.percent == 110
        seen.append(heights(desk))

    tell(qtbot, zoom)
    tell(qtbot, look)
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("share", "zoom"), [(0.97, 90), (0.5, 100)])
def test_a_screen_that_is_a_little_too_small_for_100_percent_has_90_percent(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, share: float, zoom: int
) -> None:
    def story(desk: Desk) -> None:
        room = desk.window.minimumSizeHint() * share
        monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: room)
        inside.studio.zoom.use(100)
        assert inside.studio.zoom.percent == zoom
        least = desk.window.minimumSizeHint()
        assert (least.width() <= room.width() and least.height() <= room.height()) == (zoom == 90)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("room", [QSize(1350, 704), QSize(1008, 704)])
@pytest.mark.parametrize("file", ["sample:tutorial-lines", "example:digits"])
def test_a_start_and_a_step_take_the_same_zoom_and_it_fits(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch, room: QSize, file: str
) -> None:
    """Both end at the largest zoom that really fits."""
    seen = []

    def choose(desk: Desk) -> None:
        inside.studio.zoom.use(200)

    def look(desk: Desk) -> None:
        desk.window.resize(room)
        seen.append(inside.studio.zoom.percent)
        inside.studio.zoom.use(100)
        while inside.studio.zoom.percent not in (200, *seen[1:]):
            seen.append(inside.studio.zoom.percent)
            desk.key(Qt.Key.Key_Plus, CONTROL)
        desk.wait(lambda: desk.window.size() == room)

    tell(qtbot, choose)
    monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: room)
    assert tell(qtbot, look, file) == 0
    assert seen[0] == seen[-1] == 150


def test_a_zoom_that_does_not_fit_the_screen_is_lowered_in_a_sentence(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        least = desk.window.minimumSizeHint()
        monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: least * 1.2)
        inside.studio.zoom.use(200)
        assert 100 <= inside.studio.zoom.percent < 200
        assert desk.message() == (
            f"At 200 % the window does not fit this screen, so the zoom is {inside.studio.zoom.percent} %."
        )
        inside.studio.zoom.use(100)
        assert desk.message() == ""  # what it says is not so any more
        desk.window.messages.say("Something else.")
        inside.studio.zoom.use(90)
        assert desk.message() == "Something else."

    assert tell(qtbot, story) == 0


def test_text_is_as_large_as_the_desktop_wants_it(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        before = heights(desk)
        monkeypatch.setattr(sizes, "desktop_pixels", lambda: 2.0 * sizes.BODY_PIXELS)
        desk.window.desktop_changed.emit()
        assert stuck(heights(desk), before) == []

    assert tell(qtbot, story) == 0


def test_system_colours_follow_the_desktop_while_the_program_runs(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        assert tokens_of(desk.window.palette()) is LIGHT
        monkeypatch.setattr(theme, "is_desktop_dark", lambda: True)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        desk.wait(lambda: tokens_of(desk.window.palette()) is DARK)

    assert tell(qtbot, story) == 0


def test_colours_that_were_chosen_stay_when_the_desktop_changes(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        inside.studio.preferences.use_scheme("light")
        monkeypatch.setattr(theme, "is_desktop_dark", lambda: True)
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert tokens_of(desk.window.palette()) is LIGHT

    assert tell(qtbot, story) == 0


def test_a_zoom_that_another_desktop_font_lowers_is_the_one_that_is_ticked(
    qtbot: QtBot, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(desk: Desk) -> None:
        inside.studio.zoom.use(150)
        inside.studio.settings.show()
        room = desk.window.minimumSizeHint() * 1.1
        monkeypatch.setattr(interface_zoom, "room_on_screen", lambda _window: room)
        monkeypatch.setattr(sizes, "desktop_pixels", lambda: 1.3 * sizes.BODY_PIXELS)
        desk.window.desktop_changed.emit()
        percent = inside.studio.zoom.percent
        assert percent < 150
        assert ticked(desk) == f"{percent} %"
        (page,) = desk.window.findChildren(SettingsWindow)
        assert page.zoom.currentText() == f"{percent} %"

    assert tell(qtbot, story) == 0


def ticked(desk: Desk) -> str:
    """Return the step of the menu of the zoom that is ticked."""
    (found,) = [one.text() for one in desk.window.menus.zoom.actions() if one.isChecked()]
    return found
