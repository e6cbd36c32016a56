"""What an animation of the sliding window shows: the input, the windows of its steps, and the map that they fill."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convstudio.model.colour.display import Levels, colours
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.colour.picture_geometry import as_table, table_cell
from convstudio.model.panes.exports.input_cells import input_cells, padded
from convstudio.model.panes.exports.sources import NO_MAP
from convstudio.model.run.forward import Forward
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.answers.windows import Window
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import ViewState

SIDES = (180, 360, 540, 720)
"""How many pixels the longer side of the larger picture can have."""

NO_PLACES = "The outputs of this layer are a vector, and a window has no places to slide over. Select another layer."


@dataclass(frozen=True)
class AnimationChoice:
    """Which steps are shown, counted from 1, how many in a second, and how many pixels the longer picture has."""

    first: int
    last: int
    per_second: int = 4
    side: int = 360

    @property
    def steps(self) -> int:
        """The number of steps, each of which is one frame."""
        return self.last - self.first + 1


@dataclass(frozen=True, eq=False)
class Scene:
    """The input with its padding, `(rows, columns, 3)` bytes, the map `values` with their levels, and the windows.

    `origin` is the row and the column of the input at which the picture begins: 0, or less where padding comes first.
    """

    input_colours: Colours
    origin: tuple[int, int]
    values: Floats
    levels: Levels
    windows: tuple[Window, ...]
    first: int

    @property
    def map_colours(self) -> Colours:
        """The whole map as a picture."""
        return colours(as_table(self.values), self.levels)

    def cell(self, step: int) -> tuple[int, int]:
        """Return the row and column of the output of a step, counted from 0 among those of the scene."""
        return table_cell(self._position(step))

    def caption(self, step: int) -> str:
        """Say which output a step makes, and its value."""
        position = self._position(step)
        where = place(position)
        return f"{where[:1].upper()}{where[1:]}: {format_number(float(self.values[position]))}"

    def _position(self, step: int) -> tuple[int, ...]:
        return tuple(int(at) for at in np.unravel_index(self.first + step, self.values.shape))


def check_animation(choice: AnimationChoice, positions: int) -> None:
    """Raise ValueError with a sentence where so many positions have no such steps, or the frames are too many."""
    if not 1 <= choice.first <= choice.last <= positions:
        raise ValueError(
            f"The steps must be between 1 and {positions}, and begin before they end, "
            f"not {choice.first} to {choice.last}."
        )
    pixels = choice.steps * choice.side**2
    if pixels > LIMITS.animation_pixels:
        fitting = LIMITS.animation_pixels // choice.side**2
        raise ValueError(
            f"{choice.steps} steps at this size are too many for one animation. "
            f"Show at most {fitting}, or a smaller size."
        )


def told(choice: AnimationChoice) -> str:
    """Say how long an animation plays.

    >>> told(AnimationChoice(1, 20, 4))
    '20 steps play in 5 s, and the last one stays for one more second.'
    """
    seconds = format_number(choice.steps / choice.per_second, 2)
    steps = one_or_many(choice.steps, "1 step plays", f"{choice.steps} steps play")
    return f"{steps} in {seconds} s, and the last one stays for one more second."


def steps_of(document: Document, view: ViewState) -> int:
    """Count the steps that the window takes over the selected layer's input; raise ValueError where it takes none."""
    shape = document.output_shape(view.layer)
    if shape is None:
        raise ValueError(NO_MAP)
    if len(shape) == 1 or len(document.input_shape(view.layer) or ()) < 2:
        raise ValueError(NO_PLACES)
    return math.prod(shape[:-1])


def scene_of(document: Document, view: ViewState, result: Forward, choice: AnimationChoice) -> Scene:
    """Return the scene of the selected map; raise ValueError where there is none."""
    check_animation(choice, steps_of(document, view))
    done, input_shape = result.layers[view.layer], document.input_shape(view.layer)
    maps = result.maps_on_show(view)
    if done.reads is None or maps is None or input_shape is None:
        raise ValueError(NO_MAP)
    values = maps[..., 0 if view.combined else min(view.filter, maps.shape[-1] - 1)]
    indices = range(choice.first - 1, choice.last)
    positions = [tuple(int(at) for at in np.unravel_index(index, values.shape)) for index in indices]
    windows = tuple(done.layer.window(input_shape, position) for position in positions)
    shown = padded(input_cells(document, view, result), windows)
    return Scene(
        shown.cells.colours, shown.origin, values, levels_of_map(values, view.scale), windows, choice.first - 1
    )
