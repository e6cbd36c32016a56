"""The input that a layer reads as rows and columns of cells, with the padding that its windows reach."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, faded, picture, picture_levels
from convstudio.model.colour.picture_geometry import as_table, runs
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import input_channel_names
from convstudio.model.values.answers.windows import Window
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.sample import RGB
from convstudio.model.values.scale import Colour, Colours
from convstudio.model.values.view_state import ViewState

Block = tuple[slice, slice]
"""Neighbouring rows and neighbouring columns of a picture."""

GROUND: Colour = (0xEC, 0xEE, 0xF0)
"""The colour of zero padding and of outputs that are still to come."""


@dataclass(frozen=True, eq=False)
class ShownCells:
    """Cells as a picture shows them: `colours`, `(rows, columns, 3)`, and `values`, `(rows, columns)`.

    `values` is None where the colours show several channels; `channel` names the one that is shown, "" where the input
    has no other.
    """

    colours: Colours
    values: Floats | None
    channel: str = ""


@dataclass(frozen=True, eq=False)
class PaddedCells:
    """Cells with their padding around them; the picture begins at `origin`, a row and a column of the input, 0 or less.

    `is_padding` is `(rows, columns)`.
    """

    cells: ShownCells
    origin: tuple[int, int]
    is_padding: NDArray[np.bool_]


def input_cells(document: Document, view: ViewState, result: Forward) -> ShownCells:
    """Return what the selected layer reads: a picture in colour, else the channel of the current output."""
    reads = result.layers[view.layer].reads
    assert reads is not None
    if view.layer == 0 and document.sample.channel_names == RGB and not view.alone:
        whole = reads.joined.to_array()
        return ShownCells(picture(whole.reshape(-1, *whole.shape[-2:]), picture_levels(whole)), None, "in colour")
    input_shape = document.input_shape(view.layer)
    assert input_shape is not None
    if not reads.spatial:
        values = as_table(reads.joined.to_array())
        return ShownCells(colours(values, picture_levels(values)), values)
    channel = min(document.layers[view.layer].channel_shown(input_shape, view), reads.filters - 1)
    values = as_table(reads.map(channel))
    name = input_channel_names(document, view.layer, reads.filters)[channel] if reads.filters > 1 else ""
    return ShownCells(colours(values, picture_levels(values)), values, name)


def padded(cells: ShownCells, windows: tuple[Window, ...]) -> PaddedCells:
    """Return cells with the padding, faded, that some of the windows reads."""
    shape = cells.colours.shape[:2]
    axes = [_sources(axis, length, windows) for axis, length in zip((-2, -1), shape, strict=True)]
    (rows, first_row), (columns, first_column) = axes
    read = cells.colours[np.maximum(rows, 0)][:, np.maximum(columns, 0)]
    read[rows < 0], read[:, columns < 0] = GROUND, GROUND
    inside = np.zeros(read.shape[:2], np.bool_)
    inside[-first_row : shape[0] - first_row, -first_column : shape[1] - first_column] = True
    painted = np.where(inside[..., np.newaxis], read, faded(read, GROUND))
    values = None if cells.values is None else _padded_values(cells.values, rows, columns)
    return PaddedCells(ShownCells(painted, values, cells.channel), (first_row, first_column), ~inside)


def window_blocks(window: Window, origin: tuple[int, int]) -> tuple[Block, ...]:
    """Return the blocks of neighbouring cells that a window reads, in rows and columns of a picture from `origin` on.

    A window that reads no cell has none.
    """
    if not window.has_cells:
        return ()
    down = runs(window.positions[-2] - origin[0]) if len(window.positions) > 1 else [slice(0, 1)]
    return tuple(product(down, runs(window.positions[-1] - origin[1])))


def _padded_values(values: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
    read = values[np.maximum(rows, 0)][:, np.maximum(columns, 0)]
    read[rows < 0], read[:, columns < 0] = 0, 0
    return read


def _sources(axis: int, length: int, windows: tuple[Window, ...]) -> tuple[NDArray[np.int64], int]:
    """Return which cell each place of a padded axis shows, -1 for zero, and the first place: 0 or less."""
    known = {at: at for at in range(length)}
    for window in windows:
        if -axis <= len(window.positions):
            known.update(zip(window.positions[axis].tolist(), window.sources[axis].tolist(), strict=True))
    first, last = min(known), max(known)
    return np.array([known.get(at, -1) for at in range(first, last + 1)]), first
