from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.edits import kernel_weights
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.views.layer.detector_choice import CUSTOM, DetectorChoice, kernel_icon
from tests.views.kernel_documents import LINE, by_id, image_document, sequence_document

SEQUENCE = sequence_document((0, 1, 0)).layers[0]
IMAGE = image_document(LINE).layers[0]


@pytest.fixture
def choice(qtbot: QtBot) -> DetectorChoice:
    choice = DetectorChoice(load_detectors())
    qtbot.addWidget(choice)
    choice.show_filter(IMAGE, 0)
    return choice


def test_the_choice_holds_all_75_detectors_each_under_a_heading(choice: DetectorChoice) -> None:
    choice.showPopup()
    lines = choice.popup.rows.lines
    assert [len([line for line in lines if isinstance(line, kind)]) for kind in (int, str)] == [75, 10]


def test_headings_with_something_to_use_come_first(choice: DetectorChoice) -> None:
    choice.show_filter(SEQUENCE, 0)
    choice.showPopup()
    headings = [line for line in choice.popup.rows.lines if isinstance(line, str)]
    assert headings[:3] == [
        "Sequences: bumps and slopes", "Sequences: smoothing", "Sequences: wavelets and texture",
    ]  # fmt: skip


def test_the_choice_names_the_detector_that_the_filter_is_a_copy_of(choice: DetectorChoice) -> None:
    assert choice.currentText() == "Vertical line (tutorial)"


def test_the_choice_says_custom_for_typed_weights(choice: DetectorChoice) -> None:
    choice.show_filter(image_document(((0, 1, 0), (0, 5, 0), (0, 1, 0))).layers[0], 0)
    assert choice.currentText() == CUSTOM


def test_the_choice_recognises_a_sequence_detector_used_on_an_image(choice: DetectorChoice) -> None:
    document = kernel_weights.use_detector(image_document(LINE), 0, 0, by_id("savitzky-golay-5"))
    choice.show_filter(document.layers[0], 0)
    assert choice.currentText() == "Savitzky-Golay smooth, 5/quad"


def padded_document() -> Document:
    larger = kernel_weights.set_kernel_size(image_document(LINE), 0, (5, 5))
    return kernel_weights.use_detector(larger, 0, 0, by_id("sobel-x"), is_padded=True)


def test_the_choice_names_a_detector_that_was_padded_to_the_size_of_the_kernel(choice: DetectorChoice) -> None:
    choice.show_filter(padded_document().layers[0], 0)
    assert choice.currentText() == "Sobel x, padded"


def test_after_a_padded_detector_typed_weights_are_custom_again(choice: DetectorChoice) -> None:
    choice.show_filter(padded_document().layers[0], 0)
    choice.show_filter(kernel_weights.set_weights_block(padded_document(), 0, 0, 0, (0, 0), [[7]]).layers[0], 0)
    assert (choice.currentText(), choice.itemText(0)) == (CUSTOM, CUSTOM)


def test_an_entry_tells_what_it_detects_and_its_source(choice: DetectorChoice) -> None:
    tip = choice.itemData(choice.findText("Sobel x"), Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{by_id('sobel-x').detects} · {by_id('sobel-x').source}"


def test_what_cannot_be_used_on_a_sequence_is_disabled_with_the_reason(choice: DetectorChoice) -> None:
    choice.show_filter(SEQUENCE, 0)
    item = choice.model().item(choice.findText("Sobel x"))
    assert (item.isEnabled(), item.toolTip()) == (
        False,
        "Sobel x slides in 2 directions, and the input is a sequence: choose a 1-D one.",
    )


def test_colour_detectors_are_for_inputs_of_three_channels(choice: DetectorChoice) -> None:
    item = choice.model().item(choice.findText("1x1x3 luma (BT.601)"))
    on_grey = item.isEnabled()
    choice.show_filter(image_document(LINE, channels=3).layers[0], 0)
    assert (on_grey, item.isEnabled()) == (False, True)


def test_choosing_an_entry_hands_over_its_detector(choice: DetectorChoice) -> None:
    chosen: list[Detector] = []
    choice.detector_chosen.connect(chosen.append)
    choice.activated.emit(choice.findText("Emboss"))
    assert [detector.id for detector in chosen] == ["emboss"]


def test_showing_a_filter_chooses_nothing(choice: DetectorChoice) -> None:
    chosen: list[Detector] = []
    choice.detector_chosen.connect(chosen.append)
    choice.show_filter(SEQUENCE, 0)
    assert chosen == []


def test_an_icon_pictures_weights_in_their_colours(qapp) -> None:
    image = kernel_icon(np.array([[-1, 0, 1]], np.float32), 30).pixmap(60, 60).toImage()
    left, middle, right = (image.pixelColor(x, image.height() // 2) for x in (10, 30, 50))
    assert left.blue() > left.red()
    assert middle.lightness() > 240
    assert right.red() > right.blue()


def presets(count: int) -> list[Detector]:
    return [
        Detector(f"preset:{number}", f"Mine {number}", 2, np.full((3, 3), number, np.float32), False, "", "")
        for number in range(1, count + 1)
    ]


def test_below_many_presets_an_entry_leads_to_all_of_them_and_chooses_none(choice: DetectorChoice) -> None:
    choice.show_presets(presets(61))
    choice.show_filter(IMAGE, 0)
    asked, chosen = [], []
    choice.library_asked.connect(lambda: asked.append(True))
    choice.detector_chosen.connect(chosen.append)
    last = choice.count() - 1
    assert choice.itemText(last) == "All 61 presets…"
    choice.setCurrentIndex(last)
    choice.chosen.emit(last)
    assert (asked, chosen, choice.currentText()) == ([True], [], "Vertical line (tutorial)")


def test_few_presets_are_all_listed(choice: DetectorChoice) -> None:
    choice.show_presets(presets(60))
    assert choice.itemText(choice.count() - 1) == "Mine 60"
