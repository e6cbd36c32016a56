"""The sentences and formulas of the window, as text: a screen reader reads the same as the eye."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.colour.display import Statistics
from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.values.answers.axis_names import axis_names, place
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.answers.windows import Window
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.numbers import apart, format_number, in_sum

_LONGEST_LINE = 25
_MOST_LETTERS = 170
_FEWEST_TERMS = 7


def map_shape(spatial: Sequence[int], *, is_vector: bool = False) -> str:
    """Say a feature map's shape in words.

    >>> map_shape((6, 1))
    '6 rows × 1 column'
    """
    rank = len(spatial)
    named = zip(spatial, *axis_names(rank, is_vector=is_vector), strict=True)
    return " × ".join(counted(length, one, many) for length, one, many in named)


def window_place(window: Window, *, is_vector: bool = False) -> str:
    """Tell where a window is: `Window at rows 3-5, columns 3-5`; padding cells count below 1 or past the end."""
    if not window.has_cells:
        return "No input cell paints this output"
    rank = len(window.positions)
    names = zip(*axis_names(rank, is_vector=is_vector), window.positions, strict=True)
    return "Window at " + ", ".join(_stretch(one, many, at) for one, many, at in names)


def made_line(document: Document, layer: int) -> str:
    """Say the shape of what a layer makes, and of one that slides the formula that leads to it; "" where it cannot."""
    output_shape, input_shape, held = document.output_shape(layer), document.input_shape(layer), document.layers[layer]
    if output_shape is None or input_shape is None:
        return ""
    shape = map_shape(output_shape[:-1] or output_shape, is_vector=len(output_shape) == 1)
    formula = held.formula(input_shape) if held.is_on else ""
    return f"{shape} · {formula}" if formula else shape


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
        terms.insert(longest - longest // 4, f"… {counted(hidden, 'more term')} …")
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
    """Describe one step in a sentence, for the status line and for screen readers."""
    active = calculation.products[calculation.products != 0]
    where = place(calculation.position, is_vector=is_vector).capitalize()
    total = format_number(calculation.sum)
    if active.size == 0:
        sentences = [f"{where}: every product is 0."]
    elif np.all(active == active[0]) and active.size > 1:
        product = format_number(float(active[0]))
        sentences = [f"{where}: {active.size} products of {product} add up to {total}."]
    else:
        count = calculation.products.size
        one, many = f"{where}: 1 product adds up to {total}.", f"{where}: {count} products add up to {total}."
        sentences = [one_or_many(count, one, many)]
    if calculation.bias:
        sentences.append(f"With the bias it is {format_number(calculation.total)}.")
    if calculation.activation != "linear":
        activation = ACTIVATION_NAMES[calculation.activation]
        sentences.append(as_sentence(f"{activation} makes it {format_number(calculation.output)}"))
    return " ".join(sentences)


def term_sentence(calculation: Calculation, term: int, *, is_apart: bool = False) -> str:
    """Say one term of a calculation and the running sum up to it; terms run through channels, then rows and columns.

    Where the channels stay apart (`is_apart`) each has its own sum.
    """
    products = np.moveaxis(calculation.products, -1, 0).ravel()
    per_channel = products.size // len(calculation.channels)
    first = term // per_channel * per_channel if is_apart else 0
    x = float(np.moveaxis(calculation.window, -1, 0).ravel()[term])
    w = float(np.moveaxis(calculation.kernel, -1, 0).ravel()[term])
    running = float(products[first : term + 1].sum())
    return running_sentence(f"{_factor(x)}·{_factor(w)}", float(products[term]), term, products.size, running)


def running_sentence(terms: str, value: float, term: int, count: int, running: float) -> str:
    """Say one term of a sum, counted from 0, and the sum up to it.

    >>> running_sentence("2·3", 6.0, 0, 9, 6.0)
    'Term 1 of 9: 2·3 = 6; the sum so far is 6.'
    """
    made = "" if terms == format_number(value) else f" = {format_number(value)}"
    return f"Term {term + 1} of {count}: {terms}{made}; the sum so far is {format_number(running)}."


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

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> parameters_line(Conv.of(np.ones((3, 3, 1, 1))))
    '10 parameters'
    """
    return counted(layer.parameters, "parameter", write=apart) if layer.parameters else "no parameters"


def counts_line(layer: Layer, input_shape: Shape | None) -> str:
    """Write how many parameters a layer has, and how many multiplications an input of the shape `input_shape` takes.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> counts_line(Conv.of(np.ones((3, 3, 1, 1))), (8, 8, 1))
    '10 parameters · 324 multiplications'
    """
    try:
        count = layer.multiplications(input_shape) if input_shape is not None and layer.is_on else 0
    except ValueError:
        count = 0
    return (
        f"{parameters_line(layer)} · {counted(count, 'multiplication', write=apart)}"
        if count
        else parameters_line(layer)
    )


def layer_sign(layer: Layer) -> str:
    """Return the sign between an input and a layer: ∗ where kernels slide over it, → for any other layer.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.kinds.flatten import Flatten
    >>> layer_sign(Conv.of(np.ones((3, 3, 1, 1)))), layer_sign(Flatten())
    ('∗', '→')
    """
    return layer.sign if layer.is_on else "→"


def made_title(output_shape: Shape | None) -> str:
    """Name what a layer makes: a vector is not a map.

    >>> made_title((6, 6, 8)), made_title((10,))
    ('Feature map', 'Output values')
    """
    return "Output values" if output_shape is not None and len(output_shape) == 1 else "Feature map"


def nothing_from(index: int, layer: Layer) -> str:
    """Tell the layers after one that makes nothing what to do.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> nothing_from(1, Flatten())
    'Layer 2 (Flatten) makes no feature map: fix that layer first.'
    """
    return f"Layer {index + 1} ({layer.name}) makes no feature map: fix that layer first."


def nothing_read(document: Document, layer: int) -> str:
    """Say which layer keeps a later one from working, as the shapes tell; "" where none does."""
    broken = next((index for index in range(layer) if document.output_shape(index) is None), None)
    return "" if broken is None else nothing_from(broken, document.layers[broken])


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
