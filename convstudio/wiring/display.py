"""Shows the document, what is selected and the newest results in every pane of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.panes.partial_maps import request_of
from convstudio.model.run.forward import Forward, LayerResult
from convstudio.model.run.layer_input import reading_of
from convstudio.model.run.memory import memory_line
from convstudio.model.run.prediction import predicted
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import counts_line, layer_sign
from convstudio.session.partial_mapper import PartialMapper
from convstudio.session.recompute import Recompute
from convstudio.session.session import Session
from convstudio.session.surveyor import Surveyor
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.input.pane import InputPane
from convstudio.views.layer.pane import LayerPane
from convstudio.views.lenses.learn import LensWindows
from convstudio.views.map.pages import MapPages
from convstudio.views.map.pane import MapPane
from convstudio.views.window.main_window import MainWindow
from convstudio.views.window.ribbon import Ribbon
from convstudio.wiring.offers import Offers
from convstudio.wiring.opening.reading_questions import ReadingQuestions


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
    learn: LensWindows

    @property
    def panes(self) -> Sequence[InputPane | LayerPane | MapPages | CalculationPane | GalleryPane]:
        """The panes that show a document; they ask for another selection in the same way, too."""
        return (self.input_pane, self.layer_pane, self.map_pages, self.calculation_pane, self.gallery_pane)


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
        session.document_changed.connect(self._show_document)
        session.view_changed.connect(self._show_view)
        workers.recompute.results_changed.connect(self._show_result)
        workers.surveyor.surveyed.connect(screen.gallery_pane.show_survey)
        workers.surveyor.surveyed.connect(screen.map_pane.show_survey)
        workers.partial_mapper.mapped.connect(screen.map_pages.show_partial_maps)
        workers.partial_mapper.failed.connect(screen.map_pages.show_no_partial_maps)
        screen.map_pane.again_asked.connect(self.compute)

    @property
    def layer_result(self) -> LayerResult | None:
        """What the selected layer made, if it is known."""
        layer = self._session.view.layer
        return None if self.result is None or layer >= len(self.result.layers) else self.result.layers[layer]

    def show_all(self) -> None:
        """Show everything for the first time."""
        self._show_document(self._session.document, self._session.document)

    def compute(self) -> None:
        """Ask for the maps of the document as it is."""
        self._workers.recompute.request(self._session.document, self._session.view.layer)

    def _show_document(self, _before: Document, document: Document) -> None:
        view = self._session.view
        self.compute()
        self._offers.show_misfit()
        self._readings.show_command()
        for pane in (self._screen.ribbon, *self._screen.panes):
            pane.show_document(document, view)
        self._show_lenses()
        self._show_words()

    def _show_view(self, before: ViewState, view: ViewState) -> None:
        document = self._session.document
        for pane in (self._screen.ribbon, *self._screen.panes):
            pane.show_view(document, view)
        if (before.layer, before.filter) != (view.layer, view.filter):
            self._show_result(self.result)
        else:
            self._show_partial_maps()
        self._show_lenses()
        self._show_words()

    def _show_result(self, result: Forward | None) -> None:
        self.result = result
        document, view, shown, combined = self._session.document, self._session.view, self.layer_result, None
        if result is not None and document.combination_of(view.layer) is not None:
            combined = result.combined
        for pane in (self._screen.input_pane, self._screen.layer_pane, self._screen.calculation_pane):
            pane.show_result(document, view, result)
        self._screen.map_pane.show_result(document, view, shown, combined)
        self._screen.gallery_pane.show_result(shown, combined)
        self._workers.surveyor.request(None if shown is None else shown.output)
        self._show_partial_maps()
        self._show_lenses()
        if view.layer:
            self._show_words()
        self._show_counts()

    def _show_partial_maps(self) -> None:
        """Have the maps made that another way to combine channels would give, where that is chosen."""
        document, view = self._session.document, self._session.view
        reading = reading_of(document, view, self.result)
        self._workers.partial_mapper.request(
            None if reading is None else request_of(document, view, reading.values, reading.names)
        )

    def _show_lenses(self) -> None:
        self._screen.learn.show_document(self._session.document, self._session.view, self.result)

    def _show_words(self) -> None:
        self._show_counts()
        window = self._screen.window
        window.show_sign(layer_sign(self._session.document.layers[self._session.view.layer]))
        window.status.show_sentence(self._screen.calculation_pane.sentence)

    def _show_counts(self) -> None:
        document, view = self._session.document, self._session.view
        counts = counts_line(document.layers[view.layer], document.input_shape(view.layer))
        told = (counts, memory_line(document), predicted(self.result, document.class_names))
        self._screen.window.status.show_counts(" · ".join(filter(None, told)))
