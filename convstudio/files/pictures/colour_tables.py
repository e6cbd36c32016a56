"""The colour maps that come with pyqtgraph, read from its files: the package itself would bring Qt."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES, is_signed_map
from convstudio.model.values.scale import DIVERGING, GREY, ColourMap, ramp


@cache
def load_colour_map(name: str) -> ColourMap:
    """Return a colour map of `COLOUR_MAP_NAMES`; ValueError for any other name."""
    if name not in COLOUR_MAP_NAMES:
        raise ValueError(f"There is no colour map “{name}”.")
    ours = next((one for one in (DIVERGING, GREY) if one.name == name), None)
    return ours or ColourMap(name, is_signed_map(name), ramp(_shares(_folder() / f"{name}.csv") * 255))


def _folder() -> Path:
    found = find_spec("pyqtgraph")
    assert found is not None, "pyqtgraph is a part of every installation"
    assert found.origin is not None
    return Path(found.origin).parent / "colors" / "maps"


def _shares(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the red, green and blue of each colour, from 0 to 1; lines of a comment begin with a semicolon."""
    return np.loadtxt(path, delimiter=",", comments=";", usecols=(0, 1, 2))
