"""Icons that are pictures keep their colours when they are selected, and lines of one pixel are still seen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from pytestqt.qtbot import QtBot

from convstudio.views.parts.pictures.picture_icon import picture_icon

SIDE = 40
NORMAL, SELECTED = QIcon.Mode.Normal, QIcon.Mode.Selected


def picture(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor("orange"))
    return pixmap


def coloured_box(image: QImage) -> tuple[int, int]:
    """Return how many columns and rows hold the picture's colour."""
    places = [
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() == 255
    ]
    return len({x for x, _ in places}), len({y for _, y in places})


@pytest.mark.parametrize("shape", [(1, 1000), (1000, 1), (1, 1), (30, 20)])
@pytest.mark.parametrize("shown", [SIDE, SIDE // 2])
def test_a_selected_picture_of_any_shape_is_seen_in_its_own_colours(
    qtbot: QtBot, qtlog, shape: tuple[int, int], shown: int
) -> None:
    icon = picture_icon(picture(*shape), QSize(SIDE, SIDE))
    selected = icon.pixmap(QSize(shown, shown), SELECTED).toImage()
    assert selected == icon.pixmap(QSize(shown, shown), NORMAL).toImage()
    assert selected.size() == QSize(shown, shown)
    assert not [record.message for record in qtlog.records]


@pytest.mark.parametrize(
    ("shape", "may_grow", "box"),
    [((20, 10), True, (40, 20)), ((20, 10), False, (20, 10)), ((80, 40), False, (40, 20)), ((1, 90), True, (1, 40))],
)
def test_a_picture_is_as_large_as_fits_or_no_larger_than_it_is(
    qtbot: QtBot, shape: tuple[int, int], may_grow: bool, box: tuple[int, int]
) -> None:
    icon = picture_icon(picture(*shape), QSize(SIDE, SIDE), may_grow=may_grow)
    image = icon.pixmap(QSize(SIDE, SIDE)).toImage()
    assert coloured_box(image) == box
