"""Turning the axes of the input: Document -> Document. As in `model.edits.channels`, the weights are left alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import channel_names


@dataclass(frozen=True)
class AxisTurn:
    """A way to turn the axes of an input: its name as a step, and the place of each new axis among the old ones."""

    name: str
    order: tuple[int, ...]


_TURNS = {
    1: (AxisTurn("Swap steps and channels", (1, 0)),),
    2: (
        AxisTurn("Swap rows and columns", (1, 0, 2)),
        AxisTurn("Make rows the channels", (1, 2, 0)),
        AxisTurn("Make channels the rows", (2, 0, 1)),
    ),
}


def axis_turns(rank: int) -> tuple[AxisTurn, ...]:
    """Return the ways to turn the axes of an input with so many spatial axes.

    >>> [turn.name for turn in axis_turns(1)]
    ['Swap steps and channels']
    """
    return _TURNS.get(rank, ())


def turn_axes(document: Document, turn: AxisTurn, limits: Limits) -> Document:
    """Turn the axes of the input; where its channels become others, they have the usual names.

    Raises ValueError, a sentence that names the shape, where a side or the channels would be too many, or where the
    turn is one of inputs with more or fewer axes.

    >>> from convstudio.model.values.limits import LIMITS
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("maps", np.zeros((3, 12, 16))), Network(()))
    >>> turn_axes(document, axis_turns(2)[1], LIMITS).sample.values.shape
    (12, 16, 3)
    """
    sample = document.sample
    if len(turn.order) != sample.values.rank + 1:  # another input came while the menu was open
        raise ValueError(
            f"The input is {format_shape(sample.values.shape)} now and has no such axes. Choose from its menu again."
        )
    shape = tuple(sample.values.shape[axis] for axis in turn.order)
    _check(shape, limits)
    values = TiledArray.of(np.transpose(sample.values.to_array(), turn.order))
    keeps_channels = turn.order[-1] == sample.rank
    names = sample.channel_names if keeps_channels else channel_names(shape[-1])
    return document.with_sample(sample.with_channels(values, names))


def _check(shape: tuple[int, ...], limits: Limits) -> None:
    *spatial, channels = shape
    if channels > limits.input_channels:
        raise ValueError(
            f"The input would be {format_shape(shape)} with {channels} channels, and at most {limits.input_channels} "
            "fit. Crop it first."
        )
    for length, axis in zip(spatial, PLURALS[len(spatial)], strict=True):
        if length > limits.axis_length:
            raise ValueError(f"The input would have {length} {axis}, and at most {limits.axis_length} fit.")
