from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.library.presets import DamagedPreset, PresetListing
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.library.requests import PresetRequests
from convstudio.views.layer.library.window import DetectorList
from tests.views.kernel_documents import LINE, by_id, image_document, sequence_document

SEQUENCE = sequence_document((0, 1, 0)).layers[0]
IMAGE = image_document(LINE).layers[0]


@pytest.fixture
def listing(qtbot: QtBot) -> DetectorList:
    listing = DetectorList(load_detectors(), PresetRequests())
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
    assert (listing.note.text(), button.isEnabled()) == ("No detector matches: try fewer words.", False)


def test_opening_the_list_again_shows_all_detectors(qtbot: QtBot, listing: DetectorList) -> None:
    qtbot.keyClicks(listing.search_field, "sobel")
    listing.open_for(IMAGE)
    assert len(listed(listing)) == 75


# --- presets -------------------------------------------------------------------------------------------------------


def preset(name: str, *tags: str, kernel: object = ((1, 2), (3, 4))) -> Detector:
    return Detector(f"preset:{name.casefold()}", name, 2, frozen(kernel), False, "", "", tags=tags)


EDGE, ZEBRA = preset("Edge", "week 3"), preset("Zebra")
BROKEN = DamagedPreset("broken.kernel.json", "“broken.kernel.json” is empty.")
LISTING = PresetListing("/home/me/presets", (EDGE, ZEBRA), (BROKEN,))


@pytest.fixture
def library(listing: DetectorList) -> DetectorList:
    listing.show_presets(LISTING, ("emboss",))
    listing.open_for(IMAGE, TiledArray.of(np.eye(8)[..., np.newaxis]))
    return listing


def button(library: DetectorList, name: str) -> QToolButton:
    return next(one for one in library.findChildren(QToolButton) if one.accessibleName() == name)


def enabled(library: DetectorList) -> set[str]:
    return {name for name in ("Star", "Edit", "Duplicate", "Delete", "Undo") if button(library, name).isEnabled()}


def test_starred_ones_then_presets_then_damaged_ones_lead_the_list(library: DetectorList) -> None:
    assert listed(library)[:5] == ["★ Emboss", "Edge", "Zebra", "broken.kernel.json", "Identity"]


def test_a_group_lists_its_own_alone(library: DetectorList) -> None:
    library.group.show_index(library.group.findText("#week 3"))
    library.group.chosen.emit(library.group.currentIndex())
    assert listed(library) == ["Edge"]


def test_what_can_be_done_follows_the_selection(library: DetectorList) -> None:
    library.table.selectRow(0)
    of_detector = enabled(library)
    library.table.selectRow(1)
    of_preset = enabled(library)
    library.table.selectRow(3)
    assert (of_detector, of_preset, enabled(library)) == (
        {"Star", "Duplicate"}, {"Star", "Edit", "Duplicate", "Delete"}, set(),
    )  # fmt: skip


def test_a_damaged_preset_says_why_and_cannot_be_used(library: DetectorList) -> None:
    used = chosen_from(library)
    library.table.selectRow(3)
    library.table.doubleClicked.emit(library.table.currentIndex())
    assert (library.details.facts.text(), used) == (f"Damaged: {BROKEN.reason}", [])


def test_the_details_show_kernel_map_and_facts_of_what_is_selected(library: DetectorList) -> None:
    library.table.selectRow(1)
    details = library.details
    assert not details.kernel_picture.pixmap().isNull()
    assert not details.map_picture.pixmap().isNull()
    assert "Does not tell apart: A flat area of 1 gives 10" in details.facts.text()


def test_a_detector_that_does_not_fit_the_input_says_so_in_place_of_the_map(library: DetectorList) -> None:
    library.table.selectRow(listed(library).index("1x1x3 luma (BT.601)"))
    assert library.details.map_picture.text() == "It does not fit\nthis input"


def test_no_label_has_a_name_that_hides_its_text_from_a_screen_reader(library: DetectorList) -> None:
    library.show_news("The preset was saved.")
    texts = [one for one in library.findChildren(QLabel) if one.text() and one.buddy() is None]
    assert [one.text() for one in texts if one.accessibleName()] == []


def test_no_button_moves_when_something_is_told(library: DetectorList) -> None:
    library.show_news("")
    before = library.layout().totalMinimumSize().height()
    library.show_news("The preset was deleted.")
    assert library.layout().totalMinimumSize().height() == before


def test_where_the_selected_preset_is_gone_its_neighbour_is_selected(library: DetectorList) -> None:
    library.table.selectRow(1)
    library.show_presets(PresetListing("", (ZEBRA,)), ("emboss",))
    assert library.current is ZEBRA


def test_the_selected_preset_stays_selected_when_others_come(library: DetectorList) -> None:
    library.table.selectRow(2)
    library.show_presets(PresetListing("", (EDGE, preset("Middle"), ZEBRA)), ())
    assert library.current is ZEBRA


def test_several_presets_are_deleted_together(qtbot: QtBot, library: DetectorList) -> None:
    heard: list[list[Detector]] = []
    library._requests.delete_asked.connect(heard.append)
    library.table.selectRow(1)
    library.table.setFocus()
    qtbot.keyClick(library.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(library.table, Qt.Key.Key_Delete)
    assert heard == [[EDGE, ZEBRA]]


def test_undo_is_offered_with_the_name_of_the_step(library: DetectorList) -> None:
    library.show_step("Delete “Edge”")
    assert ("Undo" in enabled(library), button(library, "Undo").toolTip()) == (True, "Undo: Delete “Edge” (Ctrl+Z)")


def test_a_problem_of_the_folder_is_said(library: DetectorList) -> None:
    library.show_presets(PresetListing("", problem="The folder is gone."), ())
    assert library.news.text() == "The folder is gone."
