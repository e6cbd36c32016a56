"""The network as a table: what each layer makes, learns, computes and sees, as Keras's `summary()` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.dialect import write_shape
from convstudio.model.document import Document
from convstudio.model.kinds import BatchNorm, Pool
from convstudio.model.layers import Layer, Shape, shape_after
from convstudio.model.numbers import apart, format_shape
from convstudio.model.view_state import Dialect
from convstudio.model.wording import as_sentence, layer_name, nothing_read
from convstudio.model.xray import field_of
from convstudio.ops import ReceptiveField

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
    >>> from convstudio.model.layers import Conv
    >>> conv = Conv.of(np.ones((3, 3, 1, 8)))
    >>> [row] = summary_rows(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((conv,))))
    >>> row.made, row.parameters, row.multiplications, row.field.size
    ((6, 6, 8), 80, 2592, (3, 3))
    """
    shape = document.sample.values.shape
    reads = (shape, *document.network.shapes(shape))
    return tuple(
        _row(layer, read, field_of(document, at), nothing_read(document, at))
        for at, (layer, read) in enumerate(zip(document.layers, reads, strict=False))
    )


def summary_text(document: Document, dialect: Dialect = "keras") -> str:
    """Write the rows as a table with their totals below, and a sentence for each layer that cannot work.

    Shapes stand in the order of the `dialect`.
    """
    rows = summary_rows(document)
    start = ("Input", "", write_shape(document.sample.values.shape, dialect), "", "", "")
    cells = [_HEADS, start, *(_cells(row, dialect) for row in rows)]
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


def _row(layer: Layer, read: Shape | None, field: ReceptiveField | None, waits: str) -> Row:
    name, kind = " · ".join([layer_name(layer), *_rules(layer)]), type(layer).__name__
    if not layer.is_on:
        return Row(f"{name} (off)", kind, read, 0, 0, 0, field)
    measured = 2 * layer.channels if isinstance(layer, BatchNorm) else 0
    if read is None:
        return Row(name, kind, None, layer.parameters, measured, 0, None, waits)
    try:
        made, count = shape_after(layer, read), layer.multiplications(read)
    except ValueError as refusal:
        return Row(name, kind, None, layer.parameters, measured, 0, None, as_sentence(str(refusal)))
    return Row(name, kind, made, layer.parameters, measured, count, field)


def _rules(layer: Layer) -> tuple[str, ...]:
    """Name the rules of a pooling that differ from those of a new one, in the words of its form."""
    if not isinstance(layer, Pool):
        return ()
    counts = ("padding counts",) if layer.count_include_pad and layer.kind == "average" else ()
    return (*counts, "last window always") if layer.ceil_mode else counts


def _cells(row: Row, dialect: Dialect) -> tuple[str, ...]:
    made = "makes nothing" if row.made is None else write_shape(row.made, dialect)
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
