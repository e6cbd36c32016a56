"""A new window says where to begin, until the first change or for good when it is closed."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convstudio.views.window.guide.callout import Callout
from convstudio.wiring.help.beginning import TOUR
from tests.e2e.answers import Inside, menu_action, trigger
from tests.e2e.driver import Desk, tell

TITLE = "What is this?"


def is_offered(desk: Desk) -> bool:
    return any(one.isVisible() for one in desk.window.findChildren(QToolButton) if one.accessibleName() == TITLE)


def is_framed_with(desk: Desk, sentence: str) -> bool:
    found = frame(desk)
    return found is not None and found.balloon.sentence.text() == sentence


def frame(desk: Desk) -> Callout | None:
    """Return the frame on show."""
    return next((one for one in desk.window.findChildren(Callout) if one.isVisible()), None)


def test_it_goes_with_the_first_change_and_comes_back_with_a_new_project(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: is_offered(desk))
        desk.type_cell("Kernel", 0, 0, "5")
        assert not is_offered(desk)
        desk.undo()
        assert is_offered(desk)

    assert tell(qtbot, story) == 0


def test_closed_once_it_stays_away_at_the_next_start(qtbot: QtBot, inside: Inside) -> None:
    def close(desk: Desk) -> None:
        desk.wait(lambda: is_offered(desk))
        desk.press("Close welcome")
        assert not is_offered(desk)

    def look(desk: Desk) -> None:
        desk.wait(lambda: inside.studio.beginning is not None)
        assert not is_offered(desk)

    assert tell(qtbot, close) == 0
    assert tell(qtbot, look) == 0


def test_the_tour_begins_from_the_help_menu_too(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.studio.beginning is not None)
        trigger(menu_action(desk, "Help", TITLE))
        desk.wait(lambda: is_framed_with(desk, TOUR[0][1]))

    assert tell(qtbot, story) == 0


def test_the_tour_goes_on_with_every_click_to_its_end(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: is_offered(desk))
        desk.press(TITLE)
        for _, sentence in TOUR:
            desk.wait(
                lambda sentence=sentence: (
                    (found := frame(desk)) is not None and found.balloon.sentence.text() == sentence
                )
            )
            QTest.mouseClick(desk.window.band, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        desk.wait(lambda: frame(desk) is None)

    assert tell(qtbot, story) == 0


def test_escape_ends_the_tour(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: is_offered(desk))
        desk.press(TITLE)
        desk.wait(lambda: frame(desk) is not None)
        desk.key(Qt.Key.Key_Escape)
        QTest.qWait(50)
        assert frame(desk) is None

    assert tell(qtbot, story) == 0


def test_an_example_that_was_opened_has_no_offer(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: inside.studio.beginning is not None)
        assert not is_offered(desk)

    assert tell(qtbot, story, "example:plus") == 0
