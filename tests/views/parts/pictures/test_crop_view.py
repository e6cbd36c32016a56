"""The rectangle over a picture is dragged by the mouse, shows what fields say, and stays inside the picture."""

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from convstudio.model.readings.pictures.framing import Framing
from convstudio.views.parts.pictures.crop_view import CropView
from tests.views.drags import drag


@pytest.fixture
def every_move_counts() -> Iterator[None]:
    """Let pyqtgraph take every move of the mouse, and not one in ten milliseconds."""
    usual = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", 0)
    yield
    pg.setConfigOption("mouseRateLimit", usual)


@pytest.fixture
def view(qtbot: QtBot, every_move_counts: None) -> CropView:
    view = CropView()
    qtbot.addWidget(view)
    view.resize(340, 240)
    view.show_framing(Framing((300, 400)))
    view.show_picture(np.zeros((60, 80, 3), np.uint8))
    view.show()
    qtbot.waitExposed(view)
    return view


def at(view: CropView, row: float, column: float) -> QPoint:
    """Return where a place of the picture, in its rows and columns, is on the widget."""
    return view.mapFromScene(view._box.mapViewToScene(QPointF(column, row)))


def dropped(qtbot: QtBot, view: CropView, *way: tuple[float, float]) -> Framing:
    """Drag along a way of places; return the framing of what was dropped."""
    with qtbot.waitSignal(view.dropped) as told:
        drag(view.viewport(), *(at(view, *place) for place in way))
    return Framing((300, 400)).with_part(*told.args)


@pytest.mark.parametrize(
    ("way", "box"),
    [
        ([(300, 400), (250, 350), (200, 300)], (0, 0, 200, 300)),
        ([(0, 0), (50, 50), (100, 50)], (100, 50, 200, 350)),
        ([(0, 400), (60, 350), (60, 300)], (60, 0, 240, 300)),
        ([(300, 0), (200, 50), (200, 100)], (0, 100, 200, 300)),
    ],
)
def test_a_corner_is_dragged_and_the_opposite_one_stays(
    qtbot: QtBot, view: CropView, way: list[tuple[float, float]], box: tuple[int, ...]
) -> None:
    np.testing.assert_allclose(dropped(qtbot, view, *way).box, box, atol=3)  # a pixel is two cells


def test_the_whole_rectangle_is_dragged(qtbot: QtBot, view: CropView) -> None:
    view.show_framing(Framing((300, 400), crop=(50, 60, 100, 200)))
    box = dropped(qtbot, view, (100, 160), (120, 180), (140, 200)).box
    np.testing.assert_allclose(box[:2], (90, 100), atol=3)
    assert box[2:] == (100, 200)


def test_it_does_not_leave_the_picture(qtbot: QtBot, view: CropView) -> None:
    view.show_framing(Framing((300, 400), crop=(50, 60, 100, 200)))
    assert dropped(qtbot, view, (100, 160), (10, 80), (-20, 10)).box == (0, 0, 100, 200)


def test_showing_a_framing_tells_of_nothing(qtbot: QtBot, view: CropView) -> None:
    with qtbot.assertNotEmitted(view.dropped), qtbot.assertNotEmitted(view.dragged):
        view.show_framing(Framing((300, 400), crop=(5, 6, 7, 8)))
        view.show_framing(Framing((10, 20)))


def test_the_keyboard_goes_to_the_fields_and_not_here(view: CropView) -> None:
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert view.accessibleName() == "Part of the picture that is taken"
