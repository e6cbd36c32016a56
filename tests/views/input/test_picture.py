from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.input.input_display import Loupe
from convstudio.model.panes.input.shown_input import Outlines
from convstudio.model.values.arrays import TiledArray
from convstudio.views.input.picture import InputPicture
from convstudio.views.parts.theme import LIGHT

PLAIN = Levels(0.0, 1.0, signed=False)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """What is closed after the test: a pyqtgraph view that is closed by itself crashes."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    return host


@pytest.fixture
def picture(host: QWidget) -> InputPicture:
    picture = InputPicture("Input picture", "A tip")
    picture.setParent(host)
    picture.resize(400, 300)
    host.show()
    show(picture, GREY3)
    return picture


GREY3 = np.full((60, 80, 3), 200 / 255, np.float32)


def show(picture: InputPicture, values: np.ndarray, levels: Levels = PLAIN) -> None:
    picture.show_picture(Reduction(TiledArray.of(values)), 0 if values.shape[-1] == 1 else (0, 1, 2), levels)


def place(picture: InputPicture, row: float, column: float) -> QPoint:
    return picture.widget_point(row, column).toPoint()


def colour_at(picture: InputPicture, row: float, column: float) -> tuple[int, int, int]:
    return picture.grab().toImage().pixelColor(place(picture, row, column)).getRgb()[:3]


def heard(signal) -> list:
    found: list = []
    signal.connect(lambda *values: found.append(values))
    return found


def test_the_whole_picture_fits_the_view(picture):
    top_left, bottom_right = picture.widget_point(0, 0), picture.widget_point(60, 80)

    assert (bottom_right.x() - top_left.x(), bottom_right.y() - top_left.y()) == pytest.approx((400, 300), abs=1)


def test_it_shows_the_bytes_that_it_was_given(picture):
    assert colour_at(picture, 30.5, 40.5) == (200, 200, 200)


def test_a_patch_changes_its_part_alone(picture):
    before = TiledArray.of(GREY3)
    reduction = Reduction(before)
    picture.show_picture(reduction, (0, 1, 2), PLAIN)
    boxes = reduction.update(before.with_box((slice(0, 20), slice(0, 20)), np.array([10, 20, 30]) / 255))

    picture.show_picture(reduction, (0, 1, 2), PLAIN, boxes)

    assert colour_at(picture, 10, 10) == (10, 20, 30)
    assert colour_at(picture, 30, 30) == (200, 200, 200)


def test_the_window_is_outlined_in_its_colour(picture):
    picture.show_marks(Outlines(Loupe((0, 0), (1, 1)), window=[(20, 20, 40, 40)]))

    assert colour_at(picture, 20, 30) == LIGHT.window.getRgb()[:3]


def test_a_window_too_small_to_see_is_outlined_larger(qtbot, picture):
    show(picture, np.full((1200, 1600, 3), 0.8, np.float32))

    picture.show_marks(Outlines(Loupe((0, 0), (1, 1)), window=[(600, 800, 601, 801)]))

    image, centre = picture.grab().toImage(), place(picture, 600.5, 800.5)
    row = [image.pixelColor(centre.x() + dx, centre.y()).getRgb()[:3] for dx in range(-8, 9)]
    found = [dx for dx, colour in zip(range(-8, 9), row, strict=True) if colour == LIGHT.window.getRgb()[:3]]
    assert found[-1] - found[0] >= 8


def test_pointing_tells_the_cell(picture, qtbot):
    pointed = heard(picture.pointed)

    qtbot.mouseMove(picture.viewport(), place(picture, 12.5, 34.5))

    assert pointed[-1] == ((12, 34),)


def test_pointing_beside_the_picture_tells_nothing(picture, qtbot):
    show(picture, np.zeros((60, 20, 3), np.float32))
    pointed = heard(picture.pointed)

    qtbot.mouseMove(picture.viewport(), QPoint(5, 150))

    assert pointed[-1] == (None,)


def test_a_click_tells_the_cell(picture, qtbot):
    clicked = heard(picture.clicked_cell)

    qtbot.mouseClick(picture.viewport(), LEFT, pos=place(picture, 50.5, 70.5))

    assert clicked == [(50, 70)]


def test_dragging_the_loupe_asks_to_move_its_corner(picture, qtbot):
    picture.show_marks(Outlines(Loupe((10, 20), (10, 10))))
    asked = heard(picture.loupe_asked)

    qtbot.mousePress(picture.viewport(), LEFT, pos=place(picture, 15.5, 25.5))
    qtbot.mouseMove(picture.viewport(), place(picture, 35.5, 45.5))
    qtbot.mouseRelease(picture.viewport(), LEFT, pos=place(picture, 35.5, 45.5))

    assert asked[-1] == (30, 40)


def test_dragging_beside_the_loupe_moves_the_picture(picture, qtbot):
    clicked = heard(picture.clicked_cell)

    start = place(picture, 30.5, 40.5)
    qtbot.mousePress(picture.viewport(), LEFT, pos=start)
    qtbot.mouseMove(picture.viewport(), start + QPoint(50, 0))
    qtbot.mouseRelease(picture.viewport(), LEFT, pos=start + QPoint(50, 0))

    assert picture.cell_at(QPointF(start + QPoint(50, 0))) == (30, 40)
    assert clicked == []


def test_a_stroke_has_one_number_and_tells_the_place_before(picture, qtbot):
    picture.set_brush(True)
    painted = heard(picture.painted)

    qtbot.mousePress(picture.viewport(), LEFT, pos=place(picture, 5.5, 5.5))
    qtbot.mouseMove(picture.viewport(), place(picture, 5.5, 50.5))
    qtbot.mouseRelease(picture.viewport(), LEFT, pos=place(picture, 5.5, 50.5))
    qtbot.mouseMove(picture.viewport(), place(picture, 25.5, 50.5))

    assert [(before, now) for before, now, _ in painted] == [(None, (5, 5)), ((5, 5), (5, 50))]
    assert len({stroke for _, _, stroke in painted}) == 1


def test_the_wheel_zooms_around_the_mouse(picture, qtbot):
    at = QPointF(place(picture, 20.5, 30.5))
    turn = QWheelEvent(
        at,
        picture.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    picture.wheelEvent(turn)

    assert picture.cell_at(at) == (20, 30)
    assert picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x() == pytest.approx(500, abs=2)


@pytest.mark.parametrize(("key", "width"), [(Qt.Key.Key_Plus, 500), (Qt.Key.Key_Minus, 320)])
def test_keys_zoom(picture, qtbot, key, width):
    qtbot.keyClick(picture, key)

    assert picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x() == pytest.approx(width, abs=2)


def test_zero_fits_the_picture_again(picture, qtbot):
    picture.zoom(8)

    qtbot.keyClick(picture, Qt.Key.Key_0)

    assert picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x() == pytest.approx(400, abs=1)


def test_arrow_keys_ask_to_move_the_loupe(picture, qtbot):
    asked = heard(picture.scroll_asked)

    qtbot.keyClick(picture, Qt.Key.Key_Right)

    assert asked == [(0, 1)]


def test_page_keys_ask_to_move_the_loupe_by_its_height(picture, qtbot):
    picture.show_marks(Outlines(Loupe((0, 0), (7, 9))))
    asked = heard(picture.scroll_asked)

    qtbot.keyClick(picture, Qt.Key.Key_PageDown)

    assert asked == [(7, 0)]


def test_a_picture_that_fits_still_fits_after_the_view_grew(picture):
    picture.resize(800, 600)

    assert picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x() == pytest.approx(800, abs=1)


def test_a_zoomed_picture_keeps_its_zoom_while_other_values_come_in(picture):
    picture.zoom(4)
    width = picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x()

    show(picture, np.zeros((60, 80, 3), np.float32))

    assert picture.widget_point(0, 80).x() - picture.widget_point(0, 0).x() == width


def lines_and_dots(side: int = 1200) -> np.ndarray:
    """Twelve lines of one pixel in the upper half, twelve dots of one pixel in a row of the lower half."""
    values = np.zeros((side, side, 1), np.float32)
    values[: side // 2, 50::100] = 1
    values[3 * side // 4, 50::100] = 1
    return values


@pytest.mark.parametrize("size", [(150, 150), (263, 200), (300, 300), (400, 300), (637, 611), (1199, 1300)])
def test_every_thin_line_and_every_dot_is_seen_however_small_the_picture_is(picture, size):
    picture.resize(*size)
    show(picture, lines_and_dots())
    picture.marks.hide()

    rows = grey_rows(picture)

    assert {islands(row) for row in rows[len(rows) // 10 : len(rows) // 3]} == {12}
    assert max(islands(row) for row in rows[2 * len(rows) // 3 :]) == 12


@pytest.mark.parametrize("steps", range(1, 9))
def test_lines_stay_apart_while_the_picture_is_enlarged(picture, steps):
    show(picture, lines_and_dots())
    picture.marks.hide()

    picture.zoom(1.3**steps, QPointF(0, 0))

    left, right = picture.picture_point(QPointF(0, 0)).x(), picture.picture_point(QPointF(picture.width(), 0)).x()
    expected = sum(left < line < right - 1 for line in range(50, 1200, 100))
    assert islands(grey_rows(picture, rows=3)[1]) == expected


def grey_rows(picture: InputPicture, rows: int | None = None) -> np.ndarray:
    """The greys that are painted on the picture, row by row."""
    image = picture.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    top, bottom = (max(0, round(picture.widget_point(row, 0).y())) for row in (0, 1200))
    left, right = (max(0, round(picture.widget_point(0, column).x())) for column in (0, 1200))
    found = bits[top : min(bottom, image.height()), left : min(right, image.width())]
    return found[:rows].copy()


def islands(row: np.ndarray) -> int:
    marked = row > row.min() + 60
    return int(np.count_nonzero(np.diff(np.concatenate([[0], marked.astype(int)])) == 1))


def test_a_very_large_picture_is_shown_roughly_first_and_then_well(picture, qtbot):
    values = np.zeros((2400, 2400, 1), np.float32)
    values[:, 50::100] = 1
    show(picture, values)
    picture.grab()

    with qtbot.waitSignal(picture.image.improved):
        pass

    image = picture.grab().toImage()
    left, right = (round(picture.widget_point(0, column).x()) for column in (0, 2400))
    row = np.array([image.pixelColor(x, 40).red() for x in range(left, min(right, image.width()))])
    assert islands(row) == 24
