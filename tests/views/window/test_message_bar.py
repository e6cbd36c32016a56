from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

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


def test_a_message_without_an_offer_has_no_button_but_its_close(bar):
    bar.offer("The filters read 3 channels.", FIT)

    bar.say("That is refused.")

    assert set(buttons(bar)) == {"Close message"}


def test_news_and_warnings_wear_different_signs(bar):
    signs = []
    for show in (bar.say, bar.tell):
        show("Layer 3 is switched off.")
        signs.append({label.text() for label in bar.findChildren(QLabel)} - {bar.sentence})

    assert signs == [{"⚠"}, {"ℹ"}]
