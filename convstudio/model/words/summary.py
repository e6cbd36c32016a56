"""The network as a table: what each layer makes, learns, computes and sees, as Keras's `summary()` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convstudio.model.trace.receptive_field import field_of
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import write_shape
from convstudio.model.words.wording import as_sentence, nothing_read
from convstudio.ops import ReceptiveField

_HEADS = ("Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Receptive field")
_GAP = "  "
_CLASSES_TOLD = 20


@dataclass(frozen=True)
class SummaryRow:
    """One layer: its name and kind, its `output_shape`, and what it counts; a `problem` tells why it cannot work.

    Of the `parameters`, `measured` are statistics of training, not learned. A layer that is off counts nothing. `field`
    is None where one output does not see a window of the input.
    """

    name: str
    kind: str
    output_shape: Shape | None
    parameters: int
    measured: int
    multiplications: int
    field: ReceptiveField | None
    problem: str = ""


def summary_rows(document: Document) -> tuple[SummaryRow, ...]:
    """Return a row for each layer, in order.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> conv = Conv.of(np.ones((3, 3, 1, 8)))
    >>> [row] = summary_rows(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((conv,))))
    >>> row.output_shape, row.parameters, row.multiplications, row.field.size
    ((6, 6, 8), 80, 2592, (3, 3))
    """
    shape = document.sample.values.shape
    reads = (shape, *document.network.shapes(shape))
    return tuple(
        _row(layer, read, field_of(document, at), nothing_read(document, at))
        for at, (layer, read) in enumerate(zip(document.layers, reads, strict=False))
    )


def summary_text(document: Document, data_format: DataFormat = "keras") -> str:
    """Write the rows as a table with their totals below, and a sentence for each layer that cannot work.

    Shapes stand in the order of the `data_format`.
    """
    rows = summary_rows(document)
    start = ("Input", "", write_shape(document.sample.values.shape, data_format), "", "", "")
    cells = [_HEADS, start, *(_cells(row, data_format) for row in rows)]
    lines = _aligned(cells)
    rule = "─" * max(map(len, lines))
    problems = [f"Layer {number} ({row.name}): {row.problem}" for number, row in enumerate(rows, 1) if row.problem]
    classes = [_classes(document.class_names)] if document.class_names else []
    return "\n".join([lines[0], rule, *lines[1:], rule, *totals(rows), *classes, *problems]) + "\n"


def _classes(names: Sequence[str]) -> str:
    """List class names, the first ones of many; one that has none is called by its number."""
    told = [name or str(index) for index, name in enumerate(names[:_CLASSES_TOLD])]
    more = len(names) - len(told)
    return f"Class names: {', '.join(told)}{f' and {more} more' if more else ''}"


def totals(rows: Sequence[SummaryRow]) -> tuple[str, ...]:
    """Say how many parameters and multiply-adds all layers have together.

    >>> totals([SummaryRow("Dense", "Dense", (2,), 10, 0, 8, None)])
    ('Parameters: 10 (10 learned, 0 measured)', 'Multiply-adds: 8')
    """
    held, measured = sum(row.parameters for row in rows), sum(row.measured for row in rows)
    return (
        f"Parameters: {apart(held)} ({apart(held - measured)} learned, {apart(measured)} measured)",
        f"Multiply-adds: {apart(sum(row.multiplications for row in rows))}",
    )


def field_in_words(document: Document, layer: int) -> str:
    """Return how much of the input one output of a layer sees; nothing where that is not a window of one size."""
    text = _field_text(field_of(document, layer))
    return f"Receptive field {text}" if text else ""


def _row(layer: Layer, input_shape: Shape | None, field: ReceptiveField | None, waits: str) -> SummaryRow:
    name, kind = " · ".join([layer.name, *layer.rules]), type(layer).__name__
    if not layer.is_on:
        return SummaryRow(f"{name} (off)", kind, input_shape, 0, 0, 0, field)
    measured = layer.measured
    if input_shape is None:
        return SummaryRow(name, kind, None, layer.parameters, measured, 0, None, waits)
    try:
        output_shape, count = shape_after(layer, input_shape), layer.multiplications(input_shape)
    except ValueError as refusal:
        return SummaryRow(name, kind, None, layer.parameters, measured, 0, None, as_sentence(str(refusal)))
    return SummaryRow(name, kind, output_shape, layer.parameters, measured, count, field)


def _cells(row: SummaryRow, data_format: DataFormat) -> tuple[str, ...]:
    made = "makes nothing" if row.output_shape is None else write_shape(row.output_shape, data_format)
    return row.name, row.kind, made, apart(row.parameters), apart(row.multiplications), _field_text(row.field)


def _field_text(field: ReceptiveField | None) -> str:
    return "" if field is None else f"{format_shape(field.size)}, jump {format_shape(field.jump)}"


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
