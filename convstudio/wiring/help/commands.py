"""The list of everything: commands, fields, samples, detectors, presets and questions, found by typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget

from convstudio.files.resources import sample_catalogue
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.kernel_facts import why_not
from convstudio.model.values.detectors import Detector
from convstudio.session.presets import Presets
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.help.navigation import HelpNavigation
from convstudio.wiring.learning.entries import TRAIN

if TYPE_CHECKING:
    from convstudio.views.window.pages.palette import Entry


class CommandList:
    """Gathers what can be done now, and shows it in front of the window."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        pane: KernelPane,
        detectors: Sequence[Detector],
        presets: Presets,
        places: HelpNavigation,
    ) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        self._pane = pane
        self._detectors = detectors
        self._presets = presets
        self._places = places
        window.menus.commands_asked.connect(self._show)

    def _show(self) -> None:
        load("window.pages.palette.Palette")(list(self._entries()), self._window).open()

    def _entries(self) -> Iterator[Entry]:
        from convstudio.model.panes.help_places import HELP_PLACES  # here, and not above: no start needs it

        entry: type[Entry] = load("window.pages.palette.Entry")
        yield from load("window.pages.palette.menu_entries")(self._window)
        yield from self._fields()
        for sample in sample_catalogue():
            yield entry(sample.title, "Sample", "", partial(self._workspace.inputs.use_bundled_sample, sample.id))
        for detector in self._usable_detectors():
            use, title = partial(self._pane.use_detector, detector), "Preset" if detector.is_preset else "Detector"
            yield entry(detector.name, title, "", use, " ".join((detector.detects, *detector.tags)))
        for place in HELP_PLACES:
            yield entry(place.question, "Find an answer", "", partial(self._places.go_to, place))

    def _fields(self) -> Iterator[Entry]:
        """Yield the fields of the panes and of the panels that are open, and the settings of the training always."""
        from convstudio.model.panes.learning.training_form import FIELDS  # here, and not above: no start needs them
        from convstudio.views.parts.panels.side_panel import SidePanel

        entry: type[Entry] = load("window.pages.palette.Entry")
        panes = self._window.panes
        places = {
            "Input": panes.input,
            "Layer": panes.kernel,
            "Feature map": panes.map,
            "Calculation": panes.calculation,
            "All maps": panes.gallery,
        }
        docks = {dock.objectName(): dock for dock in self._window.findChildren(SidePanel) if not dock.isHidden()}
        yield from load("window.pages.palette_fields.field_entries")({**places, **docks})
        if TRAIN.title not in docks:
            for field in FIELDS:
                yield entry(field.name, TRAIN.title, "", partial(self._go_to_training, field.name), field.tip)

    def _go_to_training(self, name: str) -> None:
        self._window.menus.training_asked.emit(TRAIN.title)
        for dock in self._window.findChildren(QDockWidget, TRAIN.title):
            load("window.pages.palette_fields.go_to_named")(dock, name)

    def _usable_detectors(self) -> list[Detector]:
        """List the detectors and presets that the selected layer can take; none where it is not a convolution."""
        layer = self._session.document.layers[self._session.view.layer]
        if not isinstance(layer, Conv):
            return []
        return [one for one in (*self._detectors, *self._presets.listing.presets) if not why_not(one, layer)]
