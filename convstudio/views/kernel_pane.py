"""The kernel pane: the weights of one filter, where they come from, and how its layer slides them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
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

from convstudio.model import filters, kernel_facts, stepping
from convstudio.model.asked_edit import AskedEdit, Edit, Target
from convstudio.model.detector_use import detector_use
from convstudio.model.detectors import Detector
from convstudio.model.dialect import spell_weights
from convstudio.model.document import Document
from convstudio.model.limits import Limits
from convstudio.model.view_state import Cell, ViewState
from convstudio.views.controls import Card, PlainLabel, horizontal_line, labelled, row_of, tool_button
from convstudio.views.detector_list import DetectorChoice, DetectorList
from convstudio.views.elided_label import ElidedLabel
from convstudio.views.filter_commands import MENU, FilterCommands
from convstudio.views.filter_matrix import FilterMatrix
from convstudio.views.kernel_fields import KernelFields
from convstudio.views.kernel_stage import KernelStage
from convstudio.views.kernel_tools import FilterEdit, KernelTools
from convstudio.views.layer_settings import LayerSettings
from convstudio.views.theme import RHYTHM

_STAGE_HEIGHT = 100
_STAGE_SHARE = 0.33  # of the pane: three rows of long weights, before the settings take the rest
_ONE_ROW_WIDTH = 680


class KernelPane(Card):
    """Shows the kernel of the filter and channel that are looked at, and asks for edits of it and of its layer."""

    edit_asked = Signal(str, object, object)
    look_asked = Signal(object)
    refused = Signal(str)
    weights_asked = Signal()

    def __init__(self, detectors: Sequence[Detector], limits: Limits) -> None:
        super().__init__()
        self._detectors = tuple(detectors)
        self._shown: tuple[Document, ViewState] | None = None
        self._facts = ElidedLabel()
        self._sums = ElidedLabel()
        self._outcome = PlainLabel(small=True)
        self.detector = DetectorChoice(detectors)
        self.detector_list: DetectorList | None = None
        self.tools = KernelTools()
        self.stage = KernelStage()
        self.matrix = FilterMatrix()
        self.commands = FilterCommands(detectors, limits, self.matrix, self)
        self.fields = KernelFields(limits, detectors)
        self.settings = LayerSettings(limits)
        self._arrange()
        self._connect()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the document's kernel, filter and layer that are looked at."""
        view = kernel_facts.inside_filters(document, view)
        before, self._shown = self._shown, (document, view)
        layer = document.conv(view.layer)
        if before is not None and before[1].layer != view.layer:
            self._close_popups()
        if before is not None and _is_same_kernel(before, document, view):
            self.commands.show_document(document, view)
            self.stage.show_marks(document, view)
            return
        facts = kernel_facts.shape_facts(document, view)
        self._facts.setText(facts)
        self._facts.setToolTip(f"{facts}\n{spell_weights(layer, view.dialect)}")
        self._sums.setText(kernel_facts.facts_line(layer, view))
        self._show_outcome(kernel_facts.outcome(document, view.layer))
        self.tools.show_layer(layer)
        self._show_matrix(document, view)
        self.stage.show_document(document, view)
        self.detector.show_filter(layer, view.filter)
        self.fields.show_document(document, view)
        self.settings.show_document(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show what is looked at now; the same kernel keeps its content and only moves its marks."""
        self.show_document(document, view)

    def leave(self) -> None:
        """Close everything that would change a convolution, before another kind of layer is on show."""
        self._close_popups()
        self.fields.drop_typed()
        self.settings.drop_typed()
        self.stage.grid.drop_editor()
        self.commands.leave()

    def _close_popups(self) -> None:
        self.tools.seed_popup.close()
        if self.detector_list is not None:
            self.detector_list.reject()

    # --- intents -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.fields.edit_asked.connect(self.edit_asked)
        self.settings.edit_asked.connect(self.edit_asked)
        for refused in (self.fields.refused, self.settings.refused, self.stage.refused, self.tools.refused):
            refused.connect(self.refused)
        self.detector.detector_chosen.connect(self._use_detector)
        self.tools.asked.connect(self._edit_filter)
        self.stage.edited.connect(self._write_weights)
        self.stage.pointed.connect(self._point)
        self.stage.clicked.connect(self._pin)
        for asking in (self.commands, self.matrix):
            asking.look_asked.connect(self.look_asked)
        self.commands.edit_asked.connect(self.edit_asked)
        self.commands.refused.connect(self.refused)
        self.commands.file_asked.connect(self.weights_asked)

    def _edit_filter(self, step: str, edit: FilterEdit) -> None:
        if self._shown is not None:
            layer, index = self._shown[1].layer, self._shown[1].filter
            self._ask_edit(step, lambda document: edit(document, layer, index))

    def _use_detector(self, detector: Detector) -> None:
        if self._shown is None:
            return
        document, view = self._shown
        step = f"Use detector {detector.id}"
        self.edit_asked.emit(step, detector_use(document, view.layer, view.filter, detector, step), None)
        self.detector.show_filter(self._shown[0].conv(view.layer), view.filter)  # where it was refused

    def _write_weights(self, row: int, column: int, block: NDArray[np.float32]) -> None:
        if self._shown is not None:
            view = self._shown[1]
            step = "Set weight" if block.size == 1 else "Set weights"
            self._ask_edit(step, lambda document: kernel_facts.write_weights(document, view, row, column, block))

    def _ask_edit(self, step: str, edit: Edit) -> None:
        """Ask for an edit of the filter's weights; it may be no detector any more, and then loses the name of one."""
        if self._shown is None:
            return
        shown, view = self._shown
        layer, index = view.layer, view.filter

        def named(document: Document) -> Document:
            before = document.conv(layer)
            return filters.forget_stale_name(edit(document), layer, index, self._detectors, before)

        self.edit_asked.emit(step, AskedEdit(named, Target.of(shown, layer, index)), None)

    def _point(self, cell: Cell | None) -> None:
        self.look_asked.emit(lambda _document, view: view.pointing_at(cell))

    def _pin(self, cell: Cell) -> None:
        self.look_asked.emit(lambda document, view: stepping.pin(document, view, cell))

    def _open_list(self) -> None:
        if self._shown is None:
            return
        if self.detector_list is None:
            self.detector_list = DetectorList(self._detectors, self)
            self.detector_list.used.connect(self._use_detector)
        self.detector_list.open_for(self._shown[0].conv(self._shown[1].layer))

    # --- the card ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stage.setMinimumHeight(max(_STAGE_HEIGHT, int(_STAGE_SHARE * self.height())))
        is_wide = self.width() >= _ONE_ROW_WIDTH
        self._bar.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def _show_matrix(self, document: Document, view: ViewState) -> None:
        """Show all kernels where there are several; the fields then leave them the room beside the kernel."""
        self.commands.show_document(document, view)
        is_wanted = kernel_facts.is_matrix_wanted(document.conv(view.layer))
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

    def _show_outcome(self, found: kernel_facts.Outcome) -> None:
        role = QPalette.ColorRole.PlaceholderText if found.works else QPalette.ColorRole.WindowText
        font = self._outcome.font()
        if font.bold() == found.works:  # another font would lay the whole pane out anew
            font.setBold(not found.works)
            self._outcome.setFont(font)
        self._outcome.setForegroundRole(role)
        self._outcome.setText(found.text.replace(" · ", "\n"))  # rows and columns, each formula whole on its line

    def _arrange(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(12, RHYTHM, 12, RHYTHM)
        column.setSpacing(4)
        column.addLayout(row_of(PlainLabel("Kernel", bold=True), self._facts, spacing=8))
        column.addSpacing(2)
        column.addLayout(self._tool_bar())
        column.addLayout(self._body(), 1)
        self._outcome.setWordWrap(True)
        column.addWidget(self._outcome)

    def _body(self) -> QHBoxLayout:
        """Lay the matrix out at the left, hidden while there is one kernel, and the kernel with its settings beside."""
        self.matrix.hide()
        self.stage.setMinimumHeight(_STAGE_HEIGHT)
        self._stage_row = row_of(self.stage, self.fields, spacing=8)
        self._stage_row.setStretchFactor(self.stage, 1)
        self._side = QVBoxLayout()
        self._side.setSpacing(4)
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
        list_button = tool_button("☰", "Detector list", "Search all detectors, with pictures…", self._open_list)
        self._bar = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._bar.setSpacing(6)
        self._bar.addLayout(row_of(labelled("Detector", self.detector), self.detector, list_button))
        self._bar.addLayout(row_of(self.tools, 1, self._bank_button()))
        return self._bar

    def _bank_button(self) -> QToolButton:
        button = tool_button(MENU, MENU, "Add, copy, move and remove filters, or fill all of them at once")
        button.setMenu(self.commands)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _fold_button(self) -> QToolButton:
        held = QWidget()
        self._held = QVBoxLayout(held)
        self._held.setContentsMargins(0, 0, 0, 0)
        self._held.setSpacing(3)
        self._held.addWidget(self.settings)
        self._scroll = FittingScroll(held)
        self._fold = tool_button("Layer settings", "Layer settings", "Hide the layer's settings", self._toggle_settings)
        self._fold.setAutoRaise(True)
        self._fold.setFixedHeight(20)
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
    """Say whether nothing changed that the pane shows, as while the brush paints the input."""
    held, viewed = before
    index = view.layer
    return (
        _looked_at(viewed) == _looked_at(view)
        and held.layers[index] is document.layers[index]
        and held.read_shape(index) == document.read_shape(index)
        and kernel_facts.input_names(held, index) == kernel_facts.input_names(document, index)
    )


def _looked_at(view: ViewState) -> tuple[object, ...]:
    return view.layer, view.filter, view.channel, view.dialect, view.solo
