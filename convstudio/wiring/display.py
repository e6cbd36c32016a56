"""Shows the document, what is selected and the newest results in every pane of the window.

After an edit the map comes first: what is edited and the map are shown at once, and the rest (what a deeper layer
reads, calculation, gallery, lenses, sentences) as soon as the new map is painted, or after a while where that takes
longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer

from convstudio.model.panes.partial_maps import request_of
from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.run.layer_input import reading_of
from convstudio.model.run.memory import memory_line
from convstudio.model.run.prediction import predicted
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import counts_line, layer_sign
from convstudio.session.partial_mapper import PartialMapper
from convstudio.session.recompute import Recompute
from convstudio.session.session import Session
from convstudio.session.surveyor import Surveyor
from convstudio.session.window_frames import FRAMES
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.input.pane import InputPane
from convstudio.views.layer.pane import LayerPane
from convstudio.views.lenses.learn import LensDocks
from convstudio.views.map.pages import MapPages
from convstudio.views.map.pane import MapPane
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.ribbon import Ribbon
from convstudio.wiring.offers import Offers
from convstudio.wiring.opening.reading_questions import ReadingQuestions

_PATIENCE_MILLISECONDS = 50
"""How long what explains the map waits for a new one; longer than most edits take, and too short to be noticed."""


@dataclass(frozen=True)
class Screen:
    """The parts of the window that show something."""

    window: MainWindow
    ribbon: Ribbon
    input_pane: InputPane
    layer_pane: LayerPane
    map_pane: MapPane
    map_pages: MapPages
    calculation_pane: CalculationPane
    gallery_pane: GalleryPane
    learn: LensDocks

    @property
    def equation(self) -> Sequence[Ribbon | InputPane | LayerPane | MapPages]:
        """What is edited, and the map that follows from it."""
        return (self.ribbon, self.input_pane, self.layer_pane, self.map_pages)

    @property
    def explanation(self) -> Sequence[CalculationPane | GalleryPane]:
        """What explains the map and compares it with others."""
        return (self.calculation_pane, self.gallery_pane)


@dataclass(frozen=True)
class Workers:
    """The threads that work out what is shown."""

    recompute: Recompute
    surveyor: Surveyor
    partial_mapper: PartialMapper


class Display:
    """Follows the session and the workers; `result` is the newest forward run, None before the first."""

    def __init__(
        self,
        session: Session,
        screen: Screen,
        workers: Workers,
        offers: Offers,
        readings: ReadingQuestions,
    ) -> None:
        self._session = session
        self._screen = screen
        self._workers = workers
        self._offers = offers
        self._readings = readings
        self.result: Forward | None = None
        self._is_read = False
        self._followers: list[Callable[[Document, ViewState, Forward | None], object]] = []
        self._explaining = QTimer(screen.window)
        self._explaining.setSingleShot(True)
        self._explaining.timeout.connect(self._paint_and_explain)
        screen.window.equation.follow_columns(screen.input_pane.width_of_all)
        screen.window.rows.crowded.connect(screen.calculation_pane.set_crowded)
        session.document_changed.connect(self._show_document)
        session.view_changed.connect(self._show_view)
        workers.recompute.results_changed.connect(self._show_new_map)
        workers.surveyor.surveyed.connect(screen.gallery_pane.show_survey)
        workers.surveyor.surveyed.connect(screen.map_pane.show_survey)
        workers.partial_mapper.answered.connect(screen.map_pages.show_partial_maps)
        workers.partial_mapper.failed.connect(screen.map_pages.show_no_partial_maps)
        screen.map_pane.again_asked.connect(self.compute)

    @property
    def layer_result(self) -> LayerResult | None:
        """What the selected layer made, if it is known."""
        layer = self._session.view.layer
        return None if self.result is None or layer >= len(self.result.layers) else self.result.layers[layer]

    @property
    def is_explaining(self) -> bool:
        """Whether what explains the map is still to be shown."""
        return self._explaining.isActive()

    @property
    def is_computing(self) -> bool:
        """Whether maps of the document, or what is told about them, are still to come."""
        return self._workers.recompute.is_busy or self.is_explaining or self._workers.surveyor.is_busy

    def show_all(self) -> None:
        """Show everything for the first time."""
        self._show_document(self._session.document, self._session.document)
        self.explain()

    def compute(self) -> None:
        """Ask for the maps of the document as it is."""
        self._workers.recompute.request(self._session.document, self._session.view.layer)

    def add_follower(self, show: Callable[[Document, ViewState, Forward | None], object]) -> None:
        """Have `show` called with all that the lenses are shown."""
        self._followers.append(show)

    def _show_document(self, _before: Document, document: Document) -> None:
        view = self._session.view
        self.compute()
        if not self._session.is_going_on:  # else it would take away what was just said
            self._offers.show_misfit()
        self._readings.show_command()
        for pane in self._screen.equation:
            pane.show_document(document, view)
        if not self.is_explaining:
            self._explaining.start(_PATIENCE_MILLISECONDS)

    def _show_view(self, before: ViewState, view: ViewState) -> None:
        document = self._session.document
        for pane in (*self._screen.equation, *self._screen.explanation):
            pane.show_view(document, view)
        if (before.layer, before.filter) != (view.layer, view.filter):
            self._show_map()
            self._explaining.start(0)
        if self.is_explaining:
            self.explain()
        else:
            self._show_partial_maps()
            self._show_lenses()
            self.show_words()

    def _show_new_map(self, result: Forward | None) -> None:
        self.result = result
        self._is_read = False
        self._show_map()
        self._explaining.start(0)

    def _show_map(self) -> None:
        document, view = self._session.document, self._session.view
        self._screen.map_pane.show_result(document, view, self.layer_result, self._combined)

    def _show_readings(self) -> None:
        """Show what the selected layer reads, and give the layer's pane the maps that its commands work with.

        The panes keep a result, and show it again by themselves where another document or layer asks for it.
        """
        if self._is_read:
            return
        self._is_read = True
        for pane in (self._screen.input_pane, self._screen.layer_pane):
            pane.show_result(self._session.document, self._session.view, self.result)

    @property
    def _combined(self) -> CombinedMap | None:
        document, view = self._session.document, self._session.view
        if self.result is None or document.combination_of(view.layer) is None:
            return None
        return self.result.combined

    def _paint_and_explain(self) -> None:
        """Paint the map before the rest follows: by itself Qt lets some ms pass between two paints of a window.

        The rest is painted at once, too: the map of a next edit would have to wait for it otherwise.
        """
        with FRAMES.making():
            self._screen.window.paint_now()
            self.explain()
            self._screen.window.paint_now()

    def explain(self) -> None:
        """Show at once what explains the map, which waits for the map to be painted otherwise."""
        self._explaining.stop()
        self._workers.recompute.go_on()
        self._show_readings()
        document, view, shown = self._session.document, self._session.view, self.layer_result
        self._screen.calculation_pane.show_document(document, view, self.result)
        self._screen.gallery_pane.show_document(document, view)
        self._screen.gallery_pane.show_result(shown, self._combined)
        self._workers.surveyor.request(None if shown is None else shown.output)
        self._show_partial_maps()
        self._show_lenses()
        self.show_words()

    def _show_partial_maps(self) -> None:
        """Have the maps made that another way to combine channels would give, where that is chosen."""
        document, view = self._session.document, self._session.view
        reading = reading_of(document, view, self.result)
        self._workers.partial_mapper.request(
            None if reading is None else request_of(document, view, reading.values, reading.names)
        )

    def _show_lenses(self) -> None:
        for show in (self._screen.learn.show_document, *self._followers):
            show(self._session.document, self._session.view, self.result)

    def show_words(self) -> None:
        """Say in the status line what the calculation shows, and count what the selected layer has and needs."""
        document, view, window = self._session.document, self._session.view, self._screen.window
        window.show_sign(layer_sign(document.layers[view.layer]))
        window.status.show_sentence(self._screen.calculation_pane.sentence)
        counts = counts_line(document.layers[view.layer], document.input_shape(view.layer))
        told = (counts, memory_line(document), predicted(self.result, document.class_names))
        window.status.show_counts(" · ".join(filter(None, told)))
