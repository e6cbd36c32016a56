"""The ways to read a file's arrays as the slopes of a PReLU."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from convstudio.model.kinds.prelu import PRelu
from convstudio.model.readings.weights.weight_names import Shapes, last_word, natural
from convstudio.model.readings.weights.weights_reading import WeightsReading, short_name
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Shape
from convstudio.model.values.numbers import format_shape

_NAMED = 3  # enough to be sure of it
_SLOPE_WORDS = frozenset({"alpha", "slopes", "weight"})
"""What Keras, we and PyTorch call the slopes."""


def find_slopes(document: Document, layer: int, shapes: Shapes, suffix: str, longest: int) -> list[WeightsReading]:
    """Return the ways to read arrays as the slopes of a layer that is a PReLU."""
    del suffix, longest
    held, input_shape = document.layers[layer], document.input_shape(layer)
    assert isinstance(held, PRelu)
    return _prelu_readings(held, shapes, held.slopes.shape if input_shape is None else input_shape)


def wanted_slopes(layer: PRelu, shapes: Shapes, longest: int) -> str:
    """Say in a sentence what a file for a PReLU must hold."""
    del shapes, longest
    if layer.is_per_cell:
        return f"It needs one slope for each channel, or {format_shape(layer.slopes.shape)} slopes, one for each cell."
    return f"It needs one slope, or {counted(len(layer.slopes), 'slope')} as one for each channel."


def _prelu_readings(prelu: PRelu, shapes: Shapes, input_shape: Shape) -> list[WeightsReading]:
    """Return the arrays that hold one number for each channel, or one for all, along one axis; or one for each cell."""
    found, channels = [], input_shape[-1]
    for name in sorted(shapes, key=natural):
        count = math.prod(shapes[name])
        is_per_cell = count > channels and shapes[name] == input_shape
        if is_per_cell or (count in (1, channels) and count == max(shapes[name], default=1)):
            of = "one for all channels" if count == 1 else f"one for each of {counted(channels, 'channel')}"
            of = "one for each cell, channels last" if is_per_cell else of
            found.append(
                WeightsReading(
                    names=(name,),
                    title=f"{short_name(name)} ({format_shape(shapes[name]) or 'one number'}) as the slopes of PReLU",
                    facts=(of,),
                    evidence=_NAMED * (last_word(name) in _SLOPE_WORDS) + (count == prelu.parameters),
                    caution="",
                    used=partial(_with_slopes, prelu, name),
                )
            )
    return found


def _with_slopes(prelu: PRelu, name: str, arrays: Mapping[str, Floats]) -> PRelu:
    slopes = arrays[name]
    is_per_cell = slopes.size > max(slopes.shape, default=1)
    return replace(prelu, slopes=slopes if is_per_cell else frozen(slopes.reshape(-1)))
