"""The padding microscope: where each padding cell's value comes from, what others call that, and what it does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from convstudio.model.colour.picture_geometry import as_table, table_shape
from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.subject import Doubles
from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Padding
from convstudio.model.values.numbers import format_number, percent
from convstudio.ops import PADDING_MODES, Geometry, conv, pad, resolve_padding, source_index

LIBRARIES = ("NumPy", "PyTorch", "TensorFlow", "SciPy ndimage", "OpenCV BORDER_")
"""The columns of `MODE_NAMES`; Keras layers pad with zeros alone, and use TensorFlow's, PyTorch's or JAX's pads."""
NO_NAME = "–"
MODE_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "zeros": ("constant", "zeros", "CONSTANT", "constant", "CONSTANT"),
        "reflect": ("reflect", "reflect", "REFLECT", "mirror", "REFLECT_101"),
        "symmetric": ("symmetric", NO_NAME, "SYMMETRIC", "reflect", "REFLECT"),
        "replicate": ("edge", "replicate", NO_NAME, "nearest", "REPLICATE"),
        "circular": ("wrap", "circular", NO_NAME, "wrap", "WRAP"),
    }
)
"""What five libraries call each padding mode: `numpy.pad`, PyTorch's layers, `tf.pad`, `scipy.ndimage`, OpenCV.

Sources: their reference manuals. Where two libraries use one word for two modes, the word alone is ambiguous.
"""
CHOICES: Mapping[str, Padding | int | None] = MappingProxyType(
    {"The layer's": None, "same": "same", "full": "full", "1 cell": 1, "2 cells": 2, "3 cells": 3}
)
"""The paddings to choose from; None is that of the layer."""


@dataclass(frozen=True, eq=False)
class PaddedInput:
    """One channel of an input with its padding, as a table.

    `values` is `(rows, columns)`, `origin` the first cell's place counted from the input's first cell, `lengths` the
    input's own rows and columns, `spatial` its axes.
    """

    values: Floats
    origin: tuple[int, int]
    lengths: tuple[int, int]
    spatial: tuple[int, ...]
    mode: str

    def is_padding(self, row: int, column: int) -> bool:
        """Return whether a cell of the table is outside the input."""
        at = (row + self.origin[0], column + self.origin[1])
        return not all(0 <= place < length for place, length in zip(at, self.lengths, strict=True))

    def source_of(self, row: int, column: int) -> tuple[int, int] | None:
        """Return the table cell that a cell copies, itself inside the input; None for a zero of the padding.

        >>> PaddedInput(np.zeros((1, 4), np.float32), (0, -1), (1, 2), (2,), "circular").source_of(0, 0)
        (0, 2)
        """
        at = (row + self.origin[0], column + self.origin[1])
        found = [int(source_index(p, n, self.mode)) for p, n in zip(at, self.lengths, strict=True)]
        return None if min(found) < 0 else (found[0] - self.origin[0], found[1] - self.origin[1])


@dataclass(frozen=True)
class Border:
    """How many of a map's outputs read padding."""

    touched: int
    outputs: int


def chosen_layer(layer: Conv, choice: str, mode: str) -> Conv:
    """Return the layer with one of `CHOICES` as its padding, and a padding mode.

    >>> chosen_layer(Conv.of(np.ones((3, 1, 1))), "2 cells", "reflect").padding
    ((2, 2),)
    """
    wanted = CHOICES[choice]
    padding = (
        layer.padding if wanted is None else ((wanted, wanted),) * layer.rank if isinstance(wanted, int) else wanted
    )
    return replace(layer, padding=padding, padding_mode=mode)


def first_choice(layer: Conv) -> str:
    """Return the padding to show first: the layer's own, or same where it has none.

    >>> first_choice(Conv.of(np.ones((3, 1, 1))))
    'same'
    """
    return "same" if layer.padding == "valid" else "The layer's"


def padded(x: Doubles, sliding: Geometry, mode: str) -> PaddedInput:
    """Pad one channel, `x` `(*spatial, 1)`, as a sliding window needs it.

    Raises ShapeError when the padding is wider than the mode has cells to show.

    >>> from convstudio.ops.shapes import geometry
    >>> padded(np.array([[1.0], [2.0]]), geometry((2,), (3,), padding="same"), "replicate").values.tolist()
    [[1.0, 1.0, 2.0, 2.0]]
    """
    values = as_table(pad(x, sliding.pairs, mode, sliding.rank)[..., 0].astype(np.float32))
    before = (0, *(-pair[0] for pair in sliding.pairs))[-2:]
    return PaddedInput(values, (before[0], before[1]), table_shape(x.shape[:-1]), x.shape[:-1], mode)


def cell_sentence(shown: PaddedInput, row: int, column: int) -> str:
    """Say where the value of a table cell comes from; padding cells count below 1 or past the end.

    >>> cell_sentence(PaddedInput(np.zeros((1, 4), np.float32), (0, -1), (1, 2), (2,), "circular"), 0, 0)
    'Padding cell step 0 copies step 2: 0.'
    """
    value = format_number(float(shown.values[row, column]))
    name = _named(shown, row, column)
    if not shown.is_padding(row, column):
        return f"{name.capitalize()} is a cell of the input: {value}."
    source = shown.source_of(row, column)
    if source is None:
        return f"Padding cell {name} is a zero. It copies no cell."
    return f"Padding cell {name} copies {_named(shown, *source)}: {value}."


def border_of(sliding: Geometry) -> Border:
    """Count the outputs whose window reads at least one padding cell.

    >>> from convstudio.ops.shapes import geometry
    >>> border_of(geometry((8, 8), (3, 3), padding="same"))
    Border(touched=28, outputs=64)
    """
    inside = math.prod(
        _outputs_inside(*axis)
        for axis in zip(
            sliding.spatial,
            sliding.kernel,
            sliding.dilation,
            sliding.stride,
            sliding.pairs,
            sliding.output,
            strict=True,
        )
    )
    outputs = math.prod(sliding.output)
    return Border(outputs - inside, outputs)


def mode_differences(kernel: Linear, x: Doubles, sliding: Geometry, mode: str) -> dict[str, float | None]:
    """Return, for every padding mode, the largest difference of a map from that with `mode`; None where it cannot pad.

    `kernel` makes one map of `x` `(*spatial, channels)`, its dilation written out in its weights.

    >>> from convstudio.ops.shapes import geometry
    >>> x, sliding = np.array([[5.0], [1.0], [2.0]]), geometry((3,), (3,), padding="same")
    >>> mode_differences(Linear.of_kernel([1, 0, 0]), x, sliding, "zeros")["replicate"]
    5.0
    """
    maps = {one: _map_with(kernel, x, sliding, one) for one in PADDING_MODES}
    here = maps[mode]
    with np.errstate(invalid="ignore"):  # infinite values differ by NaN
        return {
            one: None if made is None or here is None else float(np.abs(made - here).max())
            for one, made in maps.items()
        }


def same_sentence(size: int, kernel: int, stride: int) -> str:
    """Say where `same` puts its zeros on an axis of `size` cells.

    >>> same_sentence(6, 3, 2)
    'Output ⌈6 ÷ 2⌉ = 3 takes 1 zero: 0 before and 1 after. The odd one comes after.'
    """
    before, after = same_zeros(size, kernel, stride)
    total = before + after
    output = -(-size // stride)
    if total == 0:
        return f"Output ⌈{size} ÷ {stride}⌉ = {output} takes no zeros."
    sentence = (
        f"Output ⌈{size} ÷ {stride}⌉ = {output} takes {counted(total, 'zero')}: {before} before and {after} after."
    )
    return f"{sentence} The odd one comes after." if total % 2 else sentence


def same_zeros(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how many zeros `same` puts before and after an axis of `size` cells.

    Source: TensorFlow's definition, see `ops.resolve_padding`.

    >>> same_zeros(224, 7, 2)
    (2, 3)
    """
    return resolve_padding((size,), (kernel,), stride=stride, padding="same")[0]


def border_line(border: Border) -> str:
    """Say how many outputs read padding.

    >>> border_line(Border(28, 64))
    '28 of 64 outputs (44\\xa0%) read padding.'
    """
    share = border.touched / border.outputs
    return f"{border.touched} of {border.outputs} outputs ({percent(share)}) read padding."


def _named(shown: PaddedInput, row: int, column: int) -> str:
    at = (row + shown.origin[0] + 1, column + shown.origin[1] + 1)
    names = AXES[len(shown.spatial)]
    return ", ".join(f"{axis} {place}" for axis, place in zip(names, at[-len(names) :], strict=True))


def _outputs_inside(size: int, kernel: int, dilation: int, stride: int, pair: Sequence[int], output: int) -> int:
    """Count the outputs along one axis whose window is inside the input."""
    extent = dilation * (kernel - 1) + 1
    starts = np.arange(output) * stride - pair[0]
    return int(np.count_nonzero((starts >= 0) & (starts + extent <= size)))


def _map_with(kernel: Linear, x: Doubles, sliding: Geometry, mode: str) -> Doubles | None:
    try:
        made = conv(x, kernel.weights, kernel.bias, stride=kernel.stride, padding=sliding.pairs, padding_mode=mode)
    except ValueError:
        return None
    return made.astype(np.float64)
