"""Edits of what does not learn: whole layers, filters, and single weights are locked and unlocked.

A lock holds against training alone: weights that are locked can still be changed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.learning.locks import Locks

Places = Sequence[tuple[int, ...]]


def lock_layer(document: Document, layer: int, *, is_locked: bool = True) -> Document:
    """Lock a whole layer, or unlock it; its filters and weights keep their own locks."""
    held = document.layers[layer]
    return document if held.is_locked == is_locked else document.with_layer(layer, replace(held, is_locked=is_locked))


def lock_filters(document: Document, layer: int, filters: Sequence[int], *, is_locked: bool = True) -> Document:
    """Lock whole filters of a convolution, with their biases, or unlock them."""
    return _with_locks(document, layer, lambda locks: locks.of_filters(filters, is_locked=is_locked))


def lock_weights(document: Document, layer: int, places: Places, *, is_locked: bool = True) -> Document:
    """Lock single weights, or unlock them; `places` are theirs in the weights of the layer."""
    return _with_locks(document, layer, lambda locks: locks.of_weights(places, is_locked=is_locked))


def lock_bias(document: Document, layer: int, index: int, *, is_locked: bool = True) -> Document:
    """Lock the bias of one filter or unit, or unlock it."""
    return _with_locks(document, layer, lambda locks: locks.of_bias(index, is_locked=is_locked))


def layer_intent(document: Document, layer: int) -> Intent:
    """Return the undo step that locks a layer, or unlocks one that is locked."""
    is_locked = not document.layers[layer].is_locked
    return Intent(f"{_verb(is_locked)} layer {layer + 1}", partial(lock_layer, layer=layer, is_locked=is_locked))


def filters_intent(document: Document, layer: int, filters: Sequence[int]) -> Intent:
    """Return the undo step that locks filters, or unlocks them where all of them are locked."""
    conv = conv_at(document, layer)
    locks = conv.all_locks
    is_locked = not all(map(locks.is_filter_locked, filters))
    what = conv.filter_name(filters[0]) if len(filters) == 1 else counted(len(filters), "filter")
    return Intent(
        f"{_verb(is_locked)} {what}", partial(lock_filters, layer=layer, filters=filters, is_locked=is_locked)
    )


def weights_intent(document: Document, layer: int, places: Places) -> Intent:
    """Return the undo step that locks single weights, or unlocks them where all of them are locked."""
    locks = document.layers[layer].all_locks
    is_locked = not all(locks.weights[place] for place in places)
    edit = partial(lock_weights, layer=layer, places=places, is_locked=is_locked)
    return Intent(f"{_verb(is_locked)} {counted(len(places), 'weight')}", edit)


def bias_intent(document: Document, layer: int, index: int) -> Intent:
    """Return the undo step that locks the bias of a filter or unit, or unlocks it."""
    is_locked = not document.layers[layer].all_locks.bias[index]
    return Intent(f"{_verb(is_locked)} bias", partial(lock_bias, layer=layer, index=index, is_locked=is_locked))


def _with_locks(document: Document, layer: int, change: Callable[[Locks], Locks]) -> Document:
    held = document.layers[layer]
    locks = change(held.all_locks).some
    return document if locks == held.locks else document.with_layer(layer, held.with_locks(locks))


def _verb(is_locked: bool) -> str:
    return "Lock" if is_locked else "Unlock"
