"""Text stands out at 4.5:1 and edges and rings at 3:1, in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from pytestqt.qtbot import QtBot

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES
from convstudio.model.colour.display import Levels, colours
from convstudio.views.parts.controls import rgb_of
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.theme import DARK, LIGHT, Tokens, palette_of

SCHEMES = {"light": LIGHT, "dark": DARK}
TEXTS = {
    "text": ("card", "ground", "selection_ground", "hatch"),
    "secondary": ("card", "ground", "selection_ground", "hatch"),
    "selection": ("card", "ground"),
    "window": ("card", "ground"),
    "card": ("selection",),
}
EDGES = {"edge": ("card", "ground", "selection_ground"), "selection": ("card", "ground", "selection_ground", "hatch")}
ROLES = {
    "WindowText": ("Window", "Base", "Button"),
    "Text": ("Base", "AlternateBase", "Window"),
    "ButtonText": ("Button",),
    "PlaceholderText": ("Base", "Window"),
    "ToolTipText": ("ToolTipBase",),
    "HighlightedText": ("Highlight",),
    "Link": ("Base", "Window"),
}


def light_of(colour: Sequence[int]) -> float:
    """Return the relative luminance of a colour, by the formula of WCAG."""
    shares = np.asarray(colour, float) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: QColor, other: QColor) -> float:
    """Return how much two colours differ: 1 for the same one, 21 for black on white."""
    darker, lighter = sorted((light_of(rgb_of(one)), light_of(rgb_of(other))))
    return (lighter + 0.05) / (darker + 0.05)


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(text, ground) for text, grounds in table.items() for ground in grounds]


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize(("text", "ground"), pairs(TEXTS))
def test_text_can_be_read_on_every_ground(scheme: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(scheme, text), getattr(scheme, ground)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), pairs(EDGES))
def test_edges_of_controls_can_be_seen_on_every_ground(scheme: Tokens, edge: str, ground: str) -> None:
    assert contrast(getattr(scheme, edge), getattr(scheme, ground)) >= 3


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("group", ["Active", "Inactive", "Disabled"])
@pytest.mark.parametrize(("text", "ground"), pairs(ROLES))
def test_text_of_the_palette_can_be_read_even_where_it_is_greyed(
    qapp: object, scheme: Tokens, group: str, text: str, ground: str
) -> None:
    palette = palette_of(scheme)
    one, other = (
        palette.color(getattr(QPalette.ColorGroup, group), getattr(QPalette.ColorRole, role)) for role in (text, ground)
    )
    assert contrast(one, other) >= 4.5


@pytest.mark.parametrize("name", COLOUR_MAP_NAMES[:5])
def test_numbers_can_be_read_on_the_colours_of_their_cells(qtbot: QtBot, name: str) -> None:
    values = np.linspace(-8, 8, 64).round().astype(np.float32).reshape(8, 8)
    levels = Levels(-8.0, 8.0, signed=True, colours=load_colour_map(name))
    grid = GridView("Grid", "")
    qtbot.addWidget(grid)
    grid.show_content(GridContent(values, colours(values, levels)))
    grid.resize(8 * 40 + 2, 8 * 40 + 2)
    picture = grid.viewport().grab().toImage()
    faint = []
    for row in range(8):
        for column in range(8):
            area = grid.visualRect(grid.grid.index(row, column)).adjusted(9, 9, -9, -9)
            ground = picture.pixelColor(area.topLeft())
            inside = [(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())]
            if max(contrast(ground, picture.pixelColor(x, y)) for x, y in inside) < 4.5:
                faint.append((row, column))
    assert faint == []


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("is_window", [True, False], ids=["window", "selection"])
def test_outlines_can_be_seen_on_cells_of_every_colour(scheme: Tokens, is_window: bool) -> None:
    values = np.linspace(-8, 8, 33, dtype=np.float32)
    marked = Overlay(np.array([0]), np.array([0]), is_window)
    for name in COLOUR_MAP_NAMES[:5]:
        for ground in colours(values, Levels(-8.0, 8.0, signed=True, colours=load_colour_map(name))):
            picture = QImage(30, 30, QImage.Format.Format_RGB32)
            picture.fill(QColor(*(int(part) for part in ground[:3])))
            painter = QPainter(picture)
            marked.draw(painter, [QRect(5, 5, 20, 20)], scheme)
            painter.end()
            across = [picture.pixelColor(x, 15) for x in range(15)]
            steps = [contrast(one, other) for one, other in itertools.pairwise(across)]
            assert max(steps) >= 3, f"{name}: {ground}"
