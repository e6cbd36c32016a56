"""The calculation as text, and its result in large digits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit

from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.elided_label import StillLabel
from convstudio.views.parts.grids.small_grid import FULL_HEIGHT
from convstudio.views.parts.keys import is_command_elsewhere
from convstudio.views.parts.sizes import BODY_PIXELS, in_font, px, scaled
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import RESULT_PIXELS, number_font, tokens_of

if TYPE_CHECKING:
    from convstudio.model.colour.term_marks import TermMark

_LONGEST_RESULT = "-0.001234"
"""The room that the output keeps, so that stepping moves nothing beside it."""
_MARGIN = 2
_SHARES = (1.0, 0.92, 0.84)
"""How large the arithmetic is written, as a part of its usual size: at 84 % it is as large as the small texts."""
_WHOLE = 2
"""So many of the sizes are tried to keep a line whole."""


class CalculationField(QPlainTextEdit):
    """The arithmetic as text that can be read, selected and spoken, but not changed.

    It is written smaller where it would have to be scrolled otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName("Calculation")
        self.setToolTip("Where the current output comes from")
        give_focus_frame(self)
        self._growth, self._step = 1.0, 0
        in_font(self, number_font)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(_MARGIN)
        self._words = _CalculationColours(self)

    def event(self, event: QEvent) -> bool:
        if is_command_elsewhere(event):
            event.ignore()
            return False
        return super().event(event)

    def set_growth(self, growth: float) -> None:
        """Write larger than on a small screen."""
        if growth != self._growth:
            self._growth = growth
            self._fit(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._words.rehighlight()

    def sizeHint(self) -> QSize:
        return scaled(QSize(400, FULL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of three lines as they are on a small screen."""
        return QSize(px(160), 3 * QFontMetrics(number_font(BODY_PIXELS)).lineSpacing())

    def show_text(self, text: str, *, refit: bool = True) -> None:
        """Show other text, where it is another one; without `refit` never larger than before, as while stepping."""
        if text != self.toPlainText():
            self._words.marks = ()
            self.setPlainText(text)
            self._fit(0 if refit else self._step)

    def _fit(self, first: int) -> None:
        """Write as large as all of the text fits, from a step on; as small as can be read where it never does.

        It is a little smaller where that keeps a line whole, so that no result stands alone below its terms.
        """
        room = self.contentsRect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        longest = max(map(len, self.toPlainText().split("\n")))
        whole = [s for s in range(first, _WHOLE) if longest * self._letter_width(s) <= room.width()]
        for step in range(whole[0] if whole else first, len(_SHARES)):
            self._step, font = step, self._font(step)
            needed = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, self.toPlainText())
            if needed.height() <= room.height():
                break
        if self._font(self._step) != self.font():
            in_font(self, partial(self._font, self._step))

    def _letter_width(self, step: int) -> float:
        return QFontMetricsF(self._font(step)).horizontalAdvance("0")

    def _font(self, step: int) -> QFont:
        return number_font(BODY_PIXELS * self._growth * _SHARES[step])

    def show_marks(self, marks: Sequence[TermMark]) -> None:
        """Colour terms of the first line."""
        if tuple(marks) != self._words.marks:
            self._words.marks = tuple(marks)
            self._words.rehighlight()


class _CalculationColours(QSyntaxHighlighter):
    """Writes the last of several lines, bias and activation, in the colour of secondary facts, and colours terms."""

    def __init__(self, field: CalculationField) -> None:
        super().__init__(field.document())
        self._field = field
        self.marks: tuple[TermMark, ...] = ()

    def highlightBlock(self, text: str) -> None:
        block = self.currentBlock()
        if block.blockNumber() and not block.next().isValid():
            secondary = QTextCharFormat()
            secondary.setForeground(tokens_of(self._field.palette()).secondary)
            self.setFormat(0, len(text), secondary)
        for mark in self.marks if not block.blockNumber() else ():
            coloured = QTextCharFormat()
            coloured.setBackground(colour_of(mark.ground))
            coloured.setForeground(colour_of(mark.ink))
            self.setFormat(mark.start, mark.length, coloured)


class ResultLabel(StillLabel):
    """The output in large digits, in the colour of the current output."""

    def __init__(self) -> None:
        super().__init__()
        self._growth = 1.0
        in_font(self, _result_font)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._keep_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_room()

    def set_growth(self, growth: float) -> None:
        """Write larger than on a small screen."""
        if growth != self._growth:
            self._growth = growth
            in_font(self, partial(_result_font, growth))

    def sizeHint(self) -> QSize:
        """Ask for the room of the longest number; Qt's own answer remembers that of the font before."""
        return QSize(self.minimumWidth(), self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _keep_room(self) -> None:
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(_LONGEST_RESULT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(tokens_of(self.palette()).window)
        share = min(1.0, self.width() / max(1, self.fontMetrics().horizontalAdvance(self.text())))
        painter.scale(share, share)  # a longer number is written smaller: cut, it would lose its sign
        painter.drawText(QRectF(0, 0, self.width() / share, self.height() / share), self.alignment(), self.text())


def _result_font(growth: float = 1.0) -> QFont:
    font = number_font(RESULT_PIXELS * growth)
    font.setBold(True)
    return font
