"""Lines stand on the edges of cells, and texts inside their cells in a colour that can be read."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from convstudio.views.parts.pictures.cell_drawing import draw_lines, draw_texts
from convstudio.views.parts.pictures.sight import Sight

RED = QColor(255, 0, 0)
SIGHT = Sight((3, 3), QSize(60, 60), (0.0, 0.0, 3.0, 3.0))
"""Cells of 20 pixels."""


@pytest.fixture
def image(qtbot: QtBot) -> QImage:
    held = QImage(61, 61, QImage.Format.Format_RGB32)
    held.fill(Qt.GlobalColor.gray)
    return held


def places_of_ink(image: QImage) -> list[tuple[int, int]]:
    ground = QColor(Qt.GlobalColor.gray).rgb()
    return [(y, x) for y, x in np.ndindex(61, 61) if image.pixel(x, y) != ground]


def test_lines_stand_on_the_edges_of_a_block(image: QImage) -> None:
    painter = QPainter(image)
    draw_lines(painter, SIGHT, RED, slice(1, 3), slice(0, 1))
    painter.end()
    assert {y for y, x in places_of_ink(image) if x == 10} == {20, 40, 60}
    assert {x for y, x in places_of_ink(image) if y == 30} == {0, 20}


@pytest.mark.parametrize(("ground", "is_light"), [((20, 20, 20), True), ((240, 240, 240), False)])
def test_a_text_stands_in_its_cell_and_can_be_read(image: QImage, ground: tuple[int, ...], is_light: bool) -> None:
    painter = QPainter(image)
    draw_texts(painter, SIGHT, [["8"]], np.uint8([[ground]]), 13, corner=(1, 2))
    painter.end()
    ink = places_of_ink(image)
    assert all(20 <= y < 40 and 40 <= x < 60 for y, x in ink)
    lightest, darkest = (pick(QColor(image.pixel(x, y)).lightness() for y, x in ink) for pick in (max, min))
    assert lightest > 200 if is_light else darkest < 60
