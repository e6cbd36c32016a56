"""The ways to read a file's vectors as those of a batch normalisation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.readings.weights.weight_names import Shapes, last_word, natural, prefix_of, votes_of
from convstudio.model.readings.weights.weights_reading import WeightsReading, short_name
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_in_full
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.weight_orders import FRAMEWORKS, NORM_EPSILON, NORM_NAMES

_PLACE = re.compile(r"(arr_|.*/vars/)(\d{1,6})")
"""What the arrays of Keras's `get_weights` are called in an archive, and in Keras's files."""


def norm_readings(norm: BatchNorm, shapes: Shapes, suffix: str) -> list[WeightsReading]:
    """Return the ways to read four vectors, or fewer, as those of a batch normalisation."""
    found = []
    for data_format, theirs in NORM_NAMES.items():
        for name in sorted(shapes, key=natural):
            if last_word(name) == theirs["mean"]:
                named = {ours: f"{prefix_of(name)}{word}{_number(name)}" for ours, word in theirs.items()}
                found += _norm_reading(
                    norm, {o: n for o, n in named.items() if n in shapes}, shapes, suffix, data_format
                )
    for name in sorted(shapes, key=natural):  # of Keras, which gives numbers and no names
        place = _PLACE.fullmatch(name)
        if place:
            numbered = {ours: f"{place[1]}{int(place[2]) + at}" for at, ours in enumerate(NORM_NAMES["keras"])}
            if all(n in shapes for n in numbered.values()):
                found += _norm_reading(norm, numbered, shapes, suffix, "keras")
    return found


def _number(name: str) -> str:
    return name[name.rindex(last_word(name)) + len(last_word(name)) :]


def _norm_reading(
    norm: BatchNorm, named: Mapping[str, str], shapes: Shapes, suffix: str, data_format: DataFormat
) -> list[WeightsReading]:
    """Return how to read vectors; with the framework's usual epsilon, which no file holds, or with the layer's own."""
    if "variance" not in named or any(shapes[name] != (norm.channels,) for name in named.values()):
        return []
    usual = NORM_EPSILON[data_format]
    listed = ", ".join(short_name(name) for name in named.values())
    facts = (f"{listed} as {', '.join(named)}", counted(norm.channels, "channel"))
    kept = WeightsReading(
        names=tuple(named.values()),
        title=f"{FRAMEWORKS[data_format]} batch normalisation",
        facts=(*facts, f"Epsilon stays {format_in_full(norm.epsilon)}"),
        evidence=votes_of(named["mean"], suffix)[data_format],
        caution="",
        used=lambda arrays: _with_norm(norm, named, arrays, norm.epsilon),
    )
    if norm.epsilon == usual:
        return [kept]
    changed = replace(
        kept,
        facts=facts,
        evidence=kept.evidence + 1,
        caution=f"sets Epsilon from {format_in_full(norm.epsilon)} to {format_in_full(usual)}, "
        f"{FRAMEWORKS[data_format]}'s usual one",
        used=lambda arrays: _with_norm(norm, named, arrays, usual),
    )
    return [changed, kept]


def _with_norm(norm: BatchNorm, named: Mapping[str, str], arrays: Mapping[str, Floats], epsilon: float) -> BatchNorm:
    fresh = BatchNorm.of(norm.channels)
    held = {ours: arrays[named[ours]] if ours in named else getattr(fresh, ours) for ours in NORM_NAMES["keras"]}
    if np.any(held["variance"] < 0):
        raise ValueError(
            f"“{short_name(named['variance'])}” holds a negative number, and a variance cannot be negative: "
            "choose other arrays."
        )
    return replace(norm, **held, epsilon=epsilon)  # type: ignore[arg-type]  # the names are those of its fields


def wanted_of_norm(layer: BatchNorm, shapes: Shapes, longest: int) -> str:
    """Say in a sentence what a file for a batch normalisation must hold."""
    del shapes, longest
    words = " or ".join(", ".join(theirs.values()) for theirs in NORM_NAMES.values())
    return f"It needs vectors of {counted(layer.channels, 'number')} named {words}."
