"""Which cells belong together: what an output reads, and where an input cell goes, through a layer that may be off."""

from __future__ import annotations

from dataclasses import replace

from convstudio.model.values.answers.windows import Cells, Window, cells_at, window_of_cells
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.ops import ShapeError


def window_of(layer: Layer, input_shape: Shape, position: tuple[int, ...]) -> Window:
    """Return the cells of an input of shape `input_shape` that one output reads, padding included.

    Raises ShapeError or ValueError with the reason when the layer cannot work on such an input.

    >>> from convstudio.model.kinds.pooling import Pool
    >>> [along.tolist() for along in window_of(Pool(), (4, 4, 1), (1, 0)).positions]
    [[2, 3], [0, 1]]
    """
    output_shape = shape_after(layer, input_shape)
    if len(position) != max(1, len(output_shape) - 1) or any(
        at >= n for at, n in zip(position, output_shape, strict=False)
    ):
        raise ShapeError(f"there is no output {position} in {output_shape}")
    return layer.window(input_shape, position) if layer.is_on else window_of_cells(cells_at(position))


def linked_cells(layer: Layer, input_shape: Shape, cell: Cell) -> dict[Pane, Cells]:
    """Return the cells of the other panes that a cell is linked to: per pane, the positions along each axis.

    An output is linked to what it reads; an input cell to every output that it feeds, through padding too; a weight to
    every input cell that it is multiplied with. Padding cells of the input count below 0 or past the end.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> layer = Conv.of(np.ones((3, 1, 1)))
    >>> linked_cells(layer, (8, 1), Cell(Pane.INPUT, (2,)))[Pane.MAP][0].tolist()
    [0, 1, 2]
    """
    if cell.pane is Pane.MAP:
        return {Pane.INPUT: window_of(layer, input_shape, cell.index).positions}
    if cell.pane is Pane.KERNEL:
        met = layer.met_by_weight(input_shape, cell.index) if layer.is_on else None
        return {} if met is None else {Pane.INPUT: met}
    return {Pane.MAP: layer.fed_by(input_shape, cell.index) if layer.is_on else cells_at(cell.index)}


def channel_shown(layer: Layer, input_shape: Shape, view: ViewState) -> int:
    """Return the channel of the input that the current output reads: of a layer that mixes channels, the chosen one.

    >>> from convstudio.model.kinds.pooling import Pool
    >>> channel_shown(Pool(), (4, 4, 3), ViewState(filter=2))
    2
    """
    if len(input_shape) == 1:
        return 0
    return layer.channel_shown(input_shape, view) if layer.is_on else min(view.filter, input_shape[-1] - 1)


def select_channel(document: Document, view: ViewState, channel: int | None) -> ViewState:
    """Show one channel of the layer's input alone, or (None) all of them in colour.

    Where a layer does not mix channels, the output that reads this one becomes the current one: see `channel_shown`.

    >>> import numpy as np
    >>> from convstudio.model.kinds.pooling import Pool
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", np.zeros((4, 4, 3))), Network((Pool(),)))
    >>> select_channel(document, ViewState(), 2).filter
    2
    """
    input_shape, layer = document.input_shape(view.layer), document.layers[view.layer]
    if channel is None or input_shape is None or len(input_shape) == 1:
        return replace(view, alone=False)
    shown = layer.showing_channel(view, channel) if layer.is_on else replace(view, filter=channel)
    return replace(shown, alone=True)
