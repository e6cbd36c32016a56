"""A text about the network in a window of its own: its summary, or a program, to be read, copied and saved."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from convstudio.model.words.code_marks import Part, code_marks
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import fitting_size, in_font
from convstudio.views.parts.theme import number_font, tokens_of

_SIZE = QSize(900, 640)


class TextWindow(QDialog):
    """Shows a text in a fixed-width font; `copied` is emitted when it went to the clipboard, and `save_asked` by Save.

    Several of them may stand beside the window; Escape closes one. A program is coloured as Python reads it.
    """

    copied = Signal()
    save_asked = Signal()

    def __init__(self, title: str, text: str, *, is_program: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{as_title(title)} – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QPlainTextEdit(text)
        self.field.setReadOnly(True)
        self.field.setAccessibleName(title)
        in_font(self.field, number_font)
        self.field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.field.setTabChangesFocus(True)
        self.field.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._colours = _ProgramColours(self.field) if is_program else None
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self._buttons())
        self.resize(fitting_size(self, _SIZE))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._colours is not None:
            self._colours.rehighlight()

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        buttons.addButton("&Copy", role).clicked.connect(self._copy)
        buttons.addButton("&Save as…", role).clicked.connect(self._ask_save)
        buttons.rejected.connect(self.reject)
        return buttons

    def _copy(self, _checked: bool = False) -> None:
        QGuiApplication.clipboard().setText(self.field.toPlainText())
        self.copied.emit()

    def _ask_save(self, _checked: bool = False) -> None:
        self.save_asked.emit()


class _ProgramColours(QSyntaxHighlighter):
    """Colours the parts of a program; keywords are bold and comments slanted too, so that colour says nothing alone."""

    def __init__(self, field: QPlainTextEdit) -> None:
        super().__init__(field.document())
        self._field = field
        marks = code_marks(field.toPlainText())
        self._marks = {line: list(held) for line, held in groupby(marks, lambda mark: mark.line)}

    def highlightBlock(self, text: str) -> None:
        for mark in self._marks.get(self.currentBlock().blockNumber(), ()):
            stop = mark.column + mark.length
            start, length = (_units(part) for part in (text[: mark.column], text[mark.column : stop]))
            self.setFormat(start, length, self._format_of(mark.part))

    def _format_of(self, part: Part) -> QTextCharFormat:
        tokens, form = tokens_of(self._field.palette()), QTextCharFormat()
        form.setForeground(tokens.secondary if part == "comment" else tokens.selection)
        form.setFontItalic(part == "comment")
        form.setFontWeight(QFont.Weight.Bold if part == "keyword" else QFont.Weight.Normal)
        return form


def _units(text: str) -> int:
    """Count a text as Qt does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
