"""Classifying by convolution: 1×1 and global average in place of global average and a dense layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.lenses.linear import difference_words, linear_of
from convstudio.model.lenses.subject import Doubles
from convstudio.model.values.numbers import format_number, percent
from convstudio.ops import activate, conv, dense, global_pool

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class HeadComparison:
    """Feature maps, and what two heads with the same weights make of them.

    `maps` is `(*spatial, filters)`, `weights` `(filters, classes)`, `class_maps` `(*spatial, classes)`: the 1×1
    convolution. `averaged` is their global average; `pooled` that of the feature maps, `(filters,)`, and `dense` what
    a dense layer makes of it; `shares` is the softmax, all `(classes,)`.
    """

    maps: Doubles
    weights: Doubles
    class_maps: Doubles
    averaged: Doubles
    pooled: Doubles
    dense: Doubles
    shares: Doubles

    @property
    def largest(self) -> float:
        """The largest absolute difference between both heads."""
        return float(np.abs(self.averaged - self.dense).max())


def maps_of(layer: Conv, x: Doubles) -> Doubles:
    """Return all maps of a layer over `x` `(*spatial, channels)`, its activation applied and its padding left out.

    Raises ShapeError when the kernel does not fit into `x`, ValueError when it would take too long.

    >>> maps_of(Conv.of(np.ones((2, 1, 3))), np.ones((4, 1))).shape
    (3, 3)
    """
    return np.asarray(activate(linear_of(layer).run(x), layer.activation), np.float64)


def drawn_weights(filters: int, classes: int, seed: int) -> Doubles:
    """Draw weights `(filters, classes)` in halves, the same ones for the same seed.

    >>> drawn_weights(2, 2, 0).shape
    (2, 2)
    """
    return np.random.default_rng(seed).integers(-4, 5, (filters, classes)) / 2


def classify(maps: Doubles, weights: Doubles) -> HeadComparison:
    """Send feature maps `(*spatial, filters)` through both heads with the same `weights` `(filters, classes)`.

    Source: M. Lin, Q. Chen, S. Yan, "Network in network", 2014, https://arxiv.org/abs/1312.4400, section 3.2.

    >>> classify(np.ones((4, 2)), np.eye(2)).averaged.tolist()
    [1.0, 1.0]
    """
    rank = maps.ndim - 1
    class_maps = np.asarray(conv(maps, weights.reshape((1,) * rank + weights.shape)), np.float64)
    averaged = np.asarray(global_pool(class_maps, "average", rank), np.float64)
    pooled = np.asarray(global_pool(maps, "average", rank), np.float64)
    made = np.asarray(dense(pooled, weights), np.float64)
    shares = np.asarray(activate(averaged, "softmax"), np.float64)
    return HeadComparison(maps, weights, class_maps, averaged, pooled, made, shares)


def class_rows(found: HeadComparison) -> list[tuple[str, ...]]:
    """Return one row per class: its number, both heads, their difference, and its share.

    >>> class_rows(classify(np.ones((4, 2)), np.eye(2)))[0]
    ('Class 1', '1', '1', '0', '50\\xa0%')
    """
    parts = zip(found.averaged.tolist(), found.dense.tolist(), found.shares.tolist(), strict=True)
    return [
        (f"Class {number}", format_number(one), format_number(other), format_number(one - other, 2), percent(share))
        for number, (one, other, share) in enumerate(parts, start=1)
    ]  # fmt: skip


def classify_verdict(found: HeadComparison) -> str:
    """Say what both heads have in common.

    >>> classify_verdict(classify(np.ones((4, 2)), np.eye(2)))
    'Both heads give the same 2 numbers: the largest difference is 0.'
    """
    size = max(1.0, float(np.abs(found.averaged).max()))
    difference = difference_words(found.largest, is_rounding=found.largest <= _ROUNDING * size)
    return f"Both heads give the same {len(found.averaged)} numbers: the largest difference is {difference}."
