"""Shapes as the reader's framework writes them: channels last like Keras, or channels first like PyTorch.

Only what is written changes: the program's own arrays keep their channels last.
"""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.answers.axis_names import AXES, PLURALS
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.weight_orders import FRAMEWORKS, order_of, sizes_of
from convstudio.model.words.wording import parameters_line

DATA_FORMATS: tuple[DataFormat, ...] = ("keras", "pytorch")
_CHANNEL, _SAMPLE, _VALUE = ("channel", "channels"), ("sample", "samples"), ("value", "values")
_Axis = tuple[int, tuple[str, str]]
"""How long an axis is, and what one and several of its cells are called."""


def write_shape(shape: Sequence[int], data_format: DataFormat) -> str:
    """Write a shape `(*spatial, channels)` in the data format's order, with multiplication signs.

    >>> write_shape((8, 8, 1), "keras"), write_shape((8, 8, 1), "pytorch"), write_shape((10,), "pytorch")
    ('8×8×1', '1×8×8', '10')
    """
    return "×".join(str(length) for length, _ in _shape_axes(shape, data_format))


def shape_in_words(shape: Sequence[int], data_format: DataFormat) -> str:
    """Write a shape `(*spatial, channels)` with the names of its axes, in the data format's order.

    >>> shape_in_words((8, 8, 1), "keras"), shape_in_words((8, 8, 1), "pytorch")
    ('8 rows × 8 columns × 1 channel', '1 channel × 8 rows × 8 columns')
    """
    return " × ".join(map(_counted, _shape_axes(shape, data_format)))


def change_line(input_shape: Sequence[int], output_shape: Sequence[int], data_format: DataFormat) -> str:
    """Write what a layer makes of the shape that it reads, both `(*spatial, channels)`.

    >>> change_line((6, 6, 4), (3, 3, 4), "keras")
    '6×6×4 → 3×3×4'
    """
    return f"{write_shape(input_shape, data_format)} → {write_shape(output_shape, data_format)}"


def layer_facts(layer: Layer, output_shape: Sequence[int] | None, data_format: DataFormat) -> str:
    """Say below a layer's name what shape `(*spatial, channels)` it makes (None: nothing) and how much it learns.

    >>> import numpy as np
    >>> layer_facts(Conv.of(np.ones((3, 3, 1, 4))), (6, 6, 4), "pytorch")
    '4×6×6 · 40 parameters'
    """
    if not layer.is_on:
        return "switched off"
    shape = "⚠ makes nothing" if output_shape is None else write_shape(output_shape, data_format)
    ends = len(layer.sums_and_activation()) > 1  # an activation that is the layer itself is its name
    activation = layer.ends_in if ends else "linear"
    after = "" if activation == "linear" else f" · {ACTIVATION_NAMES.get(activation, activation)}"
    return f"{shape} · {parameters_line(layer)}{after}"


def spell_shape(shape: Sequence[int], data_format: DataFormat) -> str:
    """Spell the shape `(*spatial, channels)` of one sample, as a batch of one, as the data format's framework has it.

    >>> spell_shape((8, 8, 1), "keras")
    'Keras: [1, 8, 8, 1] = 1 sample, 8 rows, 8 columns, 1 channel'
    """
    return _spelled([(1, _SAMPLE), *_shape_axes(shape, data_format)], data_format)


def write_filter_shape(layer: Conv, data_format: DataFormat) -> str:
    """Write the shape of one filter in the data format's order.

    >>> import numpy as np
    >>> write_filter_shape(Conv.of(np.ones((3, 3, 2, 4))), "pytorch")
    '2 × 3 × 3'
    """
    return " × ".join(str(length) for length, _ in _shape_axes(layer.weights.shape[:-1], data_format))


def spell_weights(layer: Conv, data_format: DataFormat) -> str:
    """Spell the shape of all weights of a layer as the data format's framework holds them.

    >>> import numpy as np
    >>> spell_weights(Conv.of(np.ones((3, 3, 1, 4))), "pytorch")
    'PyTorch: [4, 1, 3, 3] = 4 filters, 1 channel, 3 rows, 3 columns'
    """
    return _spelled(_weights_axes(layer, data_format), data_format)


def axis_order(rank: int, data_format: DataFormat) -> str:
    """Name the axes of a batch of samples in the data format's order.

    >>> axis_order(2, "pytorch")
    '[samples, channels, rows, columns]'
    """
    names = [many for _, (_, many) in _shape_axes((0,) * (rank + 1), data_format)]
    return f"[samples, {', '.join(names)}]"


def framework(data_format: DataFormat) -> str:
    """Name the framework that writes shapes so.

    >>> framework("pytorch")
    'PyTorch'
    """
    return FRAMEWORKS[data_format]


def _shape_axes(shape: Sequence[int], data_format: DataFormat) -> list[_Axis]:
    *spatial, channels = shape
    if not spatial:
        return [(channels, _VALUE)]
    return _joined(_spatial_axes(spatial), [(channels, _CHANNEL)], data_format)


def _weights_axes(layer: Conv, data_format: DataFormat) -> list[_Axis]:
    order, sizes = order_of(layer, data_format), sizes_of(layer)
    names = ((axis.one, axis.many) for axis in order.axes(layer.rank))
    return list(zip(order.shape(sizes), names, strict=True))


def _spatial_axes(lengths: Sequence[int]) -> list[_Axis]:
    rank = len(lengths)
    return list(zip(lengths, zip(AXES[rank], PLURALS[rank], strict=True), strict=True))


def _joined(spatial: list[_Axis], others: list[_Axis], data_format: DataFormat) -> list[_Axis]:
    return [*others, *spatial] if data_format == "pytorch" else [*spatial, *others]


def _spelled(axes: Sequence[_Axis], data_format: DataFormat) -> str:
    lengths = ", ".join(str(length) for length, _ in axes)
    return f"{framework(data_format)}: [{lengths}] = {', '.join(map(_counted, axes))}"


def _counted(axis: _Axis) -> str:
    length, (one, many) = axis
    return counted(length, one, many)
