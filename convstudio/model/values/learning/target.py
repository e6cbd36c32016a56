"""What the output of a network should be for one input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen, same_array
from convstudio.ops.shapes import ShapeError, times


@dataclass(frozen=True)
class ClassTarget:
    """The class that an input belongs to, counted from 0."""

    index: int


@dataclass(frozen=True, eq=False)
class MapTarget:
    """The maps that a network should make, `(*spatial, channels)`, float32 and read-only."""

    values: Floats

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MapTarget) and same_array(self.values, other.values)

    def __hash__(self) -> int:
        return hash(self.values.shape)


Target = ClassTarget | MapTarget


def target_values(target: Target, output_shape: tuple[int, ...]) -> Floats:
    """Return what a network with that output shape should make: a class is 1 at its place and 0 elsewhere.

    Raises ShapeError, which names both shapes, where the target does not fit the output.

    >>> target_values(ClassTarget(1), (3,)).tolist()
    [0.0, 1.0, 0.0]
    """
    match target:
        case ClassTarget(index):
            if len(output_shape) != 1 or not 0 <= index < output_shape[0]:
                raise ShapeError(
                    f"class {index} needs a network that ends in {index + 1} values or more, and this one ends in "
                    f"{counted(output_shape[0], 'value') if len(output_shape) == 1 else times(output_shape)}"
                )
            return frozen(np.arange(output_shape[0]) == index)
        case MapTarget(values):
            if values.shape != output_shape:
                raise ShapeError(
                    f"the target has shape {times(values.shape)} but the network makes {times(output_shape)}. "
                    "Set another target, or change the layers"
                )
            return values
