"""Exported pictures, as Pillow reads them."""

import io

import numpy as np
import pytest
from PIL import Image

from convstudio.files.exports.contact_sheet import as_contact_sheet
from convstudio.files.exports.pictures import SHORTEST_ENLARGED, as_deep_png, as_png
from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.model.colour.display import INFINITE, NOT_A_NUMBER, colours
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.panes.exports.arrays import ExportedArray, Part, PictureStyle
from convstudio.model.values.arrays import frozen
from convstudio.model.values.scale import Scale

VALUES = frozen(np.random.default_rng(3).normal(size=(6, 8, 5)))
VIRIDIS = Scale(load_colour_map("viridis"))


def maps_of(values, style, titles=None):
    return [ExportedArray(Part.of_maps(values.shape, titles), values).with_levels(style.scale)]


def opened(data):
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("scale", [Scale(), VIRIDIS, Scale(held=(-0.5, 0.5)), Scale(is_shared=True, cuts=True)])
def test_colours_are_those_of_the_window(scale):
    style = PictureStyle(scale)
    maps = maps_of(VALUES, style)
    expected = colours(VALUES[..., 0], maps[0].levels[0])
    np.testing.assert_array_equal(np.asarray(opened(as_png(maps, style))), expected)
    if not scale.is_shared:
        assert maps[0].levels[0] == levels_of_map(VALUES[..., 0], scale)


def test_what_is_not_finite_keeps_its_own_colours():
    style = PictureStyle(Scale())
    image = opened(as_png(maps_of(frozen([[[np.nan], [np.inf], [1]]]), style), style))
    assert np.asarray(image)[0, :2].tolist() == [list(NOT_A_NUMBER), list(INFINITE)]


def test_the_notes_of_the_file_tell_title_colours_and_levels():
    style = PictureStyle(VIRIDIS)
    maps = maps_of(frozen([[[-1], [0.5]]]), style, ["1 sobel-x"])
    notes = opened(as_png(maps, style)).text
    assert (notes["Title"], notes["Lowest level"], notes["Highest level"], notes["Colour map"]) == (
        "1 sobel-x", "-1", "0.5", "viridis",
    )  # fmt: skip
    assert notes["Description"] == "Feature map: the first colour of viridis is -1, the last is 0.5"


def test_a_title_in_any_script_is_kept():
    maps = maps_of(VALUES[..., :1], PictureStyle(), ["1 Kante é 縁"])
    assert opened(as_png(maps, PictureStyle())).text["Title"] == "1 Kante é 縁"


def test_a_deep_picture_has_so_many_shades_that_numbers_come_back():
    values = VALUES[..., :1]
    image = opened(as_deep_png(maps_of(values, PictureStyle()), PictureStyle()))
    shades = np.asarray(image)
    low, high = (float(image.text[f"{end} level"]) for end in ("Lowest", "Highest"))
    assert (shades.min(), shades.max()) == (0, 65535)
    np.testing.assert_allclose(low + shades / 65535 * (high - low), values[..., 0], atol=(high - low) / 65535)


@pytest.mark.parametrize("scale", [None, VIRIDIS])
def test_a_picture_with_a_bar_enlarges_its_cells_and_shows_its_colours_beside_them(scale):
    style = PictureStyle(scale, has_bar=True)
    maps = maps_of(VALUES, style)
    pixels = np.asarray(opened(as_png(maps, style)))
    side = -(-SHORTEST_ENLARGED // 8)
    expected = colours(VALUES[..., 0], maps[0].levels[0])
    for row in range(6):
        for column in range(8):
            assert pixels[12 + row * side, 12 + column * side].tolist() == expected[row, column].tolist()
    bar = pixels[13 : 12 + 6 * side - 1, 24 + 8 * side + 9]
    table = maps[0].levels[0].colour_map.table.astype(int)
    np.testing.assert_allclose([bar[0], bar[-1]], [table[-2], table[1]], atol=3)


def test_a_contact_sheet_shows_every_map():
    style = PictureStyle(Scale())
    maps = maps_of(VALUES, style, ["1 a", "2 b", "3 c", "4 d", "5 e"])
    pixels = np.asarray(opened(as_contact_sheet(maps, style))).reshape(-1, 3)
    shown = {tuple(pixel) for pixel in pixels.tolist()}
    for index in range(5):
        assert {
            tuple(one) for one in colours(VALUES[..., index], maps[0].levels[index]).reshape(-1, 3).tolist()
        } <= shown


@pytest.mark.parametrize("shape", [(9, 1), (100, 70, 3), (600, 500, 2), (7, 3), (1, 1, 40), (300, 2, 1)])
@pytest.mark.parametrize("has_bar", [False, True])
def test_a_contact_sheet_of_any_maps_can_be_written(shape, has_bar):
    style = PictureStyle(Scale(), has_bar)
    image = opened(as_contact_sheet(maps_of(frozen(np.random.default_rng(1).normal(size=shape)), style), style))
    assert image.mode == "RGB"
    assert max(image.size) < 4000
