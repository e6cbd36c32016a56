"""The layout explorer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from convstudio.model.lenses.subject import Subject
from convstudio.views.lenses.layout import LayoutLens
from tests.views.map_documents import document_of


def subject(shape: tuple[int, ...] = (3, 2, 4, 5)) -> Subject:
    weights = np.arange(np.prod(shape)).reshape(shape)
    document = document_of(np.zeros((*(8,) * (len(shape) - 2), shape[-2])), weights)
    return Subject(document.layers[0], document.sample.values)


@pytest.fixture
def lens(qtbot: QtBot) -> LayoutLens:
    lens = LayoutLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 640)
    lens.show()
    qtbot.waitExposed(lens)
    lens.show_subject(subject())
    return lens


def test_the_memory_shows_the_weights_in_the_chosen_order(lens: LayoutLens) -> None:
    lens.facts_table.selectRow(1)
    model = lens.memory.memory
    shown = [model.index(*divmod(offset, model.width)).data() for offset in range(4)]
    assert lens.layout_choice.currentText() == "OIHW"
    assert shown == ["0", "20", "40", "60"]


def test_a_cell_of_memory_names_its_weight_and_marks_it_in_its_kernel(lens: LayoutLens) -> None:
    lens.memory.go_to(47)
    assert lens.verdict.text().endswith("row 2, column 1, channel 2, filter 3 = 47.")
    assert lens.kernel.values[1, 0] == 47


def test_another_layout_keeps_the_chosen_weight(lens: LayoutLens) -> None:
    lens.memory.go_to(47)
    lens.facts_table.selectRow(2)
    assert lens.verdict.text().endswith("row 2, column 1, channel 2, filter 3 = 47.")
    assert lens.memory.currentIndex().data() == "47"


def test_a_cell_of_the_kernel_is_found_in_memory(lens: LayoutLens) -> None:
    lens.kernel.grid.setCurrentIndex(lens.kernel.grid.grid.index(2, 1))
    assert lens.memory.memory.offset(lens.memory.currentIndex()) == 100


def test_the_arrow_keys_walk_through_memory(lens: LayoutLens, qtbot: QtBot) -> None:
    qtbot.keyClick(lens.memory, Qt.Key.Key_Right)
    assert lens.verdict.text().startswith("Offset 1 = ")


def test_the_line_of_code_is_shown_and_can_be_copied(lens: LayoutLens) -> None:
    lens.facts_table.selectRow(1)
    lens.copy.click()
    assert QGuiApplication.clipboard().text() == "weights = conv.weight.detach().numpy()"
    assert lens.details.text().splitlines()[0] == "weights = conv.weight.detach().numpy()"


def test_smaller_weights_start_at_their_first_cell_again(lens: LayoutLens) -> None:
    lens.memory.go_to(119)
    lens.show_subject(subject((3, 1, 1)))
    assert lens.verdict.text().startswith("Offset 0 = ")
    assert [lens.layout_choice.itemText(row) for row in range(3)] == ["WIO", "OIW", "OWI"]


def test_cells_past_the_end_are_empty(lens: LayoutLens) -> None:
    model = lens.memory.memory
    last = model.index(model.rowCount() - 1, model.columnCount() - 1)
    assert (last.data() is None) == (120 % model.width != 0)
    assert model.headerData(1, Qt.Orientation.Vertical) == f"{4 * model.width} B"
