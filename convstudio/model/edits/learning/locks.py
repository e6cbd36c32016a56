"""Edits of what does not learn: whole layers, filters, and single weights are locked and unlocked.

A lock holds against training alone: weights that are locked can still be changed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv, conv_at
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


def locks_of(conv: Conv) -> Locks:
    """Return the locks of single weights of a convolution; none are set where it holds none."""
    return Locks.none(conv.weights.shape) if conv.locks is None else conv.locks


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


def _with_locks(document: Document, layer: int, change: Callable[[Locks], Locks]) -> Document:
    conv = conv_at(document, layer)
    locks = change(locks_of(conv)).some
    return document if locks == conv.locks else document.with_layer(layer, replace(conv, locks=locks))


def _verb(is_locked: bool) -> str:
    return "Lock" if is_locked else "Unlock"
