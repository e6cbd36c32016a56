"""Steps of plain gradient descent as edits: every weight less its gradient times the learning rate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.edits.intent import EVERYTHING, Intent
from convstudio.model.learning.backward_pass import BackwardPass, backward_pass
from convstudio.model.run.forward import forward
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number
from convstudio.model.values.progress import Progress
from convstudio.ops.learning.optimisers import sgd_step
from convstudio.ops.padding import Array


def updated(found: BackwardPass) -> Document:
    """Return the document after one step of gradient descent with its learning rate; locked layers stay.

    Raises ValueError where a weight would not be a finite number any more.
    """
    document = found.document
    rate = document.training.rate
    layers = tuple(_stepped(layer, found, index, rate) for index, layer in enumerate(document.layers))
    return replace(document, network=Network(layers))


def updated_times(
    document: Document, times: int, *, is_reversed: bool = False, progress: Progress | None = None
) -> Document:
    """Return the document after several such steps, each with the gradients of its own forward run.

    Raises ValueError as `updated` does, or where the loss has no gradient; CancelledError once `progress` is cancelled.
    """
    progress = progress or Progress()
    progress.expect(times)
    for step in range(times):
        progress(0)
        progress.reach(step)
        document = updated(backward_pass(forward(document), is_reversed=is_reversed))
    return document


def update_intent(found: BackwardPass) -> Intent:
    """Return the undo step that applies one update; it is refused where the document has changed since."""
    return Intent(step_name(1, is_reversed=found.is_reversed), partial(_applied, found), target=EVERYTHING)


def step_name(times: int, *, is_reversed: bool) -> str:
    """Name the undo step of so many updates.

    >>> step_name(200, is_reversed=False)
    'Apply 200 updates'
    """
    wrong = " with the wrong sign" if is_reversed else ""
    return f"Apply {'update' if times == 1 else counted(times, 'update')}{wrong}"


def is_update(step: str) -> bool:
    """Return whether an undo step of that name applied updates.

    >>> is_update("Apply 200 updates"), is_update("Set stride")
    (True, False)
    """
    return step.startswith("Apply ") and "update" in step


def _applied(found: BackwardPass, document: Document) -> Document:
    if document is not found.document:
        raise ValueError("The network or its input was changed in the meantime, so nothing was done. Try again.")
    return updated(found)


def stepped_values(layer: Layer, name: str, grads: Array, rate: float) -> Array:
    """Return what one step makes of a field of a layer: values − rate · gradients; locked values stay as they are."""
    held: Array = getattr(layer, name)
    with np.errstate(all="ignore"):  # what is not finite is refused where it would be kept
        new, _ = sgd_step(held, grads, np.zeros_like(held), rate=rate)
    locked = locked_marks(layer, name)
    return new if locked is None else np.where(locked, held, new)


def locked_marks(layer: Layer, name: str) -> NDArray[np.bool_] | None:
    """Mark the single values of a field that are locked; None where none is."""
    if layer.locks is None:
        return None
    marks: NDArray[np.bool_] = getattr(layer.locks, name)
    return marks


def _stepped(layer: Layer, found: BackwardPass, index: int, rate: float) -> Layer:
    learned = found.learned(index)
    if not learned or not layer.is_on or layer.is_locked:
        return layer
    changed: dict[str, Any] = {}
    for name, grads in learned.items():
        new = stepped_values(layer, name, grads, rate)
        if not np.isfinite(new).all():
            raise ValueError(
                f"Layer {index + 1} would get weights that are not finite. Choose a smaller rate than "
                f"{format_number(rate)}."
            )
        changed[name] = frozen(new)
    return replace(layer, **changed)
