"""A layer as a frozen value, and the convolution, the layer that everything here is about."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats, byte_size, frozen, same_array
from convstudio.model.numbers import format_shape
from convstudio.ops import activate, conv, multiplication_count, parameter_count
from convstudio.ops.arguments import conv_call
from convstudio.ops.shapes import Geometry, ShapeError, geometry

Padding = str | tuple[tuple[int, int], ...]
Shape = tuple[int, ...]

MOST_FILTERS = 512
MOST_WEIGHTS = 2**22


@dataclass(frozen=True, eq=False)
class Layer(ABC):
    """One step of a network. A layer that is not `is_on` passes on what it reads.

    Shapes are `(*spatial, channels)`; a vector has no spatial axes. A layer that cannot work on what it reads is a
    legal value: its methods raise ValueError with the reason.
    """

    is_on: bool = field(default=True, kw_only=True)

    @abstractmethod
    def made_shape(self, read: Shape) -> Shape:
        """Return the shape of what the layer makes of an input of shape `read`; raise ValueError where it cannot."""

    @abstractmethod
    def run(self, values: Floats) -> Floats:
        """Return what the layer makes of `values`, `(*spatial, channels)`; raise ValueError where it cannot."""

    @property
    def parameters(self) -> int:
        """The number of values that the layer learns."""
        return 0

    def multiplications(self, read: Shape) -> int:
        """Count the multiplications for one input of shape `read`; raise ValueError where the layer cannot work."""
        del read
        return 0

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(_is_same(getattr(self, part.name), getattr(other, part.name)) for part in fields(self))

    def __hash__(self) -> int:
        values = (getattr(self, part.name) for part in fields(self))
        return hash((type(self), *(value.shape if isinstance(value, np.ndarray) else value for value in values)))


def shape_after(layer: Layer, read: Shape) -> Shape:
    """Return the shape after a layer, which is the one before it where the layer is switched off.

    >>> shape_after(Conv.of(np.ones((3, 3, 1, 4))), (8, 8, 1))
    (6, 6, 4)
    """
    return layer.made_shape(read) if layer.is_on else read


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return same_array(one, other)
    return bool(one == other)


@dataclass(frozen=True, eq=False)
class Conv(Layer):
    """A convolution with its activation.

    `weights` is `(*kernel, channels / groups, filters)`, `bias` is `(filters,)`; both float32 and read-only.
    `stride` and `dilation` have one number per spatial axis; `padding` is a name or a (before, after) pair per axis.
    `flip` is true convolution. Without `has_bias` the bias is 0 and is not learned. `filter_names` has one name per
    filter, "" where it has none, or is empty where none has one.
    """

    weights: Floats
    bias: Floats
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: Padding = "valid"
    padding_mode: str = "zeros"
    groups: int = 1
    flip: bool = False
    activation: str = "linear"
    has_bias: bool = True
    filter_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, weights: ArrayLike, bias: ArrayLike | None = None) -> Conv:
        """Make a layer with stride 1 and no padding from `(*kernel, channels / groups, filters)` weights.

        >>> Conv.of(np.ones((3, 3, 1, 2))).filters
        2
        """
        held = frozen(weights)
        rank = held.ndim - 2
        if rank not in (1, 2, 3):
            raise ValueError(f"weights are (*kernel, channels / groups, filters), not of shape {held.shape}")
        zeros = np.zeros(held.shape[-1], np.float32)
        return cls(held, frozen(zeros if bias is None else bias), (1,) * rank, (1,) * rank)

    @property
    def rank(self) -> int:
        """The number of directions in which the window slides."""
        return self.weights.ndim - 2

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The lengths of the kernel's axes."""
        return self.weights.shape[:-2]

    @property
    def filters(self) -> int:
        """The number of filters, which is the number of feature maps."""
        return int(self.weights.shape[-1])

    @property
    def channels(self) -> int:
        """The number of input channels that the weights are made for."""
        return int(self.weights.shape[-2]) * self.groups

    @property
    def channels_per_group(self) -> int:
        """The number of kernels in one filter."""
        return int(self.weights.shape[-2])

    def channels_read_by(self, filter_index: int) -> range:
        """Return the input channels that a filter reads: all of them, or its group's block."""
        group = min(filter_index // max(1, self.filters // self.groups), self.groups - 1)
        return range(group * self.channels_per_group, (group + 1) * self.channels_per_group)

    def filter_name(self, index: int) -> str:
        """Return the name of a filter; one without a name has its number, counted from 1.

        >>> Conv.of(np.ones((3, 1, 2))).filter_name(1)
        'filter 2'
        """
        given = self.filter_names[index] if index < len(self.filter_names) else ""
        return given or f"filter {index + 1}"

    @property
    def settings(self) -> dict[str, Any]:
        """How the window slides, as the keyword arguments of `ops.conv`."""
        return {
            "stride": self.stride,
            "padding": self.padding,
            "padding_mode": self.padding_mode,
            "dilation": self.dilation,
            "groups": self.groups,
            "flip": self.flip,
        }

    def settings_in_rank(self, rank: int) -> dict[str, Any]:
        """Return the fields with one entry per axis for another rank: leading entries go, or neutral ones come."""
        return {
            "stride": per_axis_in_rank(self.stride, rank, 1),
            "dilation": per_axis_in_rank(self.dilation, rank, 1),
            "padding": _fitted_padding(self.padding, rank),
        }

    @property
    def parameters(self) -> int:
        return parameter_count(self.weights.shape, self.has_bias)

    def geometry(self, spatial: Sequence[int]) -> Geometry:
        """Work out how the window slides over an input of the given spatial shape.

        Raises ShapeError or ValueError with the reason when it cannot.
        """
        return geometry(
            tuple(spatial), self.kernel_size, stride=self.stride, padding=self.padding, dilation=self.dilation
        )

    def made_shape(self, read: Shape) -> Shape:
        if len(read) == 1:
            raise ShapeError(
                f"the layer slides along {self.rank} axes and reads a vector of {read[0]} values: put it further left"
            )
        sliding = self.geometry(read[:-1])
        conv_call(np.broadcast_to(np.float32(0), read), self.weights, self.bias, **self.settings)  # costs no memory
        return (*sliding.output, self.filters)

    def multiplications(self, read: Shape) -> int:
        return multiplication_count(self.geometry(read[:-1]).output, self.weights.shape)

    def run(self, values: Floats) -> Floats:
        return frozen(activate(conv(values, self.weights, self.bias, **self.settings), self.activation))


def with_rank(layer: Conv, rank: int) -> Conv:
    """Return the layer for inputs of another rank: a kernel loses or gains its leading axes.

    From 2-D to 1-D the middle row stays (`0 1 0` of the tutorial's line detector is its bump detector); from 1-D
    to 2-D the kernel becomes one row.
    """
    if layer.rank == rank:
        return layer
    weights, extra = layer.weights, layer.rank - rank
    for _ in range(extra):
        weights = weights[weights.shape[0] // 2]
    weights = weights.reshape((1,) * max(0, -extra) + weights.shape)
    return replace(
        layer,
        weights=frozen(weights),
        **layer.settings_in_rank(rank),
    )


def with_channels(layer: Conv, channels: int) -> Conv:
    """Return the layer for inputs of `channels` channels: kernels are dropped, or the first one is repeated.

    Groups stay where they divide the channels, and become 1 where they do not.
    """
    if layer.channels == channels:
        return layer
    groups = layer.groups if channels % layer.groups == 0 else 1
    per_group = channels // groups
    check_weights((*layer.kernel_size, per_group, layer.filters), layer)
    kept = layer.weights[..., :per_group, :]
    added = np.repeat(layer.weights[..., :1, :], per_group - kept.shape[-2], axis=-2)
    return replace(layer, weights=frozen(np.concatenate([kept, added], axis=-2)), groups=groups)


def with_groups(layer: Conv, groups: int) -> Conv:
    """Return the layer in `groups` groups, which must divide its channels and its filters.

    Every filter keeps the kernels of the channels that it still reads; a channel that it did not read before gets a
    copy of its first kernel.
    """
    per_group, per_block = layer.channels // groups, layer.filters // groups
    check_weights((*layer.kernel_size, per_group, layer.filters), layer)
    first_now = np.arange(layer.filters) // per_block * per_group
    first_before = np.array([layer.channels_read_by(index).start for index in range(layer.filters)])
    places = first_now - first_before + np.arange(per_group)[:, np.newaxis]
    known = np.where((places >= 0) & (places < layer.channels_per_group), places, 0)
    kept = np.take_along_axis(layer.weights, known[(np.newaxis,) * layer.rank], axis=-2)
    return replace(layer, weights=frozen(kept), groups=groups)


def with_filters(layer: Conv, order: Sequence[int]) -> Conv:
    """Return the layer with the filters of `order`, each with its bias and name; one may come twice, or not at all.

    Raises ValueError for an empty order and for one that is too long.

    >>> with_filters(Conv.of(np.ones((3, 1, 2))), [0, 1, 1]).filters
    3
    """
    if not order:
        raise ValueError("A layer has at least one filter: keep one, and change it instead.")
    check_filters(len(order))
    check_weights((*layer.weights.shape[:-1], len(order)), layer)
    names = tidy_names([layer.filter_names[index] for index in order] if layer.filter_names else [])
    weights, bias = layer.weights[..., order], layer.bias[list(order)]
    return replace(layer, weights=frozen(weights), bias=frozen(bias), filter_names=names)


def centred(weights: Floats, size: Sequence[int]) -> Floats:
    """Return kernels `(*kernel, channels, filters)` cut or extended with zeros around their centre to another size.

    >>> centred(frozen(np.ones((1, 1, 1))), [3])[:, 0, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    sized = np.zeros((*size, *weights.shape[-2:]), np.float32)
    lengths = list(zip(weights.shape[:-2], size, strict=True))
    sized[tuple(_centred(old, new) for old, new in lengths)] = weights[tuple(_centred(n, o) for o, n in lengths)]
    return frozen(sized)


def tidy_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a layer's filters as it holds them: none at all where every one is empty.

    >>> tidy_names(["", ""])
    ()
    """
    return tuple(names) if any(names) else ()


def check_filters(count: int) -> None:
    """Raise ValueError where so many filters are more than a layer may have."""
    if count > MOST_FILTERS:
        raise ValueError(f"A layer has at most {MOST_FILTERS} filters, and this would make {count}: remove some first.")


def check_weights(shape: Sequence[int], layer: Conv) -> None:
    """Raise ValueError, before anything is allocated, where weights of `shape` are too many; fewer than now never are.

    `shape` is `(*kernel, channels / groups, filters)`.
    """
    count = math.prod(shape)
    if count <= max(MOST_WEIGHTS, layer.weights.size):
        return
    *size, channels, filters = shape
    raise ValueError(
        f"{_counted(filters, 'filter')} of {_counted(channels, 'kernel')} {format_shape(tuple(size))} would be "
        f"{count} weights ({byte_size(shape) >> 20} MiB), and at most {MOST_WEIGHTS} fit: use fewer filters, fewer "
        "channels or a smaller kernel."
    )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def per_axis_in_rank(values: tuple[int, ...], rank: int, neutral: int) -> tuple[int, ...]:
    """Return one entry per axis for another rank: leading ones are dropped, or neutral ones added."""
    return (neutral,) * (rank - len(values)) + values[max(0, len(values) - rank) :]


def _fitted_padding(padding: Padding, rank: int) -> Padding:
    if isinstance(padding, str):
        return "valid" if padding == "causal" and rank != 1 else padding
    return ((0, 0),) * (rank - len(padding)) + padding[max(0, len(padding) - rank) :]


def _centred(inner: int, outer: int) -> slice:
    """Return where an axis of length `inner` lies in one of length `outer` around the same centre, cut to it."""
    if inner >= outer:
        return slice(0, outer)
    start = (outer - 1) // 2 - (inner - 1) // 2
    return slice(start, start + inner)
