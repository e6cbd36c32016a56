"""The data panel: where the samples come from, what they are, and what the network makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QMainWindow, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from convstudio.model.panes.learning.data.samples import ExaminedData, Part, data_facts
from convstudio.views.learning.data.fields import wrapping_label
from convstudio.views.learning.data.pages import ClassesPage, ConfusionPage, SamplesPage
from convstudio.views.learning.data.source import SourceForm
from convstudio.views.parts.controls import PlainLabel, horizontal_line, row_of, tool_button
from convstudio.views.parts.panels.side_panel import LEAST_DOCKED, SidePanel
from convstudio.views.parts.room.tall_scroll import TallColumn, TallScroll
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_DOCKED = (LEAST_DOCKED, 460)
_FLOATING = QSize(620, 700)
_PAGES = (
    ("Samples", "The samples as pictures, and what the network makes of each"),
    ("Confusion", "Which class the network takes for which"),
    ("Counts", "How many samples each class has"),
)
_NO_DATA = "Choose where the samples come from, or set a target for the input: then the two are one pair."


class DataDock(SidePanel):
    """Shows the data; `sample_chosen` carries the number of a sample that is to be the input.

    `noise_asked` tells whether labels are to be drawn, and `fit_asked` that the network is to be fitted to the data.
    """

    sample_chosen = Signal(int)
    noise_asked = Signal(bool)
    fit_asked = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("Data", window, Qt.DockWidgetArea.RightDockWidgetArea, docked=_DOCKED, floating=_FLOATING)
        self.source = SourceForm()
        self.facts = wrapping_label()
        self.notes = wrapping_label(small=True)
        self.misfit = wrapping_label()
        tip = "Change the last layers so that they fit the data"
        self.fit = tool_button("Fit the network…", "Fit the network…", tip, self.fit_asked.emit)
        self.noise = QCheckBox("Memorise noise: random labels")
        self.noise.setAccessibleName(self.noise.text())
        self.noise.setToolTip(
            "Draw the classes of the training samples. A network can learn them by heart, and is no better than chance "
            "on samples that are held out"
        )
        self.noise.clicked.connect(self.noise_asked)
        self.samples, self.confusion, self.classes = SamplesPage(), ConfusionPage(), ClassesPage()
        self._make_pages()
        self._lay_out()
        self.samples.chosen.connect(self.sample_chosen)
        self.confusion.pair_chosen.connect(self._show_pair)
        self.show_data(None)

    def show_data(self, examined: ExaminedData | None, notes: Sequence[str] = ()) -> None:
        """Show other data, or what the network makes of it now, and what is to be told about it."""
        self.facts.setText(_NO_DATA if examined is None else data_facts(examined))
        _tell(self.notes, " ".join(notes))
        self.found.setVisible(examined is not None)
        self.noise.setEnabled(examined is not None and examined.data.labels is not None)
        for page in (self.samples, self.confusion, self.classes):
            page.show_examined(examined)

    def show_misfit(self, sentence: str, *, can_fit: bool) -> None:
        """Say why the network cannot be tried on the data; nothing where it can."""
        _tell(self.misfit, sentence)
        self.fit.setVisible(bool(sentence) and can_fit)

    def show_noise(self, is_on: bool) -> None:
        """Show whether labels are drawn."""
        self.noise.setChecked(is_on)

    # --- layout --------------------------------------------------------------------------------------------------

    def _make_pages(self) -> None:
        self.pages = QStackedWidget()
        self._buttons = QButtonGroup(self)
        for number, (page, (name, tip)) in enumerate(
            zip((self.samples, self.confusion, self.classes), _PAGES, strict=True)
        ):
            self.pages.addWidget(page)
            self._buttons.addButton(tool_button(name, name, tip, toggles=True), number)
        self._buttons.button(0).setChecked(True)
        self._buttons.idToggled.connect(self._turn_to)

    def _lay_out(self) -> None:
        self.found = QWidget()
        found = QVBoxLayout(self.found)
        sized(found, contents_margins=(0, 0, 0, 0), spacing=RHYTHM)
        found.addWidget(self.noise)
        found.addWidget(horizontal_line())
        found.addLayout(row_of(*self._buttons.buttons(), 1, spacing=RHYTHM))
        found.addWidget(self.pages, 1)
        parts = (self.source, self.facts, self.notes, self.misfit, _beginning_with(self.fit), self.found)
        column = TallColumn(*parts, stretched=self.found)
        column.give_rest_to_end()
        self.setWidget(TallScroll(column))

    def _turn_to(self, page: int, is_on: bool) -> None:
        if is_on:
            self.pages.setCurrentIndex(page)

    def _show_pair(self, label: int, predicted: int, part: str) -> None:
        self.samples.show_pair(label, predicted, cast("Part", part))
        self._buttons.button(0).setChecked(True)


def _beginning_with(button: QToolButton) -> QWidget:
    """Return a row with a button at its beginning."""
    held = QWidget()
    held.setLayout(row_of(button, 1))
    return held


def _tell(label: PlainLabel, sentence: str) -> None:
    label.setText(sentence)
    label.setVisible(bool(sentence))
