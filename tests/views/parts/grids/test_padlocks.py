from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_icon
from convstudio.model.colour.display import colours, signed_levels
from convstudio.views.parts import icons
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent

VALUES = np.float32([[0, 1], [-2, 3]])
PLAIN = GridContent(VALUES, colours(VALUES, signed_levels(VALUES)), editable=(2, 2))
LOCKED = replace(PLAIN, padlocks=np.array([[False, True], [False, False]]))


@pytest.fixture
def view(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> GridView:
    monkeypatch.setattr(icons, "_load", load_icon)
    icons._image_of.cache_clear()
    view = GridView("Kernel", "A tip")
    qtbot.addWidget(view)
    view.resize(200, 200)
    return view


def cells(view: GridView, content: GridContent) -> list[QImage]:
    view.show_content(content)
    picture = view.viewport().grab().toImage()
    places = [view.visualRect(view.grid.index(row, column)) for row in (0, 1) for column in (0, 1)]
    return [picture.copy(QRect(place)) for place in places]


def test_a_padlock_is_drawn_on_the_locked_cell_alone(view: GridView) -> None:
    plain, locked = cells(view, PLAIN), cells(view, LOCKED)
    assert [one == other for one, other in zip(plain, locked, strict=True)] == [True, False, True, True]


def test_a_locked_cell_says_that_training_leaves_it(view: GridView) -> None:
    view.show_content(LOCKED)
    told = [view.grid.index(0, at).data(Qt.ItemDataRole.AccessibleDescriptionRole) for at in (0, 1)]
    assert told == ["row 1, column 1: 0", "row 1, column 2: 1, locked: training leaves it"]


def test_a_lock_alone_redraws_the_cells(view: GridView, qtbot: QtBot) -> None:
    view.show_content(PLAIN)
    with qtbot.waitSignal(view.grid.dataChanged):
        view.show_content(LOCKED)


def test_a_locked_cell_can_be_edited(view: GridView) -> None:
    view.show_content(LOCKED)
    assert view.grid.flags(view.grid.index(0, 1)) & Qt.ItemFlag.ItemIsEditable
