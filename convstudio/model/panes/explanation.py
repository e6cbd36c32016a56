"""How one output comes about, as the calculation card shows it: small grids, the arithmetic in words, the result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, colours, picture_levels, signed_levels
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.panes import readout
from convstudio.model.panes.ledger import keeps_apart
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import reading_of, why_unread
from convstudio.model.trace.links import channel_shown, window_of
from convstudio.model.values.answers.arithmetic import Arithmetic, ReadValues, copied
from convstudio.model.values.answers.axis_names import AXES, axis_names, cell_place, place
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.answers.windows import Window, read_cells
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.combination import CombinedMap, combination_name
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import ViewState
from convstudio.model.words import wording

_MOST_CELLS = 15
_LONGEST_ROW = 63


@dataclass(frozen=True, eq=False)
class SmallContent:
    """What a small grid shows: `values` and `colours` are `(rows, columns)` and `(rows, columns, 3)`.

    `dimmed` cells are padding; `current` is the cell of the current term or the one that won, in reading order; cells
    from `shown` on are not computed yet. `axes` names what is counted: rows and columns, or the cells one
    after the other. Of the dimmed cells, those `past` the padding are not even padding: only `ceil_mode` reaches them.
    """

    caption: str
    values: Floats
    colours: Colours
    dimmed: NDArray[np.bool_] | None = None
    current: int | None = None
    shown: int | None = None
    axes: Sequence[str] = AXES[2]
    past: NDArray[np.bool_] | None = None

    def is_shown(self, row: int, column: int) -> bool:
        """Return whether a cell is computed already."""
        return self.shown is None or row * self.values.shape[1] + column < self.shown

    def place(self, row: int, column: int) -> str:
        """Name a cell, counted from 1."""
        return cell_place(row, row * self.values.shape[1] * (len(self.axes) == 1) + column, self.axes)

    def aside(self, row: int, column: int) -> str:
        """Say of a cell that is not one of the input what it is; "" of the others."""
        if self.dimmed is None or not self.dimmed[row, column]:
            return ""
        return "past the padding" if self.past is not None and self.past[row, column] else "padding"

    def shows_the_same_as(self, other: SmallContent) -> bool:
        """Return whether both look alike."""
        return (
            (self.caption, self.current, self.shown) == (other.caption, other.current, other.shown)
            and np.array_equal(self.values, other.values)
            and np.array_equal(self.colours, other.colours)
            and _is_same(self.dimmed, other.dimmed)
            and _is_same(self.past, other.past)
        )


def _is_same(one: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


@dataclass(frozen=True, eq=False)
class Explanation:
    """One output explained: `grids` with a sign of `signs` after each, the arithmetic, a sentence, and the result.

    `text` is shortened to fit, `whole` hides nothing; `term` is the sentence of the current term, if there is one.
    `calculation` holds the terms where the output is a sum of products, `names` those of all channels that it reads.
    Where the channels stay apart (`is_apart`) the output is that of one channel; while terms are still to be added
    (`is_coming`) it is not shown.
    """

    grids: tuple[SmallContent, ...]
    signs: str
    text: str
    sentence: str
    output: float
    term: str = ""
    calculation: Calculation | None = None
    names: tuple[str, ...] = ()
    is_apart: bool = False
    is_coming: bool = False

    @property
    def result_text(self) -> str:
        """The output as it is shown."""
        return "…" if self.is_coming else format_number(self.output)

    @cached_property
    def whole(self) -> str:
        """The arithmetic with every term, for the clipboard: of many channels it takes long to write."""
        if self.calculation is None:
            return self.text
        return wording.calculation_text(self.calculation, 0, self.names, whole=True, is_apart=self.is_apart)


def explained_combination(found: CombinedMap, view: ViewState) -> Explanation | None:
    """Explain the current output of a combination; None where there is no such output yet.

    >>> from convstudio.model.values.combination import Combination
    >>> from convstudio.model.values.maps import Maps
    >>> found = CombinedMap.of(Combination(0, "norm"), Maps(TiledArray.of([[3.0, 4.0]])))
    >>> explained_combination(found, ViewState(position=(0,))).text
    'norm of all 2 maps: √(3² + 4²) = 5'
    """
    values, position = found.values, view.shown_position
    if values is None or len(position) != values.ndim:
        return None
    if any(at >= length for at, length in zip(position, values.shape, strict=True)):
        return None
    name, terms = combination_name(found.combination, found.maps.filters), found.terms_at(position)
    sentence = f"{place(position).capitalize()}: {terms}."
    return Explanation((), "", f"{name}: {terms}", sentence, float(values[position]))


def explained(layer: Layer, inputs: TiledArray, view: ViewState, levels: Levels, names: Sequence[str]) -> Explanation:
    """Explain the current output; `levels` are those of the whole input, `names` those of its channels.

    Raises ShapeError or ValueError with the reason when the layer cannot work on what it reads.
    """
    window = window_of(layer, inputs.shape, view.shown_position)
    found = layer.explain(inputs, view, names) if layer.is_on else _passed_on(inputs, window, view, layer)
    if isinstance(found, Calculation):
        return _weighted(found, layer, view, levels, names, is_vector=not inputs.rank)
    grids = () if found.read is None else _read_grids(found.read, levels)
    return Explanation(grids, "→" * len(grids), found.text, found.sentence, found.output)


def explained_output(document: Document, view: ViewState, result: Forward) -> Explanation:
    """Explain the current output of the selected layer, or of its combination, from a complete forward run.

    Raises ValueError with the reason where there is no such output.
    """
    if view.combined and result.combined is not None:
        told = explained_combination(result.combined, view)
        if told is None:
            raise ValueError(result.combined.problem or "There is no output at this place.")
        return told
    reading = reading_of(document, view, result)
    if reading is None:
        raise ValueError(why_unread(document, view, result))
    levels = picture_levels(reading.values.to_array())
    return explained(document.layers[view.layer], reading.values, view, levels, reading.names)


# --- sums of products --------------------------------------------------------------------------------------------


def _weighted(
    found: Calculation, layer: Layer, view: ViewState, levels: Levels, names: Sequence[str], *, is_vector: bool
) -> Explanation:
    term = readout.term_inside(found, view.term)
    channel = readout.shown_channel(found, view.channel, term)
    is_apart = keeps_apart(layer, view.pairing)
    axes, _ = axis_names(min(2, len(found.window.shape) - 1), is_vector=is_vector)
    text, sentence = _told_of_sum(found, channel, names, term, is_apart=is_apart, is_vector=is_vector)
    return Explanation(
        grids=_weighted_grids(found, channel, names, term, levels, axes, flipped=found.is_flipped),
        signs="⊙=Σ",
        text=text,
        sentence=sentence,
        output=float(found.channel_sums[channel]) if is_apart else found.output,
        term="" if term is None else wording.term_sentence(found, term, is_apart=is_apart),
        calculation=found,
        names=tuple(names),
        is_apart=is_apart,
        is_coming=readout.is_coming(found, term),
    )


def _told_of_sum(
    found: Calculation, channel: int, names: Sequence[str], term: int | None, *, is_apart: bool, is_vector: bool
) -> tuple[str, str]:
    """Write a sum of products as lines and as a sentence: as far as it is added up, going term by term."""
    if term is not None and readout.is_coming(found, term):
        text = wording.coming_text(found, channel, names, term, is_apart=is_apart)
        return text, wording.coming_sentence(found, term, is_vector=is_vector)
    text = wording.calculation_text(found, channel, names, is_apart=is_apart)
    if is_apart:
        return text, wording.apart_sentence(found, channel, names)
    return text, wording.calculation_sentence(found, is_vector=is_vector)


def _weighted_grids(
    found: Calculation,
    channel: int,
    names: Sequence[str],
    term: int | None,
    levels: Levels,
    axes: Sequence[str],
    *,
    flipped: bool,
) -> tuple[SmallContent, ...]:
    if not found.products.size:
        return ()
    captions = readout.grid_captions(found, channel, names, flipped=flipped)
    products = found.products.astype(np.float32)
    window, kernel, products = (folded_table(values[..., channel]) for values in (found.window, found.kernel, products))
    if max(window.shape) > _LONGEST_ROW:
        return ()
    current = readout.shown_term(found, term)
    padding = _unused(found.is_padding, window.shape)
    shown = None if current is None else current + 1
    products_painted = colours(products, signed_levels(products))
    return (
        SmallContent(captions[0], window, colours(window, levels), padding, current, axes=axes),
        SmallContent(captions[1], kernel, colours(kernel, signed_levels(kernel)), None, current, axes=axes),
        SmallContent(captions[2], products, products_painted, None, current, shown, axes),
    )


def folded_table(values: Floats) -> Floats:
    """Return values as a table; a long row is folded into a square one, its last cells empty."""
    if values.ndim > 1 or len(values) <= _LONGEST_ROW:
        return as_table(values)
    side = math.ceil(math.sqrt(len(values)))
    rows = -(-len(values) // side)
    return np.concatenate([values, np.zeros(rows * side - len(values), np.float32)]).reshape(rows, side)


def _unused(padding: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Mark the padding cells of a table, and the cells that only fill its last row."""
    missing = math.prod(shape) - padding.size
    return np.concatenate([padding.ravel(), np.ones(missing, np.bool_)]).reshape(shape)


# --- all others ---------------------------------------------------------------------------------------------------


def _read_grids(read: ReadValues, levels: Levels) -> tuple[SmallContent, ...]:
    table = as_table(read.values)
    if max(table.shape) > _MOST_CELLS:
        return ()
    axes = AXES[min(2, read.values.ndim)]
    dimmed, past = as_table(~read.inside), as_table(~read.padded)
    painted = colours(table, levels)
    return (SmallContent(read.caption, table, painted, dimmed, read.winner, axes=axes, past=past),)


def _passed_on(inputs: TiledArray, window: Window, view: ViewState, layer: Layer) -> Arithmetic:
    channel = channel_shown(layer, inputs.shape, view) if inputs.rank else view.shown_position[0]
    output = float(read_cells(inputs, window.sources if inputs.rank else ()).reshape(-1)[channel])
    return copied(output, "the layer is switched off: it passes on what it reads")
