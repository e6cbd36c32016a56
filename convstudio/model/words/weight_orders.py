"""Which axis of a layer's weights is which in Keras and PyTorch: the one table that text, code and files read.

Our own order is `(*kernel, channels / groups, filters)` for every layer; filter f makes map f. A dense layer is the
same without a kernel, `(inputs, units)`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.answers.axis_names import AXES, PLURALS
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import DataFormat

FRAMEWORKS: Mapping[DataFormat, str] = MappingProxyType({"keras": "Keras", "pytorch": "PyTorch"})
"""The frameworks as they write their names."""

_GROUP, _CHANNEL, _FILTER = "group", "channel", "filter"  # the channels and the filters of one group


@dataclass(frozen=True)
class WeightSizes:
    """How large weights are: the kernel, the groups, the channels that one filter reads, and all filters."""

    kernel: tuple[int, ...]
    groups: int
    channels: int
    filters: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape in our own order."""
        return (*self.kernel, self.channels, self.filters)

    def lengths(self, parts: Sequence[str]) -> tuple[int, ...]:
        """Return how long each part of an axis is."""
        known = {_GROUP: self.groups, _CHANNEL: self.channels, _FILTER: self.filters // self.groups}
        return tuple(known[part] if part in known else self.kernel[int(part)] for part in parts)


@dataclass(frozen=True)
class WeightAxis:
    """One axis of an array of weights: its parts, the slowest first, and what one and several of its cells are called.

    The axis of the parts "group" and "filter" holds the filters of the first group, then those of the second.
    """

    parts: tuple[str, ...]
    one: str
    many: str


_FILTERS = WeightAxis((_GROUP, _FILTER), "filter", "filters")
_CHANNELS = WeightAxis((_GROUP, _CHANNEL), "channel", "channels")
_CHANNELS_OF_A_FILTER = WeightAxis((_CHANNEL,), "channel", "channels")
_FILTERS_OF_A_GROUP = WeightAxis((_FILTER,), "filter", "filters")
_DEPTHWISE_CHANNELS = WeightAxis((_GROUP,), "channel", "channels")
_FILTERS_OF_A_CHANNEL = WeightAxis((_FILTER,), "filter per channel", "filters per channel")
_INPUTS = WeightAxis((_CHANNEL,), "input", "inputs")
_UNITS = WeightAxis((_GROUP, _FILTER), "unit", "units")


@dataclass(frozen=True)
class WeightOrder:
    """The axes of one framework's array for one kind of layer: those of the kernel first or last, and two others.

    `layer` is the framework's name for the layer, with a place for the kernel's rank.
    """

    data_format: DataFormat
    layer: str
    others: tuple[WeightAxis, WeightAxis]
    has_groups: bool = True

    @property
    def framework(self) -> str:
        """The framework's name."""
        return FRAMEWORKS[self.data_format]

    @property
    def is_depthwise(self) -> bool:
        """Whether every channel is a separate group."""
        return _DEPTHWISE_CHANNELS in self.others

    def layer_name(self, rank: int) -> str:
        """Return what the framework calls the layer for kernels of `rank` axes.

        >>> CONV_ORDERS[1].layer_name(2)
        'PyTorch Conv2d'
        """
        return f"{self.framework} {self.layer.format(rank=rank)}"

    def axes(self, rank: int) -> tuple[WeightAxis, ...]:
        """Return the axes in the framework's order, for kernels of `rank` axes.

        >>> [axis.many for axis in CONV_ORDERS[1].axes(2)]
        ['filters', 'channels', 'rows', 'columns']
        """
        names = zip(AXES[rank], PLURALS[rank], strict=True) if rank else ()
        kernel = tuple(WeightAxis((str(at),), *name) for at, name in enumerate(names))
        return (*kernel, *self.others) if self.data_format == "keras" else (*self.others, *kernel)

    def sizes(self, shape: Sequence[int], groups: int) -> WeightSizes | None:
        """Return how large everything is in an array of `shape` for a layer of `groups`; None where that cannot be."""
        found: dict[str, int] = {_GROUP: groups, _CHANNEL: 1, _FILTER: 1}
        for length, axis in zip(shape, self.axes(len(shape) - 2), strict=True):
            *shared, last = axis.parts
            times = math.prod(found[part] for part in shared)
            if length < 1 or length % times or (last == _GROUP and length != groups):
                return None
            found[last] = length // times
        kernel = tuple(found[str(at)] for at in range(len(shape) - 2))
        return WeightSizes(kernel, groups, found[_CHANNEL], groups * found[_FILTER])

    def to_ours(self, values: Floats, groups: int = 1) -> Floats:
        """Return an array in this order as `(*kernel, channels / groups, filters)`; raise ValueError where it cannot.

        >>> import numpy as np
        >>> DENSE_ORDERS[1].to_ours(np.float32([[1, 2, 3], [4, 5, 6]])).tolist()
        [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
        """
        sizes = self.sizes(values.shape, groups)
        if sizes is None:
            raise ValueError(
                f"An array of shape {values.shape} does not fit weights of {groups} groups in {self.layer}."
            )
        parts, ours = self._parts(len(sizes.kernel))
        split = values.reshape(sizes.lengths(parts))
        return frozen(split.transpose([parts.index(part) for part in ours]).reshape(sizes.shape))

    def from_ours(self, weights: Floats, groups: int = 1) -> Floats:
        """Return weights `(*kernel, channels / groups, filters)` as an array in this order."""
        *kernel, channels, filters = weights.shape
        sizes = WeightSizes(tuple(kernel), groups, channels, filters)
        parts, ours = self._parts(len(kernel))
        split = weights.reshape(sizes.lengths(ours))
        return frozen(split.transpose([ours.index(part) for part in parts]).reshape(self.shape(sizes)))

    def shape(self, sizes: WeightSizes) -> tuple[int, ...]:
        """Return the shape of the framework's array for weights of these sizes."""
        return tuple(math.prod(sizes.lengths(axis.parts)) for axis in self.axes(len(sizes.kernel)))

    def permutation(self, rank: int) -> tuple[int, ...]:
        """Return the axes that `numpy.transpose` takes to bring our weights of one group into this order.

        >>> CONV_ORDERS[1].permutation(2)
        (3, 2, 0, 1)
        """
        ours = [*map(str, range(rank)), _CHANNEL, _FILTER]
        return tuple(ours.index(axis.parts[-1]) for axis in self.axes(rank))

    def _parts(self, rank: int) -> tuple[list[str], list[str]]:
        """Return the parts in the framework's order, then in ours; one that it has no axis for is 1 long, and last."""
        ours = [*map(str, range(rank)), _CHANNEL, _GROUP, _FILTER]
        held = [part for axis in self.axes(rank) for part in axis.parts]
        return [*held, *(part for part in ours if part not in held)], ours


CONV_ORDERS = (
    WeightOrder("keras", "Conv{rank}D", (_CHANNELS_OF_A_FILTER, _FILTERS)),
    WeightOrder("pytorch", "Conv{rank}d", (_FILTERS, _CHANNELS_OF_A_FILTER)),
)
"""A convolution, in groups or not. PyTorch has no other layer for depthwise ones."""

DEPTHWISE_ORDER = WeightOrder("keras", "DepthwiseConv{rank}D", (_DEPTHWISE_CHANNELS, _FILTERS_OF_A_CHANNEL))
"""Keras's depthwise convolution, which is a convolution with one group for each channel."""

TRANSPOSED_ORDERS = (
    WeightOrder("keras", "Conv{rank}DTranspose", (_FILTERS_OF_A_GROUP, _CHANNELS), has_groups=False),
    WeightOrder("pytorch", "ConvTranspose{rank}d", (_CHANNELS, _FILTERS_OF_A_GROUP)),
)
"""A transposed convolution: both hold it as the convolution that it is the adjoint of, whose filters are our channels.

Source: the documentation of `keras.layers.Conv2DTranspose` and `torch.nn.ConvTranspose2d`.
"""

DENSE_ORDERS = (WeightOrder("keras", "Dense", (_INPUTS, _UNITS)), WeightOrder("pytorch", "Linear", (_UNITS, _INPUTS)))
"""A dense layer."""


_ORDERS: Mapping[type[Layer], tuple[WeightOrder, WeightOrder]] = MappingProxyType(
    {Conv: CONV_ORDERS, ConvTranspose: TRANSPOSED_ORDERS, Dense: DENSE_ORDERS}
)
"""The orders of each kind that adds up products."""


def order_of(layer: Conv | Dense, data_format: DataFormat) -> WeightOrder:
    """Return the order in which a framework holds a layer's weights, as our programs build the layer.

    >>> import numpy as np
    >>> order_of(Conv.of(np.ones((3, 3, 1, 4))), "pytorch").layer_name(2)
    'PyTorch Conv2d'
    """
    orders = _ORDERS[type(layer)]
    return orders[0] if data_format == "keras" else orders[1]


def sizes_of(layer: Conv | Dense) -> WeightSizes:
    """Return how large a layer's weights are."""
    *kernel, channels, filters = layer.weights.shape
    return WeightSizes(tuple(kernel), layer.groups if isinstance(layer, Conv) else 1, channels, filters)


NORM_NAMES: Mapping[DataFormat, Mapping[str, str]] = MappingProxyType(
    {
        "keras": {"gamma": "gamma", "beta": "beta", "mean": "moving_mean", "variance": "moving_variance"},
        "pytorch": {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"},
    }
)
"""What the frameworks call the four vectors of a batch normalisation, in the order of Keras's `get_weights`."""

NORM_EPSILON: Mapping[DataFormat, float] = MappingProxyType({"keras": 1e-3, "pytorch": 1e-5})
"""What the frameworks take for epsilon unless told otherwise; no file of weights holds it."""
