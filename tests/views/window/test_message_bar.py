from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convstudio.views.parts import dialogs
from convstudio.views.parts.icons import IconLabel
from convstudio.views.window.message_bar import MessageBar, Offer

FIT = Offer("Fit the filters", "Fit them", lambda: None)


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def buttons(bar: MessageBar) -> dict[str, QToolButton]:
    return {button.accessibleName(): button for button in bar.findChildren(QToolButton) if button.isVisible()}


def test_an_offer_shows_its_button(bar):
    bar.offer("The filters read 3 channels.", FIT)

    assert bar.sentence == "The filters read 3 channels."
    assert set(buttons(bar)) == {"Fit the filters", "Close message"}


def test_the_button_does_what_was_offered(bar):
    done = []
    bar.offer("The filters read 3 channels.", replace(FIT, do=lambda: done.append("fitted")))

    buttons(bar)["Fit the filters"].click()

    assert done == ["fitted"]


def test_two_offers_are_two_buttons_and_each_does_its_own(bar):
    done = []
    ways = [Offer(name, "", partial(done.append, name)) for name in ("Fit the filters", "Read it otherwise…")]
    bar.offer("The filters read 3 channels.", *ways)

    buttons(bar)["Read it otherwise…"].click()

    assert done == ["Read it otherwise…"]
    assert set(buttons(bar)) == {"Fit the filters", "Read it otherwise…", "Close message"}


def test_a_warning_that_comes_by_itself_stands_after_what_is_on_show_and_its_buttons_stay(bar):
    bar.offer("“a” was not saved.", FIT)

    bar.add("Unsaved work is not kept safe.")

    assert bar.sentence == "“a” was not saved. Unsaved work is not kept safe."
    assert set(buttons(bar)) == {"Fit the filters", "Close message"}


def test_a_warning_that_comes_by_itself_stands_alone_after_a_message_was_put_away(bar):
    bar.offer("“a” was not saved.", FIT)
    bar.put_away()

    bar.add("Unsaved work is not kept safe.")

    assert (bar.sentence, set(buttons(bar))) == ("Unsaved work is not kept safe.", {"Close message"})


def test_a_warning_that_is_on_show_is_not_added_again(bar):
    bar.say("Unsaved work is not kept safe.")

    bar.add("Unsaved work is not kept safe.")

    assert bar.sentence == "Unsaved work is not kept safe."


def test_a_long_message_takes_no_more_height_than_two_lines_and_more_shows_it_whole(bar, monkeypatch):
    told = []
    monkeypatch.setattr(dialogs, "tell", lambda _window, _title, text: told.append(text))
    bar.tell("One sentence. Two lines of it are about as long as this one is, or a little longer than that.")
    height = bar.sizeHint().height()

    bar.tell("A network has much to tell. " * 30)
    buttons(bar)["More…"].click()

    assert bar.sizeHint().height() <= height
    assert told == [bar.sentence] == ["A network has much to tell. " * 30]


def test_a_short_message_has_nothing_more_to_show(bar):
    bar.tell("A network has much to tell. " * 30)

    bar.tell("Saved.")

    assert set(buttons(bar)) == {"Close message"}


def test_a_message_without_an_offer_has_no_button_but_its_close(bar):
    bar.offer("The filters read 3 channels.", FIT)

    bar.say("That is refused.")

    assert set(buttons(bar)) == {"Close message"}


def test_news_and_warnings_wear_different_signs(bar):
    signs = []
    for show in (bar.say, bar.tell):
        show("Layer 3 is switched off.")
        signs.append(bar.findChild(IconLabel).icon)

    assert signs == ["triangle-alert", "info"]


def test_a_sentence_leaves_the_room_that_is_not_its_own(bar):
    sentence = "Of 450 digits that it was not trained on, the network gets 438 right. Every digit under Sample is one."
    bar.tell(sentence)
    wide = bar.sizeHint().width()

    bar.leave(wide - 80)

    assert bar.sizeHint().width() <= wide - 80
    assert bar.sizeHint().height() <= 2 * bar.fontMetrics().lineSpacing() + 16
    assert "More…" in buttons(bar)
    assert bar.sentence == sentence

    bar.leave(wide + 200)

    assert "More…" not in buttons(bar)
