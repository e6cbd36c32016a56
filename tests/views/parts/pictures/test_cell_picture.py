"""A picture of cells shows all of its table, sharp and square, with texts where they fit and outlines around it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from convstudio.model.values.scale import Colours
from convstudio.views.parts.pictures.cell_picture import CellPicture, ColouredCells, Outline
from convstudio.views.parts.theme import DARK, LIGHT, apply_scheme

GREY = (120, 120, 120)
Shown = Callable[..., CellPicture]


def coloured(rows: int, columns: int) -> Colours:
    return np.random.default_rng(0).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


def grey(rows: int, columns: int) -> Colours:
    return np.full((rows, columns, 3), GREY, np.uint8)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """Show cells in a picture of a size."""

    def show(cells: ColouredCells, size: tuple[int, int] = (200, 150), **kind: object) -> CellPicture:
        picture = CellPicture("Cells", **kind)  # type: ignore[arg-type]
        qtbot.addWidget(picture)
        picture.resize(*size)
        picture.show_cells(cells)
        picture.show()
        qtbot.waitExposed(picture)
        return picture

    return show


def image_of(picture: CellPicture) -> QImage:
    return picture.grab().toImage()


def colour_at(image: QImage, place: QPoint) -> tuple[int, ...]:
    return QColor(image.pixel(place)).getRgb()[:3]  # type: ignore[no-any-return]


def whole(picture: CellPicture, rows: int, columns: int) -> QRectF:
    return picture.cell_area(0, 0).united(picture.cell_area(rows - 1, columns - 1))


def other_colours(picture: CellPicture, row: int, column: int) -> int:
    """Return how many colours there are inside a cell, besides its own."""
    image, area = image_of(picture), picture.cell_area(row, column).toAlignedRect().adjusted(2, 2, -2, -2)
    seen = {
        colour_at(image, QPoint(x, y))
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    }
    return len(seen) - 1


def test_each_cell_has_exactly_its_colour_up_to_its_edge(shown: Shown) -> None:
    colours = coloured(3, 4)
    picture = shown(ColouredCells((3, 4), colours))
    image = image_of(picture)
    for row, column in np.ndindex(3, 4):
        area = picture.cell_area(row, column).toRect().adjusted(1, 1, -2, -2)
        for place in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight(), area.center()):
            assert colour_at(image, place) == tuple(colours[row, column].tolist())


def test_cells_are_square_and_as_large_as_fits(shown: Shown) -> None:
    picture = shown(ColouredCells((3, 4), grey(3, 4)), (206, 106))
    cell = picture.cell_area(1, 1)
    assert (round(cell.width(), 3), round(cell.height(), 3)) == (33.333, 33.333)


def test_no_cell_is_larger_than_it_may_be(shown: Shown) -> None:
    picture = shown(ColouredCells((2, 2), grey(2, 2)), (400, 400), largest_cell=34)
    assert picture.cell_area(0, 0).width() == pytest.approx(34)


def test_one_row_of_many_cells_is_not_flat(shown: Shown) -> None:
    picture = shown(ColouredCells((1, 90), grey(1, 90)))
    assert picture.cell_area(0, 0).height() == pytest.approx(16)
    assert picture.cell_area(0, 0).width() < 3


def test_a_picture_stands_in_the_middle(shown: Shown) -> None:
    picture = shown(ColouredCells((2, 2), grey(2, 2)), (200, 100))
    assert whole(picture, 2, 2).center().x() == pytest.approx(100)


def test_a_picture_that_is_not_centred_stands_at_the_top_left(shown: Shown) -> None:
    picture = shown(ColouredCells((2, 2), grey(2, 2)), (200, 300), is_centred=False)
    assert (picture.cell_area(0, 0).left(), picture.cell_area(0, 0).top()) == pytest.approx((3, 3))


def test_a_table_that_was_thinned_out_is_stretched_over_all_its_cells(shown: Shown) -> None:
    colours = grey(4, 5)
    colours[0, 0] = (255, 0, 0)
    picture = shown(ColouredCells((8, 10), colours))
    image = image_of(picture)
    assert colour_at(image, picture.cell_area(1, 1).center().toPoint()) == (255, 0, 0)
    assert colour_at(image, picture.cell_area(2, 1).center().toPoint()) == GREY


def test_an_outline_beyond_the_table_fits_too(shown: Shown) -> None:
    beyond = Outline(slice(-2, 1), slice(2, 6), is_dashed=True)
    picture = shown(ColouredCells((4, 4), grey(4, 4), outlines=[beyond]))
    assert QRectF(picture.rect()).contains(picture.cell_area(-2, 5).united(picture.cell_area(3, 0)))


@pytest.mark.parametrize(("is_dashed", "is_unbroken"), [(False, True), (True, False)])
def test_a_dashed_outline_has_gaps_and_another_has_none(shown: Shown, is_dashed: bool, is_unbroken: bool) -> None:
    picture = shown(ColouredCells((4, 4), grey(4, 4), outlines=[Outline(slice(1, 3), slice(1, 3), is_dashed)]))
    area, image = picture.cell_area(1, 1).united(picture.cell_area(2, 2)), image_of(picture)
    xs = range(round(area.left()) + 2, round(area.right()) - 2)
    top = [{colour_at(image, QPoint(x, round(area.top()) + y)) for y in (-1, 0)} for x in xs]
    drawn = [LIGHT.window.getRgb()[:3] in column for column in top]
    assert any(drawn)
    assert all(drawn) == is_unbroken


def test_texts_are_written_where_they_fit(shown: Shown) -> None:
    picture = shown(ColouredCells((2, 2), grey(2, 2), [["12", ""], ["3", "4"]]))
    assert other_colours(picture, 0, 0) > 0
    assert other_colours(picture, 0, 1) == 0


def test_texts_that_do_not_fit_are_not_written(shown: Shown) -> None:
    picture = shown(ColouredCells((2, 2), grey(2, 2), [["12", ""], ["3", "4 000 000"]]), (60, 60))
    assert other_colours(picture, 0, 0) == 0


def test_a_click_carries_its_cell(shown: Shown, qtbot: QtBot) -> None:
    picture = shown(ColouredCells((3, 4), grey(3, 4)))
    with qtbot.waitSignal(picture.clicked) as clicked:
        qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=picture.cell_area(2, 1).center().toPoint())
    assert clicked.args == [2, 1]


def test_the_second_click_of_two_counts_too(shown: Shown, qtbot: QtBot) -> None:
    picture = shown(ColouredCells((3, 4), grey(3, 4)))
    place = picture.cell_area(2, 1).center().toPoint()
    clicks: list[tuple[int, int]] = []
    picture.clicked.connect(lambda row, column: clicks.append((row, column)))
    qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(clicks) >= 2


def test_a_click_beside_the_table_asks_for_nothing(shown: Shown, qtbot: QtBot) -> None:
    picture = shown(ColouredCells((3, 1), grey(3, 1)))
    with qtbot.assertNotEmitted(picture.clicked):
        qtbot.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 75))


def point_at(picture: CellPicture, row: int, column: int) -> None:
    place, button = picture.cell_area(row, column).center(), Qt.MouseButton.NoButton
    kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(kind, place, picture.viewport().mapToGlobal(place), button, button, keys)
    QApplication.sendEvent(picture.viewport(), move)


def test_pointing_at_a_cell_reads_it_out(shown: Shown) -> None:
    picture = shown(ColouredCells((3, 4), grey(3, 4)), read_out=lambda row, column: f"{row}, {column}")
    point_at(picture, 1, 3)
    assert picture.toolTip() == "1, 3"


def test_a_picture_without_a_read_out_keeps_its_tooltip(shown: Shown, qtbot: QtBot) -> None:
    picture = shown(ColouredCells((3, 4), grey(3, 4)))
    picture.setToolTip("Facts")
    place = picture.cell_area(1, 3).center().toPoint()
    asked = QHelpEvent(QEvent.Type.ToolTip, place, picture.viewport().mapToGlobal(place))
    QApplication.sendEvent(picture.viewport(), asked)
    qtbot.waitUntil(lambda: QToolTip.text() == "Facts")


def test_the_ground_follows_the_colour_scheme(shown: Shown, qapp: QApplication, qtbot: QtBot) -> None:
    picture = shown(ColouredCells((3, 1), grey(3, 1)))
    before = qapp.palette()
    try:
        apply_scheme(qapp, "dark")
        qtbot.waitUntil(lambda: colour_at(image_of(picture), QPoint(1, 1)) == DARK.card.getRgb()[:3])
    finally:
        qapp.setPalette(before)
