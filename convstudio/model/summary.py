"""The network as a table: what each layer makes, learns, computes and sees, as Keras's `summary()` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.document import Document
from convstudio.model.kinds import BatchNorm, ConvTranspose, Dense, Flatten, GlobalPool, Pool
from convstudio.model.layers import Conv, Layer, Shape, shape_after
from convstudio.model.numbers import format_shape
from convstudio.model.wording import apart, as_sentence, layer_name
from convstudio.ops import ReceptiveField, receptive_field
from convstudio.ops.shapes import Geometry

_HEADS = ("Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Receptive field")
_GAP = "  "


@dataclass(frozen=True)
class Row:
    """One layer: its name and kind, the shape `made`, and what it counts; a `problem` says why it cannot work.

    Of the `parameters`, `measured` are statistics of training, not learned. A layer that is off counts nothing. `field`
    is None where one output does not see a window of the input.
    """

    name: str
    kind: str
    made: Shape | None
    parameters: int
    measured: int
    multiplications: int
    field: ReceptiveField | None
    problem: str = ""


def summary_rows(document: Document) -> tuple[Row, ...]:
    """Return a row for each layer, in order.

    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> import numpy as np
    >>> conv = Conv.of(np.ones((3, 3, 1, 8)))
    >>> [row] = summary_rows(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((conv,))))
    >>> row.made, row.parameters, row.multiplications, row.field.size
    ((6, 6, 8), 80, 2592, (3, 3))
    """
    rows: list[Row] = []
    read: Shape | None = document.sample.values.shape
    windows: tuple[Geometry, ...] | None = ()
    for layer in document.layers:
        windows = None if read is None else _windows_after(windows, layer, read)
        rows.append(_row(layer, read, windows))
        read = rows[-1].made
    return tuple(rows)


def summary_text(document: Document) -> str:
    """Write the rows as a table with their totals below, and a sentence for each layer that cannot work."""
    rows = summary_rows(document)
    cells = [_HEADS, ("Input", "", format_shape(document.sample.values.shape), "", "", ""), *map(_cells, rows)]
    lines = _aligned(cells)
    rule = "─" * max(map(len, lines))
    problems = [f"Layer {number} ({row.name}): {row.problem}" for number, row in enumerate(rows, 1) if row.problem]
    return "\n".join([lines[0], rule, *lines[1:], rule, *totals(rows), *problems]) + "\n"


def totals(rows: Sequence[Row]) -> tuple[str, ...]:
    """Say how many parameters and multiply-adds all layers have together.

    >>> totals([Row("Dense", "Dense", (2,), 10, 0, 8, None)])
    ('Parameters: 10 (10 learned, 0 measured)', 'Multiply-adds: 8')
    """
    held, measured = sum(row.parameters for row in rows), sum(row.measured for row in rows)
    return (
        f"Parameters: {apart(held)} ({apart(held - measured)} learned, {apart(measured)} measured)",
        f"Multiply-adds: {apart(sum(row.multiplications for row in rows))}",
    )


def _row(layer: Layer, read: Shape | None, windows: tuple[Geometry, ...] | None) -> Row:
    name, kind = layer_name(layer), type(layer).__name__
    if not layer.is_on:
        return Row(f"{name} (off)", kind, read, 0, 0, 0, _field(windows))
    measured = 2 * layer.channels if isinstance(layer, BatchNorm) else 0
    if read is None:
        problem = "The layer before this one makes no feature map: mend that one first."
        return Row(name, kind, None, layer.parameters, measured, 0, None, problem)
    try:
        made, count = shape_after(layer, read), layer.multiplications(read)
    except ValueError as refusal:
        return Row(name, kind, None, layer.parameters, measured, 0, None, as_sentence(str(refusal)))
    return Row(name, kind, made, layer.parameters, measured, count, _field(windows))


def _windows_after(windows: tuple[Geometry, ...] | None, layer: Layer, read: Shape) -> tuple[Geometry, ...] | None:
    """Return the windows through which an output looks at the input; None from where it looks at more than one."""
    if windows is None or not layer.is_on:
        return windows
    if isinstance(layer, ConvTranspose | GlobalPool | Flatten | Dense):
        return None
    if not isinstance(layer, Conv | Pool):
        return windows
    try:
        return (*windows, layer.geometry(read[:-1]))
    except ValueError:
        return None


def _field(windows: tuple[Geometry, ...] | None) -> ReceptiveField | None:
    return receptive_field(windows) if windows else None


def _cells(row: Row) -> tuple[str, ...]:
    made = "makes nothing" if row.made is None else format_shape(row.made)
    field = "" if row.field is None else f"{format_shape(row.field.size)}, jump {format_shape(row.field.jump)}"
    return row.name, row.kind, made, apart(row.parameters), apart(row.multiplications), field


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    """Write every column as wide as its longest cell: words to the left, counts to the right."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        _GAP.join(
            text.rjust(width) if place in (3, 4) else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
