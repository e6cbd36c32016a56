"""A small dialog is as wide as its title, so that a frame does not cut that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import conv_at
from convstudio.views.input.dialogs import Question
from convstudio.views.layer.filter_dialogs import InitialiserDialog, NameQuestion
from convstudio.views.layer.generator_dialog import GeneratorDialog
from convstudio.views.parts import dialogs
from convstudio.views.parts.controls import NumberField, title_width
from tests.views.kernel_documents import LINE, image_document

DIALOGS: dict[str, Callable[[QWidget], QDialog]] = {
    "replace": lambda parent: Question("Replace one value by another", [NumberField("Value", "A number")], parent),
    "rename": lambda parent: NameQuestion(conv_at(image_document(LINE), 0), 0, parent),
    "initialise": InitialiserDialog,
    "make kernels": GeneratorDialog,
}


@pytest.mark.parametrize("make", DIALOGS.values(), ids=DIALOGS)
def test_a_dialog_is_as_wide_as_its_title(qtbot: QtBot, make: Callable[[QWidget], QDialog]) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = make(parent)
    dialog.show()
    dialog.setWindowTitle("A title that is rather longer than the fields below it, and is read to its end")
    dialog.resize(10, 10)
    assert dialog.width() >= title_width(dialog)


def test_a_short_question_is_as_wide_as_its_title(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    widths: list[tuple[int, int]] = []

    def measure(box: QMessageBox) -> QMessageBox.StandardButton:
        box.show()
        widths.append((box.width(), title_width(box)))
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "exec", measure)
    dialogs.ask_replace(parent, ["m.png"])
    assert widths[0][0] >= widths[0][1]
