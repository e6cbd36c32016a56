"""The small parts that all panes share: cards, labels, number fields, choices, buttons."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QStandardItemModel,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
)

from convstudio.model.readings.typed_numbers import typed_number
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_weight
from convstudio.model.values.scale import Colours
from convstudio.views.parts.keys import handles_keys, is_command_elsewhere
from convstudio.views.parts.plain_text import as_label
from convstudio.views.parts.sizes import in_font, px, sized
from convstudio.views.parts.theme import body_font, number_font, small_font, tokens_of

if TYPE_CHECKING:

    class _SpinBox(QAbstractSpinBox):
        """What the two classes of number fields have in common, for the type checker."""

        refused: Signal
        takes: str

        def value(self) -> Any: ...
        def setValue(self, value: Any) -> None: ...
        def textFromValue(self, value: Any) -> str: ...
        def _refusal(self, text: str) -> str | None: ...

else:
    _SpinBox = object  # two of Qt's classes among the bases would make two widgets

_Clicked = Callable[[], object]
_NO_BOUND = 10**9
_FRAME_BUTTONS = 160
"""The room that a window's frame needs beside its title, in the bold font of some desktops."""


class Card(QFrame):
    """A white card on the ground: one-pixel line, round corners."""

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.line, 1))
        painter.setBrush(tokens.card)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class PlainLabel(QLabel):
    """A label that shows text as it is: text from files never becomes rich text."""

    def __init__(self, text: str = "", *, small: bool = False, bold: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if small:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        if small or bold:
            in_font(self, partial(small_font if small else body_font, is_bold=bold))


class TypedField(_SpinBox):
    """What a field for numbers does with what is half typed in it; it stands before Qt's own class among the bases."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the pane unless the field is in use: scrolling past a number must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def setToolTip(self, tip: str) -> None:
        """Say what the field is for, and how a number may be typed into it."""
        super().setToolTip(f"{tip}\nType {self.takes}, or a sum such as 2*3")

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        is_number = self._refusal(text) is None
        return QValidator.State.Acceptable if is_number else QValidator.State.Intermediate, text, position

    def fixup(self, text: str) -> str:
        """Refuse what cannot be read when the user is done with it; Qt then puts the number before it back."""
        refusal = self._refusal(text)
        if refusal is not None:
            self.refused.emit(refusal)
        return text

    def drop_typed(self) -> None:
        """Forget what is half typed: it was meant for something else than what is shown next."""
        with QSignalBlocker(self):
            self.setValue(self.value())

    def hideEvent(self, event: QHideEvent) -> None:
        self._drop_if_gone()
        super().hideEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._drop_if_gone()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        self._drop_if_gone()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if _is_undo(event) and self.text() == self.textFromValue(self.value()):
            event.ignore()  # nothing is half typed here: the document's last step is meant
            return False
        if is_command_elsewhere(event):
            event.ignore()
            return False
        return super().event(event)

    def _drop_if_gone(self) -> None:
        """Forget what is half typed where the field was hidden or greyed: Qt would make it an edit of what came."""
        if self.window().isVisible() and not (self.isVisible() and self.isEnabled()):
            self.drop_typed()


class WholeField(TypedField, QSpinBox):
    """A field for a whole number between two limits; anything else is refused in a sentence, never clamped.

    A sum that gives a whole number, such as `2*3`, is one.

    `edited` carries a number that the user gave, `refused` the sentence.
    """

    edited = Signal(int)
    refused = Signal(str)
    takes = "a whole number"

    def __init__(self, name: str, low: int, high: int, tip: str) -> None:
        super().__init__()
        self._low, self._high, self._name = low, high, name
        self._shown = low
        self.setRange(-_NO_BOUND, _NO_BOUND)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # without the wheel, which would bring the field into use
        self.setValue(low)
        self.setKeyboardTracking(False)
        in_font(self, number_font)
        _describe(self, name, tip)
        self.valueChanged.connect(self._consider)

    def show_name(self, name: str) -> None:
        """Take another name, as where an axis is called otherwise."""
        self._name = name
        self.setAccessibleName(name)

    def show_value(self, value: int) -> None:
        """Show a value of the document without asking for anything."""
        self._shown = value
        if self.value() != value:
            with QSignalBlocker(self):
                self.setValue(value)

    def valueFromText(self, text: str) -> int:
        return self._shown if self._refusal(text) else round(typed_number(text))

    def stepBy(self, steps: int) -> None:
        self.setValue(min(max(self.value() + steps, self._low), self._high))

    def _consider(self, value: int) -> None:
        if value == self._shown:
            return
        if self._low <= value <= self._high:
            self.edited.emit(value)
            return
        self.refused.emit(self._refused_sentence(str(value)))
        self.show_value(self._shown)

    def _refusal(self, text: str) -> str | None:
        try:
            number = typed_number(text)
        except ValueError:
            number = math.nan
        is_whole = number.is_integer() and abs(number) <= _NO_BOUND
        return None if is_whole else self._refused_sentence(text.strip() or "an empty field")

    def _refused_sentence(self, typed: str) -> str:
        return f"{self._name} is a whole number from {self._low} to {self._high}, so {typed} is refused."


class NumberField(TypedField, QDoubleSpinBox):
    """A field for a number, typed as a decimal, a fraction or a sum; what cannot be read is refused in a sentence."""

    edited = Signal(float)
    refused = Signal(str)
    takes = "a number, a fraction such as 1/9"

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._shown = 0.0
        self._name = name
        self.setDecimals(15)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(-LIMITS.number, LIMITS.number)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        in_font(self, number_font)
        _describe(self, name, tip)
        self.valueChanged.connect(self._consider)

    def show_value(self, value: float) -> None:
        """Show a value of the document without asking for anything."""
        with QSignalBlocker(self):
            self.setValue(value)
        self._shown = self.value()

    def valueFromText(self, text: str) -> float:
        is_untouched = text == self.textFromValue(self._shown)  # a rounded text stands for the exact number
        return self._shown if is_untouched or self._refusal(text) else typed_number(text)

    def textFromValue(self, value: float) -> str:
        return format_weight(value)

    def _consider(self, value: float) -> None:
        if value != self._shown:
            self.edited.emit(value)

    def _refusal(self, text: str) -> str | None:
        try:
            typed_number(text)
        except ValueError as refusal:
            return f"{self._name}: {refusal}"
        return None


@handles_keys("Lists to choose from", ("Up, Down, Home, End, a letter", "Open the list"))
class Choice(QComboBox):
    """A combo box whose accessible name is its label on every platform, and that a screen reader can set.

    On Linux Qt names a combo box after its current entry, and selecting in its hidden list changes nothing. The first
    is how Qt 6.11's `QAccessibleComboBox::text` is written, see https://github.com/wkentaro/labelme/pull/2639.
    """

    chosen = Signal(int)

    def __init__(self, name: str, entries: Sequence[str], tip: str) -> None:
        super().__init__()
        self.addItems(list(entries))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(min(12, max((len(entry) for entry in entries), default=6)))
        _describe(self, name, tip)
        self.activated.connect(self.chosen)
        self.view().selectionModel().selectionChanged.connect(self._take_selection)
        self.view().selectionModel().currentChanged.connect(self._forget_current)
        self._forget_current()

    def show_index(self, index: int) -> None:
        """Show an entry without asking for anything; -1 shows none."""
        if self.currentIndex() != index:
            with QSignalBlocker(self):
                self.setCurrentIndex(index)

    def show_entries(self, entries: Sequence[str]) -> None:
        """Offer other entries without asking for anything."""
        if [self.itemText(row) for row in range(self.count())] != list(entries):
            with QSignalBlocker(self):
                self.clear()
                self.addItems(list(entries))

    def choose(self, row: int) -> None:
        """Choose an entry as a click on it in the list does."""
        self.show_index(row)
        self.activated.emit(row)

    def is_usable(self, row: int) -> bool:
        """Return whether an entry can be chosen now."""
        items = self.model()
        return not isinstance(items, QStandardItemModel) or items.item(row).isEnabled()

    def show_use(self, row: int, tip: str, *, is_usable: bool) -> None:
        """Grey an entry out or offer it again, and say why or what it is."""
        self.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.setItemData(row, tip, Qt.ItemDataRole.AccessibleDescriptionRole)
        items = self.model()
        if isinstance(items, QStandardItemModel):
            items.item(row).setEnabled(is_usable)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list for arrows and letters: walking through the entries must not apply each one of them."""
        keys, text = Qt.Key, event.text().strip()
        is_letter = bool(text) and text.isprintable()  # Escape has a text too, and closes a dialog
        if event.key() in (keys.Key_Up, keys.Key_Down, keys.Key_Home, keys.Key_End) or is_letter:
            self._open_for(event)
        else:
            super().keyPressEvent(event)

    def _open_for(self, event: QKeyEvent) -> None:
        """Open the list, and have it take the key that opened it."""
        self.showPopup()
        QApplication.sendEvent(self.view(), event)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the pane: scrolling past a choice must not change it."""
        event.ignore()  # type: ignore[attr-defined]

    def showPopup(self) -> None:
        super().showPopup()
        self.view().setCurrentIndex(self.model().index(self.currentIndex(), self.modelColumn()))  # which was forgotten

    def hidePopup(self) -> None:
        super().hidePopup()
        QTimer.singleShot(0, self, self._forget_current)  # Qt reads the entry that was chosen after it hid the list

    def _forget_current(self) -> None:
        """Keep no current entry in a list that is closed: Qt tells screen readers that such an entry has the focus."""
        if not self.view().isVisible():
            self.view().selectionModel().setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _take_selection(self, selected: QItemSelection) -> None:
        rows = [index.row() for index in selected.indexes()]
        if rows and not self.view().isVisible() and rows[0] != self.currentIndex():
            self.choose(rows[0])


def tool_button(
    text: str, name: str, tip: str, clicked: _Clicked | None = None, *, toggles: bool = False, menu: QMenu | None = None
) -> QToolButton:
    """Make a small button: a sign or a word, with its accessible name and a tooltip; it may open a menu."""
    button = QToolButton()
    button.setText(text)
    button.setCheckable(toggles)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    _describe(button, name, tip)
    if clicked is not None:
        button.clicked.connect(lambda _checked=False: clicked())
    if menu is not None:
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def labelled(text: str, field: QWidget) -> PlainLabel:
    """Make the visible label of a field: its buddy. A colon keeps it apart from the field, whose name it is."""
    label = PlainLabel(as_label(text))
    label.setAccessibleName(f"{text}:")
    label.setBuddy(field)
    return label


def show_name(field: WholeField, label: PlainLabel, name: str) -> None:
    """Give a field and its label another name; the same one again changes nothing."""
    if field.accessibleName() != name:
        field.show_name(name)
        label.setText(name)
        label.setAccessibleName(f"{name}:")


def row_of(*things: QWidget | int, spacing: int = 6) -> QHBoxLayout:
    """Lay widgets in a row; a number is a stretch."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    sized(row, spacing=spacing)
    for thing in things:
        if isinstance(thing, int):
            row.addStretch(thing)
        else:
            row.addWidget(thing)
    return row


def horizontal_line() -> QFrame:
    """Make a one-pixel line between the parts of a card."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    return line


def vertical_line() -> QFrame:
    """Make a one-pixel line between what stands side by side in a card."""
    line = horizontal_line()
    line.setFrameShape(QFrame.Shape.VLine)
    return line


def colour_of(rgb: Sequence[int]) -> QColor:
    """Turn three bytes into a colour."""
    return QColor(int(rgb[0]), int(rgb[1]), int(rgb[2]))


def image_of(painted: Colours) -> QImage:
    """Turn `(rows, columns, 3)` bytes into an image, in the format that Qt draws fastest."""
    held = np.ascontiguousarray(painted)
    rows, columns = held.shape[:2]
    image = QImage(held.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy with its own bytes


def rgb_of(colour: QColor) -> tuple[int, int, int]:
    """Turn a colour into three bytes."""
    return colour.red(), colour.green(), colour.blue()


def title_width(window: QWidget) -> int:
    """Return how wide a window must be so that its title, beside the buttons of its frame, is not cut."""
    return window.fontMetrics().horizontalAdvance(window.windowTitle()) + px(_FRAME_BUTTONS)


def widen_for_title(dialog: QWidget) -> None:
    """Keep a dialog with few or narrow fields as wide as its title, whatever that becomes."""
    dialog.windowTitleChanged.connect(lambda _: dialog.setMinimumWidth(title_width(dialog)))
    dialog.setMinimumWidth(title_width(dialog))


def _is_undo(event: QEvent) -> bool:
    """Return whether a field is asked if it takes undo or redo for itself."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def _describe(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setToolTip(tip)
