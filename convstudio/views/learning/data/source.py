"""The choice where the data comes from: digits, patterns with their settings, a folder, a file, or one pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convstudio.model.learning.patterns import CLASS_COUNTS, LEAST_SIDE, USUAL_PATTERNS, PatternSettings
from convstudio.model.learning.sources import (
    DataSource,
    DigitsSource,
    OwnSource,
    PairSource,
    PatternsSource,
    StoredSource,
    source_text,
)
from convstudio.model.values.limits import LIMITS
from convstudio.views.learning.data.fields import with_label
from convstudio.views.parts.controls import Choice, NumberField, WholeField, labelled, row_of, tool_button
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_ENTRIES = ("Handwritten digits", "Patterns", "Folder of pictures…", "File…", "One pair: input and target")
_DIGITS, _PATTERNS, _FOLDER, _FILE, _PAIR = range(len(_ENTRIES))
_FIELD_WIDTH = 64


class SourceForm(QWidget):
    """Asks where the data comes from; `asked` carries the text of a source, the other two ask for a question.

    `size_edited` tells that pictures are to be read at another size, or as grey or RGB, and `labels_chosen` carries the
    name of the column, or of the array, that is to hold the classes.
    """

    asked = Signal(str)
    folder_asked = Signal()
    file_asked = Signal()
    size_edited = Signal()
    labels_chosen = Signal(str)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._patterns = USUAL_PATTERNS
        self.kind = Choice("Data", _ENTRIES, "Where the samples come from")
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.kind.show_index(-1)
        self.kind.chosen.connect(self._choose)
        self._make_pattern_fields()
        self._make_picture_fields()
        self.labels = Choice("Classes in", (), "The column, or the array, that holds the class of each sample")
        self.labels.chosen.connect(lambda row: self.labels_chosen.emit(self.labels.itemText(row)))
        self._tools = FlowLayout(spacing=RHYTHM)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(0, 0, 0, 0), spacing=RHYTHM)
        column.addLayout(row_of(labelled("Data", self.kind), self.kind))
        column.addLayout(self._tools)
        self._pairs = {
            field: with_label(field) for field in (*self._pattern_fields, *self._picture_fields, self.labels)
        }
        for pair in self._pairs.values():
            self._tools.addWidget(pair)
        self._tools.addWidget(self.another)
        self._show_fields()

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """The rows, columns and channels that pictures get."""
        return self.rows.value(), self.columns.value(), (1, 3)[self.colours.currentIndex()]

    def show_picture_shape(self, shape: tuple[int, int, int]) -> None:
        """Show which shape pictures get."""
        self.rows.show_value(shape[0])
        self.columns.show_value(shape[1])
        self.colours.show_index((1, 3).index(shape[2]))

    def show_labels(self, names: Sequence[str], chosen: int) -> None:
        """Offer the columns or arrays of a file that may hold the classes."""
        self.labels.show_entries(names)
        self.labels.show_index(chosen)

    def show_source(self, source: DataSource | None, *, is_folder: bool = False) -> None:
        """Show where the data comes from that is there now; of what is stored, whether it is a folder."""
        match source:
            case None | OwnSource():
                self.kind.show_index(-1)
            case DigitsSource():
                self.kind.show_index(_DIGITS)
            case PatternsSource(settings):
                self.kind.show_index(_PATTERNS)
                self._show_patterns(settings)
            case PairSource():
                self.kind.show_index(_PAIR)
            case StoredSource():
                self.kind.show_index(_FOLDER if is_folder else _FILE)
            case _:
                assert_never(source)
        self._show_fields()

    # --- fields --------------------------------------------------------------------------------------------------

    def _make_pattern_fields(self) -> None:
        most = LIMITS
        self.directions = Choice("Directions", [str(count) for count in CLASS_COUNTS], "How many classes of lines")
        self.side = WholeField("Pattern side", LEAST_SIDE, most.pattern_side, "Rows and columns of each pattern")
        self.per_class = WholeField("Patterns per class", 1, most.patterns, "How many patterns of each direction")
        self.shift = WholeField("Shift", 0, most.pattern_shift, "How many cells a line may be from the middle")
        self.noise = NumberField("Noise", "The standard deviation of what is added to every cell; lines are 1")
        self.seed = WholeField("Pattern seed", 0, most.seed, "Another number draws other patterns")
        self._pattern_fields = (self.directions, self.side, self.per_class, self.shift, self.noise, self.seed)
        self.directions.chosen.connect(self._take_directions)
        for name, field in (
            ("side", self.side), ("per_class", self.per_class), ("shift", self.shift),
            ("noise", self.noise), ("seed", self.seed),
        ):  # fmt: skip
            sized(field, fixed_width=_FIELD_WIDTH)
            field.edited.connect(partial(self._take_setting, name))
            field.refused.connect(self.refused)
        self._show_patterns(self._patterns)

    def _make_picture_fields(self) -> None:
        self.rows = WholeField("Picture rows", 1, LIMITS.axis_length, "The rows that every picture gets")
        self.columns = WholeField("Picture columns", 1, LIMITS.axis_length, "The columns that every picture gets")
        self.colours = Choice("Picture channels", ("Grey", "RGB"), "Whether pictures become grey or red, green, blue")
        self.another = tool_button(
            "Choose another…", "Choose another…", "Choose another folder or file", self._ask_again
        )
        self._picture_fields = (self.rows, self.columns, self.colours)
        for field in (self.rows, self.columns):
            sized(field, fixed_width=_FIELD_WIDTH)
            field.edited.connect(partial(self._take_size, field))
            field.refused.connect(self.refused)
        self.colours.chosen.connect(self._take_channels)

    def _show_patterns(self, settings: PatternSettings) -> None:
        self._patterns = settings
        self.directions.show_index(CLASS_COUNTS.index(settings.classes))
        self.side.show_value(settings.side)
        self.per_class.show_value(settings.per_class)
        self.shift.show_value(settings.shift)
        self.noise.show_value(settings.noise)
        self.seed.show_value(settings.seed)

    def _show_fields(self) -> None:
        """Show the fields of the source that is there."""
        kind = self.kind.currentIndex()
        for fields, is_shown in ((self._pattern_fields, kind == _PATTERNS), (self._picture_fields, kind == _FOLDER)):
            for field in fields:
                self._pairs[field].setVisible(is_shown)
        self._pairs[self.labels].setVisible(kind == _FILE and self.labels.count() > 1)
        self.another.setVisible(kind in (_FOLDER, _FILE))
        self._tools.invalidate()
        self.updateGeometry()

    # --- what is asked -------------------------------------------------------------------------------------------

    def _choose(self, kind: int) -> None:
        match kind:
            case value if value == _FOLDER:
                self.folder_asked.emit()
            case value if value == _FILE:
                self.file_asked.emit()
            case value if value == _PATTERNS:
                self.asked.emit(source_text(PatternsSource(self._patterns)))
            case value if value == _PAIR:
                self.asked.emit(source_text(PairSource()))
            case _:
                self.asked.emit(source_text(DigitsSource()))

    def _ask_again(self) -> None:
        self._choose(self.kind.currentIndex())

    def _take_directions(self, place: int) -> None:
        self._ask_patterns(replace(self._patterns, classes=CLASS_COUNTS[place]))

    def _take_setting(self, name: str, value: float) -> None:
        changed: dict[str, Any] = {name: value}
        self._ask_patterns(replace(self._patterns, **changed))

    def _ask_patterns(self, settings: PatternSettings) -> None:
        """Ask for other patterns; where they are refused, what is there is shown again."""
        self._patterns = settings  # another field may be edited before they are drawn
        self.asked.emit(source_text(PatternsSource(settings)))

    def _take_size(self, field: WholeField, value: int) -> None:
        field.show_value(value)
        self.size_edited.emit()

    def _take_channels(self, _place: int) -> None:
        self.size_edited.emit()
