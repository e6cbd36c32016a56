"""The middle pane: the kernel of a convolution, or what there is to set and see on another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import Forward
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.views.layer.plain.pane import PlainLayerPane


class LayerPane(QWidget):
    """Shows the kernel pane for a convolution, and for any other layer its settings; passes their wishes on.

    The pane of the other layers is made when one of them is first selected.
    """

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self, kernel_pane: KernelPane, limits: Limits) -> None:
        super().__init__()
        self._kernel_pane, self._limits = kernel_pane, limits
        self._plain: PlainLayerPane | None = None
        self._page: KernelPane | PlainLayerPane = kernel_pane
        self._column = QVBoxLayout(self)  # and no stack, which asks for the room of its hidden pages too
        self._column.setContentsMargins(0, 0, 0, 0)
        self._add(kernel_pane)

    @property
    def plain(self) -> PlainLayerPane:
        """The pane of a layer without kernels."""
        if self._plain is None:
            self._plain = load("layer.plain.pane.PlainLayerPane")(self._limits)
            self._add(self._plain)
        return self._plain

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the selected layer."""
        page = self._kernel_pane if isinstance(document.layers[view.layer], Conv) else self.plain
        left, self._page = self._page, page
        if left is not page:
            left.leave()  # hiding it would end what is half typed, in a layer that is not on show any more
        page.show_document(document, view)
        if left is not page:
            had_focus = left.isAncestorOf(QApplication.focusWidget() or self)
            left.hide()
            page.show()
            if had_focus:
                page.setFocus()
        self._kernel_pane.commands.setEnabled(page is self._kernel_pane)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another layer, position or link."""
        self.show_document(document, view)

    def show_result(self, _document: Document, _view: ViewState, result: Forward | None) -> None:
        """Take up what the layers read."""
        self._kernel_pane.show_result(result)

    def _add(self, page: KernelPane | PlainLayerPane) -> None:
        self._column.addWidget(page)
        page.setVisible(page is self._page)
        page.intent_asked.connect(self.intent_asked)
        page.refused.connect(self.refused)
