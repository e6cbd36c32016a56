"""Edits of the target: what the network should make of the current sample."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from numpy.typing import ArrayLike

from convstudio.model.edits.intent import Intent
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import MapTarget, Target


def set_target(document: Document, target: Target | None) -> Document:
    """Say what the network should make of the sample, or (None) that it is not known.

    A target that does not fit the network's output is a legal document, as a layer that cannot work is.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.learning.target import ClassTarget
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", [[1], [2]]), Network((Conv.of(np.ones((1, 1, 1))),)))
    >>> set_target(document, ClassTarget(1)).target
    ClassTarget(index=1)
    """
    return document if target == document.target else replace(document, target=target)


def set_target_map(document: Document, values: ArrayLike) -> Document:
    """Make maps, `(*spatial, channels)`, the target: they are copied, and do not change with the network."""
    return set_target(document, MapTarget(frozen(values)))


def target_intent(target: Target | None, step: str = "") -> Intent:
    """Return the undo step that sets a target, or (None) removes it."""
    usual = "Remove target" if target is None else "Set target"
    return Intent(step or usual, partial(set_target, target=target))
