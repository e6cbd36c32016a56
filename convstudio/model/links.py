"""Which cells belong together, for every kind of layer: what an output reads, and where an input cell goes.

Cells are counted as the window shows them: along the spatial axes, or, in a vector, along its values.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convstudio.model.document import Document
from convstudio.model.kinds import ConvTranspose, Dense, Flatten, GlobalPool, Pool, flat_index, source_cell
from convstudio.model.layers import Conv, Layer, Shape
from convstudio.model.trace import Cells, Positions, Window, fed_cells, read_by_weight, slid_window, window_at
from convstudio.model.view_state import Cell, Pane, ViewState
from convstudio.ops import ShapeError


def window_of(layer: Layer, read: Shape, position: tuple[int, ...]) -> Window:
    """Return the cells of an input of shape `read` that one output is made of, padding included.

    Raises ShapeError or ValueError with the reason when the layer cannot work on such an input.

    >>> [along.tolist() for along in window_of(Pool(), (4, 4, 1), (1, 0)).positions]
    [[2, 3], [0, 1]]
    """
    made = layer.made_shape(read) if layer.is_on else read
    if len(position) != max(1, len(made) - 1) or any(at >= n for at, n in zip(position, made, strict=False)):
        raise ShapeError(f"there is no output {position} in {made}")
    if not layer.is_on:
        return _plain(_cells_at(position))
    if isinstance(layer, ConvTranspose):
        return _plain(tuple(cells for cells, _ in painting_taps(layer, read, position)))
    if isinstance(layer, Conv):
        return window_at(layer, read[:-1], position)
    if isinstance(layer, Pool):
        return slid_window(layer.geometry(read[:-1]), "zeros", position)
    if isinstance(layer, GlobalPool | Dense):
        return _plain(tuple(np.arange(length) for length in read[:-1] or read))
    if isinstance(layer, Flatten):
        return _plain(_cells_at(source_cell(read, position[0])[: max(1, len(read) - 1)]))
    return _plain(_cells_at(position))


def painting_taps(layer: ConvTranspose, read: Shape, position: tuple[int, ...]) -> list[tuple[Positions, Positions]]:
    """Return per axis the input cells that paint an output cell, and the kernel cell that each does it with."""
    spatial = read[:-1]
    return [
        _painters(at + cut, length, kernel, stride, dilation)
        for at, cut, length, kernel, stride, dilation in zip(
            position, layer.cuts(spatial), spatial, layer.kernel_size, layer.stride, layer.dilation, strict=True
        )
    ]


def linked_cells(layer: Layer, read: Shape, cell: Cell) -> dict[Pane, Cells]:
    """Return the cells of the other panes that a cell is linked to: per pane, the positions along each axis.

    An output is linked to what it reads; an input cell to every output that it feeds, through padding too; a weight to
    every input cell that it is multiplied with. Padding cells of the input count below 0 or past the end.

    >>> layer = Conv.of(np.ones((3, 1, 1)))
    >>> linked_cells(layer, (8, 1), Cell(Pane.INPUT, (2,)))[Pane.MAP][0].tolist()
    [0, 1, 2]
    """
    if cell.pane is Pane.MAP:
        return {Pane.INPUT: window_of(layer, read, cell.index).positions}
    if cell.pane is Pane.KERNEL:
        return _linked_to_weight(layer, read, cell.index)
    return {Pane.MAP: _fed_by(layer, read, cell.index)}


def channel_shown(layer: Layer, read: Shape, view: ViewState) -> int:
    """Return the channel of the input that the current output reads: of a layer that mixes channels, the chosen one.

    >>> channel_shown(Pool(), (4, 4, 3), ViewState(filter=2))
    2
    """
    if len(read) == 1:
        return 0
    if isinstance(layer, Flatten) and layer.is_on:
        return source_cell(read, view.shown_position[0])[-1]
    if isinstance(layer, GlobalPool) and layer.is_on:
        return min(view.shown_position[0], read[-1] - 1)
    chosen = view.channel if isinstance(layer, Conv) and layer.is_on else view.filter
    return min(chosen, read[-1] - 1)


def look_at_channel(document: Document, view: ViewState, channel: int | None) -> ViewState:
    """Look at one channel of what the layer reads, alone, or (None) at all of them in colour.

    Where a layer does not mix channels, the output that reads this one becomes the current one: see `channel_shown`.

    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> document = Document(Sample.of("pixel", np.zeros((4, 4, 3))), Network((Pool(),)))
    >>> look_at_channel(document, ViewState(), 2).filter
    2
    """
    read, layer = document.read_shape(view.layer), document.layers[view.layer]
    if channel is None or read is None or len(read) == 1:
        return replace(view, alone=False)
    if isinstance(layer, Flatten | GlobalPool) and layer.is_on:
        return replace(view, position=(channel,), alone=True)
    if isinstance(layer, Conv) and layer.is_on:
        return replace(view, channel=channel, alone=True)
    return replace(view, filter=channel, alone=True)


def _linked_to_weight(layer: Layer, read: Shape, index: tuple[int, ...]) -> dict[Pane, Cells]:
    if not layer.is_on:
        return {}
    if isinstance(layer, Dense):
        return {Pane.INPUT: _cells_at(index)}
    if isinstance(layer, ConvTranspose):
        return {Pane.INPUT: _painting_with(layer, read, index)}
    if isinstance(layer, Conv):
        return {Pane.INPUT: read_by_weight(layer, layer.geometry(read[:-1]), index)}
    return {}


def _painting_with(layer: ConvTranspose, read: Shape, weight: tuple[int, ...]) -> Cells:
    """Return the input cells that paint an output with a weight: all but those whose paint is cut off."""
    spatial, made = read[:-1], layer.made_shape(read)[:-1]
    axes = zip(spatial, layer.cuts(spatial), weight, layer.stride, layer.dilation, strict=True)
    painted = [np.arange(n) * s - cut + d * k for n, cut, k, s, d in axes]
    return tuple(np.flatnonzero((at >= 0) & (at < size)) for at, size in zip(painted, made, strict=True))


def _fed_by(layer: Layer, read: Shape, cell: tuple[int, ...]) -> Cells:
    if not layer.is_on:
        return _cells_at(cell)
    if isinstance(layer, ConvTranspose):
        return _painted_by(layer, read, cell)
    if isinstance(layer, Conv):
        return fed_cells(layer.geometry(read[:-1]), layer.padding_mode, cell)
    if isinstance(layer, Pool):
        return fed_cells(layer.geometry(read[:-1]), "zeros", cell)
    if isinstance(layer, GlobalPool | Dense):
        return (np.arange(layer.made_shape(read)[0]),)
    if isinstance(layer, Flatten) and len(read) > 1:
        first = flat_index(read, (*cell, 0))
        return (np.arange(first, first + read[-1]),)
    return _cells_at(cell)


def _painted_by(layer: ConvTranspose, read: Shape, cell: tuple[int, ...]) -> Cells:
    cuts, made = layer.cuts(read[:-1]), layer.made_shape(read)[:-1]
    axes = zip(cell, cuts, layer.kernel_size, layer.stride, layer.dilation, made, strict=True)
    return tuple(_inside(at * s - cut + d * np.arange(k), size) for at, cut, k, s, d, size in axes)


def _painters(at: int, length: int, kernel: int, stride: int, dilation: int) -> tuple[Positions, Positions]:
    taps = np.arange(kernel)
    cells, rest = np.divmod(at - dilation * taps, stride)
    kept = (rest == 0) & (cells >= 0) & (cells < length)
    return cells[kept][::-1], taps[kept][::-1]


def _inside(cells: Positions, size: int) -> Positions:
    return cells[(cells >= 0) & (cells < size)]


def _plain(cells: Cells) -> Window:
    return Window(cells, cells)


def _cells_at(position: tuple[int, ...]) -> Cells:
    return tuple(np.array([at]) for at in position)
