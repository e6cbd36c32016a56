"""What a layer passes back of a gradient: to what it read, and to what it learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convstudio.ops.padding import Array


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """The gradients of a loss in a layer's input, `(*spatial, channels)`, and in each array that it learns.

    `learned` is by the name of the layer's field, each in the shape of that field; empty for a layer that learns
    nothing.
    """

    inputs: Array
    learned: Mapping[str, Array] = field(default_factory=dict)
