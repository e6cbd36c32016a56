"""A block of numbers that is written into a grid: as it is, or, where it reaches past the end, by one of two ways."""

from __future__ import annotations

from functools import partial
from typing import Any

from convstudio.model.colour.picture_geometry import block_at
from convstudio.model.edits import input_cells, kernel_weights
from convstudio.model.edits.intent import Alternative, Edit, Intent
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.panes.input.input_display import shape_problem
from convstudio.model.panes.kernel_facts import kernel_channel
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS, Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import ViewState

Position = tuple[int, ...]
_CUT = "Paste what fits"


def written_into_input(
    document: Document, row: int, column: int, block: Floats, channel: int | None, limits: Limits
) -> Intent:
    """Return what writes a block of a table into one channel of the input, or into all (None), from a cell on.

    Where the block reaches past the end, the intent asks whether to make the input larger or to write what fits.
    Raises ValueError for a block of several rows and columns on a sequence.
    """
    start, values = block_at(row, column, block, document.sample.rank)
    held = document.sample.spatial
    write = partial(input_cells.set_input_values, start=start, channel=channel)
    needed = _needed(start, values, held)
    if needed == held:
        return Intent(one_or_many(block.size, "Set input value", "Set input values"), partial(write, values=values))
    resize = partial(input_cells.write_into_resized_input, spatial=needed, start=start, values=values, channel=channel)
    cut = partial(write, values=_part_that_fits(start, values, held))
    problem = shape_problem(needed, document.sample.channels, limits) or ""
    return _question("input", (start, values.shape, held, needed), resize, cut, problem)


def written_into_kernel(document: Document, view: ViewState, row: int, column: int, block: Floats) -> Intent:
    """Return what writes a block of a table into the kernel on show, from a cell on; see `written_into_input`.

    The layer's other kernels get the new size as everywhere: with zeros around them.
    """
    conv = conv_at(document, view.layer)
    start, values = block_at(row, column, block, conv.rank)
    where: dict[str, Any] = {"layer": view.layer, "filter_index": view.filter, "start": start}
    where["channel"] = kernel_channel(conv, view.filter, view.channel)
    write = partial(kernel_weights.set_weights_block, **where)
    needed = _needed(start, values, conv.kernel_size)
    if needed == conv.kernel_size:
        return Intent(one_or_many(block.size, "Set weight", "Set weights"), partial(write, values=values))
    resize = partial(kernel_weights.write_into_resized_kernel, **where, size=needed, values=values)
    cut = partial(write, values=_part_that_fits(start, values, conv.kernel_size))
    longest = LIMITS.kernel_length
    problem = f"A kernel has at most {longest} cells along each axis." if max(needed) > longest else ""
    return _question("kernel", (start, values.shape, conv.kernel_size, needed), resize, cut, problem)


def _needed(start: Position, values: Floats, held: Position) -> Position:
    """Return the lengths that hold a block besides what they hold now; an array of other axes stays as it is."""
    if len(start) != len(held):
        return held
    return tuple(max(n, at + more) for n, at, more in zip(held, start, values.shape, strict=True))


def _part_that_fits(start: Position, values: Floats, held: Position) -> Floats:
    return values[tuple(slice(0, length - at) for length, at in zip(held, start, strict=True))]


def _question(
    name: str, shapes: tuple[Position, Position, Position, Position], resize: Edit, cut: Edit, problem: str
) -> Intent:
    """Ask what to do with a block at a `start`, of a shape, that a `held` shape does not hold, and a `needed` one does.

    Only what fits is offered where the `problem` is that it cannot be made larger.
    """
    start, block, held, needed = shapes
    size = f"{_length(needed)}{' long' if len(needed) == 1 else ''}"
    larger = Alternative(f"Make the {name} {size}", f"Paste {_length(block)} and make the {name} {size}", resize)
    fitting = Alternative(_CUT, f"Paste what fits of {_length(block)}", cut)
    sentence = f"The block of {_length(block)} does not fit into the {name} of {_length(held)} from {place(start)} on."
    ways = (fitting,) if problem else (larger, fitting)
    return Intent("Paste numbers", question=f"{sentence} {problem}".rstrip(), instead=ways)


def _length(shape: Position) -> str:
    """Write a shape; that of a sequence is so many cells."""
    return counted(shape[0], "cell") if len(shape) == 1 else format_shape(shape)
