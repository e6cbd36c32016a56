"""A floating panel hides nothing that it is about, is on the screen, and large enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from convstudio.views.parts.panels.places import corner_place, floating_place

SCREEN = QRect(0, 0, 1366, 768)
WINDOW = QRect(0, 0, 1366, 768)
PANES = {
    "input": QRect(10, 110, 440, 440),
    "kernel": QRect(480, 110, 395, 440),
    "map": QRect(905, 110, 440, 440),
}
WANTED, LEAST = QSize(1180, 700), QSize(400, 400)


@pytest.mark.parametrize("about", PANES.values(), ids=PANES)
def test_on_a_laptop_it_hides_nothing_that_it_is_about(about: QRect) -> None:
    place = floating_place(about, WINDOW, SCREEN, WANTED, LEAST)
    assert not place.intersects(about)
    assert SCREEN.contains(place)


def test_it_stands_beside_a_window_that_leaves_room_on_the_screen() -> None:
    place = floating_place(PANES["kernel"], WINDOW, QRect(0, 0, 2560, 1440), WANTED, LEAST)
    assert not place.intersects(WINDOW)


def test_it_is_as_large_as_it_must_be_even_where_it_then_hides_something() -> None:
    place = floating_place(QRect(100, 50, 800, 500), QRect(0, 0, 1024, 640), QRect(0, 0, 1024, 640), WANTED, LEAST)
    assert place.size() == QSize(1024, 400) or place.width() >= 400
    assert place.height() >= 400


@given(
    st.integers(0, 900), st.integers(0, 500), st.integers(50, 900), st.integers(50, 500),
    st.integers(200, 900), st.integers(200, 600),
)  # fmt: skip
def test_it_is_on_the_screen_whatever_it_is_about(
    left: int, top: int, width: int, height: int, least_width: int, least_height: int
) -> None:
    least = QSize(least_width, least_height)
    place = floating_place(QRect(left, top, width, height), WINDOW, SCREEN, WANTED, least)
    assert SCREEN.contains(place)
    assert (place.width() >= least_width, place.height() >= least_height) == (True, True)


def test_a_small_one_goes_to_the_corner_of_the_window() -> None:
    place = corner_place(QRect(200, 100, 800, 500), SCREEN, QSize(220, 300), 12)
    assert (place.left(), place.bottom()) == (212, 574)
