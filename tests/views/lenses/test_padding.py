"""The padding microscope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.lenses.subject import Subject
from convstudio.views.lenses.padding import PaddingLens
from tests.views.map_documents import document_of, lines_document


def subject(mode: str = "zeros", **settings: object) -> Subject:
    document = document_of(
        np.arange(1, 21).reshape(4, 5, 1), np.ones((3, 3, 1, 1)), padding_mode=mode, padding="same", **settings
    )
    return Subject(document.layers[0], document.sample.values)


@pytest.fixture
def lens(qtbot: QtBot) -> PaddingLens:
    lens = PaddingLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 640)
    lens.show()
    lens.show_subject(subject("reflect"))
    return lens


def go_to(lens: PaddingLens, row: int, column: int) -> None:
    lens.grid.setCurrentIndex(lens.grid.grid.index(row, column))


def test_a_padding_cell_points_at_its_source(lens: PaddingLens) -> None:
    go_to(lens, 0, 2)
    assert lens.grid.arrow == ((0, 2), (2, 2))
    assert lens.told.text() == "Padding cell row 0, column 2 copies row 2, column 2: 7."


def test_the_arrow_keys_walk_over_the_padding(lens: PaddingLens, qtbot: QtBot) -> None:
    go_to(lens, 0, 2)
    qtbot.keyClick(lens.grid, Qt.Key.Key_Right)
    assert lens.grid.arrow == ((0, 3), (2, 3))


def test_pointing_at_a_cell_shows_its_source_and_leaving_the_chosen_one_again(lens: PaddingLens) -> None:
    go_to(lens, 0, 2)
    lens.grid.pointed.emit((-1, 4))
    assert lens.grid.arrow == ((0, 5), (2, 5))
    lens.grid.pointed.emit(None)
    assert lens.grid.arrow == ((0, 2), (2, 2))


def test_a_row_of_the_table_of_names_uses_its_mode(lens: PaddingLens) -> None:
    lens.names.selectRow(0)
    go_to(lens, 0, 2)
    assert lens.mode.currentText() == "zeros"
    assert lens.grid.arrow is None
    assert lens.told.text().endswith("is a zero. It copies no cell.")


def test_the_layers_mode_is_followed_when_it_changes(lens: PaddingLens) -> None:
    lens.show_subject(subject("circular"))
    assert lens.mode.currentText() == "circular"
    assert lens.names.currentIndex().row() == 4


def test_the_border_is_that_of_the_whole_input(lens: PaddingLens) -> None:
    assert lens.verdict.text() == "14 of 20 outputs (70\xa0%) read padding."


def test_the_padded_cells_cannot_be_edited(lens: PaddingLens, qtbot: QtBot) -> None:
    before = lens.plate.values.tolist()
    go_to(lens, 2, 2)
    qtbot.keyClick(lens.grid, Qt.Key.Key_Delete)
    qtbot.keyClicks(lens.grid, "7")
    assert lens.plate.values.tolist() == before
    assert not lens.grid.grid.flags(lens.grid.currentIndex()) & Qt.ItemFlag.ItemIsEditable


def test_the_axis_with_same_shows_the_odd_zero_after(lens: PaddingLens) -> None:
    lens.fields[0].setValue(6)
    lens.fields[2].setValue(2)
    assert lens.strip.values.tolist() == [[1, 2, 3, 4, 5, 6, 0]]
    assert lens.same_told.text().startswith("Output ⌈6 ÷ 2⌉ = 3 takes 1 zero: 0 before and 1 after.")


def test_padding_too_wide_for_its_mode_is_explained(lens: PaddingLens) -> None:
    lens.show_subject(replace(subject("reflect"), read=lines_document().sample.values.of(np.ones((1, 5, 1)))))
    assert "Reflect padding of 1 cells" in lens.problem.text()
    lens.names.selectRow(0)
    lens.mode.show_index(0)
    lens.update_figures()
    assert lens.stage.isVisible()
