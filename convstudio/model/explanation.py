"""How one output comes about, as the calculation card shows it: small grids, the arithmetic in words, the result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model import readout, wording
from convstudio.model.arrays import Floats, TiledArray, whole_box
from convstudio.model.combination import Combined, combination_name
from convstudio.model.display import Colours, Levels, colours, signed_levels
from convstudio.model.kinds import Activation, BatchNorm, Dense, Dropout, Flatten, GlobalPool, Pool, SpatialDropout
from convstudio.model.kinds import ConvTranspose as Transposed
from convstudio.model.layers import Conv, Layer
from convstudio.model.ledger import keeps_apart
from convstudio.model.links import channel_shown, window_of
from convstudio.model.numbers import format_number, in_sum
from convstudio.model.picture_geometry import as_table
from convstudio.model.trace import Calculation, Window, explain, read_cells
from convstudio.model.view_state import ViewState
from convstudio.model.weighted import explain_dense, explain_transposed
from convstudio.model.wording import as_sentence

_MOST_CELLS = 15
_MOST_NAMED = 12
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
    axes: Sequence[str] = wording.AXES[2]
    past: NDArray[np.bool_] | None = None

    def place(self, row: int, column: int) -> str:
        """Name a cell, counted from 1."""
        return wording.cell_place(row, row * self.values.shape[1] * (len(self.axes) == 1) + column, self.axes)

    def aside(self, row: int, column: int) -> str:
        """Say of a cell that is not one of the input what it is; "" of the others."""
        if self.dimmed is None or not self.dimmed[row, column]:
            return ""
        return "past the padding" if self.past is not None and self.past[row, column] else "padding"

    def shows_the_same_as(self, other: SmallContent) -> bool:
        """Say whether both look alike."""
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
    """One output explained: `grids` with a sign of `signs` behind each, the arithmetic, a sentence, and the result.

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


def explained_combination(found: Combined, view: ViewState) -> Explanation | None:
    """Explain the output of a combination that is looked at; None where there is no such output yet.

    >>> from convstudio.model.combination import Combination
    >>> from convstudio.model.maps import Maps
    >>> found = Combined.of(Combination(0, "norm"), Maps(TiledArray.of([[3.0, 4.0]])))
    >>> explained_combination(found, ViewState(position=(0,))).text
    'norm of all 2 maps: √(3² + 4²) = 5'
    """
    values, position = found.values, view.shown_position
    if values is None or len(position) != values.ndim:
        return None
    if any(at >= length for at, length in zip(position, values.shape, strict=True)):
        return None
    name, terms = combination_name(found.combination, found.made.filters), found.terms_at(position)
    sentence = f"{wording.place(position).capitalize()}: {terms}."
    return Explanation((), "", f"{name}: {terms}", sentence, float(values[position]))


def explained(layer: Layer, read: TiledArray, view: ViewState, levels: Levels, names: Sequence[str]) -> Explanation:
    """Explain the output that is looked at; `levels` are those of the whole input, `names` those of its channels.

    Raises ShapeError or ValueError with the reason when the layer cannot work on what it reads.
    """
    window = window_of(layer, read.shape, view.shown_position)
    if not layer.is_on:
        return _passed_on(read, window, view, layer)
    if isinstance(layer, Conv | Dense):
        return _weighted(weighted_sum(layer, read, view), layer, view, levels, names)
    if isinstance(layer, Pool | GlobalPool):
        return _pooled(layer, read, window, view, levels, names)
    if isinstance(layer, Flatten):
        return _flattened(read, window, view)
    return _one_by_one(layer, read, window, view)


def weighted_sum(layer: Conv | Dense, read: TiledArray, view: ViewState) -> Calculation:
    """Return every term of the output that is looked at, of a layer that adds up products."""
    if isinstance(layer, Dense):
        return explain_dense(read, layer, view.shown_position[0])
    if isinstance(layer, Transposed):
        return explain_transposed(read, layer, view.filter, view.shown_position)
    return explain(read, layer, view.filter, view.shown_position)


# --- sums of products --------------------------------------------------------------------------------------------


def _weighted(
    found: Calculation, layer: Conv | Dense, view: ViewState, levels: Levels, names: Sequence[str]
) -> Explanation:
    term = readout.term_inside(found, view.term)
    channel = readout.shown_channel(found, view.channel, term)
    is_flipped = isinstance(layer, Conv) and layer.flip
    is_apart = keeps_apart(layer, view.pairing)
    axes, _ = wording.axis_names(min(2, len(found.window.shape) - 1), is_vector=isinstance(layer, Dense))
    text, sentence = _told_of_sum(found, channel, names, term, is_apart=is_apart, is_vector=isinstance(layer, Dense))
    return Explanation(
        grids=_weighted_grids(found, channel, names, term, levels, axes, flipped=is_flipped),
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
    window, kernel, products = (_table(values[..., channel]) for values in (found.window, found.kernel, products))
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


def _table(values: Floats) -> Floats:
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


# --- pooling -----------------------------------------------------------------------------------------------------


def _pooled(
    layer: Pool | GlobalPool, read: TiledArray, window: Window, view: ViewState, levels: Levels, names: Sequence[str]
) -> Explanation:
    channel = channel_shown(layer, read.shape, view)
    values = _values_in(window, layer, read, channel)
    inside = _inside(window)
    padded = _padded(layer, read, window)
    if layer.kind == "max":
        text, output, winner = _largest(values, inside, window)
    else:
        text, output, winner = _mean(values, inside, padded, layer)
    made = names[channel] if isinstance(layer, GlobalPool) else _place(layer, view)
    grids = _pool_grids(values, inside, padded, levels, winner, f"window · {names[channel]}")
    return Explanation(grids, "→" * len(grids), text, as_sentence(f"{made}: {_first_line(text)}"), output)


def _values_in(window: Window, layer: Pool | GlobalPool, read: TiledArray, channel: int) -> Floats:
    """Return the values of one channel in a window: of a whole map the channel alone, as all of them may be large."""
    if isinstance(layer, GlobalPool):
        return read.channel_box(whole_box(read.spatial), channel)
    return read_cells(read, window.sources)[..., channel]


def _largest(values: Floats, inside: NDArray[np.bool_], window: Window) -> tuple[str, float, int | None]:
    seen = _seen(values, inside)
    winner = int(np.flatnonzero(inside)[np.argmax(seen)])
    at = np.unravel_index(winner, values.shape)
    where = wording.place([int(along[i]) for along, i in zip(window.positions, at, strict=True)])
    output = float(values[at])
    text = f"max({_listed(seen)}) = {format_number(output)}"
    return f"{text}\n{where} wins; the other cells do not count", output, winner


def _padded(layer: Pool | GlobalPool, read: TiledArray, window: Window) -> NDArray[np.bool_]:
    """Return which cells of a window lie in the input or its padding: all but those that only `ceil_mode` reaches."""
    padded = np.ones([len(along) for along in window.positions], np.bool_)
    if isinstance(layer, GlobalPool):
        return padded
    axes = zip(window.positions, read.spatial, layer.own_pairs(read.spatial), strict=True)
    for axis, (along, size, (before, after)) in enumerate(axes):
        padded[(slice(None),) * axis + ((along < -before) | (along >= size + after),)] = False
    return padded


def _mean(
    values: Floats, inside: NDArray[np.bool_], padded: NDArray[np.bool_], layer: Pool | GlobalPool
) -> tuple[str, float, int | None]:
    does_count = isinstance(layer, Pool) and layer.count_include_pad
    counted = padded if does_count else inside
    seen = _seen(np.where(inside, values, np.float32(0)) if not inside.all() else values, counted)
    output = float(np.float32(seen.sum(dtype=np.float64) / seen.size))
    text = f"({_listed(seen, ' + ')}) ÷ {seen.size} = {format_number(output)}"
    notes = _told_outside(int(np.count_nonzero(padded & ~inside)), int(np.count_nonzero(~padded)), does_count)
    return "\n".join([text, *([notes] if notes else [])]), output, None


def _told_outside(padding: int, past: int, does_count: bool) -> str:
    """Say what became of the cells of a mean's window that are padding, and of those that lie past it.

    >>> _told_outside(2, 1, True)
    '2 padding cells count as 0, 1 cell past the end is left out'
    """
    one, many = ("counts as 0", "count as 0") if does_count else ("is left out", "are left out")
    notes = [
        f"{padding} padding cell{f' {one}' if padding == 1 else f's {many}'}" if padding else "",
        f"{past} cell{' past the end is' if past == 1 else 's past the end are'} left out" if past else "",
    ]
    return ", ".join(filter(None, notes))


def _seen(values: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the values that count, in a line; a whole map costs no more than it must."""
    return values.reshape(-1) if inside.all() else values[inside]


def _pool_grids(
    values: Floats,
    inside: NDArray[np.bool_],
    padded: NDArray[np.bool_],
    levels: Levels,
    winner: int | None,
    caption: str,
) -> tuple[SmallContent, ...]:
    table = as_table(values)
    if max(table.shape) > _MOST_CELLS:
        return ()
    axes = wording.AXES[min(2, values.ndim)]
    dimmed, past = as_table(~inside), as_table(~padded)
    return (SmallContent(caption, table, colours(table, levels), dimmed, winner, axes=axes, past=past),)


# --- one value into one ------------------------------------------------------------------------------------------


def _one_by_one(layer: Layer, read: TiledArray, window: Window, view: ViewState) -> Explanation:
    cells = read_cells(read, window.sources if read.rank else ())
    vector = cells.reshape(-1)
    index = channel_shown(layer, read.shape, view) if read.rank else view.shown_position[0]
    output, text = _told(layer, read, vector, index, view)
    return Explanation((), "", text, as_sentence(f"{_place(layer, view, read)}: {_first_line(text)}"), output)


def _told(layer: Layer, read: TiledArray, vector: Floats, index: int, view: ViewState) -> tuple[float, str]:
    x = float(vector[index])
    if isinstance(layer, Activation):
        output = float(layer.run(vector)[index])
        return output, _activation_text(layer.activation, vector, index, output)
    if isinstance(layer, BatchNorm):
        output = float(layer.run(vector)[index])
        return output, _normalised_text(layer, index, x, output)
    if isinstance(layer, Dropout):
        return _dropped(layer, read, x, index, view)
    raise TypeError(f"nothing explains a {type(layer).__name__}")


def _activation_text(name: str, vector: Floats, index: int, output: float) -> str:
    x = float(vector[index])
    if name == "softmax":
        powers = np.exp(vector.astype(np.float64) - float(vector.max()))
        return (
            f"softmax: e^{format_number(x)} ÷ (sum of e^x over {_channels(len(vector))}) = {format_number(output)}\n"
            f"after taking away the largest, {format_number(float(vector.max()))}: "
            f"{format_number(float(powers[index]))} ÷ {format_number(float(powers.sum()))}"
        )
    return f"{wording.ACTIVATION_NAMES[name]}({format_number(x)}) = {format_number(output)}\n{wording.FORMULAS[name]}"


def _normalised_text(layer: BatchNorm, index: int, x: float, output: float) -> str:
    mean, variance, gamma, beta = (
        format_number(float(part[index])) for part in (layer.mean, layer.variance, layer.gamma, layer.beta)
    )
    return (
        f"({in_sum(format_number(x))} − {in_sum(mean)}) ÷ √({variance} + {format_number(layer.epsilon)}) · "
        f"{in_sum(gamma)} + {in_sum(beta)} = "
        f"{format_number(output)}\n(x − mean) ÷ √(variance + epsilon) · gamma + beta"
    )


def _dropped(layer: Dropout, read: TiledArray, x: float, index: int, view: ViewState) -> tuple[float, str]:
    at = (*view.shown_position, index) if read.rank else (index,)
    factor = layer.factor(read.shape, at)
    together = "the whole map goes" if isinstance(layer, SpatialDropout) else "this value goes"
    if not factor:
        return 0.0, f"silenced: {format_number(x)} · 0 = 0\n{together}, drawn from seed {layer.seed}"
    output = float(np.float32(x) * np.float32(factor))
    text = f"kept: {format_number(x)} ÷ (1 − {format_number(layer.rate)}) = {format_number(output)}"
    return output, f"{text}\nwhat is kept grows, so that the mean stays on average"


# --- values that only move ---------------------------------------------------------------------------------------


def _flattened(read: TiledArray, window: Window, view: ViewState) -> Explanation:
    if not read.rank:
        at = view.shown_position[0]
        return _copied(float(read.to_array()[at]), f"value {at + 1} stays where it is")
    channel = channel_shown(Flatten(), read.shape, view)
    output = float(read_cells(read, window.sources).reshape(-1)[channel])
    where = wording.place([int(along[0]) for along in window.positions])
    *spatial, channels = read.shape
    cell = int(np.ravel_multi_index([int(along[0]) for along in window.positions], spatial))
    number = view.shown_position[0] + 1
    text = f"value {number} is {where}, channel {channel + 1}: {cell} cells · {channels} channels + {channel + 1}"
    return _copied(output, f"{text} = {number}\nnothing is computed: it is copied")


def _passed_on(read: TiledArray, window: Window, view: ViewState, layer: Layer) -> Explanation:
    channel = channel_shown(layer, read.shape, view) if read.rank else view.shown_position[0]
    output = float(read_cells(read, window.sources if read.rank else ()).reshape(-1)[channel])
    return _copied(output, "the layer is switched off: it passes on what it reads")


def _copied(output: float, text: str) -> Explanation:
    whole = f"{format_number(output)}: {text}"
    return Explanation((), "", whole, f"{_first_line(whole)}.", output)


# --- wording -----------------------------------------------------------------------------------------------------


def _place(layer: Layer, view: ViewState, read: TiledArray | None = None) -> str:
    is_vector = isinstance(layer, GlobalPool) or (read is not None and not read.rank)
    return wording.place(view.shown_position, is_vector=is_vector)


def _listed(values: Floats, sign: str = ", ") -> str:
    numbers = [format_number(float(value)) for value in values[:_MOST_NAMED]]
    if sign == " + " and values.size > 1:
        numbers = [in_sum(number) for number in numbers]
    if values.size > _MOST_NAMED:
        numbers.append(f"… {values.size - _MOST_NAMED} more")
    return sign.join(numbers)


def _inside(window: Window) -> NDArray[np.bool_]:
    shape = [len(along) for along in window.sources]
    inside = np.ones(shape, np.bool_)
    for axis, along in enumerate(window.sources):
        inside[(slice(None),) * axis + (along < 0,)] = False
    return inside


def _first_line(text: str) -> str:
    return text.split("\n", maxsplit=1)[0]


def _channels(count: int) -> str:
    return f"{count} channel{'' if count == 1 else 's'}"
