from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import Levels
from convstudio.views.map.picture import MapPicture
from convstudio.views.map.sight import Marks

LEVELS = Levels(-3.0, 3.0, signed=True)


@pytest.fixture
def picture(qtbot: QtBot) -> MapPicture:
    picture = MapPicture()
    qtbot.addWidget(picture)
    picture.resize(360, 320)
    return picture


def show(picture: MapPicture, values: np.ndarray, *, is_sequence: bool = False) -> None:
    picture.show_map(values, LEVELS, is_sequence=is_sequence)


def turn_wheel(picture: MapPicture, notches: int) -> None:
    middle = picture.viewport().rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(picture.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(picture.viewport(), event)


def test_the_view_comes_after_the_first_paint_with_what_was_shown_before(qtbot: QtBot, picture: MapPicture) -> None:
    show(picture, np.ones((4, 5), np.float32))
    picture.show_marks(Marks(current=(1, 1)))
    assert picture._view is None
    picture.show()
    qtbot.waitUntil(lambda: picture._view is not None)
    picture.grab()
    assert picture.pixels.shape == (4, 5, 3)


def test_pyqtgraph_is_not_imported_with_the_picture() -> None:
    program = "import sys, convstudio.views.map.picture; print('pyqtgraph' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("shape", [(6, 6), (300, 40), (1, 500)])
def test_image_and_drawing_are_at_the_same_place(picture: MapPicture, shape: tuple[int, int]) -> None:
    show(picture, np.ones(shape, np.float32), is_sequence=shape[0] == 1)
    picture.show()
    picture.zoom(2)
    picture.grab()
    found, wanted = picture.view._image.sceneTransform(), picture.view.place
    assert found.map(QPointF(0, 0)).toTuple() == pytest.approx(wanted.map(QPointF(0, 0)).toTuple(), abs=1e-3)
    assert QTransform.m11(found) == pytest.approx(wanted.m11())
    assert QTransform.m22(found) == pytest.approx(wanted.m22())


def test_the_wheel_zooms_around_the_mouse(picture: MapPicture) -> None:
    show(picture, np.ones((100, 100), np.float32))
    picture.show()
    middle = QPointF(picture.viewport().rect().center())
    before = picture.view.sight.point_at(middle)
    turn_wheel(picture, 3)
    after = picture.view.sight.point_at(middle)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    assert picture.view.sight.cell(0, 0).width() == pytest.approx(3.04 * 1.25**3, rel=0.01)


def test_the_mouse_drags_the_zoomed_map(qtbot: QtBot, picture: MapPicture) -> None:
    show(picture, np.ones((100, 100), np.float32))
    picture.show()
    turn_wheel(picture, 8)
    port, start = picture.viewport(), QPoint(200, 160)
    held = picture.view.sight.point_at(QPointF(start))
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    with qtbot.assertNotEmitted(picture.clicked):
        qtbot.mouseMove(port, start + QPoint(40, 30))
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 30))
    under = picture.view.sight.point_at(QPointF(start + QPoint(40, 30)))
    assert (under.x(), under.y()) == pytest.approx((held.x(), held.y()))


def test_a_cell_has_one_colour_up_to_its_edges(picture: MapPicture) -> None:
    values = np.zeros((40, 40), np.float32)  # cells too small for a number
    values[:, ::2] = 3
    show(picture, values)
    picture.show()
    cell = picture.view.sight.cell(10, 10)
    shot, row = picture.grab().toImage(), round(cell.top()) + 2
    inside = {shot.pixelColor(x, row).name() for x in range(round(cell.left()) + 1, round(cell.right()) - 1)}
    assert inside == {"#" + picture.pixels[10, 10].tobytes().hex()}


def test_values_that_are_not_numbers_are_shown(picture: MapPicture) -> None:
    show(picture, np.float32([[np.nan, np.inf], [-np.inf, 1]]))
    picture.show()
    picture.view.grab()
    assert len(np.unique(picture.pixels.reshape(-1, 3), axis=0)) == 3


def test_a_program_that_ends_with_the_picture_open_ends_without_a_crash() -> None:
    program = (
        "import numpy as np\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from convstudio.model.colour.display import Levels\n"
        "from convstudio.views.map.picture import MapPicture\n"
        "app = QApplication(['x', '-platform', 'offscreen'])\n"
        "picture = MapPicture()\n"
        "picture.show_map(np.ones((9, 9), np.float32), Levels(0.0, 1.0, signed=False), is_sequence=False)\n"
        "picture.show()\n"
        "picture.grab()\n"
        "picture.view\n"
        "app.processEvents()\n"
        "picture.deleteLater()\n"
        "app.processEvents()\n"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_a_double_click_leaves_nothing_held_in_the_scene(qtbot: QtBot, picture: MapPicture) -> None:
    show(picture, np.ones((4, 4), np.float32))
    picture.show()
    qtbot.mouseDClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=picture.viewport().rect().center())
    scene = picture.view.scene()
    assert (scene.mouseGrabberItem(), scene.clickEvents) == (None, [])
