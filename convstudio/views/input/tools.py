"""The tools of the input pane: sample, brush, shape, rows and columns, channels, padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from convstudio.model.panes.input.input_levels import SPANS, Span, span_names
from convstudio.model.run.layer_input import Origin
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.sample import Sample
from convstudio.views.input.sample_choice import PictureOfSample, SampleChoice, SampleEntry
from convstudio.views.input.ways_back import WaysBack
from convstudio.views.parts.controls import Choice, NumberField, PlainLabel, WholeField, labelled, tool_button
from convstudio.views.parts.room.tool_row import ToolRow
from convstudio.views.parts.sizes import px, sized

_VALUE_WIDTH, _SIZE_WIDTH = 60, 48
_LOW_PANE = 345
_ROW_GAP = 6


@dataclass(frozen=True)
class Brush:
    """What the brush paints: a square of `size` cells with `value`."""

    value: float
    size: int


class InputTools(QWidget):
    """Two rows of tools; what belongs to the brush takes the place of Rows and columns while the brush is on.

    `insert_asked` carries 0 for rows or 1 for columns, and 0 for before or 1 for after; `delete_asked` the first alone.
    """

    sample_asked = Signal(str)
    open_asked = Signal()
    brush_toggled = Signal(bool)
    padding_toggled = Signal(bool)
    shape_asked = Signal()
    insert_asked = Signal(int, int)
    delete_asked = Signal(int)
    fill_asked = Signal()
    fill_selection_asked = Signal()
    layer_asked = Signal(int)
    span_asked = Signal(str)
    refused = Signal(str)

    def __init__(self, entries: Sequence[SampleEntry], picture_of: PictureOfSample) -> None:
        super().__init__()
        self.sample = SampleChoice(entries, picture_of)
        self.brush_button = tool_button("Brush", "Brush", "Paint with the mouse (Ctrl+B)", toggles=True)
        self.brush_value = NumberField("Brush value", "The number that the brush paints")
        self.brush_size = WholeField("Brush size", 1, LIMITS.brush, "The side of the painted square, in cells")
        self.padding_button = tool_button("Padding", "Padding", "Show the padding cells around the input", toggles=True)
        self.levels_choice = Choice("Input levels", span_names(is_own=True), _LEVELS_TIP)
        self.levels_choice.setMinimumContentsLength(5)  # the row must not wrap at 1366 pixels
        self._levels_label = labelled("Levels", self.levels_choice)
        self.rows_and_columns = QMenu(_MENU_NAMES[0], self)
        self.rows_and_columns.setObjectName(_MENU_NAMES[0])
        self.origin_label = PlainLabel(bold=True)
        self.origin_label.hide()
        self._ways_back = WaysBack()
        self._edits: list[QAction] = []
        self._row_actions: list[QAction] = []
        self._column_actions: list[QAction] = []
        self._fill_menu()
        name = _MENU_NAMES[0]
        self._menu_button = tool_button(name, name, "Insert, delete or fill cells", menu=self.rows_and_columns)
        self._brush_labels = (labelled("Value", self.brush_value), labelled("Size", self.brush_size))
        self._tools = ToolRow()
        self._is_low = False
        self._lay_out()
        self._settle()
        self._connect()

    @property
    def brush(self) -> Brush:
        """What the brush paints now."""
        return Brush(self.brush_value.value(), self.brush_size.value())

    def fit_pane(self, height: int) -> None:
        """Keep to one row in a low pane."""
        self._is_low = height < px(_LOW_PANE)
        self._fold()

    @property
    def spare_height(self) -> int:
        """How much of its height it can do without."""
        return 0 if self._tools.isHidden() else self._tools.sizeHint().height() + px(_ROW_GAP)

    def _fold(self) -> None:
        """Keep all tools in one row of a low pane; the fields of the brush have no room there."""
        if self._is_low and not self.brush_button.isChecked():
            self._source.borrow(self._tools)
        else:
            self._source.give_back()

    def show_sample(self, sample: Sample, has_padding: bool) -> None:
        """Show which sample the pane shows, and offer only what it allows."""
        self.sample.show_sample(sample)
        self.padding_button.setEnabled(has_padding)
        self._show_padding_button()
        is_sequence = sample.rank == 1
        for action in self._row_actions:
            action.setVisible(not is_sequence)
        for action, (name, sequence_name) in zip(self._column_actions, _COLUMN_NAMES, strict=True):
            action.setText(sequence_name if is_sequence else name)
        title = _MENU_NAMES[is_sequence]
        self.rows_and_columns.setTitle(title)
        self._menu_button.setText(title)
        self._menu_button.setAccessibleName(title)

    def show_span(self, span: Span, *, is_own: bool) -> None:
        """Show which values are between black and white."""
        self.levels_choice.show_entries(span_names(is_own=is_own))
        self.levels_choice.show_index(SPANS.index(span))

    def show_origin(self, origin: Origin | None) -> None:
        """Offer what edits the sample; of what a layer made (an origin) tell the origin, with the ways back.

        Another sample can be chosen all the same: what the layers make of it follows.
        """
        is_sample = origin is None
        self.origin_label.setText("" if origin is None else origin.title)
        _exchange(self._open_button if is_sample else self.origin_label, self.origin_label, self._open_button)
        self._ways_back.show_ways(() if origin is None else origin.ways)
        if not is_sample:
            self.brush_button.setChecked(False)
        self.brush_button.setVisible(is_sample)
        self._show_padding_button()
        self._menu_button.setVisible(is_sample and not self.brush_button.isChecked())
        for action in self._edits:  # the commands on cells stand in the menu, too, and know when they can be used
            action.setEnabled(is_sample)

    def _show_padding_button(self) -> None:
        """Leave out a button that does nothing where the ways back need its room: a third row would take the cells'."""
        is_sample = self.origin_label.isHidden()
        self.padding_button.setVisible(is_sample or self.padding_button.isEnabled())

    def _show_brush(self) -> None:
        """Show what belongs to the brush while it is on: a third row would move the cells under the mouse."""
        is_on = self.brush_button.isChecked()
        self._menu_button.setVisible(not is_on)
        for part in (self._levels_label, self.levels_choice):
            part.setVisible(not is_on)
        for held in (*self._brush_labels, self.brush_value, self.brush_size):
            held.setVisible(is_on)
        self._fold()

    def _settle(self) -> None:
        self.brush_value.show_value(1.0)
        sized(self.brush_value, fixed_width=_VALUE_WIDTH)
        sized(self.brush_size, fixed_width=_SIZE_WIDTH)
        self.padding_button.setChecked(True)
        self._show_brush()

    def _connect(self) -> None:
        self.sample.sample_chosen.connect(self.sample_asked)
        self._ways_back.layer_asked.connect(self.layer_asked)
        self.levels_choice.chosen.connect(lambda index: self.span_asked.emit(SPANS[index]))
        self.brush_button.toggled.connect(self._show_brush)
        self.brush_button.toggled.connect(self.brush_toggled)
        self.brush_button.setShortcut(QKeySequence("Ctrl+B"))
        self.padding_button.toggled.connect(self.padding_toggled)
        self.brush_value.edited.connect(self.brush_value.show_value)
        self.brush_size.edited.connect(self.brush_size.show_value)
        self.brush_value.refused.connect(self.refused)
        self.brush_size.refused.connect(self.refused)

    def _lay_out(self) -> None:
        self._open_button = tool_button(
            "Open image or table…", "Open image or table…", "Use a picture or a table of numbers", self.open_asked.emit
        )
        source = self._source = ToolRow()
        source.add(self.origin_label, stays=True)
        source.add(labelled("Sample", self.sample))  # the least of what can go: the choice is told by what it shows
        source.add(self.sample, stays=True)
        source.add(self._open_button)
        for part in (self.brush_button, self.padding_button, self._menu_button):
            self._tools.add(part)
        self._tools.add(self._levels_label, self.levels_choice)
        for field, label in zip((self.brush_value, self.brush_size), self._brush_labels, strict=True):
            self._tools.add(label, field, stays=True)
        self._tools.add(self._ways_back)
        source.fold_into(self._tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        sized(layout, spacing=_ROW_GAP)
        layout.addWidget(source)
        layout.addWidget(self._tools)

    def _fill_menu(self) -> None:
        rows, columns = self._row_actions, self._column_actions
        self._action("Shape…", "Alt+Shift+H", self.shape_asked.emit)
        self.rows_and_columns.addSeparator()
        rows.append(self._action("Insert row above", "Alt+Shift+Up", lambda: self.insert_asked.emit(0, 0)))
        rows.append(self._action("Insert row below", "Alt+Shift+Down", lambda: self.insert_asked.emit(0, 1)))
        columns.append(self._action(_COLUMN_NAMES[0][0], "Alt+Shift+Left", lambda: self.insert_asked.emit(1, 0)))
        columns.append(self._action(_COLUMN_NAMES[1][0], "Alt+Shift+Right", lambda: self.insert_asked.emit(1, 1)))
        self.rows_and_columns.addSeparator()
        rows.append(self._action("Delete rows", "Alt+Shift+R", lambda: self.delete_asked.emit(0)))
        columns.append(self._action(_COLUMN_NAMES[2][0], "Alt+Shift+C", lambda: self.delete_asked.emit(1)))
        self.rows_and_columns.addSeparator()
        self._action("Fill selected cells…", "Alt+Shift+S", self.fill_selection_asked.emit)
        self._action("Fill…", "Alt+Shift+F", self.fill_asked.emit)

    def _action(self, text: str, keys: str, done: Callable[[], object]) -> QAction:
        action = self.rows_and_columns.addAction(text)
        action.setObjectName(text.removesuffix("…"))  # its keys are kept by it: what it is called changes
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked=False: done())
        self._edits.append(action)
        return action


_LEVELS_TIP = "Values between black and white: 0 to 1 as in pictures, all values, or the middle 99\xa0%"
_MENU_NAMES = ("Rows and columns", "Steps")
_COLUMN_NAMES = (
    ("Insert column left", "Insert step left"),
    ("Insert column right", "Insert step right"),
    ("Delete columns", "Delete steps"),
)


def _exchange(shown: QWidget, *parts: QWidget) -> None:
    """Show one of the parts of a row, after the others are hidden.

    Qt lays the whole window out at once when a part is shown. The row would remember its least size with all of them,
    and the window would grow to it.
    """
    for part in parts:
        if part is not shown:
            part.hide()
    shown.show()
