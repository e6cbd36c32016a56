"""The right pane: the feature map, or the partial maps while another way to combine channels is compared."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from convstudio.model.panes.partial_maps import PartialMaps, shows_partial_maps
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.map.pane import MapPane
from convstudio.views.map.partial_pane import PartialPane


class MapPages(QWidget):
    """Shows one of two panes, the second one made when it is first wanted; `intent_asked` passes on what they want."""

    intent_asked = Signal(object)

    def __init__(self, map_pane: MapPane) -> None:
        super().__init__()
        self._map_pane = map_pane
        self._partial_pane: PartialPane | None = None
        self._pages = QStackedLayout(self)
        self._add(map_pane)

    @property
    def partial_pane(self) -> PartialPane:
        """The pane of the partial maps."""
        if self._partial_pane is None:
            self._partial_pane = PartialPane()
            self._add(self._partial_pane)
        return self._partial_pane

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show what the selected layer makes."""
        self._map_pane.show_document(document, view)
        self._show_page(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another layer, filter or position."""
        self._map_pane.show_view(document, view)
        self._show_page(document, view)

    def show_partial_maps(self, found: PartialMaps) -> None:
        """Show partial maps that were made."""
        self.partial_pane.show_maps(found)

    def show_no_partial_maps(self, reason: str) -> None:
        """Say why there are no partial maps."""
        self.partial_pane.show_nothing(reason)

    def _show_page(self, document: Document, view: ViewState) -> None:
        if shows_partial_maps(document, view):
            if self._pages.currentWidget() is self._map_pane:
                self.partial_pane.show_coming()
            self.partial_pane.show_document(document, view)
            self._pages.setCurrentWidget(self.partial_pane)
        else:
            self._pages.setCurrentWidget(self._map_pane)

    def _add(self, page: MapPane | PartialPane) -> None:
        self._pages.addWidget(page)
        page.intent_asked.connect(self.intent_asked)
