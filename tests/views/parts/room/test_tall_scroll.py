"""A column of a panel scrolls where it is higher than its room, and fills it where it is not."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.room.folding import Holding
from convstudio.views.parts.room.section import Section
from convstudio.views.parts.room.tall_scroll import TallColumn, TallScroll


class Wrapping(QWidget):
    """Buttons that wrap onto further rows in a narrow room, above something that would like to be very high."""

    def __init__(self, count: int) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        rows = FlowLayout()
        for number in range(count):
            rows.addWidget(QPushButton(f"Button {number}"))
        column.addLayout(rows)
        column.addWidget(Greedy())


class Greedy(QWidget):
    """Would like to be 900 pixels high, and can be 20."""

    def sizeHint(self) -> QSize:
        return QSize(10, 900)

    def minimumSizeHint(self) -> QSize:
        return QSize(10, 20)


def scroll_of(qtbot: QtBot, count: int, width: int) -> TallScroll:
    content = Wrapping(count)
    scroll = TallScroll(TallColumn(QLabel("Lesson"), content, stretched=content))
    qtbot.addWidget(scroll)
    scroll.resize(width, 300)
    scroll.show()
    return scroll


def test_rows_that_wrap_in_a_narrow_room_are_scrolled_and_not_squeezed(qtbot: QtBot) -> None:
    scroll = scroll_of(qtbot, 40, 220)
    buttons = scroll.widget().findChildren(QPushButton)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert buttons[-1].mapTo(scroll.widget(), buttons[-1].rect().bottomLeft()).y() < scroll.widget().height()


def test_what_would_like_more_room_is_not_scrolled_for_it(qtbot: QtBot) -> None:
    scroll = scroll_of(qtbot, 2, 400)
    assert scroll.verticalScrollBar().maximum() == 0
    assert scroll.widget().height() == scroll.viewport().height()


def test_a_section_folds_itself_before_the_column_scrolls(qtbot: QtBot) -> None:
    """The first one has the room first; one with a quiet heading shows it only where it had to fold."""
    content, first, last = (
        QWidget(),
        Section("First", folds_itself=True),
        Section("Last", folds_itself=True, quiet=True),
    )
    column = QVBoxLayout(content)
    for section in (first, last):
        told = QLabel("Something.")
        told.setFixedHeight(100)
        section.parts.addWidget(told)
        column.addWidget(section)
    scroll = TallScroll(TallColumn(QLabel("Lesson"), content, stretched=content))
    qtbot.addWidget(scroll)
    scroll.resize(300, 500)
    scroll.show()
    qtbot.waitUntil(lambda: (first.is_open, last.is_open, last.heading.isVisible()) == (True, True, False))
    scroll.resize(300, 240)
    qtbot.waitUntil(lambda: (first.is_open, last.is_open, last.heading.isVisible()) == (True, False, True))
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    scroll.resize(300, 150)
    qtbot.waitUntil(lambda: (first.is_open, last.is_open) == (False, False))
    last.heading.click()
    scroll.resize(300, 500)
    qtbot.waitUntil(lambda: first.is_open)
    last.heading.click()
    scroll.resize(300, 600)
    assert not last.is_open, "it is as the user wants it"


def test_a_part_in_a_folded_section_is_brought_out(qtbot: QtBot) -> None:
    section, told = Section("More"), QLabel("Something.")
    section.parts.addWidget(told)
    qtbot.addWidget(section)
    section.show()
    assert isinstance(section, Holding)
    section.bring_out(told)
    assert told.isVisible()
