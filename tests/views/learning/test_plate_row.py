"""Plates stand beside each other while they have a table."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import signed_levels
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.views.learning.plate_row import PlateRow
from convstudio.views.parts.pictures.plate import Plate

TABLE = ShownTable(np.float32([[1]]), signed_levels(np.ones(1)), "fact")


@pytest.fixture
def row(qtbot: QtBot) -> PlateRow:
    row = PlateRow(("One", "Two"))
    qtbot.addWidget(row)
    row.resize(300, 120)
    row.show()
    return row


def test_only_plates_with_a_table_are_there(row: PlateRow) -> None:
    row.show_tables({"Two": TABLE, "Other": TABLE})
    assert [plate.isVisible() for plate in row.plates.values()] == [False, True]
    assert row.plates["Two"].caption.text() == "Two · fact"


def test_a_row_without_tables_takes_no_room(row: PlateRow) -> None:
    row.show_tables({})
    assert not row.isVisible()


def test_a_row_with_a_plate_of_its_own_stays(qtbot: QtBot) -> None:
    row = PlateRow(("One",), first=Plate("First"))
    qtbot.addWidget(row)
    row.show()
    row.show_tables({})
    assert row.isVisible()
