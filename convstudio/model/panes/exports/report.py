"""What a report of a project holds: the input, every layer with its settings, weights and maps, and one calculation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from convstudio.model.colour.display import colours, picture_levels, statistics
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.panes.explanation import Explanation, explained_output
from convstudio.model.panes.exports.arrays import ExportedArray, Part
from convstudio.model.panes.exports.sources import Source, input_source, map_source, weight_sources
from convstudio.model.panes.gallery import reduced
from convstudio.model.run.forward import Forward
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_exact, format_number, format_shape
from convstudio.model.values.scale import Colours, Scale
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.data_format import write_shape
from convstudio.model.words.summary import SummaryRow, summary_rows, totals
from convstudio.model.words.wording import counts_line, made_line, statistics_line

_MOST_PLANES = 64
"""More planes of one array than a reader looks through become one picture."""

_TILE, _SHAPE = 48, 1.5
"""The most pixels of a tile's side, and how many more tiles stand in a row than in a column."""

_MOST_LETTERS = 96
"""So many letters of a row of numbers fit across a printed page."""

_MOST_ROWS = 64
_LONGEST_COLUMN = 256
_MOST_NUMBERS = _MOST_ROWS * _MOST_LETTERS
_MOST_TERMS = 5_000


@dataclass(frozen=True)
class NumberTable:
    """Numbers of a plane as they are written: a `heads` above each column, and rows that begin with their own name.

    `is_rounded` means that the exact numbers are too long for a page, and these have four digits.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_rounded: bool


@dataclass(frozen=True, eq=False)
class ReportPlane:
    """One plane: its title, its `values`, the one picture of it with levels, and its numbers where they fit a page."""

    title: str
    picture: ExportedArray
    about: str
    table: NumberTable | None

    @property
    def has_picture(self) -> bool:
        """Whether it is more than a vector of values."""
        return self.picture.part.axes[0] not in _VECTOR_AXES


@dataclass(frozen=True, eq=False)
class ReportArray:
    """The input, the kernels, or the maps of a layer: under one heading, every plane for itself, or all in one picture.

    `part` describes it as it is; in `whole`, which has levels for every plane, the planes of a volume stand one below
    the other.
    """

    heading: str
    part: Part
    whole: ExportedArray

    @classmethod
    def of(cls, heading: str, array: ExportedArray) -> ReportArray:
        """Lay an array out that has levels."""
        return cls(heading, array.part, _flat(array))

    @property
    def is_sheet(self) -> bool:
        """Whether there are too many planes to show them one by one."""
        return len(self.whole.part.titles) > _MOST_PLANES

    @property
    def note(self) -> str:
        """Say the shape, and where something is left out, what."""
        part = self.part
        text = f"{format_shape(part.shape)}: {' × '.join(part.axes)}"
        if not self.is_sheet:
            return f"{text}."
        order = "channels down, filters across" if len(part.shape) - part.rank > 1 else "in rows, in their order"
        return f"{text}. All {len(part.titles)} in one picture, {order}, without their numbers."

    def planes(self) -> Iterator[ReportPlane]:
        """Yield every plane with its numbers."""
        for index, title in enumerate(self.whole.part.titles):
            one = self.whole.some([index])
            values = one.plane(0)
            yield ReportPlane(
                f"map {title}" if title[:1].isdecimal() else title,  # a number alone does not say of what
                one,
                statistics_line(statistics(values)),
                number_table(values, one.part.axes[: one.part.rank]),
            )


@dataclass(frozen=True, eq=False)
class ReportLayer:
    """A layer: its title, what is set and counted, as names and texts, its arrays, and why it makes none."""

    title: str
    facts: tuple[tuple[str, str], ...]
    arrays: tuple[ReportArray, ...]
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a report shows but the programs, in the order of the page.

    `calculation` is that of the selected output of the layer `selected`, a title; where there is none, `why_none` tells
    the reason.
    """

    title: str
    input_facts: tuple[tuple[str, str], ...]
    input: ReportArray
    rows: tuple[SummaryRow, ...]
    totals: tuple[str, ...]
    layers: tuple[ReportLayer, ...]
    selected: str
    calculation: Explanation | None
    why_none: str = ""


def report_of(result: Forward, view: ViewState, detectors: Sequence[Detector], scale: Scale | None) -> Report:
    """Gather a report from a complete forward run; kernels and maps have the levels of a `scale`, None for grey.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("dots", np.ones((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    >>> found = report_of(forward(document), ViewState(), (), None)
    >>> found.layers[0].title, [array.heading for array in found.layers[0].arrays], found.calculation.output
    ('Layer 1: Conv 3×3 · 1 filter', ['Kernels', 'Bias', 'Feature maps'], 9.0)
    """
    document = result.document
    rows = summary_rows(document)
    calculation, why_none = _calculation(document, view, result)
    return Report(
        title=document.title or document.sample.name,
        input_facts=_input_facts(document, view),
        input=_input(document),
        rows=rows,
        totals=totals(rows),
        layers=tuple(_layer(document, index, row, result, detectors, scale) for index, row in enumerate(rows)),
        selected=f"Layer {view.layer + 1}: {rows[view.layer].name}",
        calculation=calculation,
        why_none=why_none,
    )


def terms_text(found: Explanation) -> str:
    """Write the arithmetic of a calculation with every term; of very many, with the first and the last ones."""
    has_too_many = found.calculation is not None and found.calculation.products.size > _MOST_TERMS
    return found.text if has_too_many else found.whole


def mosaic(array: ExportedArray) -> Colours:
    """Return all planes of an array with levels as one picture of small tiles, `(rows, columns, 3)` bytes.

    Kernels stand in the column of their filter and the row of their channel, maps in rows of about as many.
    """
    part = array.part
    count = len(part.titles)
    has_both = len(part.shape) - part.rank > 1
    columns = part.shape[-1] if has_both else math.ceil(math.sqrt(count * _SHAPE))
    tiles = [colours(reduced(np.atleast_2d(array.plane(index)), _TILE), array.levels[index]) for index in range(count)]
    high, wide = tiles[0].shape[0] + 1, tiles[0].shape[1] + 1  # a line of paper between two
    sheet = np.full((-(-count // columns) * high + 1, columns * wide + 1, 3), 255, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // columns * high + 1, index % columns * wide + 1
        sheet[top : top + high - 1, left : left + wide - 1] = tile
    return sheet


def number_table(values: Floats, axes: Sequence[str]) -> NumberTable | None:
    """Write the numbers of a plane as a table: exactly where they fit a page, else with four digits, else None.

    A vector or a sequence that is too long for one row is a column.

    >>> import numpy as np
    >>> number_table(np.float32([[0.1, 2]]), ("rows", "columns")).rows
    (('row 1', '0.1', '2'),)
    >>> number_table(np.arange(40, dtype=np.float32), ("units",)).rows[1]
    ('unit 2', '1')
    """
    if values.size > _MOST_NUMBERS:
        return None
    for write in (format_exact, format_number):
        texts = [[write(number) for number in row] for row in as_table(values).tolist()]
        table = _fitting(texts, axes, is_rounded=write is format_number)
        if table is not None:
            return table
    return None


def _fitting(texts: list[list[str]], axes: Sequence[str], *, is_rounded: bool) -> NumberTable | None:
    names = tuple(axis.removesuffix("s") for axis in axes)
    columns = len(texts[0])
    widest = max((len(text) for row in texts for text in row), default=1)
    if (max(widest, 3) + 1) * columns <= _MOST_LETTERS and len(texts) <= _MOST_ROWS:
        heads = tuple(f"{names[-1]} {at + 1}" for at in range(columns))
        sides = [f"{names[-2]} {at + 1}" for at in range(len(texts))] if len(names) > 1 else ["value"]
        return NumberTable(heads, tuple((side, *row) for side, row in zip(sides, texts, strict=True)), is_rounded)
    if len(texts) > 1 or columns > _LONGEST_COLUMN:
        return None
    return NumberTable(
        ("value",), tuple((f"{names[-1]} {at + 1}", text) for at, text in enumerate(texts[0])), is_rounded
    )


# --- parts of the page -----------------------------------------------------------------------------------------------


def _input_facts(document: Document, view: ViewState) -> tuple[tuple[str, str], ...]:
    sample = document.sample
    facts = {
        "Name": sample.name,
        "Origin": sample.origin,
        "Shape": write_shape(sample.values.shape, view.data_format),
        "Changed since it was opened": "yes" if sample.is_edited else "no",
        "Range": statistics_line(statistics(sample.values.to_array())),
    }
    return tuple((name, text) for name, text in facts.items() if text)


def _input(document: Document) -> ReportArray:
    source = input_source(document)
    values = document.sample.values.to_array()
    levels = picture_levels(values)
    return ReportArray.of("Channels", ExportedArray(source.part, values, (levels,) * len(source.part.titles)))


def _layer(
    document: Document,
    index: int,
    row: SummaryRow,
    result: Forward,
    detectors: Sequence[Detector],
    scale: Scale | None,
) -> ReportLayer:
    layer, done = document.layers[index], result.layers[index]
    arrays = [
        _array(source.part.name.capitalize(), source, result, scale) for source in weight_sources(document, index)
    ]
    maps = map_source(document, index, "maps", detectors)
    if maps is not None and done.maps is not None:
        heading = "Output values" if len(maps.part.shape) == 1 else "Feature maps"
        arrays.append(_array(heading, maps, result, scale))
    facts = [
        ("What it does", layer.facts),
        *_settings(layer),
        ("Output", made_line(document, index)),
        ("Counts", counts_line(layer, document.input_shape(index))),
        ("Receptive field", "" if row.field is None else format_shape(row.field.size)),
    ]
    told = tuple((name, text) for name, text in facts if text)
    return ReportLayer(f"Layer {index + 1}: {row.name}", told, tuple(arrays), row.problem or done.problem)


def _array(heading: str, source: Source, result: Forward, scale: Scale | None) -> ReportArray:
    return ReportArray.of(heading, source.read(result).with_levels(scale))


def _flat(array: ExportedArray) -> ExportedArray:
    part = array.part
    if part.rank <= 2:
        return array
    shape = (math.prod(part.spatial[:-1]), part.spatial[-1], *part.shape[part.rank :])
    axes = ("rows", "columns", *part.axes[part.rank :])
    return ExportedArray(replace(part, axes=axes, shape=shape, rank=2), array.values.reshape(shape), array.levels)


def _calculation(document: Document, view: ViewState, result: Forward) -> tuple[Explanation | None, str]:
    try:
        return explained_output(document, replace(view, term=None, pointed=None), result), ""
    except ValueError as refusal:
        return None, str(refusal)


_VECTOR_AXES = ("units", "filters", "channels", "inputs")


# --- settings --------------------------------------------------------------------------------------------------------


def _settings(layer: Layer) -> Iterator[tuple[str, str]]:
    """Yield every setting of a layer by its name; its arrays and the names of its filters stand elsewhere."""
    for part in fields(layer):
        write = _WRITERS.get(type(getattr(layer, part.name)))
        text = "" if write is None or part.name == "filter_names" else write(getattr(layer, part.name))
        usual = _NAMES.get(part.name, part.name.replace("_", " ").capitalize())
        name = layer.setting_names.get(part.name, usual)
        if text and name:
            yield name, text


def _numbers(values: tuple[object, ...]) -> str:
    """Write numbers per axis, or what is added before and after each axis."""
    pairs = [f"{one[0]} before, {one[1]} after" for one in values if isinstance(one, tuple)]
    return "; ".join(pairs) or format_shape(tuple(value for value in values if isinstance(value, int)))


_NAMES = {
    "is_on": "Switched on",
    "is_locked": "Locked",
    "flip": "Kernel flipped",
    "count_include_pad": "Padding counts in means",
}

_WRITERS: Mapping[type, Callable[..., str]] = {
    bool: lambda value: "yes" if value else "no",
    int: str,
    float: format_exact,
    str: str,
    tuple: _numbers,
}
"""How the settings of a layer are written, by the type of their value."""
