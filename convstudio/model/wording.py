"""The sentences and formulas of the window, as text: what a screen reader says is what the eye reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.arrays import Floats
from convstudio.model.display import Statistics
from convstudio.model.document import Document
from convstudio.model.kinds import (
    Activation,
    BatchNorm,
    ConvTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Pool,
    SpatialDropout,
)
from convstudio.model.layers import Conv, Layer, Shape
from convstudio.model.numbers import apart, format_number, format_shape, in_sum
from convstudio.model.trace import Calculation, Window

AXES = {1: ("step",), 2: ("row", "column"), 3: ("plane", "row", "column")}
VECTOR_AXIS, VECTOR_PLURAL = ("value",), ("values",)
PLURALS = {1: ("steps",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}
ACTIVATION_NAMES = {
    "linear": "linear",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "softmax": "softmax",
    "abs": "abs",
}
FORMULAS = {
    "linear": "the value itself",
    "relu": "max(0, x)",
    "leaky_relu": "x where x ≥ 0, else 0.2·x",
    "elu": "x where x > 0, else e^x − 1",
    "gelu": "x · the share of a normal distribution below x",
    "sigmoid": "1 ÷ (1 + e^−x)",
    "tanh": "(e^x − e^−x) ÷ (e^x + e^−x)",
    "softplus": "ln(1 + e^x)",
    "softmax": "e^x ÷ the sum of e^x over all channels",
    "abs": "x without its sign",
}
_LONGEST_LINE = 25
_MOST_LETTERS = 170
_FEWEST_TERMS = 7


def axis_names(rank: int, *, is_vector: bool = False) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the axes of maps, in the singular and in the plural; a vector has values.

    >>> axis_names(2)
    (('row', 'column'), ('rows', 'columns'))
    """
    return (VECTOR_AXIS, VECTOR_PLURAL) if is_vector else (AXES[rank], PLURALS[rank])


def place(position: Sequence[int], *, is_vector: bool = False) -> str:
    """Name a position, counted from 1; in a vector it is a value.

    >>> place((2, 0))
    'row 3, column 1'
    """
    axes = VECTOR_AXIS if is_vector else AXES[len(position)]
    return ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, position, strict=True))


def cell_place(row: int, column: int, axes: Sequence[str] = AXES[2]) -> str:
    """Name a cell of a table, counted from 1; with one axis its row holds the steps of a sequence, or values.

    >>> cell_place(2, 0), cell_place(0, 4, AXES[1])
    ('row 3, column 1', 'step 5')
    """
    return ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, (row, column)[-len(axes) :], strict=True))


def map_shape(spatial: Sequence[int], *, is_vector: bool = False) -> str:
    """Say a feature map's shape in words.

    >>> map_shape((6, 1))
    '6 rows × 1 column'
    """
    rank = len(spatial)
    named = zip(spatial, *axis_names(rank, is_vector=is_vector), strict=True)
    names = (one if n == 1 else many for n, one, many in named)
    return " × ".join(f"{length} {name}" for length, name in zip(spatial, names, strict=True))


def window_place(window: Window, *, is_vector: bool = False) -> str:
    """Say where a window lies: `Window at rows 3-5, columns 3-5`; padding cells count below 1 or past the end."""
    if not window.has_cells:
        return "No input cell paints this output"
    rank = len(window.positions)
    names = zip(*axis_names(rank, is_vector=is_vector), window.positions, strict=True)
    return "Window at " + ", ".join(_stretch(one, many, at) for one, many, at in names)


def output_formula(layer: Conv | Pool, spatial: tuple[int, ...]) -> str:
    """Write the formula of the output shape with the live numbers in it, one axis when all are alike.

    >>> output_formula(Conv.of(np.ones((3, 3, 1, 1))), (8, 8))
    '(8 − 3) ÷ 1 + 1 = 6'
    >>> output_formula(Pool("max", (2,), ceil_mode=True), (5,))  # a last window reaches past the end
    '⌈(5 − 2) ÷ 2⌉ + 1 = 3'
    """
    sliding = layer.geometry(spatial)
    pairs = layer.own_pairs(spatial) if isinstance(layer, Pool) else sliding.pairs
    axes = zip(sliding.spatial, sliding.kernel, sliding.dilation, pairs, sliding.stride, sliding.output, strict=True)
    formulas = [_axis_formula(n, k, d, pair, s, out) for n, k, d, pair, s, out in axes]
    if len(set(formulas)) == 1:
        return formulas[0]
    return " · ".join(f"{name}: {text}" for name, text in zip(PLURALS[layer.rank], formulas, strict=True))


def growth_formula(layer: ConvTranspose, read: Shape) -> str:
    """Write how a transposed convolution grows its input, one axis when all are alike.

    >>> from convstudio.model.arrays import frozen
    >>> layer = ConvTranspose(frozen(np.ones((3, 1, 1))), frozen([0]), (2,), (1,), "same")
    >>> growth_formula(layer, (4, 1))
    '(4 − 1)·2 + 3 − 1 = 8'
    """
    made = layer.made_shape(read)
    axes = zip(read, layer.stride, layer.dilation, layer.kernel_size, made, strict=False)
    formulas = [_axis_growth(n, s, d * (k - 1) + 1, out) for n, s, d, k, out in axes]
    if len(set(formulas)) == 1:
        return formulas[0]
    return " · ".join(f"{name}: {text}" for name, text in zip(PLURALS[layer.rank], formulas, strict=True))


def made_line(document: Document, layer: int) -> str:
    """Say the shape of what a layer makes, and of one that slides the formula that leads to it; "" where it cannot."""
    made, read, held = document.made_shape(layer), document.read_shape(layer), document.layers[layer]
    if made is None or read is None:
        return ""
    shape = map_shape(made[:-1] or made, is_vector=len(made) == 1)
    if not held.is_on or not isinstance(held, Conv | Pool):
        return shape
    if isinstance(held, ConvTranspose):
        return f"{shape} · {growth_formula(held, read)}"
    return f"{shape} · {output_formula(held, read[:-1])}"


def terms_line(
    calculation: Calculation, channel: int, longest: int = _LONGEST_LINE, *, added: int | None = None
) -> str:
    """Write one channel's products and their sum, shortened in the middle, saying how many terms are hidden.

    With only so many of them `added`, the others and the sum are still to come.
    """
    window = calculation.window[..., channel].ravel()[:added]
    kernel = calculation.kernel[..., channel].ravel()[:added]
    if not window.size:
        return "no input cell paints this output = 0"
    terms = [f"{_factor(float(x))}·{_factor(float(w))}" for x, w in _ends(window, kernel, longest)]
    hidden = window.size - len(terms)
    if hidden:
        terms.insert(longest - longest // 4, f"… {hidden} more term{'' if hidden == 1 else 's'} …")
    if added is not None and added < calculation.window[..., channel].size:
        return f"{' + '.join(terms)} + …"
    return f"{' + '.join(terms)} = {format_number(float(calculation.channel_sums[channel]))}"


def sums_line(calculation: Calculation, names: Sequence[str]) -> str:
    """Write how channel sums, bias and activation give the output.

    For one channel `3 + bias 0 = 3`, for several `red (-0.55) + green (-0.41) + blue 0.31 + bias 0 = -0.65`; then
    the activation, unless it is linear.
    """
    parts = _channel_parts(calculation, names, len(calculation.channels))
    total = format_number(calculation.total)
    line = f"{' + '.join(parts)} + bias {_factor(calculation.bias)} = {total}"
    if calculation.activation == "linear":
        return line
    name = ACTIVATION_NAMES[calculation.activation]
    return f"{line} → {name}({total}) = {format_number(calculation.output)}"


def _channel_parts(calculation: Calculation, names: Sequence[str], count: int) -> list[str]:
    """Write the sums of the first `count` channels, each with its name where there are several channels."""
    sums = [format_number(float(value)) for value in calculation.channel_sums[:count]]
    if len(calculation.channels) == 1:
        return [in_sum(text) for text in sums]
    parts = [f"{names[c]} {in_sum(text)}" for c, text in zip(calculation.channels, sums, strict=False)]
    return [*parts[:6], f"… {len(parts) - 7} more channels …", parts[-1]] if len(parts) > 8 else parts


def calculation_text(
    calculation: Calculation, channel: int, names: Sequence[str], *, whole: bool = False, is_apart: bool = False
) -> str:
    """Write a calculation as the lines that the window shows; `whole` hides no term (for the clipboard).

    `names` are those of all channels of the input. Where the channels stay apart (`is_apart`) no sum of them is shown.
    """
    shown = range(len(calculation.channels)) if whole else [channel]
    lines = [
        _channel_sign(calculation, c, names)
        + terms_line(calculation, c, calculation.kernel.size + 1 if whole else _terms_that_fit(calculation, c))
        for c in shown
    ]
    closing = "nothing is added: each channel has its own map" if is_apart else sums_line(calculation, names)
    return "\n".join([*lines, closing])


def coming_text(calculation: Calculation, channel: int, names: Sequence[str], term: int, *, is_apart: bool) -> str:
    """Write the terms of a calculation that are added so far, going term by term: no sum before its last term.

    `channel` is that of the term, which is counted through all channels.
    """
    per_channel = calculation.window[..., channel].size
    added = term - channel * per_channel + 1
    line = terms_line(calculation, channel, _terms_that_fit(calculation, channel), added=added)
    done = (term + 1) // per_channel
    parts = [] if is_apart else _channel_parts(calculation, names, done)
    return "\n".join([_channel_sign(calculation, channel, names) + line, " + ".join([*parts, "…"])])


def _channel_sign(calculation: Calculation, channel: int, names: Sequence[str]) -> str:
    return f"{names[calculation.channels[channel]]}: " if len(calculation.channels) > 1 else ""


def apart_sentence(calculation: Calculation, channel: int, names: Sequence[str]) -> str:
    """Say one step in a sentence where the channels stay apart: what the selected channel makes of its window."""
    where, name = place(calculation.position).capitalize(), names[calculation.channels[channel]]
    amount = format_number(float(calculation.channel_sums[channel]))
    return f"{where}: {name} makes {amount} in its own map, and nothing is added."


def coming_sentence(calculation: Calculation, term: int, *, is_vector: bool = False) -> str:
    """Say how far the terms of an output are added."""
    where = place(calculation.position, is_vector=is_vector).capitalize()
    return f"{where}: {term + 1} of {calculation.products.size} terms are added."


def calculation_sentence(calculation: Calculation, *, is_vector: bool = False) -> str:
    """Say one step in a sentence, as the status line shows it and a screen reader says it."""
    active = calculation.products[calculation.products != 0]
    where = place(calculation.position, is_vector=is_vector).capitalize()
    total = format_number(calculation.total)
    if active.size == 0:
        told = "every product is 0"
    elif np.all(active == active[0]) and active.size > 1:
        told = f"{active.size} products of {format_number(float(active[0]))} add up to {format_number(calculation.sum)}"
    else:
        count = calculation.products.size
        told = f"{count} product{' adds' if count == 1 else 's add'} up to {format_number(calculation.sum)}"
    bias = f", {total} with the bias" if calculation.bias else ""
    activation = ACTIVATION_NAMES[calculation.activation]
    after = f"; {activation} makes it {format_number(calculation.output)}" if activation != "linear" else ""
    return f"{where}: {told}{bias}{after}."


def term_sentence(calculation: Calculation, term: int, *, is_apart: bool = False) -> str:
    """Say one term of a calculation and the running sum up to it; terms run through channels, then rows and columns.

    Where the channels stay apart (`is_apart`) each has a sum of its own.
    """
    products = np.moveaxis(calculation.products, -1, 0).ravel()
    per_channel = products.size // len(calculation.channels)
    first = term // per_channel * per_channel if is_apart else 0
    x = float(np.moveaxis(calculation.window, -1, 0).ravel()[term])
    w = float(np.moveaxis(calculation.kernel, -1, 0).ravel()[term])
    running = format_number(float(products[first : term + 1].sum()))
    product = format_number(float(products[term]))
    return f"Term {term + 1} of {products.size}: {_factor(x)}·{_factor(w)} = {product}; the sum so far is {running}."


def statistics_line(found: Statistics) -> str:
    """Write the readout of a feature map: minimum, maximum, mean, zeros, and what is not finite."""
    parts = []
    if found.minimum is not None and found.maximum is not None and found.mean is not None:
        parts = [
            f"min {format_number(found.minimum)}",
            f"max {format_number(found.maximum)}",
            f"mean {format_number(found.mean, 3)}",
        ]
    parts.append(f"zeros {apart(found.zeros)} of {apart(found.count)}")
    if found.not_numbers:
        parts.append(f"NaN {apart(found.not_numbers)}")
    if found.infinities:
        parts.append(f"infinite {apart(found.infinities)}")
    return " · ".join(parts)


def range_line(low: float, high: float, not_numbers: int, infinities: int, shown: str = "") -> str:
    """Write the readout of an input: its finite range, what is not finite, and which values its colours show.

    >>> range_line(0.0, 0.0625, 2, 0, "0 to 0.0625")
    'min 0 · max 0.0625 · NaN 2 · colours 0 to 0.0625'
    """
    parts = [f"min {format_number(low)}", f"max {format_number(high)}"]
    parts += [f"NaN {not_numbers}"] if not_numbers else []
    parts += [f"infinite {infinities}"] if infinities else []
    return " · ".join([*parts, f"colours {shown}"] if shown else parts)


def parameters_line(layer: Layer) -> str:
    """Write the number of parameters of a layer.

    >>> parameters_line(Conv.of(np.ones((3, 3, 1, 1))))
    '10 parameters'
    """
    return f"{apart(layer.parameters)} parameters" if layer.parameters else "nothing to learn"


def counts_line(layer: Layer, read: Shape | None) -> str:
    """Write how many parameters a layer has, and how many multiplications an input of the shape `read` takes.

    >>> counts_line(Conv.of(np.ones((3, 3, 1, 1))), (8, 8, 1))
    '10 parameters · 324 multiplications'
    """
    try:
        count = layer.multiplications(read) if read is not None and layer.is_on else 0
    except ValueError:
        count = 0
    return f"{parameters_line(layer)} · {apart(count)} multiplications" if count else parameters_line(layer)


def layer_sign(layer: Layer) -> str:
    """Return the sign between an input and a layer: ∗ where kernels slide over it, → for any other layer.

    >>> layer_sign(Conv.of(np.ones((3, 3, 1, 1)))), layer_sign(Flatten())
    ('∗', '→')
    """
    slides = isinstance(layer, Conv) and not isinstance(layer, ConvTranspose)
    return "∗" if slides and layer.is_on else "→"


def made_title(made: Shape | None) -> str:
    """Name what a layer makes: a vector is no map.

    >>> made_title((6, 6, 8)), made_title((10,))
    ('Feature map', 'Output values')
    """
    return "Output values" if made is not None and len(made) == 1 else "Feature map"


def nothing_from(index: int, layer: Layer) -> str:
    """Say to the layers behind one that makes nothing what to do.

    >>> nothing_from(1, Flatten())
    'Layer 2 (Flatten) makes no feature map: fix that layer first.'
    """
    return f"Layer {index + 1} ({layer_name(layer)}) makes no feature map: fix that layer first."


def nothing_read(document: Document, layer: int) -> str:
    """Say which layer keeps a later one from working, as the shapes tell; "" where none does."""
    broken = next((index for index in range(layer) if document.made_shape(index) is None), None)
    return "" if broken is None else nothing_from(broken, document.layers[broken])


def layer_name(layer: Layer) -> str:
    """Name a layer as the ribbon does.

    >>> layer_name(Conv.of(np.ones((3, 3, 1, 4))))
    'Conv 3×3 · 4 filters'
    """
    if isinstance(layer, Conv):
        count = f"{layer.filters} filter{'' if layer.filters == 1 else 's'}"
        return f"{_conv_kind(layer)} {format_shape(layer.kernel_size)} · {count}"
    if isinstance(layer, Dense):
        return f"Dense · {layer.units} unit{'' if layer.units == 1 else 's'}"
    if isinstance(layer, Activation):
        name = ACTIVATION_NAMES.get(layer.activation, layer.activation)
        return name[:1].upper() + name[1:]
    if isinstance(layer, Pool):
        return f"{layer.kind.capitalize()} pool {format_shape(layer.size)}"
    if isinstance(layer, GlobalPool):
        return "Global average" if layer.kind == "average" else "Global maximum"
    if isinstance(layer, Dropout):
        kind = "Spatial dropout" if isinstance(layer, SpatialDropout) else "Dropout"
        return f"{kind} {format_number(100 * layer.rate, 3)} %"
    if isinstance(layer, Flatten):
        return "Flatten"
    if isinstance(layer, BatchNorm):
        return "Batch norm"
    raise TypeError(f"a {type(layer).__name__} has no name")


def _conv_kind(layer: Conv) -> str:
    if isinstance(layer, ConvTranspose):
        return "Transposed"
    return "Depthwise" if layer.groups == layer.channels > 1 else "Conv"


def as_sentence(text: str) -> str:
    """Write the text of an error as a sentence for the window.

    >>> as_sentence("the kernel is too large")
    'The kernel is too large.'
    """
    sentence = text[:1].upper() + text[1:]
    return sentence if sentence.endswith(".") else f"{sentence}."


def _stretch(one: str, many: str, at: np.ndarray) -> str:
    first, last = int(at[0]) + 1, int(at[-1]) + 1
    if first == last:
        return f"{one} {first}"
    step = int(at[1] - at[0])
    return f"{many} {first}–{last}" + (f" every {step}" if step > 1 else "")


def _axis_formula(size: int, kernel: int, dilation: int, pair: tuple[int, int], stride: int, output: int) -> str:
    padded = f"{size} + {pair[0]} + {pair[1]}" if any(pair) else f"{size}"
    extent = f"({dilation}·({kernel} − 1) + 1)" if dilation > 1 else f"{kernel}"
    span = size + sum(pair) - (dilation * (kernel - 1) + 1)
    fraction = f"({padded} − {extent}) ÷ {stride}"
    if not span % stride:
        return f"{fraction} + 1 = {output}"
    return f"⌊{fraction}⌋ + 1 = {output}" if span // stride == output - 1 else f"⌈{fraction}⌉ + 1 = {output}"


def _axis_growth(size: int, stride: int, extent: int, output: int) -> str:
    cut = (size - 1) * stride + extent - output
    change = f" − {cut}" if cut > 0 else f" + {-cut}" if cut else ""
    return f"({size} − 1)·{stride} + {extent}{change} = {output}"


def _factor(value: float) -> str:
    return in_sum(format_number(value))


def _terms_that_fit(calculation: Calculation, channel: int) -> int:
    """Return how many terms leave room for the sums below them: fewer where the numbers are long."""
    window = calculation.window[..., channel].ravel()[:_LONGEST_LINE].tolist()
    kernel = calculation.kernel[..., channel].ravel()[:_LONGEST_LINE].tolist()
    letters = sum(len(f"{_factor(x)}·{_factor(w)} + ") for x, w in zip(window, kernel, strict=True))
    return min(_LONGEST_LINE, max(_FEWEST_TERMS, _MOST_LETTERS * len(window) // max(1, letters)))


def _ends(window: Floats, kernel: Floats, longest: int) -> list[tuple[float, float]]:
    pairs = list(zip(window.tolist(), kernel.tolist(), strict=True))
    if len(pairs) <= longest:
        return pairs
    tail = longest // 4
    return [*pairs[: longest - tail], *pairs[len(pairs) - tail :]]
