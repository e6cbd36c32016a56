"""A line of facts that ends in … where room is short; its tooltip shows the rest."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy

from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.sizes import px

_WIDTH = 60  # it takes what the others leave


class StillLabel(PlainLabel):
    """A label whose place does not follow its text, so that another text lays nothing out again.

    Qt's own label tells every layout above it. Screen readers find the text as the label's name.
    """

    def __init__(self, *, small: bool = False) -> None:
        self._shown = ""
        super().__init__(small=small)

    def text(self) -> str:
        return self._shown

    def setText(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self.setAccessibleName(text)
            self.update()


class ElidedLabel(StillLabel):
    """A small grey label that never asks for more width than there is."""

    def __init__(self) -> None:
        super().__init__(small=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self.setToolTip(text)

    def sizeHint(self) -> QSize:
        return QSize(px(_WIDTH), self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if text != self.text():
            kept = text.rstrip("… ")
            text = kept + "…" if kept else ""  # a part of the sign alone would look like a full stop
        painter.drawText(self.rect(), self.alignment(), text)
