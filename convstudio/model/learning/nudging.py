"""Checking a gradient by nudging a weight: the loss a little above and below it, in float64."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convstudio.model.learning.backward_pass import BackwardPass, loss_of
from convstudio.model.learning.objective import FROM_LOGITS
from convstudio.model.values.layer import Layer
from convstudio.ops.learning.losses import loss
from convstudio.ops.padding import Array

_NUDGE = 1e-6
_CLOSE, _TINY = 1e-3, 1e-5
_KINK = 1e-4


@dataclass(frozen=True)
class Nudge:
    """What became of the loss when one weight of a layer's `field` was nudged by `step` up and down.

    `gradient` is the one that the backward run found. `above` and `below` are the slopes of the loss on either side.
    """

    field: str
    index: tuple[int, ...]
    step: float
    gradient: float
    above: float
    below: float
    has_kink: bool

    @property
    def central(self) -> float:
        """The central difference: the mean of the slopes on both sides."""
        return (self.above + self.below) / 2

    @property
    def relative_error(self) -> float:
        """How far gradient and central difference are apart, as a share of the larger one; 0 where both are 0."""
        largest = max(abs(self.gradient), abs(self.central))
        return abs(self.gradient - self.central) / largest if largest > _TINY else 0.0

    @property
    def agrees(self) -> bool:
        """Whether both are the same but for rounding."""
        return self.relative_error <= _CLOSE


def nudged(found: BackwardPass, layer: int, field: str, index: tuple[int, ...]) -> Nudge:
    """Nudge one weight of a layer, and compare the change of the loss with its gradient.

    `index` is its place in the array `field`. The network runs from that layer on, in float64. Where the slopes above
    and below differ however small the nudge is, the loss has a kink there, as at the tie of a max pooling.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.learning.backward_pass import backward_pass
    >>> from convstudio.model.run.forward import forward
    >>> from convstudio.model.values.arrays import frozen
    >>> from convstudio.model.values.document import Document
    >>> from convstudio.model.values.learning.target import MapTarget
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> target = MapTarget(frozen([[0.0]]))
    >>> document = Document(Sample.of("step", [[2]]), Network((Conv.of(np.ones((1, 1, 1))),)), target=target)
    >>> found = nudged(backward_pass(forward(document)), 0, "weights", (0, 0, 0))
    >>> found.gradient, round(found.central, 6), found.agrees
    (8.0, 8.0, True)
    """
    held = np.asarray(getattr(found.document.layers[layer], field), np.float64)
    step = _NUDGE * max(1.0, abs(float(held[index])))
    middle = _loss_with(found, layer, field, held)
    above, below = _slopes(found, layer, field, index, step, middle)
    nearer = _slopes(found, layer, field, index, step / 10, middle)
    gap, nearer_gap = abs(above - below), abs(nearer[0] - nearer[1])
    has_kink = min(gap, nearer_gap) > _KINK * max(1.0, abs(above), abs(below))
    gradient = float(found.learned(layer)[field][index])
    return Nudge(field, index, step, gradient, above, below, has_kink)


def _slopes(
    found: BackwardPass, layer: int, field: str, index: tuple[int, ...], step: float, middle: float
) -> tuple[float, float]:
    held = np.asarray(getattr(found.document.layers[layer], field), np.float64)
    losses = []
    for change in (step, -step):
        changed = held.copy()
        changed[index] += change
        losses.append(_loss_with(found, layer, field, changed))
    return (losses[0] - middle) / step, (middle - losses[1]) / step


def _loss_with(found: BackwardPass, index: int, field: str, values: Array) -> float:
    """Return the loss with other values in a field of a layer: the network runs on from there, in float64."""
    first, *others = _before_softmax(found)[index:]
    changed: dict[str, Any] = {field: values}
    output: Array = found.layers[index].read.to_array().astype(np.float64)
    for layer in (replace(first, **changed), *others):
        output = layer.compute(output) if layer.is_on else output
    name = loss_of(found.document)
    return loss(output, found.wanted, name + FROM_LOGITS if found.is_fused else name)


def _before_softmax(found: BackwardPass) -> list[Layer]:
    """Return the layers, without the softmax at their end where cross-entropy is computed from what it reads."""
    layers = list(found.document.layers)
    if not found.is_fused:
        return layers
    linear, *softmax = layers[-1].sums_and_activation()
    return [*layers[:-1], linear] if softmax else layers[:-1]
