"""What the receptive-field X-ray shows: a picture for each layer, its rectangle, and the numbers in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, picture_levels
from convstudio.model.colour.picture_geometry import as_table, position_of, stride_within, table_shape
from convstudio.model.trace.receptive_field import field_of, is_field_lost, xray
from convstudio.model.trace.stepping import Move, pin, select_layer
from convstudio.model.values.answers.axis_names import axis_names, place
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.answers.path_counts import Counts, PathCounts, Span, shares_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.scale import POSITIVE, ZERO, Colours
from convstudio.model.values.view_state import Cell, DataFormat, Pane, ViewState
from convstudio.model.words.data_format import write_shape

_LEAST_SHOWN = 16
_PALEST, _STRONGEST = 0.25, 0.9
_EXACT_DIGITS = 9
_FINEST = 512
_MOST_TEXTS = 1024

Spans = tuple[Span, Span]


@dataclass(frozen=True, eq=False)
class Plane:
    """One picture: an array of the network with what is seen of it.

    `rows` and `columns` tell which part of a large array is drawn. `colours`, `(rows, columns, 3)`, cover that part,
    thinned out where it has very many cells; `texts` are the counts of paths, where the cells are few. `seen` is the
    rectangle around all seen cells, and `reach` the one with the padding that belongs to it, each as (first, past the
    last) for rows and columns.
    """

    title: str
    facts: str
    rows: Span
    columns: Span
    colours: Colours
    texts: tuple[tuple[str, ...], ...]
    seen: Spans | None
    reach: Spans | None


@dataclass(frozen=True)
class Xray:
    """All pictures, from the input to the selected layer, and the sentence about them together."""

    planes: tuple[Plane, ...]
    verdict: str
    details: str


def xray_of(document: Document, view: ViewState) -> Xray:
    """X-ray the current output.

    Raises ValueError with a sentence where a layer on the way cannot work, and for a volume.
    """
    if document.sample.rank > 2:
        raise ValueError(
            f"This lens shows sequences and images, and the input {format_shape(document.sample.values.shape)} has "
            "planes too: choose a sequence or an image as the input."
        )
    seen = xray(document, view.layer, view.shown_position, view.filter)
    planes = [_input_plane(document, view, seen[0])]
    planes += [_layer_plane(document, view, index, one) for index, one in enumerate(seen[1:])]
    return Xray(tuple(planes), _verdict(seen[0]), _field_line(document, view))


def move_to_cell(layer: int, row: int, column: int) -> Move:
    """Return how the view moves to a cell of the picture of what a layer makes."""

    def move(document: Document, view: ViewState) -> ViewState:
        moved = select_layer(document, view, layer)
        cell = Cell(Pane.MAP, position_of(row, column, len(moved.position)))
        return pin(document, moved, cell)

    return move


def write_count(number: int) -> str:
    """Write a count of paths: in full, its thousands apart, or, where it is very large, its first three digits.

    >>> write_count(12345), write_count(12345678901)
    ('12\\xa0345', '1.23e10')
    """
    digits = str(number)
    if len(digits) <= _EXACT_DIGITS:
        return apart(number)
    return f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"


def part_shown(length: int, span: Span) -> Span:
    """Return which cells of an axis are drawn: all of a short one, of a long one those around what is seen.

    >>> part_shown(512, (100, 120)), part_shown(14, (3, 5))
    ((90, 130), (0, 14))
    """
    first, stop = span
    wanted = max(_LEAST_SHOWN, 2 * (stop - first))
    if wanted >= length:
        return 0, length
    start = min(max(0, (first + stop - wanted) // 2), length - wanted)
    return start, start + wanted


def _input_plane(document: Document, view: ViewState, seen: PathCounts) -> Plane:
    facts = _facts(seen, view.data_format)
    return _plane("Input", facts, seen, _reach(document, view, seen), document.sample.values)


def _layer_plane(document: Document, view: ViewState, index: int, seen: PathCounts) -> Plane:
    name = document.layers[index].name
    return _plane(f"Layer {index + 1}: {name}", _facts(seen, view.data_format), seen, _table_spans(seen), None)


def _plane(title: str, facts: str, seen: PathCounts, reach: Spans | None, below: TiledArray | None) -> Plane:
    spans = _table_spans(seen)
    shape = table_shape(seen.shape[:-1] or seen.shape)
    rows, columns = (part_shown(length, span) for length, span in zip(shape, spans or ((0, 1), (0, 1)), strict=True))
    steps = stride_within(rows[1] - rows[0], _FINEST), stride_within(columns[1] - columns[0], _FINEST)
    down, across = _table_axes(seen)
    counts = down[slice(*rows, steps[0])], across[slice(*columns, steps[1])]
    heat = shares_of(counts[0])[:, np.newaxis] * shares_of(counts[1])
    ground = np.full((*heat.shape, 3), ZERO, np.uint8) if below is None else _grey(below, rows, columns, steps)
    return Plane(
        title=title,
        facts=facts,
        rows=rows,
        columns=columns,
        colours=_warmed(ground, heat),
        texts=_texts(*counts) if heat.size <= _MOST_TEXTS else (),
        seen=spans,
        reach=reach,
    )


def _table_axes(seen: PathCounts) -> tuple[Counts, Counts]:
    """Return the paths along rows and along columns; those of all channels together stand with the columns."""
    *spatial, channels = seen.paths
    down = spatial[-2] if len(spatial) > 1 else np.ones(1, np.object_)
    return down, spatial[-1] * channels.sum() if spatial else channels


def _texts(down: Counts, across: Counts) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(write_count(one * other) if one * other else "" for other in across) for one in down)


def _warmed(ground: Colours, heat: NDArray[np.float64]) -> Colours:
    """Lay the heat over a picture: what is seen is warm, the stronger the more paths lead from it."""
    strength = np.where(heat > 0, _PALEST + (_STRONGEST - _PALEST) * heat, 0)[..., np.newaxis]
    warmed: Colours = np.rint(ground * (1 - strength) + np.array(POSITIVE) * strength).astype(np.uint8)
    return warmed


def _grey(values: TiledArray, rows: Span, columns: Span, steps: tuple[int, int]) -> Colours:
    part = (slice(*rows), slice(*columns))[-values.rank :]
    thinned = tuple(slice(None, None, step) for step in steps)[-values.rank :]
    table = as_table(values.box(part)[thinned].mean(axis=-1, dtype=np.float32))
    return colours(table, picture_levels(table))


def _table_spans(seen: PathCounts) -> Spans | None:
    if seen.spans is None:
        return None
    spans = seen.spans[:-1] or seen.spans
    return (0, 1) if len(spans) == 1 else spans[-2], spans[-1]


def _reach(document: Document, view: ViewState, seen: PathCounts) -> Spans | None:
    """Return the rectangle that is seen, with the padding that covers a part of it."""
    field, inside = field_of(document, view.layer), _table_spans(seen)
    if field is None or inside is None:
        return inside
    cells = field.cells(view.shown_position)
    spans = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(inside[-len(cells) :], cells, strict=True)]
    return (0, 1) if len(spans) == 1 else spans[0], spans[-1]


# --- in words ----------------------------------------------------------------------------------------------------


def tile_columns(
    count: int, room: tuple[int, int], least: int, head: Callable[[int], int], shape: tuple[int, int]
) -> int:
    """Return in how many columns so many pictures of a `shape` (rows, columns) become largest in a room.

    `room` is (width, height), `least` the least width of a tile, and `head` tells what its texts take of its height
    at a width, all in pixels. Pictures that are as large in fewer columns stand in more of them: beside each other they
    read as a network.

    >>> [tile_columns(5, room, 150, lambda width: 60, (8, 8)) for room in ((950, 200), (370, 600))]
    [5, 2]
    """

    def side(columns: int) -> float:
        rows = -(-count // columns)
        width = room[0] // columns
        return min(width / shape[1], max(1, room[1] / rows - head(width)) / shape[0])

    return max(range(1, min(count, max(1, room[0] // least)) + 1), key=lambda columns: (side(columns), columns))


def _facts(seen: PathCounts, data_format: DataFormat) -> str:
    shape = write_shape(seen.shape, data_format)
    if seen.spans is None:
        return f"{shape}\nnothing of it is seen"
    spans = seen.spans[:-1] or seen.spans
    where = _place_of(spans, is_vector=len(seen.shape) == 1)
    lines = [shape, f"{where}, with holes" if seen.has_holes else where]
    return "\n".join([*lines, " · ".join(filter(None, (_channels_told(seen), _paths_told(seen))))])


def _place_of(spans: Sequence[Span], *, is_vector: bool) -> str:
    axes, plurals = axis_names(len(spans), is_vector=is_vector)
    return ", ".join(
        one_or_many(stop - first, f"{one} {stop}", f"{many} {first + 1}–{stop}")
        for one, many, (first, stop) in zip(axes, plurals, spans, strict=True)
    )


def _paths_told(seen: PathCounts) -> str:
    return counted(seen.total, "path", write=write_count)


def _channels_told(seen: PathCounts) -> str:
    channels = int(np.count_nonzero(seen.paths[-1]))
    if len(seen.shape) == 1 or len(seen.paths[-1]) == 1:
        return ""
    return f"{channels} of {len(seen.paths[-1])} channels"


def _verdict(seen: PathCounts) -> str:
    if seen.spans is None:
        return "This output sees nothing of the input: its window is in the padding."
    cells = math.prod(int(np.count_nonzero(axis)) for axis in seen.paths[:-1])
    every = math.prod(seen.shape[:-1])
    input_cells = counted(every, "cell", write=write_count)
    return f"This output sees {write_count(cells)} of the {input_cells} of the input, along {_paths_told(seen)}."


def _field_line(document: Document, view: ViewState) -> str:
    field = field_of(document, view.layer)
    if field is None:
        return f"No size and jump: {_why_no_field(document, view.layer)}."
    outside = _outside(field.cells(view.shown_position), document.sample.spatial)
    border = " · a part of it is outside the input" if outside else ""
    return (
        f"Receptive field: size {format_shape(field.size)} · jump {format_shape(field.jump)} · the first one starts at "
        f"{place(field.start)}{border}"
    )


def _why_no_field(document: Document, layer: int) -> str:
    for index, held in enumerate(document.layers[: layer + 1], start=1):
        input_shape = document.input_shape(index - 1)
        if input_shape is not None and is_field_lost(held, input_shape):
            return f"layer {index}, {held.name}, does more than slide a window over what it reads"
    return "every layer on the way treats each value by itself"


def _outside(cells: Sequence[Span], spatial: Sequence[int]) -> bool:
    return any(first < 0 or stop > length for (first, stop), length in zip(cells, spatial, strict=True))
