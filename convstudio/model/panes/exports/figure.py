"""The panes as one figure, input ∗ kernel = feature map, with the calculation of the selected output below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.colour.picture_geometry import CellTexts, as_table, cell_texts, table_cell
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.explanation import explained_output
from convstudio.model.panes.exports.input_cells import Block, ShownCells, input_cells, padded, window_blocks
from convstudio.model.panes.exports.sources import NO_MAP
from convstudio.model.panes.gallery import levels_text
from convstudio.model.panes.kernel_facts import shape_facts, shown_kernel
from convstudio.model.run.forward import Forward
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.arrays import Floats
from convstudio.model.values.combination import combination_name
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.data_format import write_shape
from convstudio.model.words.wording import layer_sign, made_title

_SIDES = (20, 24, 28, 32, 36, 42, 48, 54, 60, 66, 72, 80)
"""The sides that a cell can have, in pixels."""

_PLAIN_SIDE, _PICTURE, _STRIP, _LARGEST, _LONGEST = 20, 280, 24, 480, 800

_REACH = LIMITS.padding + 1


@dataclass(frozen=True, eq=False)
class Panel:
    """One pane of a figure: its title, a line about it, its cells in colours, `(rows, columns, 3)`, and what is marked.

    `texts` are the numbers of the cells, None where they do not fit; cells of `padding` are dimmed. A cell has a side
    of `side` pixels; a large map is a picture of which a cell has a part of a pixel. `outlined` are blocks of rows and
    columns; `values` are those of the numbers.
    """

    title: str
    about: str
    colours: Colours
    texts: CellTexts | None
    padding: NDArray[np.bool_]
    side: float
    outlined: tuple[Block, ...] = ()
    values: Floats | None = None

    def enlarged(self, side: float) -> Panel:
        """Return the panel with cells of another side, whose numbers have as many digits as fit there."""
        assert self.values is not None
        return replace(self, side=side, texts=cell_texts(self.values, side, side))

    @property
    def size(self) -> tuple[int, int]:
        """The width and the height in pixels."""
        return round(self.colours.shape[1] * self.side) or 1, round(self.colours.shape[0] * self.side) or 1

    @property
    def is_picture(self) -> bool:
        """Whether the cells are too many to be drawn one by one."""
        return bool(max(self.colours.shape[:2]) > LIMITS.table_length)


@dataclass(frozen=True, eq=False)
class Figure:
    """The panels from left to right with the signs between them, the layer that they show, and the calculation."""

    title: str
    panels: tuple[Panel, ...]
    signs: tuple[str, ...]
    lines: tuple[str, ...]


def figure_of(result: Forward, view: ViewState) -> Figure:
    """Return the figure of the selected layer from a complete forward run; raise ValueError where it makes no map.

    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("dots", np.ones((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    >>> found = figure_of(forward(document), ViewState())
    >>> [panel.title for panel in found.panels], found.signs, found.panels[2].texts.rows
    (['Input', 'Kernel', 'Feature map'], ('∗', '='), (('9', '9'), ('9', '9')))
    """
    document, shown = result.document, result.maps_on_show(view)
    if shown is None or result.layers[view.layer].reads is None:
        raise ValueError(NO_MAP)
    view = replace(view, term=None, pointed=None)
    layer = document.layers[view.layer]
    kernel = _kernel_panel(document, view) if isinstance(layer, Conv) and layer.is_on and not view.combined else None
    panels = [_input_panel(document, view, result), *([] if kernel is None else [kernel])]
    sign = layer_sign(layer)
    panels.append(_map_panel(document, view, shown))
    return Figure(
        title=f"Layer {view.layer + 1}: {layer.name}",
        panels=_alike(panels),
        signs=(sign, "=") if kernel is not None else ("→",),
        lines=_lines(document, view, result),
    )


def _input_panel(document: Document, view: ViewState, result: Forward) -> Panel:
    layer, input_shape, output_shape = (
        document.layers[view.layer],
        document.input_shape(view.layer),
        document.output_shape(view.layer),
    )
    assert input_shape is not None
    assert output_shape is not None
    cells = input_cells(document, view, result)
    outlined: tuple[Block, ...] = ()
    padding = np.zeros(cells.colours.shape[:2], np.bool_)
    if len(input_shape) > 1 and len(output_shape) > 1 and layer.is_on:
        current = layer.window(input_shape, view.position)
        windows = tuple(layer.window(input_shape, at) for at in _near_borders(output_shape[:-1]))
        shown = padded(cells, (*windows, current))
        cells, padding, outlined = shown.cells, shown.is_padding, window_blocks(current, shown.origin)
    name = "Input" if view.layer == 0 else f"Maps of layer {view.layer}"
    about = " · ".join(filter(None, (write_shape(input_shape, view.data_format), cells.channel)))
    return _panel(name, about, cells, padding, outlined)


def _near_borders(spatial: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield outputs whose windows together reach all of the padding: along every axis those near both ends."""
    for axis, length in enumerate(spatial):
        for at in {*range(min(length, _REACH)), *range(max(0, length - _REACH), length)}:
            yield (*(0,) * axis, at, *(0,) * (len(spatial) - axis - 1))


def _kernel_panel(document: Document, view: ViewState) -> Panel:
    layer = document.layers[view.layer]
    assert isinstance(layer, Conv)
    values = shown_kernel(layer, view)
    cells = ShownCells(colours(values, signed_levels(values)), values)
    about = f"{shape_facts(document, view)}{' · flipped before use' if layer.flip else ''}"
    return _panel("Kernel", about, cells, np.zeros(values.shape, np.bool_), ())


def _map_panel(document: Document, view: ViewState, shown: Floats) -> Panel:
    output_shape, combination = document.output_shape(view.layer), document.combination_of(view.layer)
    is_vector = shown.ndim == 1
    index = 0 if view.combined else min(view.filter, shown.shape[-1] - 1)
    values = shown if is_vector else shown[..., index]
    levels = levels_of_map(values, view.scale)
    table = as_table(values)
    row, column = (0, view.position[0]) if is_vector else table_cell(view.position)
    title = made_title(output_shape)
    if view.combined and combination is not None and output_shape is not None:
        title = combination_name(combination, output_shape[-1]).capitalize()
    about = f"{write_shape(shown.shape, view.data_format)} · colours {levels_text(levels)}"
    cells = ShownCells(colours(table, levels), table)
    outlined = ((slice(row, row + 1), slice(column, column + 1)),)
    return _panel(title, about, cells, np.zeros(table.shape, np.bool_), outlined)


def _panel(title: str, about: str, cells: ShownCells, padding: NDArray[np.bool_], outlined: tuple[Block, ...]) -> Panel:
    longest = max(cells.colours.shape[:2])
    if longest > LIMITS.table_length:
        return _picture_panel(title, about, cells, padding, outlined)
    if cells.values is None or longest > LIMITS.grid_length:
        return Panel(title, about, cells.colours, None, padding, min(_PLAIN_SIDE, _PICTURE / longest), outlined)
    side, texts = _numbers(cells.values)
    return Panel(title, about, cells.colours, texts, padding, side, outlined, cells.values)


def _numbers(values: Floats) -> tuple[float, CellTexts | None]:
    """Return the side of cells with their numbers: four digits where the panel does not become too large by them.

    Else the numbers are as short as they may be; the side is that of cells without any where none fit.
    """
    pairs = [(side, cell_texts(values, side, side)) for side in _SIDES]
    fitting = [(side, texts) for side, texts in pairs if texts is not None]
    whole = tuple(tuple(format_number(value) for value in row) for row in values.tolist())
    most = (_LARGEST if values.shape[0] > 1 else _LONGEST) / max(values.shape)
    full = (pair for pair in fitting if pair[1].rows == whole and pair[0] <= most)
    return next(full, fitting[0] if fitting else (_PLAIN_SIDE, None))


def _picture_panel(
    title: str, about: str, cells: ShownCells, padding: NDArray[np.bool_], outlined: tuple[Block, ...]
) -> Panel:
    """Return a panel of a large map; a sequence becomes a strip that is high enough to be seen."""
    painted, side = cells.colours, _PICTURE / max(cells.colours.shape[:2])
    if painted.shape[0] > 1:
        return Panel(title, about, painted, None, padding, side, outlined)
    high = round(_STRIP / side)
    whole = slice(0, high)
    strip = painted.repeat(high, axis=0)
    return Panel(
        title, about, strip, None, padding.repeat(high, axis=0), side, tuple((whole, at) for _, at in outlined)
    )


def _alike(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Give the cells of all panels with numbers the same size, as far as the panels do not become too large."""
    largest = max((panel.side for panel in panels if panel.texts is not None), default=0)
    return tuple(
        panel
        if panel.texts is None
        else panel.enlarged(max(panel.side, min(largest, _LARGEST // max(panel.colours.shape[:2]))))
        for panel in panels
    )


def _lines(document: Document, view: ViewState, result: Forward) -> tuple[str, ...]:
    try:
        told = explained_output(document, view, result)
    except ValueError as refusal:
        return (str(refusal),)
    is_vector = len(document.output_shape(view.layer) or ()) == 1
    where = place(view.position, is_vector=is_vector)
    return f"{where[:1].upper()}{where[1:]}", *told.text.splitlines()
