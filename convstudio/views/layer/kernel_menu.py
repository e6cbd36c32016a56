"""The menu about the kernel on show as a file or a text: open, paste, copy as, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.model.panes.kernel_on_show import has_channels
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState


class KernelMenu(QMenu):
    """The menu **This kernel**. Each command is asked for by a signal; `export_asked` carries whether all channels."""

    forms_asked = Signal()
    """The list of forms is opened, and empty."""
    open_asked = Signal()
    paste_asked = Signal()
    copy_asked = Signal(str)
    export_asked = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("T&his kernel", parent)
        self._add("&Open kernel…", self.open_asked.emit)
        self._add("&Paste kernel", self.paste_asked.emit)
        self._copies = self.addMenu("&Copy kernel as")
        self._copies.aboutToShow.connect(self._ask_forms)
        self._add("&Export kernel…", partial(self.export_asked.emit, False))
        self._whole = self._add("Export &filter with its channels…", partial(self.export_asked.emit, True))

    def show_forms(self, forms: Sequence[str]) -> None:
        """List the forms of text that a kernel is copied in, each by its name."""
        for form in forms:
            self._copies.addAction(form).triggered.connect(partial(self._ask_copy, form))

    def show_document(self, document: Document, view: ViewState) -> None:
        """Offer the whole filter where it has several channels."""
        self._whole.setVisible(has_channels(document, view))

    def _ask_forms(self) -> None:
        if self._copies.isEmpty():
            self.forms_asked.emit()

    def _ask_copy(self, form: str, _checked: bool = False) -> None:
        self.copy_asked.emit(form)

    def _add(self, text: str, run: Callable[[], object]) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(lambda _checked=False: run())
        return action
