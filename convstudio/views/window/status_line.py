"""The line at the foot of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget

from convstudio.model.values.progress import Wait
from convstudio.views.parts.controls import PlainLabel, row_of, tool_button
from convstudio.views.parts.elided_label import ElidedLabel, StillLabel
from convstudio.views.parts.icons import IconLabel
from convstudio.views.parts.signs import ProgressBar
from convstudio.views.parts.sizes import px, sized

_SIDE = 10
_BUTTON_HEIGHT = 20
_PROGRESS_STEPS = 1000
_PROGRESS_WIDTH = 120
_COUNTS_STEP = 60
_PROGRESS_TITLE_WIDTH = 260
_MIDDLE = Qt.TextElideMode.ElideMiddle


class StatusLine(QStatusBar):
    """Tells the current step, whether work is kept safe, what takes long, and what the network costs."""

    cancel_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sentence = ElidedLabel()
        self._counts = _Counts()
        self._counts.setObjectName("Counts")  # its accessible name is its text
        self._unsafe = PlainLabel(small=True, bold=True)
        self._unsafe_icon = IconLabel("triangle-alert")
        for part in (self._unsafe_icon, self._unsafe):
            part.hide()
        self._progress = _ProgressRow(self.cancel_asked.emit)
        self.setSizeGripEnabled(False)
        sized(self, contents_margins=(_SIDE, 0, _SIDE, 2))
        self.addWidget(self._sentence, 1)
        self.addPermanentWidget(self._unsafe_icon)
        self.addPermanentWidget(self._unsafe)
        self.addPermanentWidget(self._progress)
        self.addPermanentWidget(self._counts)

    @property
    def is_unsafe(self) -> bool:
        """Whether it warns that unsaved work is not kept safe."""
        return bool(self._unsafe.text())

    def show_sentence(self, sentence: str) -> None:
        """Say the current step in the status line."""
        self._sentence.setText(sentence)

    def show_unsafe(self, sentence: str) -> None:
        """Show in the status line why unsaved work is not kept safe; an empty text means that it is."""
        self._unsafe.setText("Not kept safe" if sentence else "")
        self._unsafe.setAccessibleName(sentence)
        self._unsafe.setToolTip(sentence)
        for part in (self._unsafe_icon, self._unsafe):
            part.setVisible(bool(sentence))

    def show_counts(self, text: str) -> None:
        """Show parameters, multiplications and time at the right of the status line."""
        self._counts.setText(text)

    def show_progress(self, wait: Wait | None) -> None:
        """Show how far work is that takes long, with a way to cancel it; None: it is over."""
        self._progress.show_wait(wait)


class _Counts(StillLabel):
    """What the network costs and predicts.

    A prediction comes a moment after the rest: its room is kept meanwhile, and some letters more or less take no other.
    Else the window would be laid out twice for each edit, and for each network that a training shows.
    """

    def __init__(self) -> None:
        self._room = 0
        super().__init__(small=True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        before, room = self.text(), self._room
        super().setText(text)
        self._room = max(self._needed, room if text.startswith(before) or before.startswith(text) else 0)
        if self._room != room:
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._room = self._needed

    @property
    def _needed(self) -> int:
        """The width of the text, up to the next of some wide steps."""
        step = px(_COUNTS_STEP)
        return -(-self.fontMetrics().horizontalAdvance(self.text()) // step) * step

    def sizeHint(self) -> QSize:
        return QSize(self._room, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text())


class _ProgressRow(QWidget):
    """What takes long, how far it is, and the button that cancels it; hidden while there is none."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        super().__init__()
        self._title = PlainLabel(small=True)
        self._bar = ProgressBar("Progress", "How much of the work is done")
        button = tool_button("Cancel", "Cancel", "Cancel this work", cancel)
        for part in (self._bar, button):  # the line is always as high as they are, so that nothing moves
            sized(part, fixed_height=_BUTTON_HEIGHT)
        sized(self._bar, fixed_width=_PROGRESS_WIDTH)
        row = row_of(self._title, self._bar, button)
        self._row = row
        self.setLayout(row)
        self.hide()

    def show_wait(self, wait: Wait | None) -> None:
        """Show what is waited for and which share is done, or nothing; the bar moves by itself where none is known."""
        if wait is not None:
            self._title.setText(self._title.fontMetrics().elidedText(wait.title, _MIDDLE, px(_PROGRESS_TITLE_WIDTH)))
            self._bar.setRange(0, _PROGRESS_STEPS if wait.share else 0)
            self._bar.show_value(round(wait.share * _PROGRESS_STEPS))
            self._row.activate()  # at once: the line asks now how wide it is
        self.setVisible(wait is not None)
