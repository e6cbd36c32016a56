from __future__ import annotations

import numpy as np
import pytest
from kernel_documents import LINE, by_id, image_document, sequence_document
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model import edits
from convstudio.model.detectors import Detector
from convstudio.views.detector_list import CUSTOM, DetectorChoice, DetectorList, kernel_icon

SEQUENCE = sequence_document((0, 1, 0)).layers[0]
IMAGE = image_document(LINE).layers[0]


@pytest.fixture
def choice(qtbot: QtBot) -> DetectorChoice:
    choice = DetectorChoice(load_detectors())
    qtbot.addWidget(choice)
    choice.show_filter(IMAGE, 0)
    return choice


@pytest.fixture
def listing(qtbot: QtBot) -> DetectorList:
    listing = DetectorList(load_detectors())
    qtbot.addWidget(listing)
    listing.open_for(IMAGE)
    return listing


def chosen_from(listing: DetectorList) -> list[Detector]:
    used: list[Detector] = []
    listing.used.connect(used.append)
    return used


def listed(listing: DetectorList) -> list[str]:
    model = listing.table_model
    return [model.index(row, 0, QModelIndex()).data() for row in range(model.rowCount())]


def test_the_choice_holds_all_75_detectors_with_a_picture_each(choice: DetectorChoice) -> None:
    choice.showPopup()
    assert [choice.itemIcon(row).isNull() for row in range(choice.count())] == [True, *[False] * 75]


def test_the_choice_names_the_detector_that_the_filter_is_a_copy_of(choice: DetectorChoice) -> None:
    assert choice.currentText() == "Vertical line (tutorial)"


def test_the_choice_says_custom_for_typed_weights(choice: DetectorChoice) -> None:
    choice.show_filter(image_document(((0, 1, 0), (0, 5, 0), (0, 1, 0))).layers[0], 0)
    assert choice.currentText() == CUSTOM


def test_the_choice_recognises_a_sequence_detector_used_on_an_image(choice: DetectorChoice) -> None:
    document = edits.use_detector(image_document(LINE), 0, 0, by_id("savitzky-golay-5"))
    choice.show_filter(document.layers[0], 0)
    assert choice.currentText() == "Savitzky-Golay smooth, 5/quad"


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


def test_the_list_shows_name_purpose_source_size_and_sum(listing: DetectorList) -> None:
    row = listed(listing).index("Sobel x")
    cells = [listing.table_model.index(row, column).data() for column in range(5)]
    assert cells == ["Sobel x", by_id("sobel-x").detects, by_id("sobel-x").source, "3×3", "0"]


def test_searching_keeps_what_holds_every_word(qtbot: QtBot, listing: DetectorList) -> None:
    qtbot.keyClicks(listing.search_field, "SOBEL bottom")
    assert listed(listing) == ["Sobel y"]


def test_enter_in_the_search_field_uses_the_first_detector_found(qtbot: QtBot, listing: DetectorList) -> None:
    used = chosen_from(listing)
    qtbot.keyClicks(listing.search_field, "gauss 5")
    qtbot.keyClick(listing.search_field, Qt.Key.Key_Return)
    assert [detector.id for detector in used] == ["gaussian-5"]


def test_arrows_in_the_search_field_move_through_the_list(qtbot: QtBot, listing: DetectorList) -> None:
    used = chosen_from(listing)
    qtbot.keyClicks(listing.search_field, "gauss 5")
    qtbot.keyClick(listing.search_field, Qt.Key.Key_Down)
    qtbot.keyClick(listing.search_field, Qt.Key.Key_Return)
    assert [detector.id for detector in used] == ["gaussian-5-sigma-1"]


def test_a_double_click_uses_a_detector_and_closes_the_list(listing: DetectorList) -> None:
    used = chosen_from(listing)
    listing.table.selectRow(3)
    listing.table.doubleClicked.emit(listing.table.currentIndex())
    assert ([detector.id for detector in used], listing.isVisible()) == (["vertical-line"], False)


def test_enter_in_the_table_uses_a_detector_once(qtbot: QtBot, listing: DetectorList) -> None:
    used = chosen_from(listing)
    listing.table.setFocus()
    qtbot.keyClick(listing.table, Qt.Key.Key_Return)
    assert [detector.id for detector in used] == ["identity"]


def test_a_detector_that_cannot_be_used_stays_with_the_reason(qtbot: QtBot, listing: DetectorList) -> None:
    used = chosen_from(listing)
    listing.open_for(SEQUENCE)
    qtbot.keyClicks(listing.search_field, "emboss")
    qtbot.keyClick(listing.search_field, Qt.Key.Key_Return)
    assert (used, listing.note.text()) == (
        [],
        "Emboss slides in 2 directions, and the input is a sequence: choose a 1-D one.",
    )


def test_a_search_without_result_says_so(qtbot: QtBot, listing: DetectorList) -> None:
    qtbot.keyClicks(listing.search_field, "zebra")
    button = next(b for b in listing.findChildren(QPushButton) if b.text() == "Use detector")
    assert (listing.note.text(), button.isEnabled()) == ("No detector holds these words: search for fewer.", False)


def test_opening_the_list_again_shows_all_detectors(qtbot: QtBot, listing: DetectorList) -> None:
    qtbot.keyClicks(listing.search_field, "sobel")
    listing.open_for(IMAGE)
    assert len(listed(listing)) == 75


def test_an_icon_pictures_weights_in_their_colours(qapp) -> None:
    image = kernel_icon(np.array([[-1, 0, 1]], np.float32), 30).pixmap(60, 60).toImage()
    left, middle, right = (image.pixelColor(x, image.height() // 2) for x in (10, 30, 50))
    assert left.blue() > left.red()
    assert middle.lightness() > 240
    assert right.red() > right.blue()
