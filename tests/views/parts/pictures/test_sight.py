"""A sight tells where the cells of a table are on a view, and which cell is at a place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSize

from convstudio.views.parts.pictures.sight import Sight

HALF = Sight((4, 6), QSize(300, 200), (0.0, 1.0, 3.0, 2.0))
"""Columns 0 to 2 and rows 1 to 2 of six columns and four rows, 100 pixels a cell."""


def test_a_cell_is_where_its_row_and_column_are_seen() -> None:
    assert HALF.cell(2, 1) == QRectF(100, 100, 100, 100)


def test_the_whole_table_may_reach_beyond_the_view() -> None:
    assert HALF.whole() == QRectF(0, -100, 600, 400)


def test_only_cells_that_are_seen_are_visible() -> None:
    assert HALF.visible() == (slice(1, 3), slice(0, 3))


@pytest.mark.parametrize("cell", [(1, 0), (2, 2)])
def test_the_cell_at_its_middle_is_the_cell(cell: tuple[int, int]) -> None:
    assert HALF.cell_at(HALF.cell(*cell).center()) == cell


def test_there_is_no_cell_beside_the_table() -> None:
    assert HALF.cell_at(QPointF(-1, 50)) is None
