from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.arrays import frozen
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.library.preset_form import PresetForm

WHOLE = Detector("preset:", "", 2, frozen([[[1, 2, 3]]]), True, "", "", bias=0.5)
ONE = Detector("preset:", "Old", 2, frozen([[1]]), False, "dots", "me", tags=("a", "b"), note="first\nsecond")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def answers(form: PresetForm) -> list[Detector]:
    heard: list[Detector] = []
    form.answered.connect(heard.append)
    return heard


def test_what_was_written_before_is_filled_in_and_comes_back_unchanged(window: QWidget) -> None:
    form = PresetForm("Edit preset", "Save changes", [("", ONE)], window)
    heard = answers(form)
    form.save_button.click()
    (made,) = heard
    assert (made.name, made.tags, made.detects, made.source, made.note) == (
        ONE.name, ONE.tags, ONE.detects, ONE.source, ONE.note,
    )  # fmt: skip


def test_one_of_several_kernels_is_saved(window: QWidget) -> None:
    form = PresetForm("Save as preset", "Save preset", [("All", WHOLE), ("One", ONE)], window)
    heard = answers(form)
    form.name.setText("Mine")
    form.kernel.show_index(1)
    form.kernel.chosen.emit(1)
    form.save_button.click()
    assert (heard[0].name, heard[0].kernel.shape) == ("Mine", (1, 1))


def test_a_missing_name_is_said_and_the_form_stays(window: QWidget) -> None:
    form = PresetForm("Save as preset", "Save preset", [("", WHOLE)], window)
    heard = answers(form)
    window.show()
    form.open()
    form.save_button.click()
    assert (heard, form.isVisible(), form.refusal.text()) == ([], True, "The preset has no name. Type one.")


def test_a_choice_is_asked_only_where_there_are_several(window: QWidget) -> None:
    form = PresetForm("Edit preset", "Save changes", [("", ONE)], window)
    window.show()
    form.open()
    assert not form.kernel.isVisible()
