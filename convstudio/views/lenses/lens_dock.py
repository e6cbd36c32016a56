"""The panel of a lens: its lesson, the lens, and what was refused."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.lenses.lens import Lens, wrapping_label
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.room.tall_scroll import TallColumn, TallScroll

_DOCKED = 640
_FLOATING = QSize(1180, 700)


class LensDock(SidePanel):
    """A lens beside the panes. It follows the selection while it is on show."""

    def __init__(self, title: str, lesson: str, lens: Lens, window: QMainWindow) -> None:
        super().__init__(
            title,
            window,
            Qt.DockWidgetArea.RightDockWidgetArea,
            docked=(lens.least_width, _DOCKED),
            floating=_FLOATING,
        )
        self.content = self.lens = lens
        self.easy_width = lens.easy_width
        self._shown: tuple[object, ...] = ()
        self._kept: tuple[object, ...] = ()
        self.lesson = wrapping_label()
        self.lesson.setText(lesson)
        self.message = wrapping_label(small=True)
        self.message.hide()
        lens.refused.connect(self._show_message)
        self.setWidget(TallScroll(TallColumn(self.lesson, lens, self.message, stretched=lens)))

    def show_document(
        self, document: Document, view: ViewState, reading: LayerInput | None, result: Forward | None = None
    ) -> None:
        """Show another document, or another part of it, where that makes a difference to the lens."""
        self.lens.result = result
        before, self._shown = self._shown, (view.numbers, *self.lens.depends_on(document, view, reading))
        self._kept = document, reading, result  # the identity of an object that is gone may be given to the next one
        if self._shown != before:
            self._show_message("")
            self.lens.show_document(document, view, reading)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of the document: a panel that is closed may stay so for long, and is shown one when it opens."""
        super().closeEvent(event)
        self._kept = self._shown = ()
        self.lens.forget()

    def _show_message(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))
