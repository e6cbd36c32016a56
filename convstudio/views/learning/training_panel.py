"""The panel in which a network is trained: data, controls, settings and pictures of the run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMainWindow, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from convstudio.model.values.document import Document
from convstudio.views.learning.curves_page import CurvesPage
from convstudio.views.learning.run_bar import RunBar
from convstudio.views.learning.settings_form import TrainingForm
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, row_of
from convstudio.views.parts.panels.side_panel import LEAST_DOCKED, SidePanel
from convstudio.views.parts.signs import push_button
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_DOCKED = (LEAST_DOCKED, 460)
_FLOATING = QSize(520, 620)


class TrainingPanel(SidePanel):
    """Shows the training of the window's network. Only the tab on top is kept up to date: see `page_changed`.

    `data_chosen` carries the place of the data in the list, `data_asked` that other data is wanted.
    """

    intent_asked = Signal(object)
    data_chosen = Signal(int)
    data_asked = Signal()
    page_changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("Train", window, Qt.DockWidgetArea.RightDockWidgetArea, docked=_DOCKED, floating=_FLOATING)
        self.data_choice = Choice("Data", (), "What the network is trained on")
        self.data_choice.chosen.connect(self.data_chosen)
        self.data_button = push_button("Other data…", "Choose, load or draw other data", self.data_asked.emit)
        self.data_facts = PlainLabel(small=True)
        self.data_facts.setWordWrap(True)
        self.bar = RunBar()
        self.form = TrainingForm()
        self.form.intent_asked.connect(self.intent_asked)
        self.form.refused.connect(self.bar.show_trouble)
        self.curves = CurvesPage()
        self.pages = QTabWidget()
        for part in (self.pages, self.pages.tabBar()):
            part.setAccessibleName("Pages")
            part.setToolTip("Settings of the training, and what becomes of the network")
        # Its tabs alone take the keyboard: else Tab would come back to them for ever.
        self.pages.setFocusProxy(None)  # type: ignore[arg-type]  # the stubs forget None
        self.pages.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pages.setDocumentMode(True)
        self.pages.addTab(_scrolling(self.form), "Settings")
        self.pages.addTab(self.curves, "Curves")
        self.pages.currentChanged.connect(self.page_changed)
        self._lay_out()

    def add_page(self, page: QWidget, title: str) -> None:
        """Add a tab."""
        self.pages.addTab(page, title)

    def show_document(self, document: Document, *, is_split: bool) -> None:
        """Show the settings of a document; the data may be split already into what is trained on and what is not."""
        self.form.show_document(document, is_split=is_split)

    def show_data(self, names: Sequence[str], chosen: int, facts: str) -> None:
        """Offer data, and say what the chosen one holds."""
        self.data_choice.show_entries(names)
        self.data_choice.show_index(chosen)
        self.data_facts.setText(facts)
        self.data_facts.setVisible(bool(facts))

    def show_curves(self) -> None:
        """Turn from the settings to what the training shows; another page stays."""
        if self.pages.currentIndex() == 0:
            self.pages.setCurrentWidget(self.curves)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.curves.make_ready)  # which are on another page until a run begins

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        sized(column, contents_margins=(10, 8, 10, 8), spacing=RHYTHM)
        data = row_of(labelled("Data", self.data_choice), self.data_choice, self.data_button)
        data.setStretch(1, 1)
        column.addLayout(data)
        column.addWidget(self.data_facts)
        column.addWidget(self.bar)
        column.addWidget(self.pages, 1)
        self.setWidget(body)
        self.content = body


def _scrolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
