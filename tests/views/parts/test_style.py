from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QDialog, QMenu, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import Choice, NumberField, WholeField, tool_button
from convstudio.views.parts.style import CONTROL_HEIGHT, FIELD_HEIGHT, FlatStyle, give_large_icons
from convstudio.views.parts.theme import LIGHT
from convstudio.views.window.chip import Chip


@pytest.fixture
def style(qtbot: QtBot) -> FlatStyle:
    return FlatStyle()


def shown(qtbot: QtBot, style: FlatStyle, widget: QWidget) -> QImage:
    """Draw a widget in the style, at its own size."""
    qtbot.addWidget(widget)
    widget.setStyle(style)
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


def colours(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def test_a_button_has_a_flat_ground_and_a_line_of_one_colour(qtbot: QtBot, style: FlatStyle) -> None:
    image = shown(qtbot, style, QPushButton(""))
    assert QColor(image.pixel(image.width() // 2, 0)) == LIGHT.edge
    assert QColor(image.pixel(image.width() // 2, image.height() // 2)) == LIGHT.card


def test_a_menu_with_pictures_is_as_high_as_they_are(qtbot: QtBot) -> None:
    plain, large = QMenu(), QMenu()
    for menu in (plain, large):
        qtbot.addWidget(menu)
        menu.addAction("photo.png")
    give_large_icons(large)
    icon = QPixmap(32, 32)
    icon.fill("red")
    for menu in (plain, large):
        menu.actions()[0].setIcon(QIcon(icon))
    assert plain.sizeHint().height() < 32 <= large.sizeHint().height()


def test_the_button_that_enter_presses_is_blue(qtbot: QtBot, style: FlatStyle) -> None:
    dialog, button = QDialog(), QPushButton("")
    qtbot.addWidget(dialog)
    button.setParent(dialog)
    button.setDefault(True)
    button.setStyle(style)
    button.resize(80, CONTROL_HEIGHT)
    assert QColor(button.grab().toImage().pixel(40, 6)) == LIGHT.selection


def test_a_button_that_is_on_is_blue(qtbot: QtBot, style: FlatStyle) -> None:
    button = tool_button("", "Brush", "", toggles=True)
    button.setChecked(True)
    assert {LIGHT.selection_ground.name(), LIGHT.selection.name()} <= colours(shown(qtbot, style, button))


def test_a_button_that_is_on_but_cannot_be_used_is_not_blue(qtbot: QtBot, style: FlatStyle) -> None:
    button = tool_button("", "Padding", "", toggles=True)
    button.setChecked(True)
    button.setEnabled(False)
    assert LIGHT.selection.name() not in colours(shown(qtbot, style, button))


def test_a_button_with_a_menu_has_room_for_its_arrow(qtbot: QtBot, style: FlatStyle) -> None:
    plain, with_menu = tool_button("Rows", "Rows", ""), tool_button("Rows", "Rows", "")
    with_menu.setMenu(QMenu(with_menu))
    shown(qtbot, style, plain)
    shown(qtbot, style, with_menu)
    assert with_menu.sizeHint().width() > plain.sizeHint().width()


@pytest.mark.parametrize("field", [lambda: WholeField("Stride rows", 1, 9, ""), lambda: NumberField("Bias", "")])
def test_fields_are_lower_than_buttons(qtbot: QtBot, style: FlatStyle, field) -> None:
    image = shown(qtbot, style, field())
    assert FIELD_HEIGHT <= image.height() <= CONTROL_HEIGHT


def test_the_slider_is_blue_up_to_its_handle(qtbot: QtBot, style: FlatStyle) -> None:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 10)
    slider.setValue(5)
    image = shown(qtbot, style, slider)
    middle = image.height() // 2
    assert QColor(image.pixel(image.width() // 8, middle)) == LIGHT.selection
    assert QColor(image.pixel(image.width() * 7 // 8, middle)) == LIGHT.edge


def narrow_choice(qtbot: QtBot, style: FlatStyle, entry: str) -> QImage:
    choice = Choice("Operation", [entry], "")
    qtbot.addWidget(choice)
    choice.setStyle(style)
    choice.resize(90, CONTROL_HEIGHT)
    return choice.grab().toImage()


def test_a_choice_too_narrow_for_its_entry_shortens_it(qtbot: QtBot, style: FlatStyle) -> None:
    long = narrow_choice(qtbot, style, "true convolution")
    beginnings = ["true convolution"[:letters] + "…" for letters in range(1, 16)]
    assert any(narrow_choice(qtbot, style, beginning) == long for beginning in beginnings)


@pytest.mark.parametrize(
    ("reason", "is_ringed"),
    [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.ActiveWindowFocusReason, False)],
)
def test_a_chip_shows_the_keyboard_but_not_in_a_window_just_opened(
    qtbot: QtBot, reason: Qt.FocusReason, is_ringed: bool
) -> None:
    chip = Chip("The input")
    qtbot.addWidget(chip)
    chip.show()
    chip.setFocus()
    chip.shows_focus = False
    chip.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, reason))
    assert chip.shows_focus is is_ringed
