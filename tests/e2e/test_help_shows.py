"""Every “Show me” ends on its picture, from whatever is in the window, and the way back restores what was there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from convstudio.files.projects.documents import load_document
from convstudio.model.panes.help_places import HelpPlace
from convstudio.views.window.guide.callout import Callout, seen_area
from tests.e2e.answers import CTRL, Answers, Inside, save_as
from tests.e2e.driver import Desk, tell
from tests.e2e.help_walk import SHOWN, STATES, check_seen, show, walk

ONE = [pytest.param(state, SHOWN[number :: 2 * len(STATES)], id=state) for number, state in enumerate(STATES)]
"""A tenth of the places from each state."""
ALL = [pytest.param(state, SHOWN, id=f"{state}, every place", marks=pytest.mark.every) for state in STATES]


@pytest.mark.parametrize(("state", "places"), ONE + ALL)
def test_a_place_is_seen_and_the_way_back_restores_everything(
    qtbot: QtBot, inside: Inside, answers: Answers, state: str, places: Sequence[HelpPlace]
) -> None:

    def story(desk: Desk) -> None:
        STATES[state](desk, inside.studio)
        for place in places:
            walk(desk, inside.studio, place)
        assert answers.asked == []

    assert tell(qtbot, story) == 0


def is_gone(callout: Callout) -> bool:
    return not isValid(callout) or not callout.isVisible()


def place_with(part: str) -> HelpPlace:
    return next(place for place in SHOWN if place.part == part)


def test_escape_takes_the_frame_away_and_nothing_else(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        callout = show(desk, inside.studio, place_with("Kernel"))
        view = inside.studio.session.view
        QTest.keyClick(callout.part, Qt.Key.Key_Escape)
        desk.wait(lambda: is_gone(callout))
        assert inside.studio.session.view == view

    assert tell(qtbot, story) == 0


def test_a_click_takes_the_frame_away(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        callout = show(desk, inside.studio, place_with("Kernel"))
        desk.press("Step forward")
        desk.wait(lambda: is_gone(callout))
        assert inside.studio.session.view.position == (0, 2)

    assert tell(qtbot, story) == 0


def test_a_line_of_a_long_text_is_scrolled_to_and_marked(qtbot: QtBot, inside: Inside) -> None:
    (place,) = [one for one in SHOWN if one.line]

    def story(desk: Desk) -> None:
        text = show(desk, inside.studio, place).part
        assert isinstance(text, QPlainTextEdit)
        assert text.textCursor().selectedText() == place.line
        assert text.viewport().rect().contains(text.cursorRect())
        for way in ("np.dot(window", "(window * kernel).sum()", "np.vdot(window", "np.tensordot(window"):
            assert way in text.toPlainText()

    assert tell(qtbot, story) == 0


def test_the_frame_follows_the_window_when_its_size_changes(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        place = place_with("Calculation")
        callout = show(desk, inside.studio, place)
        before = callout.framed
        desk.window.resize(desk.window.width() - 60, desk.window.height() - 40)
        desk.wait(lambda: callout.framed != before and callout.framed.contains(seen_area(callout.part)))
        check_seen(callout, place)

    assert tell(qtbot, story) == 0


def test_from_place_to_place_the_way_back_leads_to_the_work(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "5")
        document = inside.document
        show(desk, inside.studio, place_with("Counts"))
        show(desk, inside.studio, place_with("All maps"))
        desk.press("Back to my work")
        assert inside.document is document
        desk.undo()
        assert desk.numbers("Kernel")[0][0] == "0"
        assert not desk.window.menus.back.isEnabled()

    assert tell(qtbot, story) == 0


def test_what_was_made_of_the_example_is_asked_about_before_the_way_back(
    qtbot: QtBot, inside: Inside, answers: Answers
) -> None:
    def story(desk: Desk) -> None:
        document = inside.document
        show(desk, inside.studio, place_with("Kernel"))
        desk.type_cell("Kernel", 0, 0, "7")
        answers.unsaved = "cancel"
        desk.press("Back to my work")
        assert desk.numbers("Kernel")[0][0] == "7"
        answers.unsaved = "discard"
        desk.press("Back to my work")
        assert answers.asked == ["unsaved", "unsaved"]
        assert inside.document is document

    assert tell(qtbot, story) == 0


def test_unsaved_work_that_was_put_aside_is_asked_about_before_the_window_closes(
    qtbot: QtBot, inside: Inside, answers: Answers
) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "5")
        document = inside.document
        show(desk, inside.studio, place_with("Counts"))
        answers.unsaved = "cancel"
        desk.window.close()
        assert answers.asked == ["unsaved"]
        assert inside.document is document
        answers.unsaved = "discard"

    assert tell(qtbot, story) == 0


def test_unsaved_work_that_was_put_aside_is_kept_safe(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "5")
        show(desk, inside.studio, place_with("Counts"))
        held = inside.studio.autosave.held
        assert held is not None
        desk.wait(lambda: held.is_there)
        desk.press("Back to my work")
        desk.wait(lambda: not held.is_there)
        assert inside.studio.autosave.held is None

    assert tell(qtbot, story) == 0


def test_the_way_back_is_seen_only_while_there_is_one(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        assert not [one for one in desk.window.findChildren(QToolButton) if one.text() == "← Back to my work"]
        show(desk, inside.studio, place_with("Counts"))
        button = desk.find(QToolButton, "Back to my work")
        desk.press("Back to my work")
        assert not button.isVisible()

    assert tell(qtbot, story) == 0


def test_a_project_keeps_its_file_and_can_be_saved_after_the_way_back(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        save_as(desk, answers, tmp_path / "mine.convstudio")
        desk.type_cell("Kernel", 0, 0, "5")
        show(desk, inside.studio, place_with("Counts"))
        meanwhile = desk.window.windowTitle()
        desk.press("Back to my work")
        assert ("mine.convstudio" in meanwhile, desk.window.windowTitle()) == (False, "mine.convstudio[*] – ConvStudio")
        desk.key(Qt.Key.Key_S, CTRL)
        assert not desk.window.isWindowModified()
        assert load_document(tmp_path / "mine.convstudio")[0].layers[0].weights[0, 0, 0, 0] == 5

    assert tell(qtbot, story) == 0


def test_a_new_project_asks_about_the_work_that_was_put_aside(qtbot: QtBot, inside: Inside, answers: Answers) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "5")
        show(desk, inside.studio, place_with("Counts"))
        desk.key(Qt.Key.Key_N, CTRL)
        assert answers.asked == ["unsaved"]
        assert desk.numbers("Kernel")[0][0] == "0"
        assert not desk.window.menus.back.isEnabled()

    assert tell(qtbot, story) == 0


def test_settings_that_were_closed_are_closed_again_after_the_way_back(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(1900, 900)
        strip = inside.studio.kernel_pane.strip
        strip.close_button.click()
        show(desk, inside.studio, place_with("Filters"))
        was_opened = strip.isVisible()
        inside.studio.window.menus.back.trigger()
        desk.wait_for_files()
        assert (was_opened, strip.isVisible()) == (True, False)

    assert tell(qtbot, story) == 0


def test_a_panel_makes_room_for_what_a_small_window_cannot_show_beside_it(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        STATES["a small window with a lens"](desk, inside.studio)
        walk(desk, inside.studio, place_with("Ways to combine channels"))

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("size", [(1024, 608), (960, 508)])
def test_the_ledger_is_shown_where_a_low_window_puts_it_away_and_has_no_room_for_its_button(
    qtbot: QtBot, inside: Inside, size: tuple[int, int]
) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(*size)
        walk(desk, inside.studio, place_with("Ways to combine channels"))

    assert tell(qtbot, story) == 0


def test_a_row_that_was_folded_is_folded_again_after_the_way_back(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(desk.window.minimumSizeHint())
        inside.studio.kernel_pane.commands.run("duplicate")
        desk.wait(inside.studio.gallery_pane.isVisible)
        gallery, calculation = inside.studio.gallery_pane, inside.studio.calculation_pane
        gallery.unfold_asked.emit()
        assert calculation.stepper.unfold_button.isVisible()
        show(desk, inside.studio, place_with("Calculation"))
        assert not calculation.stepper.unfold_button.isVisible()
        inside.studio.window.menus.back.trigger()
        desk.wait(lambda: gallery.list.isVisible() and calculation.stepper.unfold_button.isVisible())

    assert tell(qtbot, story) == 0


def test_a_window_that_an_example_made_larger_has_its_size_again(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = desk.window.size()
        show(desk, inside.studio, place_with("Kernel"))
        desk.window.centralWidget().setMinimumWidth(before.width() + 60)  # as what an example shows may
        desk.wait(lambda: desk.window.width() > before.width())
        inside.studio.window.menus.back.trigger()
        desk.window.centralWidget().setMinimumWidth(0)
        desk.wait(lambda: desk.window.size() == before)

    assert tell(qtbot, story) == 0


def test_a_window_that_the_user_made_larger_stays_so_after_the_way_back(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        show(desk, inside.studio, place_with("Kernel"))
        desk.window.resize(desk.window.size() * 1.1)
        larger = desk.window.size()
        inside.studio.window.menus.back.trigger()
        desk.wait_for_files()
        QTest.qWait(200)
        assert desk.window.size() == larger

    assert tell(qtbot, story) == 0
