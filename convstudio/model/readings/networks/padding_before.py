"""Padding that a network writes as an operator of its own: ours is a setting of the layer after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.values.layer import Layer, Shape
from convstudio.ops import PaddingMode


@dataclass(frozen=True)
class PaddingBefore:
    """Cells around maps: how many before and after each spatial axis, and what they hold."""

    pairs: tuple[tuple[int, int], ...]
    mode: PaddingMode = "zeros"

    def __post_init__(self) -> None:
        if any(count < 0 for pair in self.pairs for count in pair):
            raise ValueError("it cuts cells off")

    def shape_around(self, shape: Shape) -> Shape:
        """Return the shape of maps `(*spatial, channels)` with the cells around them.

        Raises ValueError for maps of other axes.

        >>> PaddingBefore(((1, 2), (0, 1))).shape_around((5, 5, 3))
        (8, 6, 3)
        """
        *spatial, channels = shape
        if len(spatial) != len(self.pairs):
            raise ValueError("the padding before it is of maps with other axes")
        return (*(length + sum(pair) for length, pair in zip(spatial, self.pairs, strict=True)), channels)

    def around(self, layer: Layer, input_shape: Shape) -> Layer:
        """Return the layer that reads the maps with the padding, as one that reads `input_shape` and pads by itself.

        Raises ValueError, with a reason to put after its name, for a layer that cannot.
        """
        if not any(map(any, self.pairs)):
            return layer
        pad = _PADS.get(type(layer))
        padded = None if pad is None else pad(self, layer, input_shape)
        if padded is None:
            raise ValueError("the padding before it can only be that of a convolution or a mean")
        return padded


def _padded_mean(before: PaddingBefore, layer: Pool, input_shape: Shape) -> Layer | None:
    if (layer.kind, layer.padding, before.mode) != ("average", "valid", "zeros"):
        return None
    padded = replace(layer, padding=before.pairs, count_include_pad=True)
    if layer.ceil_mode and padded.output_shape(input_shape) != layer.output_shape(before.shape_around(input_shape)):
        return None  # a last window that would begin past the cells is left out, where the padding is its own
    return padded


def _padded_conv(before: PaddingBefore, layer: Conv, input_shape: Shape) -> Layer:
    own = layer.geometry(before.shape_around(input_shape)[:-1]).pairs
    if any(map(any, own)) and (before.mode, layer.padding_mode) != ("zeros", "zeros"):
        raise ValueError("it pads maps that are padded already, each with other cells")
    pairs = tuple((a + c, b + d) for (a, b), (c, d) in zip(before.pairs, own, strict=True))
    return replace(layer, padding=pairs, padding_mode=before.mode)


_PADS: Mapping[type[Layer], Callable[..., Layer | None]] = {Conv: _padded_conv, Pool: _padded_mean}
"""How the kinds that can pad take the padding before them for their own; None where they cannot."""


def padding_of_keras(stated: int | Sequence[int] | Sequence[Sequence[int]], rank: int) -> PaddingBefore:
    """Return what Keras's ZeroPadding does: one number, one for each axis, or a pair for each axis.

    >>> padding_of_keras([[1, 2], [0, 3]], 2).pairs, padding_of_keras([1, 2], 1).pairs
    (((1, 2), (0, 3)), ((1, 2),))
    """
    if isinstance(stated, int):
        return PaddingBefore(((stated, stated),) * rank)
    given: Sequence[int | Sequence[int]] = [stated] if rank == 1 else stated  # type: ignore[list-item]
    pairs = [(one, one) if isinstance(one, int) else (int(one[0]), int(one[1])) for one in given]
    if len(pairs) != rank:
        raise ValueError("its padding has other than one number or one pair for each axis")
    return PaddingBefore(tuple(pairs))
