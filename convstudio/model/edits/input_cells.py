"""Edits of the input: its values, its rows and columns, its shape, another sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.values.answers.axis_names import PLURALS, place
from convstudio.model.values.arrays import Box, Floats, TiledArray, same_array
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import Sample

# --- the input ---------------------------------------------------------------------------------------------------


def set_sample(document: Document, sample: Sample) -> Document:
    """Put another sample in; the first layer is fitted to it, and of the others what slides to its rank."""
    if sample == document.sample:
        return document
    first, *others = document.layers
    layers = (first.fitted_to(sample.values.shape), *(layer.in_rank(sample.rank) for layer in others))
    is_same = all(one is other for one, other in zip(layers, document.layers, strict=True))
    network = document.network if is_same else Network(layers)
    return replace(document.with_new_sample(sample), network=network)


def set_input_values(document: Document, start: Sequence[int], values: ArrayLike, channel: int | None) -> Document:
    """Write a block `(*lengths,)` into one channel of the input, or into all (None), its first cell at `start`.

    Raises ValueError naming both shapes when the block reaches past the end.
    """
    held = document.sample.values
    block = as_block(values, held.rank, "input")
    box = tuple(slice(first, first + length) for first, length in zip(start, block.shape, strict=True))
    if any(part.start < 0 or part.stop > length for part, length in zip(box, held.spatial, strict=True)):
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into the {format_shape(held.spatial)} input from "
            f"{place(start)}: paste it further up and left, or make the input larger."
        )
    changed = held.box(box).copy()
    changed[..., _written(channel)] = block[..., np.newaxis]
    return _with_box(document, box, changed)


def paint_input(document: Document, centre: Sequence[int], size: int, value: float, channel: int | None) -> Document:
    """Paint a square (on a sequence: a stretch) of `size` cells around `centre`, in one channel or in all (None)."""
    held = document.sample.values
    starts = [at - (size - 1) // 2 for at in centre]
    box = tuple(
        slice(max(0, start), min(length, start + size)) for start, length in zip(starts, held.spatial, strict=True)
    )
    if any(part.start >= part.stop for part in box):
        return document
    painted = held.box(box).copy()
    painted[..., _written(channel)] = value
    return _with_box(document, box, painted)


def fill_input(document: Document, value: float, channel: int | None = None) -> Document:
    """Set every cell of the input to one value, in one channel or in all (None)."""
    held = document.sample.values
    values = held.to_array().copy()
    values[..., _written(channel)] = value
    filled = TiledArray.of(values)
    return document if filled == held else _with_values(document, filled)


def insert_input(document: Document, axis: int, at: int, count: int = 1) -> Document:
    """Insert `count` rows (axis 0), columns or steps of zeros before position `at`."""
    values = document.sample.values.to_array()
    shape = (*values.shape[:axis], count, *values.shape[axis + 1 :])
    zeros = np.zeros(shape, np.float32)
    before, after = np.split(values, [at], axis=axis)
    return _with_values(document, TiledArray.of(np.concatenate([before, zeros, after], axis=axis)))


def delete_input(document: Document, axis: int, positions: Sequence[int]) -> Document:
    """Delete rows (axis 0), columns or steps. Raises ValueError when none would be left."""
    values = document.sample.values.to_array()
    if len(set(positions)) >= values.shape[axis]:
        raise ValueError(
            f"Deleting all {values.shape[axis]} {PLURALS[document.sample.rank][axis]} would leave no input: "
            "keep at least one."
        )
    return _with_values(document, TiledArray.of(np.delete(values, list(positions), axis=axis)))


def set_input_shape(document: Document, spatial: Sequence[int]) -> Document:
    """Cut the input, or extend it with zeros, at its end to a new spatial shape."""
    held = document.sample.values
    if tuple(spatial) == held.spatial:
        return document
    values = np.zeros((*spatial, held.channels), np.float32)
    kept = tuple(slice(0, min(old, new)) for old, new in zip(held.spatial, spatial, strict=True))
    values[kept] = held.box(kept)
    return _with_values(document, TiledArray.of(values))


def write_into_resized_input(
    document: Document, spatial: Sequence[int], start: Sequence[int], values: ArrayLike, channel: int | None
) -> Document:
    """Give the input a shape, extended with zeros at its end, and write a block into one channel, or into all (None).

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> one = Document(Sample.of("one", [[1]]), Network(()))
    >>> write_into_resized_input(one, (3,), (1,), [5, 6], 0).sample.values.to_array().ravel().tolist()
    [1.0, 5.0, 6.0]
    """
    sized = set_input_shape(document, spatial)
    return set_input_values(sized, start, values, channel)


# --- helpers -----------------------------------------------------------------------------------------------------


def _with_box(document: Document, box: Box, values: ArrayLike) -> Document:
    held = document.sample.values
    now = held.box(box)
    if same_array(np.broadcast_to(np.asarray(values, np.float32), now.shape), now):
        return document
    return _with_values(document, held.with_box(box, values))


def _written(channel: int | None) -> slice:
    return slice(None) if channel is None else slice(channel, channel + 1)


def _with_values(document: Document, values: TiledArray) -> Document:
    return document.with_sample(document.sample.with_values(values))


def as_block(values: ArrayLike, rank: int, target: str) -> Floats:
    """Return values as float32 with `rank` axes; raise ValueError that names the target where they have others."""
    block = np.asarray(values, np.float32)
    if block.ndim != rank:
        raise ValueError(f"A {block.ndim}-D block does not fit into a {rank}-D {target}: give one with {rank} axes.")
    return block
