"""The commands on detectors and presets: they open the library and the form, and follow the selection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.library.presets import PresetListing, copy_name, filter_preset, kernel_preset
from convstudio.model.panes.kernel_facts import kernel_channel
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_number, format_shape
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.library.requests import PresetRequests
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.views.layer.library.preset_form import PresetForm
    from convstudio.views.layer.library.window import DetectorList


class PresetCommands(QObject):
    """Opens the library for the selected filter, and saves that filter; `used` carries what is chosen there."""

    used = Signal(object)
    refused = Signal(str)

    def __init__(self, detectors: Sequence[Detector], parent: QWidget) -> None:
        super().__init__(parent)
        self._detectors = tuple(detectors)
        self._widget = parent
        self._shown: tuple[Document, ViewState] | None = None
        self._result: Forward | None = None
        self._listing = PresetListing("")
        self._starred: Collection[str] = ()
        self._step = ""
        self._form: PresetForm | None = None
        self.library: DetectorList | None = None
        self.requests = PresetRequests(self)
        self.save_action = QAction("Sa&ve as preset…", self)
        self.library_action = QAction("&Library of detectors…", self)
        self.save_action.triggered.connect(lambda _checked=False: self.save())
        self.library_action.triggered.connect(lambda _checked=False: self.open_library())
        self.requests.save_asked.connect(self.save)
        self.requests.edit_asked.connect(self._edit)
        self.requests.duplicate_asked.connect(self._duplicate)

    # --- what is on show ---------------------------------------------------------------------------------------------

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the selected layer and filter."""
        self._shown = (document, view)

    def show_result(self, result: Forward | None) -> None:
        """Take up what the layers read: detectors are previewed on it."""
        self._result = result
        if self.library is not None and self.library.isVisible():
            self.library.show_input(self._input)

    def show_presets(self, listing: PresetListing, starred: Collection[str]) -> None:
        """List these presets, and mark the starred detectors and presets."""
        self._listing, self._starred = listing, starred
        if self.library is not None:
            self.library.show_presets(listing, starred)

    def show_step(self, step: str) -> None:
        """Name the change of presets that can be taken back."""
        self._step = step
        if self.library is not None:
            self.library.show_step(step)

    def show_news(self, sentence: str) -> bool:
        """Say something in the library where it is open; return whether it is."""
        if self.library is None or not self.library.isVisible():
            return False
        self.library.show_news(sentence)
        return True

    def close(self) -> None:
        """Close what asks about a filter, before another layer is on show."""
        for dialog in (self._form, self.library):
            if dialog is not None:
                dialog.reject()

    # --- commands ----------------------------------------------------------------------------------------------------

    def open_library(self) -> None:
        """Open the library for the selected filter."""
        if self._shown is None:
            return
        if self.library is None:
            self.library = load("layer.library.window.DetectorList")(self._detectors, self.requests, self._widget)
            self.library.used.connect(self.used)
            self.library.show_presets(self._listing, self._starred)
            self.library.show_step(self._step)
        self.library.open_for(conv_at(self._shown[0], self._shown[1].layer), self._input)

    def save(self) -> None:
        """Ask how the selected kernel or filter is called, and save it."""
        if self._shown is None:
            return
        document, view = self._shown
        try:
            kernels = _kernels(conv_at(document, view.layer), view)
        except ValueError as refusal:
            self.refused.emit(str(refusal))
            return
        self._ask("Save as preset", "Save preset", kernels).answered.connect(self.requests.saved)

    def save_made(self, kernel: Detector) -> None:
        """Ask how a kernel is called that a rule made, and save it with the rule's numbers."""
        self._ask("Save as preset", "Save preset", [("", kernel)]).answered.connect(self.requests.saved)

    def ask_again(self, preset: Detector, preset_id: str, problem: str) -> None:
        """Show the texts of a preset that could not be saved once more, and why; without an id it is a new one."""
        if preset_id:
            self._edit(replace(preset, id=preset_id))
        else:
            self.save_made(preset)
        if self._form is not None:
            self._form.refusal.setText(problem)

    def _edit(self, preset: Detector) -> None:
        form = self._ask("Edit preset", "Save changes", [("", preset)])
        form.answered.connect(lambda edited: self.requests.replaced.emit(preset.id, edited))

    def _duplicate(self, detector: Detector) -> None:
        self.requests.saved.emit(replace(detector, name=copy_name(detector.name)))

    def _ask(self, title: str, button: str, kernels: Sequence[tuple[str, Detector]]) -> PresetForm:
        if self._form is not None:
            self._form.reject()
        is_open = self.library is not None and self.library.isVisible()
        above = self.library if is_open and self.library is not None else self._widget.window()
        form: PresetForm = load("layer.library.preset_form.PresetForm")(title, button, kernels, above)
        form.finished.connect(form.deleteLater)
        form.finished.connect(lambda _result: self._forget(form))
        self._form = form
        form.open()
        return form

    def _forget(self, form: PresetForm) -> None:
        if form is self._form:
            self._form = None

    @property
    def _input(self) -> TiledArray | None:
        """What the selected layer reads, where it is known."""
        if self._shown is None:
            return None
        reading = reading_of(*self._shown, self._result)
        return None if reading is None else reading.values


def _kernels(layer: Conv, view: ViewState) -> list[tuple[str, Detector]]:
    """Return what can be saved of the selected filter: all of it, or one of its kernels."""
    whole = filter_preset(layer, view.filter)
    bias = "" if whole.bias is None else f" and bias {format_number(whole.bias)}"
    size = format_shape(layer.kernel_size)
    channels = layer.channels_per_group
    told = f"The whole filter: {channels} kernels of {size}{bias}" if channels > 1 else f"The filter: {size}{bias}"
    channel = kernel_channel(layer, view.filter, view.channel)
    one = kernel_preset(layer, view.filter, channel)
    return [(told, whole), (f"The kernel of channel {channel + 1}: {size}", one)]
