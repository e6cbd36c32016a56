"""The receptive field: which input cells one value deep in a network can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convstudio.ops.shapes import Geometry, ShapeError, kernel_extent, times


class ReceptiveField(NamedTuple):
    """What one output position sees of the input, in cells of the input, one entry per axis.

    `size` is the width of the field, `jump` how far it moves from one output to the next, and `start` the
    input cell where the first output's field begins: a negative one is in the padding.
    """

    size: tuple[int, ...]
    jump: tuple[int, ...]
    start: tuple[int, ...]

    def cells(self, position: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Say which input cells an output position sees, as (first, past the last) per axis.

        >>> ReceptiveField(size=(3,), jump=(2,), start=(-1,)).cells((4,))
        ((7, 10),)
        """
        firsts = [start + p * jump for start, p, jump in zip(self.start, position, self.jump, strict=True)]
        return tuple((first, first + size) for first, size in zip(firsts, self.size, strict=True))


def receptive_field(layers: Sequence[Geometry]) -> ReceptiveField:
    """Follow the windows of a stack of convolutions and poolings back to the input.

    `layers` holds the geometry of every sliding layer, first layer first. With `extent = dilation · (kernel
    − 1) + 1`, each layer makes `size += (extent − 1) · jump`, `start −= before · jump`, `jump ·= stride`,
    beginning with size 1, jump 1 and start 0.

    Raises ShapeError for layers of different rank, ValueError for no layers.

    Source: A. Araujo, W. Norris and J. Sim, "Computing receptive fields of convolutional neural networks",
    Distill, 2019, https://distill.pub/2019/computing-receptive-fields/

    >>> from convstudio.ops.shapes import geometry
    >>> conv, pool = geometry((8,), (3,), padding="same"), geometry((8,), (2,), stride=2)
    >>> receptive_field([conv, pool, geometry((4,), (3,))])
    ReceptiveField(size=(8,), jump=(2,), start=(-1,))
    """
    if not layers:
        raise ValueError("a receptive field needs a layer that slides; give at least one")
    rank = layers[0].rank
    size, jump, start = (1,) * rank, (1,) * rank, (0,) * rank
    for layer in layers:
        if layer.rank != rank:
            raise ShapeError(f"a window {times(layer.kernel)} follows windows of {rank} axes; use layers of one rank")
        reach = kernel_extent(layer.kernel, layer.dilation)
        size = tuple(n + (e - 1) * j for n, e, j in zip(size, reach, jump, strict=True))
        start = tuple(a - before * j for a, (before, _), j in zip(start, layer.pairs, jump, strict=True))
        jump = tuple(j * s for j, s in zip(jump, layer.stride, strict=True))
    return ReceptiveField(size, jump, start)
