from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import Levels
from convstudio.views.map.picture import MapPicture
from convstudio.views.map.sight import Marks
from convstudio.views.parts.plots.canvas import Canvas

LEVELS = Levels(-3.0, 3.0, signed=True)


@pytest.fixture
def picture(qtbot: QtBot) -> MapPicture:
    picture = MapPicture()
    qtbot.addWidget(picture)
    picture.resize(420, 340)
    picture.show()
    return picture


def show(picture: MapPicture, values: np.ndarray, *, is_sequence: bool = True) -> None:
    picture.show_map(np.atleast_2d(np.float32(values)), LEVELS, is_sequence=is_sequence)
    picture.view.grab()


def canvas_of(picture: MapPicture) -> Canvas:
    stems = picture.view._stems
    assert stems is not None
    return stems.canvas


def stems_of(picture: MapPicture) -> dict[str, list[float]]:
    bars = canvas_of(picture)._drawn["stems"].opts
    return {name: list(np.broadcast_to(bars[name], np.shape(bars["x"]))) for name in ("x", "y0", "y1")}


def test_every_value_has_a_stem_in_the_middle_of_its_cell(picture: MapPicture) -> None:
    show(picture, [1, -2, 3])
    middles = [picture.view.sight.cell(0, column).center().x() for column in range(3)]
    assert stems_of(picture)["x"] == pytest.approx(middles)


def test_a_stem_is_as_long_as_its_value(picture: MapPicture) -> None:
    show(picture, [1, -2, 3])
    stems = stems_of(picture)
    lengths = np.subtract(stems["y0"], stems["y1"])
    assert lengths / lengths[0] == pytest.approx([1, -2, 3])


def test_values_that_are_not_finite_have_no_stem(picture: MapPicture) -> None:
    show(picture, [1, np.nan, np.inf, 2])
    assert len(stems_of(picture)["x"]) == 2


def test_stems_of_outputs_that_are_not_computed_wait(picture: MapPicture) -> None:
    show(picture, [1, 2, 3])
    picture.show_marks(Marks(revealed=1))
    assert len(stems_of(picture)["x"]) == 1


def test_no_stem_is_drawn_before_the_first_output(picture: MapPicture) -> None:
    picture.show_marks(Marks(revealed=0))
    show(picture, np.ones(5000))
    assert stems_of(picture)["x"] == []


def test_of_more_values_than_pixels_least_and_largest_are_drawn(picture: MapPicture) -> None:
    values = np.zeros(5000)
    values[2500] = 3
    show(picture, values)
    stems = stems_of(picture)
    assert len(stems["x"]) < 500
    assert min(stems["y1"]) == pytest.approx(4)


def test_stems_go_when_the_map_is_no_sequence(picture: MapPicture) -> None:
    show(picture, [1, 2, 3])
    was_shown = canvas_of(picture).isVisible()
    show(picture, np.ones((3, 3)), is_sequence=False)
    assert (was_shown, canvas_of(picture).isVisible()) == (True, False)
