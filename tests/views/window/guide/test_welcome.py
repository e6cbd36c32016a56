"""Where to begin stands beside the ribbon, wherever nothing else needs the place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import row_of
from convstudio.views.window.guide.welcome import Welcome


class Band(QWidget):
    """A band with a ribbon and a message, as in the window."""

    def __init__(self) -> None:
        super().__init__()
        self.ribbon, self.message = QLabel("ribbon " * 10), QLabel("message")
        self.message.hide()
        self.setLayout(row_of(self.ribbon, self.message))
        self.examples, self.recent = QMenu(), QMenu()
        self.welcome = Welcome(self, self.ribbon, self.message, self.examples, self.recent)


@pytest.fixture
def band(qtbot: QtBot) -> Iterator[Band]:
    band = Band()
    qtbot.addWidget(band)
    band.resize(1300, 60)
    band.show()
    qtbot.waitExposed(band)
    band.welcome.show_wanted(True)
    yield band
    band.close()


def test_it_stands_right_of_the_ribbon_and_inside_the_band(band: Band) -> None:
    assert band.welcome.isVisible()
    assert band.rect().contains(band.welcome.geometry())
    assert band.welcome.x() >= band.ribbon.sizeHint().width()


def test_it_gives_way_to_a_message_and_comes_back_after_it(band: Band) -> None:
    band.message.show()
    QApplication.processEvents()
    is_there_meanwhile = band.welcome.isVisible()
    band.message.hide()
    QApplication.processEvents()
    assert (is_there_meanwhile, band.welcome.isVisible()) == (False, True)


def test_it_is_left_out_where_there_is_no_room(band: Band) -> None:
    band.resize(500, 60)
    QApplication.processEvents()
    assert not band.welcome.isVisible()


def test_it_asks_for_no_room_of_its_own(band: Band) -> None:
    with_it = band.minimumSizeHint()
    band.welcome.show_wanted(False)
    assert band.minimumSizeHint() == with_it


def test_recent_files_are_offered_where_there_are_some(band: Band) -> None:
    def is_offered() -> bool:
        (button,) = [one for one in band.welcome.findChildren(QToolButton) if one.accessibleName() == "Recent files"]
        return button.isVisible()

    before = is_offered()
    band.recent.addAction("a.convstudio")
    band.welcome.show_wanted(True)
    assert (before, is_offered()) == (False, True)


def test_closing_it_hides_it_and_says_so(qtbot: QtBot, band: Band) -> None:
    (close,) = [one for one in band.welcome.findChildren(QToolButton) if one.accessibleName() == "Close welcome"]
    with qtbot.waitSignal(band.welcome.closed):
        close.click()
    assert not band.welcome.isVisible()


def test_an_edit_costs_nothing_while_it_is_not_wanted(band: Band, monkeypatch: pytest.MonkeyPatch) -> None:
    band.welcome.show_wanted(False)
    asked: list[None] = []
    monkeypatch.setattr(band.welcome, "sizeHint", lambda: asked.append(None))
    monkeypatch.setattr(band.ribbon, "sizeHint", lambda: asked.append(None))
    band.welcome.show_wanted(False)
    assert asked == []
