"""Inputs and what a network should make of each: what it learns from, and what it is tested with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.target import ClassTarget, MapTarget, Target
from convstudio.ops.shapes import ShapeError, times

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Inputs of one shape, `(samples, *spatial, channels)`, each with a class or with a map as its target.

    Exactly one of `labels`, `(samples,)` classes counted from 0, and `maps`, `(samples, *output shape)`, is given.
    `class_names` has one name per class. `sample_names` has one name per sample, or is empty. `held_out` are the
    samples that a given split keeps for testing, or None where the training draws a share of them.

    Raises ShapeError where inputs and targets differ in number, ValueError for a label without a class name.

    >>> data = Dataset("two", frozen(np.zeros((2, 3, 3, 1))), np.array([1, 0]), class_names=("dark", "light"))
    >>> len(data), data.target(0)
    (2, ClassTarget(index=1))
    """

    name: str
    inputs: Floats
    labels: Indices | None = None
    maps: Floats | None = None
    class_names: tuple[str, ...] = ()
    sample_names: tuple[str, ...] = ()
    held_out: Indices | None = None

    def __post_init__(self) -> None:
        given = [targets for targets in (self.labels, self.maps) if targets is not None]
        if len(given) != 1:
            raise ValueError("a sample of a data set has either a class or a map as its target")
        if len(given[0]) != len(self.inputs):
            raise ShapeError(f"there are {len(self.inputs)} inputs but {len(given[0])} targets; give one per input")
        if self.labels is not None and len(self.labels):
            lowest, highest = int(self.labels.min()), int(self.labels.max())
            if lowest < 0 or highest >= len(self.class_names):
                raise ValueError(f"labels go from {lowest} to {highest}, and there are {len(self.class_names)} classes")

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape `(*spatial, channels)` of every input."""
        return self.inputs.shape[1:]

    def input(self, index: int) -> Floats:
        """Return one input, `(*spatial, channels)`."""
        return frozen(self.inputs[index])

    def target(self, index: int) -> Target:
        """Return what a network should make of one input."""
        if self.labels is not None:
            return ClassTarget(int(self.labels[index]))
        assert self.maps is not None, "a data set without labels has maps"
        return MapTarget(frozen(self.maps[index]))

    def target_array(self, indices: Indices, output_shape: tuple[int, ...]) -> Floats:
        """Return the targets of some samples, `(samples, *output_shape)`: classes as 1 at their place, 0 elsewhere.

        Raises ShapeError, which names both shapes, where they do not fit what a network makes.
        """
        if self.maps is not None:
            if self.maps.shape[1:] != output_shape:
                raise ShapeError(
                    f"the targets have shape {times(self.maps.shape[1:])} but the network makes {times(output_shape)}. "
                    "Take targets of that shape, or change the layers"
                )
            return self.maps[indices]
        assert self.labels is not None, "a data set without maps has labels"
        if len(output_shape) != 1 or output_shape[0] < len(self.class_names):
            raise ShapeError(
                f"{len(self.class_names)} classes need a network that ends in {len(self.class_names)} values, "
                f"and this one makes {times(output_shape)}"
            )
        return np.eye(output_shape[0], dtype=np.float32)[self.labels[indices]]

    def part(self, indices: Indices) -> Dataset:
        """Return a data set of some of the samples, in the order of `indices`; it has no given split."""
        return Dataset(
            self.name,
            frozen(self.inputs[indices]),
            None if self.labels is None else self.labels[indices],
            None if self.maps is None else frozen(self.maps[indices]),
            self.class_names,
            tuple(self.sample_names[index] for index in indices) if self.sample_names else (),
        )


@dataclass(frozen=True, eq=False)
class Split:
    """Which samples a network trains on, and which are held out; no sample is in both."""

    training: Indices
    held_out: Indices


def split(data: Dataset, share: float, seed: int) -> Split:
    """Hold out the samples that the data set names, or a share of them from 0 to 1 drawn with a seed.

    >>> parts = split(Dataset("five", frozen(np.zeros((5, 1))), np.zeros(5, np.int64), class_names=("a",)), 0.4, 1)
    >>> len(parts.training), len(parts.held_out)
    (3, 2)
    """
    everything = np.arange(len(data))
    if data.held_out is not None:
        return Split(np.delete(everything, data.held_out), data.held_out)
    order = np.random.default_rng(seed).permutation(everything)
    count = round(share * len(data))
    return Split(np.sort(order[count:]), np.sort(order[:count]))


def with_random_labels(data: Dataset, training: Sequence[int] | Indices, seed: int) -> Dataset:
    """Return the data with drawn classes for the samples that are trained on: there is nothing to learn but noise.

    Raises ValueError where the samples have maps as targets.
    """
    if data.labels is None:
        raise ValueError("only labels can be drawn at random, and these samples have maps as targets")
    labels = data.labels.copy()
    labels[training] = np.random.default_rng(seed).integers(0, len(data.class_names), len(training))
    return replace(data, labels=labels)
