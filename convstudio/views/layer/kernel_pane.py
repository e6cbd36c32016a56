"""The kernel pane: the weights of one filter, where they come from, and how its layer slides them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

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
from convstudio.views.layer.kernel_stage import KernelStage
from convstudio.views.layer.kernel_tools import FilterEdit, KernelTools
from convstudio.views.layer.library.commands import PresetCommands
from convstudio.views.layer.settings_form import LayerSettings
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line, labelled, row_of, tool_button
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import in_font, px, sized
from convstudio.views.parts.theme import RHYTHM, small_font

_LIST_TIP = "Search all detectors and presets, with pictures…"
_STAGE_HEIGHT = 100
_STAGE_SHARE = 0.33  # of the pane: three rows of long weights, before the settings take the rest
_ONE_ROW_WIDTH = 680


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
        self.fields = KernelFields(limits, detectors)
        self.settings = LayerSettings(limits)
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
        self.stage.edited.connect(self._write_weights)
        self.stage.pointed.connect(self._point)
        self.stage.clicked.connect(self._pin)
        for asking in (self.fields, self.settings, self.commands, self.matrix):
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stage.setMinimumHeight(max(px(_STAGE_HEIGHT), int(_STAGE_SHARE * self.height())))
        is_wide = self.width() >= px(_ONE_ROW_WIDTH)
        self._bar.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def _show_matrix(self, document: Document, view: ViewState) -> None:
        """Show all kernels where there are several; the fields then leave them the room beside the kernel."""
        self.commands.show_document(document, view)
        is_wanted = kernel_facts.is_matrix_wanted(conv_at(document, view.layer))
        self.matrix.show_document(document, view)
        if is_wanted == self.matrix.isVisibleTo(self):
            return
        held = self.focusWidget()
        self.matrix.hide()
        self._place_fields(is_wanted)
        self.matrix.setVisible(is_wanted)
        if held is not None and self.fields.isAncestorOf(held):
            held.setFocus()

    def _place_fields(self, is_compact: bool) -> None:
        """Put the fields among the layer's settings and the facts below everything, or both beside the kernel.

        The parts settle before they are shown: showing one makes the window as wide as all of them ask at that moment.
        """
        self.fields.set_compact(is_compact, self.settings.label_width)
        self.settings.set_compact(is_compact)
        self.stage.set_compact(is_compact)
        if is_compact:
            self._held.insertWidget(0, self.fields)
            self._column.insertWidget(self._column.count() - 1, self._sums)
        else:
            self._stage_row.addWidget(self.fields)
            self._side.insertWidget(1, self._sums)
        for layout in (self.fields.layout(), self.settings.layout(), self._held):
            if layout is not None:
                layout.activate()
        self._scroll.updateGeometry()
        self.fields.show()

    def _show_outcome(self, found: kernel_settings.SettingsOutcome) -> None:
        role = QPalette.ColorRole.PlaceholderText if found.works else QPalette.ColorRole.WindowText
        font = self._outcome.font()
        if font.bold() == found.works:  # another font would lay out the whole pane again
            in_font(self._outcome, partial(small_font, is_bold=not found.works))
        self._outcome.setForegroundRole(role)
        self._outcome.setText(found.text.replace(" · ", "\n"))  # rows and columns, each formula whole on its line

    def _arrange(self) -> None:
        column = self._column = QVBoxLayout(self)
        sized(column, contents_margins=(12, RHYTHM, 12, RHYTHM), spacing=4)
        column.addLayout(row_of(PlainLabel("Kernel", bold=True), self._facts, spacing=8))
        column.addSpacing(2)
        column.addLayout(self._tool_bar())
        column.addLayout(self._body(), 1)
        self._outcome.setWordWrap(True)
        column.addWidget(self._outcome)

    def _body(self) -> QHBoxLayout:
        """Lay the matrix out at the left, hidden while there is one kernel, and the kernel with its settings beside."""
        self.matrix.hide()
        sized(self.stage, minimum_height=_STAGE_HEIGHT)
        self._stage_row = row_of(self.stage, self.fields, spacing=8)
        self._stage_row.setStretchFactor(self.stage, 1)
        self._side = QVBoxLayout()
        sized(self._side, spacing=4)
        self._side.addLayout(self._stage_row, 1)
        self._side.addWidget(self._sums)
        self._side.addWidget(horizontal_line())
        self._side.addWidget(self._fold_button())
        self._side.addWidget(self._scroll)
        body = row_of(self.matrix, spacing=8)
        body.addLayout(self._side, 1)
        return body

    def _tool_bar(self) -> QBoxLayout:
        self.detector.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        list_button = IconButton(
            "list", "Detector list", "Search all detectors and presets, with pictures…", self.presets.open_library
        )
        self._bar = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        sized(self._bar, spacing=6)
        self._bar.addLayout(row_of(labelled("Detector", self.detector), self.detector, list_button))
        self._bar.addLayout(self._tools_row())
        return self._bar

    def _tools_row(self) -> QHBoxLayout:
        row = row_of(self.tools, self._bank_button())
        row.setStretch(0, 1)  # so that the names of tools show where there is room
        return row

    def _bank_button(self) -> QToolButton:
        button = tool_button(MENU, MENU, "Add, copy, move and remove filters, or fill all of them at once")
        button.setMenu(self.commands)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _fold_button(self) -> QToolButton:
        held = QWidget()
        self._held = QVBoxLayout(held)
        self._held.setContentsMargins(0, 0, 0, 0)
        sized(self._held, spacing=3)
        self._held.addWidget(self.settings)
        self._scroll = FittingScroll(held)
        self._fold = tool_button("Layer settings", "Layer settings", "Hide the layer's settings", self._toggle_settings)
        self._fold.setAutoRaise(True)
        sized(self._fold, fixed_height=20)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setArrowType(Qt.ArrowType.DownArrow)
        return self._fold

    def _toggle_settings(self) -> None:
        is_open = self._scroll.isHidden()
        self._scroll.setVisible(is_open)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._fold.setToolTip("Hide the layer's settings" if is_open else "Show the layer's settings")


class FittingScroll(QScrollArea):
    """A frameless scroll area as tall as what it holds, that scrolls only where there is less room."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self._held = held
        self.setWidget(held)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.viewport().setAutoFillBackground(False)
        held.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._held.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._held.minimumSizeHint().width() + bar, min(60, self.sizeHint().height()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


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
    return view.layer, view.filter, view.channel, view.data_format, view.solo
