"""File dialogs offer the formats that they are given, and give a name without an ending that of the chosen one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts import dialogs

ARRAY = FileKind("Array", (".npy",), "numbers")
PICTURE = FileKind("Float picture", (".tif", ".tiff"), "one map")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    return shown


def test_a_dialog_that_opens_offers_all_kinds_together_and_each_alone(
    window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda _parent, _title, _folder, filters: (offered.append(filters) or "", "")
    )
    dialogs.ask_open(window, (ARRAY, PICTURE))
    assert offered[0].split(";;") == [
        "All supported files (*.npy *.tif *.tiff)", "Array (*.npy)", "Float picture (*.tif *.tiff)", "All files (*)",
    ]  # fmt: skip


def test_a_dialog_that_writes_gives_a_name_the_ending_of_its_format(
    window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: seen.append(dialog) or 0)
    assert dialogs.ask_save_as(window, "map.npy", (ARRAY,)) == ""
    assert (seen[0].nameFilters(), seen[0].defaultSuffix()) == (dialogs.name_filters((ARRAY,)), "npy")
