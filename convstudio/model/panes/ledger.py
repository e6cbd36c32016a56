"""The channel ledger: what each channel gives to one output, line by line, and other ways to combine channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.panes.readout import channels_added, is_coming
from convstudio.model.trace.links import select_channel
from convstudio.model.trace.stepping import term_count
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_exact, format_number, format_shape, in_sum
from convstudio.model.values.view_state import ViewState
from convstudio.ops import parameter_count

STANDARD, DEPTHWISE, EVERY_PAIR = "standard", "depthwise", "every pair"
"""Ways to combine channels: add them up per filter, keep each one apart, or keep each one apart for every filter."""
_SENTENCES = {
    STANDARD: "The sums are added: one map per filter.",
    DEPTHWISE: "Nothing is added: one map per channel.",
    EVERY_PAIR: "Nothing is added: one map per filter and channel.",
}


@dataclass(frozen=True)
class Pairing:
    """A way to combine the channels of a layer: how many maps it makes, how many parameters it has."""

    name: str
    maps: int
    parameters: int
    sentence: str


_MOST_TOLD = 49


@dataclass(frozen=True, eq=False)
class ChannelProduct:
    """What a line of the ledger reads: the window and the kernel of one channel, both `(rows, columns)`.

    `is_padding` marks the window's padding cells.
    """

    channel: int
    window: Floats
    kernel: Floats
    is_padding: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LedgerLine:
    """A line of the ledger: a channel, the bias, or the activation.

    `amount` is what the line adds (None: it turns the total into the output), `total` what all lines so far add up to
    (None: nothing is added, and `place` tells which map the amount goes to). Both are float64. A line that `is_coming`
    is not added up yet, going term by term: its numbers are not shown.
    """

    name: str
    amount: float | None
    total: float | None
    part: ChannelProduct | None = None
    place: str = ""
    is_output: bool = False
    is_coming: bool = False

    @property
    def amount_text(self) -> str:
        """The amount as it is shown: `= 1.5` after a product, `+ (-1)` of a bias."""
        if self.amount is None:
            return ""
        text = "…" if self.is_coming and self.part is not None else format_number(self.amount)
        if self.part is not None:
            return f"= {text}"
        return f"+ {in_sum(text)}"

    @property
    def remark(self) -> str:
        """What the line's last number is."""
        if self.total is None:
            return "map"
        return "output" if self.is_output else "running total"

    @property
    def result_text(self) -> str:
        """The line's last number."""
        if self.total is None:
            return self.place
        return "…" if self.is_coming else format_number(self.total)

    @property
    def sentence(self) -> str:
        """The line in words, for a screen reader: `green: window ⊙ kernel = 2, running total 3`."""
        if self.amount is None:
            return f"{self.name}: {self.remark} {self.result_text}"
        if self.part is None:
            return f"{self.name}: {self.amount_text}, {self.remark} {self.result_text}"
        return f"{self.name}: window ⊙ kernel {self.amount_text}, {self.remark} {self.result_text}"


def keeps_apart(layer: Layer, pairing: str) -> bool:
    """Return whether nothing is added across channels: another way than standard is compared, of several channels.

    >>> keeps_apart(Conv.of(np.ones((3, 3, 3, 1))), DEPTHWISE), keeps_apart(Conv.of(np.ones((3, 3, 1, 1))), DEPTHWISE)
    (True, False)
    """
    return pairing != STANDARD and isinstance(layer, Conv) and layer.channels > 1


def ledger(
    layer: Conv, calculation: Calculation, names: Sequence[str], pairing: str = STANDARD, term: int | None = None
) -> tuple[LedgerLine, ...]:
    """Return the lines of one output: a line per channel read, then the bias, then the activation unless it is linear.

    `names` are those of all channels of the input; of those after `term`, going term by term, the numbers are to come.
    Totals are running sums in float64: the last line of a standard ledger holds the output of the calculation. Where
    nothing is added (`DEPTHWISE`, `EVERY_PAIR`) there are only channels, each with the map that it goes to.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> from convstudio.model.values.sample import RGB
    >>> layer = Conv.of(np.ones((1, 1, 3, 1)), [0.5])
    >>> lines = ledger(layer, layer.calculation(TiledArray.of([[[1, 2, 3]]]), 0, (0, 0)), RGB)
    >>> [(line.name, line.total) for line in lines]
    [('red', 1.0), ('green', 3.0), ('blue', 6.0), ('bias', 6.5)]
    """
    if pairing != STANDARD:
        places = _places(layer, calculation, pairing)
        lines = [_channel_line(calculation, names, at, None, place) for at, place in enumerate(places)]
    else:
        with np.errstate(invalid="ignore", over="ignore"):
            totals = np.cumsum(calculation.channel_sums)
        lines = [_channel_line(calculation, names, at, float(total)) for at, total in enumerate(totals)]
        lines += _closing_lines(calculation)
    if not is_coming(calculation, term):
        return tuple(lines)
    added = channels_added(calculation, term)
    return tuple(replace(line, is_coming=at >= added) for at, line in enumerate(lines))


def pairings(layer: Conv) -> tuple[Pairing, ...]:
    """Compare the ways to combine a layer's channels with as many filters, whatever groups the layer itself has.

    Each map has its own bias.

    >>> [(way.name, way.maps, way.parameters) for way in pairings(Conv.of(np.ones((3, 3, 64, 64))))]
    [('standard', 64, 36928), ('depthwise', 64, 640), ('every pair', 4096, 40960)]
    """
    channels, filters = layer.channels, layer.filters
    shapes = {
        STANDARD: (*layer.kernel_size, channels, filters),
        DEPTHWISE: (*layer.kernel_size, 1, channels),
        EVERY_PAIR: (*layer.kernel_size, 1, channels * filters),
    }
    return tuple(
        Pairing(name, shape[-1], parameter_count(shape, layer.has_bias), _sentence(layer, name))
        for name, shape in shapes.items()
    )


def has_ledger(layer: Layer, calculation: Calculation | None) -> bool:
    """Return whether an output has a ledger: a convolution's that reads several channels and adds up any products.

    >>> has_ledger(Conv.of(np.ones((3, 3, 3, 1))), None)
    False
    """
    is_sum = calculation is not None and calculation.products.size > 0
    return is_sum and isinstance(layer, Conv) and layer.channels > 1


def shows_ledger(layer: Layer, calculation: Calculation | None, wanted: bool | None) -> bool:
    """Return whether the ledger is shown: as the user wants it, or (None) where the filter reads several channels.

    An output that has none shows none.
    """
    if calculation is None or not has_ledger(layer, calculation):
        return False
    return len(calculation.channels) > 1 if wanted is None else wanted


def select_line(document: Document, view: ViewState, channel: int) -> ViewState:
    """Select a channel of the ledger and, going term by term, its first term."""
    layer = conv_at(document, view.layer)
    read = layer.channels_read_by(view.filter)
    per_channel = term_count(document, view) // layer.channels_per_group
    term = None if view.term is None or channel not in read else read.index(channel) * per_channel
    return replace(select_channel(document, view, channel), term=term)


def ledger_text(lines: Sequence[LedgerLine]) -> str:
    """Write lines for the clipboard: name, amount and total of each, all digits, with tabs between them.

    >>> ledger_text([LedgerLine("bias", 0.5, 2.0)])
    'bias\\t0.5\\t2'
    """
    return "\n".join(
        line.name if line.is_coming else "\t".join((line.name, _exact(line.amount), _exact(line.total) or line.place))
        for line in lines
    )


def values_text(values: Floats) -> str:
    """Write a small `(rows, columns)` table as text, and a larger one as its shape, for screen readers.

    >>> values_text(np.float32([[0, 1], [2, 3]])), values_text(np.zeros((9, 9), np.float32))
    ('0 1; 2 3', '9×9 values')
    """
    if values.size > _MOST_TOLD:
        return f"{format_shape(values.shape)} values"
    return "; ".join(" ".join(map(format_number, row)) for row in values.tolist())


def _channel_line(
    calculation: Calculation, names: Sequence[str], at: int, total: float | None, place: str = ""
) -> LedgerLine:
    channel = calculation.channels[at]
    part = ChannelProduct(
        channel,
        as_table(calculation.window[..., at]),
        as_table(calculation.kernel[..., at]),
        as_table(calculation.is_padding),
    )
    return LedgerLine(names[channel], float(calculation.channel_sums[at]), total, part, place)


def _closing_lines(calculation: Calculation) -> tuple[LedgerLine, ...]:
    is_linear = calculation.activation == "linear"
    bias = LedgerLine("bias", calculation.bias, calculation.total, is_output=is_linear)
    if is_linear:
        return (bias,)
    return bias, LedgerLine(ACTIVATION_NAMES[calculation.activation], None, calculation.output, is_output=True)


def _places(layer: Conv, calculation: Calculation, pairing: str) -> list[str]:
    """Say which map each channel's sum goes to where nothing is added."""
    first = calculation.filter * layer.channels if pairing == EVERY_PAIR else 0
    count = layer.channels * (layer.filters if pairing == EVERY_PAIR else 1)
    return [f"{first + channel + 1} of {count}" for channel in calculation.channels]


def _sentence(layer: Conv, name: str) -> str:
    """Say what a pairing does with the sums; of the standard one, what the layer's groups make of it."""
    if name != STANDARD or layer.groups == 1:
        return _SENTENCES[name]
    reads = layer.channels_per_group
    return f"{layer.groups} groups: a filter adds {reads} of {layer.channels} channels."


def _exact(value: float | None) -> str:
    return "" if value is None else format_exact(value)
