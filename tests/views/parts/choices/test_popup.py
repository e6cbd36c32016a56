"""The open list of a long combo box: searched by typing, gone through with arrows, pictured where it is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.choices.search_choice import SearchChoice

NAMES = ("Own", "Apple pie", "Apple", "Beetroot", "Banana", *(f"Number {number}" for number in range(100)))


class Food(SearchChoice):
    """Two headings and a hundred more entries."""

    def __init__(self) -> None:
        super().__init__("Dish", NAMES, "Choose a dish")
        self.drawn: list[int] = []

    def heading_of(self, row: int) -> str:
        return "" if row == 0 else "Fruit" if self.itemText(row) in ("Apple pie", "Apple", "Banana") else "Other"

    def words_of(self, row: int) -> str:
        return "red" if self.itemText(row) == "Beetroot" else ""

    def picture_of(self, row: int) -> QIcon:
        self.drawn.append(row)
        pixmap = QPixmap(8, 8)
        pixmap.fill(QColor("red"))
        return QIcon(pixmap)


@pytest.fixture
def food(qtbot: QtBot) -> Iterator[Food]:
    window = QWidget()
    qtbot.addWidget(window)
    food = Food()
    QVBoxLayout(window).addWidget(food)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    food.setFocus()
    yield food
    window.close()


def texts(food: Food) -> list[str]:
    rows = food.popup.rows
    return [rows.index(line).data() for line in range(rows.rowCount())]


def current(food: Food) -> str:
    return food.popup.list.currentIndex().data()


def test_entries_stand_under_their_headings_and_one_without_is_left_out(food: Food) -> None:
    food.showPopup()
    assert texts(food)[:6] == ["Fruit", "Apple pie", "Apple", "Banana", "Other", "Beetroot"]


def test_typing_on_the_box_opens_the_list_and_searches_it(qtbot: QtBot, food: Food) -> None:
    qtbot.keyClicks(food, "beet")
    assert food.popup.isVisible()
    assert (food.popup.field.text(), texts(food), current(food)) == ("beet", ["Beetroot"], "Beetroot")


def test_the_very_name_comes_before_a_longer_one(qtbot: QtBot, food: Food) -> None:
    qtbot.keyClicks(food, "apple")
    assert texts(food)[:2] == ["Apple", "Apple pie"]


def test_a_word_about_an_entry_finds_it_too(qtbot: QtBot, food: Food) -> None:
    qtbot.keyClicks(food, "red")
    assert texts(food) == ["Beetroot"]


def test_enter_chooses_what_is_selected_and_closes_the_list(qtbot: QtBot, food: Food) -> None:
    chosen: list[int] = []
    food.chosen.connect(chosen.append)
    qtbot.keyClicks(food, "ban")
    qtbot.keyClick(food.popup.field, Qt.Key.Key_Return)
    assert (chosen, food.currentText(), food.popup.isVisible()) == ([NAMES.index("Banana")], "Banana", False)


def test_escape_closes_the_list_and_chooses_nothing(qtbot: QtBot, food: Food) -> None:
    chosen: list[int] = []
    food.chosen.connect(chosen.append)
    qtbot.keyClicks(food, "ban")
    qtbot.keyClick(food.popup.field, Qt.Key.Key_Escape)
    assert (chosen, food.popup.isVisible()) == ([], False)


def test_arrows_go_through_the_entries_and_pass_over_headings(qtbot: QtBot, food: Food) -> None:
    food.show_index(NAMES.index("Banana"))
    qtbot.keyClick(food, Qt.Key.Key_Down)
    opened = current(food)
    qtbot.keyClick(food.popup.field, Qt.Key.Key_Down)
    assert (opened, current(food)) == ("Banana", "Beetroot")


def test_what_cannot_be_used_is_passed_over_and_its_heading_comes_last(qtbot: QtBot, food: Food) -> None:
    for name in ("Apple pie", "Apple", "Banana"):
        food.show_use(NAMES.index(name), "Out of season", is_usable=False)
    qtbot.keyClick(food, Qt.Key.Key_Down)
    assert (texts(food)[0], texts(food)[-4:]) == ("Other", ["Fruit", "Apple pie", "Apple", "Banana"])
    qtbot.keyClick(food.popup.field, Qt.Key.Key_Home)
    assert current(food) == "Beetroot"


def test_pictures_are_drawn_of_what_is_seen_alone_and_once(qtbot: QtBot, food: Food) -> None:
    food.showPopup()
    qtbot.waitUntil(lambda: bool(food.drawn))
    for _ in range(50):
        QApplication.processEvents()
    seen = list(food.drawn)
    assert 5 < len(seen) < 40
    food.popup.reject()
    food.showPopup()
    for _ in range(50):
        QApplication.processEvents()
    assert food.drawn == seen


def test_the_list_tells_about_the_selected_entry(qtbot: QtBot, food: Food) -> None:
    food.show_use(NAMES.index("Beetroot"), "A red root", is_usable=True)
    qtbot.keyClicks(food, "beet")
    assert food.popup.note.text() == "A red root"


def test_where_nothing_is_found_it_says_what_to_do(qtbot: QtBot, food: Food) -> None:
    qtbot.keyClicks(food, "zzzz")
    assert food.popup.note.text() == "Nothing matches. Type another word."


def test_the_list_closes_when_the_user_goes_to_another_window(qtbot: QtBot, food: Food) -> None:
    food.showPopup()
    food.window().activateWindow()
    qtbot.waitUntil(lambda: not food.popup.isVisible())
