"""The kernel pane: the weights of one filter, where they come from, and how its layer slides them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from convstudio.model.edits import filters
from convstudio.model.edits.detector_use import detector_use
from convstudio.model.edits.intent import Edit, Intent, Target
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.library.presets import PresetListing
from convstudio.model.panes import kernel_facts, kernel_settings
from convstudio.model.panes.cells.pasting import written_into_kernel
from convstudio.model.run.forward import Forward
from convstudio.model.trace import stepping
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import Cell, ViewState
from convstudio.model.words.data_format import spell_weights
from convstudio.views.layer.detector_choice import DetectorChoice
from convstudio.views.layer.filter_commands import MENU, FilterCommands
from convstudio.views.layer.filter_matrix import FilterMatrix
from convstudio.views.layer.kernel_fields import KernelFields
from convstudio.views.layer.kernel_stage import Kernels, KernelStage
from convstudio.views.layer.kernel_tools import FilterEdit, KernelTools
from convstudio.views.layer.library.commands import PresetCommands
from convstudio.views.layer.locking.commands import LockCommands
from convstudio.views.layer.settings_form import LayerSettings
from convstudio.views.layer.settings_strip import HEAD_HEIGHT, SettingsStrip
from convstudio.views.parts.controls import Card, PlainLabel, labelled, row_of, tool_button, vertical_line
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import in_font, px, sized
from convstudio.views.parts.theme import RHYTHM, small_font

_LIST_TIP = "Search all detectors and presets, with pictures…"
_OPEN_TIP = "Show the layer's settings: stride, padding, activation and others"
_WEIGHTS_WIDTH = 258  # of all tools in one row
_STAGE_WIDTH = 128  # of three columns, with the gap beside it
_WIDEST_MATRIX = 280


class KernelPane(Card):
    """Shows the kernel of the selected filter and channel, and asks for edits of it and of its layer."""

    intent_asked = Signal(object)
    refused = Signal(str)
    weights_asked = Signal()
    files_dropped = Signal(list)

    def __init__(self, detectors: Sequence[Detector], limits: Limits) -> None:
        super().__init__()
        self._own = self._detectors = tuple(detectors)
        self._shown: tuple[Document, ViewState] | None = None
        self._facts = ElidedLabel()
        self._sums = ElidedLabel()
        self._outcome = PlainLabel(small=True)
        self.detector = DetectorChoice(detectors)
        self.presets = PresetCommands(detectors, self)
        self.tools = KernelTools()
        self.stage = KernelStage()
        self.matrix = FilterMatrix()
        self.commands = FilterCommands(detectors, limits, self.matrix, self)
        self.commands.addSeparator()
        self.commands.addActions([self.presets.save_action, self.presets.library_action])
        self.locks = LockCommands(self.matrix, self.stage)
        self.commands.insertAction(self.commands.alone, self.locks.filters)
        self.fields = KernelFields(limits, detectors)
        self.settings = LayerSettings(limits)
        self._is_narrow = False
        self._is_open = {False: True, True: False}
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the document's selected kernel, filter and layer."""
        view = kernel_facts.inside_filters(document, view)
        before, self._shown = self._shown, (document, view)
        self.presets.show_document(document, view)
        layer = conv_at(document, view.layer)
        if before is not None and before[1].layer != view.layer:
            self._close_popups()
        if before is not None and _is_same_kernel(before, document, view):
            self.commands.show_document(document, view)
            self.stage.show_marks(document, view)
            self.locks.show_document(document, view)
            return
        facts = kernel_facts.shape_facts(document, view)
        self._facts.setText(facts)
        self._facts.setToolTip(f"{facts}\n{spell_weights(layer, view.data_format)}")
        self._sums.setText(kernel_facts.facts_line(layer, view))
        self._show_outcome(kernel_settings.outcome(document, view.layer))
        self.tools.show_layer(layer)
        self._show_matrix(document, view)
        self.stage.show_document(document, view)
        self.detector.show_filter(layer, view.filter)
        self.fields.show_document(document, view)
        self.settings.show_document(document, view)
        self.locks.show_document(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show what is selected now; the same kernel keeps its content and only moves its marks."""
        self.show_document(document, view)

    def show_presets(self, listing: PresetListing, starred: Collection[str]) -> None:
        """Offer the user's own presets beside the detectors, the starred ones first."""
        self._detectors = (*self._own, *listing.presets)
        first = sorted(listing.presets, key=lambda one: one.id not in starred)
        self.detector.show_presets(first)
        self.presets.show_presets(listing, starred)
        if self._shown is not None:
            self.detector.show_filter(conv_at(self._shown[0], self._shown[1].layer), self._shown[1].filter)

    def show_result(self, result: Forward | None) -> None:
        """Take up what the layers read: kernels are previewed on it."""
        self.commands.show_result(result)
        self.presets.show_result(result)

    def leave(self) -> None:
        """Close everything that would change a convolution, before another kind of layer is on show."""
        self._close_popups()
        self.fields.drop_typed()
        self.settings.drop_typed()
        self.stage.grid.drop_editor()
        self.commands.leave()

    def _close_popups(self) -> None:
        self.tools.seed_popup.close()
        self.presets.close()

    # --- intents -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for refused in (self.fields.refused, self.settings.refused, self.stage.refused, self.tools.refused):
            refused.connect(self.refused)
        self.detector.detector_chosen.connect(self.use_detector)
        self.detector.library_asked.connect(self.presets.open_library)
        self.presets.used.connect(self.use_detector)
        self.presets.refused.connect(self.refused)
        self.tools.asked.connect(self._edit_filter)
        self.commands.kernel.addSeparator()
        self.commands.kernel.addActions([*self.stage.grid.actions_on_cells.all, self.locks.weights, self.locks.bias])
        self.stage.grid.menu_asked.connect(self.commands.kernel.popup)
        self.stage.flipped.menu_asked.connect(self.stage.flipped.actions_on_cells.open_menu)
        self.stage.edited.connect(self._write_weights)
        self.stage.pointed.connect(self._point)
        self.stage.clicked.connect(self._pin)
        for asking in (self.fields, self.settings, self.commands, self.matrix, self.locks):
            asking.intent_asked.connect(self.intent_asked)
        self.commands.refused.connect(self.refused)
        self.commands.file_asked.connect(self.weights_asked)
        self.commands.preset_wanted.connect(self.presets.save_made)
        self.commands.preset_changed.connect(self.presets.requests.replaced)
        self.presets.requests.rule_asked.connect(self.commands.change_rule)

    def _edit_filter(self, step: str, edit: FilterEdit) -> None:
        if self._shown is not None:
            layer, index = self._shown[1].layer, self._shown[1].filter
            self._ask_edit(step, lambda document: edit(document, layer, index))

    def use_detector(self, detector: Detector) -> None:
        """Ask for the filter on show to become a detector."""
        if self._shown is None:
            return
        document, view = self._shown
        step = f"Use preset “{detector.name}”" if detector.is_preset else f"Use detector {detector.id}"
        self.intent_asked.emit(detector_use(document, view.layer, view.filter, detector, step))
        document, view = self._shown
        self.detector.show_filter(conv_at(document, view.layer), view.filter)  # where it was refused

    def _write_weights(self, row: int, column: int, block: NDArray[np.float32]) -> None:
        if self._shown is not None:
            try:
                self._ask(written_into_kernel(*self._shown, row, column, block))
            except ValueError as refusal:
                self.refused.emit(str(refusal))

    def _ask_edit(self, step: str, edit: Edit) -> None:
        self._ask(Intent(step, edit))

    def _ask(self, intent: Intent) -> None:
        """Ask for an edit of the filter's weights; it may be no detector any more, and then loses the name of one."""
        if self._shown is None:
            return
        shown, view = self._shown
        layer, index = view.layer, view.filter

        def named(edit: Edit) -> Edit:
            def edited(document: Document) -> Document:
                before = conv_at(document, layer)
                return filters.forget_stale_name(edit(document), layer, index, self._detectors, before)

            return edited

        self.intent_asked.emit(intent.with_edits(named, Target.of(shown, layer, index)))

    def _point(self, cell: Cell | None) -> None:
        self.intent_asked.emit(Intent(move=lambda _document, view: view.pointing_at(cell)))

    def _pin(self, cell: Cell) -> None:
        self.intent_asked.emit(Intent(move=lambda document, view: stepping.pin(document, view, cell)))

    # --- drops -----------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files: here they are kernels, and elsewhere in the window inputs. Pictures are left to the window."""
        event.setAccepted(any(url.isLocalFile() for url in event.mimeData().urls()))

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files_dropped.emit([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    # --- the card ----------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the weights or of the settings: where both do not fit, one takes the other's place."""
        width = max(self.strip.minimumSizeHint().width(), _width_with(self._head, self._open))
        least = self._weights.minimumSizeHint().expandedTo(QSize(width, 0))
        least -= QSize(0, self._kernels.height_saved_beside())  # as they become in a low pane
        return least.grownBy(self._row.contentsMargins())

    def sizeHint(self) -> QSize:
        """Ask for the room of the weights beside the settings."""
        both = self._width_of_both(min(self.matrix.sizeHint().width(), px(_WIDEST_MATRIX)))
        return QSize(both, self.strip.sizeHint().height()).grownBy(self._row.contentsMargins())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_kernels()
        self._fold()

    def _show_matrix(self, document: Document, view: ViewState) -> None:
        """Show all kernels where there are several."""
        self.commands.show_document(document, view)
        self.matrix.show_document(document, view)
        self._place_kernels()

    def _place_kernels(self) -> None:
        if self._kernels.place(self.height()):
            self.updateGeometry()
            QTimer.singleShot(0, self, self._fold)  # after the window has given it what it asks for

    def _show_outcome(self, found: kernel_settings.SettingsOutcome) -> None:
        role = QPalette.ColorRole.PlaceholderText if found.works else QPalette.ColorRole.WindowText
        font = self._outcome.font()
        if font.bold() == found.works:  # another font would lay out the whole pane again
            in_font(self._outcome, partial(small_font, is_bold=not found.works))
        self._outcome.setForegroundRole(role)
        self._outcome.setText(found.text.replace(" · ", "\n"))  # rows and columns, each formula whole on its line

    def _arrange(self) -> None:
        self._row = QHBoxLayout(self)
        sized(self._row, contents_margins=(12, RHYTHM, 12, RHYTHM), spacing=RHYTHM)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._weights = QWidget()
        self._between = vertical_line()
        self.strip = SettingsStrip(self.fields, self.settings)
        self.strip.closed.connect(lambda: self._show_settings(False))
        for part in (self._weights, self._between, self.strip):
            self._row.addWidget(part)
        self._row.setStretch(0, 1)
        self._fill_weights()

    def _fill_weights(self) -> None:
        column = QVBoxLayout(self._weights)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=4)
        self._open = tool_button("Layer settings", "Layer settings", _OPEN_TIP, lambda: self._show_settings(True))
        self._open.setArrowType(Qt.ArrowType.RightArrow)
        self._open.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        sized(self._open, fixed_height=HEAD_HEIGHT)
        self._open.hide()
        title = PlainLabel("Kernel", bold=True)
        self._head = row_of(title, self._facts, _bank_button(self.commands), self._open, spacing=8)
        column.addLayout(self._head)
        column.addSpacing(2)
        self.matrix.hide()
        sized(self.stage, minimum_width=_STAGE_WIDTH - 8)
        self._kernels = Kernels(self.matrix, self.stage)
        self._kernels.toggled.connect(self._place_kernels)
        self.detector.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        library = IconButton("list", "Detector list", _LIST_TIP, self.presets.open_library)
        column.addLayout(row_of(labelled("Detector", self.detector), self.detector, library, self._kernels.button))
        column.addWidget(self.tools)
        column.addLayout(self._kernels, 1)
        column.addWidget(self._sums)
        self._outcome.setWordWrap(True)
        column.addWidget(self._outcome)

    # --- the settings beside the weights -----------------------------------------------------------------------------

    def _width_of_both(self, matrix_width: int) -> int:
        """Return the width of the settings beside the weights, where the matrix has so much of it."""
        weights = px(_WEIGHTS_WIDTH)
        if not self.matrix.isHidden():
            beside = px(_STAGE_WIDTH) if self._kernels.is_beside else 0
            weights = max(weights, beside + matrix_width)
        strip = max(self.strip.sizeHint().width(), self.strip.minimumSizeHint().width())
        return weights + strip + 2 * self._row.spacing() + 1

    def _fold(self) -> None:
        """Show the settings beside the weights; where both do not fit, only one of them."""
        room = self.width() - self._row.contentsMargins().left() - self._row.contentsMargins().right()
        was_narrow, self._is_narrow = self._is_narrow, room < self._width_of_both(self.matrix.minimumSizeHint().width())
        held = self.focusWidget()
        if self._is_narrow and not was_narrow and self.strip.isVisible():  # nobody loses the field that they are in
            self._is_open[True] = held is not None and held.hasFocus() and self.strip.isAncestorOf(held)
        is_open = self._is_open[self._is_narrow]
        for part, is_shown in (
            (self._weights, not (is_open and self._is_narrow)),
            (self._between, is_open and not self._is_narrow),
            (self.strip, is_open),
            (self._open, not is_open),
        ):
            if part.isHidden() == is_shown:
                part.setVisible(is_shown)
        self.strip.show_way_back(is_alone=self._is_narrow)
        if held is not None and not held.isVisibleTo(self):
            (self.strip.close_button if is_open else self._open).setFocus()

    def bring_out(self, part: QWidget) -> QWidget:
        """Show the settings, or the weights where the settings took their place, for a part that is in them."""
        for held in (self.strip, self._weights):
            if held.isHidden() and held.isAncestorOf(part):
                self._show_settings(held is self.strip)
        if part is self.matrix:
            self._kernels.button.setChecked(True)
        return part

    def arrangement(self) -> Callable[[], object]:
        """Return what opens or closes the settings, and all kernels, again as they are now."""
        settings = partial(self._show_settings, self._is_open[self._is_narrow], is_narrow=self._is_narrow)
        kernels = self._kernels.arrangement()
        return lambda: (settings(), kernels())

    def _show_settings(self, is_open: bool, *, is_narrow: bool | None = None) -> None:
        """Open or close the settings, in a narrow pane or in a wide one; else as the pane is now."""
        self._is_open[self._is_narrow if is_narrow is None else is_narrow] = is_open
        self._fold()


def _bank_button(menu: QMenu) -> QToolButton:
    button = tool_button(MENU, MENU, "Add, copy, move and remove filters, or fill all of them at once", menu=menu)
    sized(button, fixed_height=HEAD_HEIGHT)
    return button


def _width_with(row: QBoxLayout, button: QToolButton) -> int:
    """Return the least width of a row with a button that is hidden while the row is wide."""
    return row.minimumSize().width() + (button.sizeHint().width() + row.spacing()) * button.isHidden()


def _is_same_kernel(before: tuple[Document, ViewState], document: Document, view: ViewState) -> bool:
    """Return whether nothing changed that the pane shows, as while the brush paints the input."""
    held, viewed = before
    index = view.layer
    return (
        _selection(viewed) == _selection(view)
        and held.layers[index] is document.layers[index]
        and held.input_shape(index) == document.input_shape(index)
        and kernel_facts.input_names(held, index) == kernel_facts.input_names(document, index)
    )


def _selection(view: ViewState) -> tuple[object, ...]:
    return view.layer, view.filter, view.channel, view.data_format, view.numbers, view.solo
