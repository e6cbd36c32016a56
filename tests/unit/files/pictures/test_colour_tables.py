from pathlib import Path

import numpy as np
import pytest

from convstudio.files.pictures.colour_tables import _folder, load_colour_map
from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES
from convstudio.model.colour.display import INFINITE, NOT_A_NUMBER, ink_on

BRIGHTNESS = np.array([0.2126, 0.7152, 0.0722])


def light(colour):
    shares = np.asarray(colour[:3]) / 255
    return float(BRIGHTNESS @ np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4))


def contrast(one, other):
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", COLOUR_MAP_NAMES)
def test_every_colour_map_that_is_offered_has_256_colours(name):
    assert load_colour_map(name).table.shape == (256, 3)


@pytest.mark.parametrize("name", COLOUR_MAP_NAMES)
def test_numbers_read_on_every_colour_of_every_map(name):
    assert min(contrast(colour, ink_on(colour)) for colour in load_colour_map(name).table.tolist()) >= 4.5


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "CET-D1", "CET-L9", "CET-C4s"])
def test_a_colour_map_has_the_colours_that_pyqtgraph_paints(name):
    from pyqtgraph import colormap

    wanted = colormap.get(name).getLookupTable(nPts=256, alpha=False)
    assert np.abs(load_colour_map(name).table.astype(int) - wanted).max() <= 1


def test_every_map_of_cet_that_comes_with_pyqtgraph_is_offered():
    assert {Path(file).stem for file in _folder().glob("CET-*.csv")} <= set(COLOUR_MAP_NAMES)


def test_a_colour_map_that_does_not_exist_is_refused_by_name():
    with pytest.raises(ValueError, match="rainbow-9"):
        load_colour_map("rainbow-9")


def test_what_is_not_finite_has_a_colour_of_its_own_in_the_maps_offered_first():
    tables = [load_colour_map(name).table.tolist() for name in COLOUR_MAP_NAMES[:5]]
    assert not [odd for odd in (NOT_A_NUMBER, INFINITE) for table in tables if list(odd) in table]
