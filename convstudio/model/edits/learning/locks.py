"""Edits of what does not learn: whole layers, filters, and single weights are locked and unlocked.

A lock holds against training alone: weights that are locked can still be changed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dense import Dense
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.learning.locks import Locks

Cells = Sequence[tuple[int, ...]]


def lock_layer(document: Document, layer: int, *, is_locked: bool = True) -> Document:
    """Lock a whole layer, or unlock it; its filters and weights keep their own locks."""
    held = document.layers[layer]
    return document if held.is_locked == is_locked else document.with_layer(layer, replace(held, is_locked=is_locked))


def lock_filters(document: Document, layer: int, filters: Sequence[int], *, is_locked: bool = True) -> Document:
    """Lock whole filters of a convolution, with their biases, or unlock them."""
    return _with_locks(document, layer, lambda locks: locks.of_filters(filters, is_locked=is_locked))


def lock_weights(
    document: Document, layer: int, filter_index: int, channel: int, cells: Cells, *, is_locked: bool = True
) -> Document:
    """Lock cells of one kernel, or unlock them."""
    return _with_locks(document, layer, lambda locks: locks.of_cells(filter_index, channel, cells, is_locked=is_locked))


def lock_unit(document: Document, layer: int, unit: int, inputs: Sequence[int], *, is_locked: bool = True) -> Document:
    """Lock weights of one unit of a dense layer, by the inputs that they are multiplied with, or unlock them."""
    return _with_locks(document, layer, lambda locks: locks.of_unit(unit, inputs, is_locked=is_locked))


def lock_bias(document: Document, layer: int, index: int, *, is_locked: bool = True) -> Document:
    """Lock the bias of one filter or unit, or unlock it."""
    return _with_locks(document, layer, lambda locks: locks.of_bias(index, is_locked=is_locked))


def locks_of(layer: Conv | Dense) -> Locks:
    """Return the locks of single weights of a layer; none are set where it holds none."""
    return Locks.none(layer.weights.shape) if layer.locks is None else layer.locks


def layer_intent(document: Document, layer: int) -> Intent:
    """Return the undo step that locks a layer, or unlocks one that is locked."""
    is_locked = not document.layers[layer].is_locked
    return Intent(f"{_verb(is_locked)} layer {layer + 1}", partial(lock_layer, layer=layer, is_locked=is_locked))


def filters_intent(document: Document, layer: int, filters: Sequence[int]) -> Intent:
    """Return the undo step that locks filters, or unlocks them where all of them are locked."""
    conv = conv_at(document, layer)
    locks = locks_of(conv)
    is_locked = not all(map(locks.is_filter_locked, filters))
    what = conv.filter_name(filters[0]) if len(filters) == 1 else counted(len(filters), "filter")
    return Intent(
        f"{_verb(is_locked)} {what}", partial(lock_filters, layer=layer, filters=filters, is_locked=is_locked)
    )


def weights_intent(document: Document, layer: int, filter_index: int, channel: int, cells: Cells) -> Intent:
    """Return the undo step that locks cells of a kernel, or unlocks them where all of them are locked."""
    locks = locks_of(conv_at(document, layer))
    is_locked = not all(locks.weights[(*cell, channel, filter_index)] for cell in cells)
    edit = partial(
        lock_weights, layer=layer, filter_index=filter_index, channel=channel, cells=cells, is_locked=is_locked
    )
    return Intent(f"{_verb(is_locked)} {counted(len(cells), 'weight')}", edit)


def unit_intent(document: Document, layer: int, unit: int, inputs: Sequence[int]) -> Intent:
    """Return the undo step that locks weights of a unit, or unlocks them where all of them are locked."""
    locks = locks_of(_lockable(document, layer))
    is_locked = not all(locks.weights[one, unit] for one in inputs)
    edit = partial(lock_unit, layer=layer, unit=unit, inputs=inputs, is_locked=is_locked)
    return Intent(f"{_verb(is_locked)} {counted(len(inputs), 'weight')}", edit)


def bias_intent(document: Document, layer: int, index: int) -> Intent:
    """Return the undo step that locks the bias of a filter or unit, or unlocks it."""
    is_locked = not locks_of(_lockable(document, layer)).bias[index]
    return Intent(f"{_verb(is_locked)} bias", partial(lock_bias, layer=layer, index=index, is_locked=is_locked))


def _with_locks(document: Document, layer: int, change: Callable[[Locks], Locks]) -> Document:
    held = _lockable(document, layer)
    locks = change(locks_of(held)).some
    return document if locks == held.locks else document.with_layer(layer, replace(held, locks=locks))


def _lockable(document: Document, layer: int) -> Conv | Dense:
    """Return a layer whose weights can be locked one by one; raise ValueError, with a sentence, for another kind."""
    held = document.layers[layer]
    return held if isinstance(held, Dense) else conv_at(document, layer)


def _verb(is_locked: bool) -> str:
    return "Lock" if is_locked else "Unlock"
