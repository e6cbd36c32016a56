"""The form in which a preset is named and described, when it is saved first or edited later."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.library.presets import described
from convstudio.model.panes.kernel_facts import detector_picture
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.detector_choice import kernel_icon
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, widen_for_title
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM

_PICTURE = 96
_NOTE_LINES, _WIDTH = 4, 480


class PresetForm(QDialog):
    """Asks for the texts of a preset; `answered` carries it with them.

    `kernels` are what can be saved, each with its name in a list; of several, the user chooses one.
    """

    answered = Signal(object)

    def __init__(self, title: str, button: str, kernels: Sequence[tuple[str, Detector]], parent: QWidget) -> None:
        super().__init__(parent)
        self._kernels = tuple(kernels)
        self.setWindowTitle(title)
        preset = self._kernels[0][1]
        self.kernel = Choice("What to save", [text for text, _ in kernels], "One kernel, or the filter with its bias")
        self.kernel.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = _line("Name", preset.name, "What the list shows")
        self.tags = _line("Tags", ", ".join(preset.tags), "Words to find it by, separated by commas")
        self.detects = _line("Detects", preset.detects, "What it responds to")
        self.source = _line("Source", preset.source, "Who described it, or where it is from")
        self.note = QPlainTextEdit(preset.note)
        self.note.setAccessibleName("Note")
        self.note.setToolTip("Anything else that is worth knowing about it")
        self.note.setTabChangesFocus(True)
        self._picture = PlainLabel()
        self._picture.setAccessibleName("Kernel preview")
        self.refusal = PlainLabel(small=True)
        self.refusal.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save_button = self._buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._arrange()
        self.kernel.chosen.connect(self._show_kernel)
        self._buttons.accepted.connect(self._answer)
        self._buttons.rejected.connect(self.reject)
        self._show_kernel(0)
        self.name.setFocus()
        self.name.selectAll()

    def _show_kernel(self, row: int) -> None:
        picture = kernel_icon(detector_picture(self._kernels[row][1]), _PICTURE)
        self._picture.setPixmap(picture.pixmap(_PICTURE, _PICTURE))

    def _answer(self) -> None:
        """Take the texts; where one does not fit, say why, and stay open."""
        preset = self._kernels[max(0, self.kernel.currentIndex())][1]
        texts = (self.name.text(), self.tags.text(), self.detects.text(), self.note.toPlainText(), self.source.text())
        try:
            made = described(preset, *texts)
        except ValueError as refusal:
            self.refusal.setText(str(refusal))
            return
        self.accept()
        self.answered.emit(made)

    def _arrange(self) -> None:
        form = QFormLayout()
        sized(form, vertical_spacing=RHYTHM)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.note.setFixedHeight(_NOTE_LINES * self.note.fontMetrics().lineSpacing() + 2 * px(RHYTHM))
        for field in (self.name, self.tags, self.detects, self.source, self.note):
            form.addRow(labelled(field.accessibleName(), field), field)
        if len(self._kernels) > 1:
            form.insertRow(0, labelled("What to save", self.kernel), self.kernel)
        column = QVBoxLayout(self)
        sized(column, spacing=2 * RHYTHM)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(form)
        column.addWidget(self.refusal)
        column.addWidget(self._buttons)
        self.save_button.setDefault(True)
        widen_for_title(self)
        self.resize(px(_WIDTH), self.sizeHint().height())


def _line(name: str, text: str, tip: str) -> QLineEdit:
    field = TextField(" ".join(text.split()))
    field.setAccessibleName(name)
    field.setToolTip(tip)
    return field
