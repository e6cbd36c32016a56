"""The layers beside the convolution: each says what shape it makes, and makes it with `ops`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.arrays import Floats, frozen
from convstudio.model.layers import Conv, Layer, Padding, Shape, per_axis_in_rank
from convstudio.model.numbers import format_number
from convstudio.ops import (
    ACTIVATIONS,
    activate,
    batch_norm,
    conv_transpose,
    dense,
    dropout,
    flatten,
    global_pool,
    multiplication_count,
    parameter_count,
    pool,
    pool_geometry,
    spatial_dropout,
    transposed_shape,
)
from convstudio.ops.layers import EPSILON
from convstudio.ops.shapes import Geometry, Pairs, ShapeError, resolve_padding, times
from convstudio.ops.transpose import cut_before


@dataclass(frozen=True, eq=False)
class ConvTranspose(Conv):
    """A transposed convolution: every input value paints its window into a larger map.

    Its weights are held like a convolution's, `(*kernel, channels / groups, filters)`: filter f makes map f. `padding`
    cuts the output, `output_padding` adds cells after it, None as Keras does; `flip` and `padding_mode` do not exist.
    """

    output_padding: tuple[int, ...] | None = None

    def cuts(self, spatial: Shape) -> tuple[int, ...]:
        """Count, per axis, the painted cells that are cut off before the first output."""
        return cut_before(spatial, self.kernel_size, **self._growing)

    def cut_off(self, spatial: Shape) -> tuple[tuple[int, int], ...]:
        """Count, per axis, the painted cells that are cut off before and after the output; none that are added."""
        made = self.made_shape((*spatial, self.channels))[:-1]
        axes = zip(self.cuts(spatial), spatial, self.stride, self.dilation, self.kernel_size, made, strict=True)
        return tuple((cut, max(0, (n - 1) * s + d * (k - 1) + 1 - cut - out)) for cut, n, s, d, k, out in axes)

    @property
    def adjoint_weights(self) -> Floats:
        """The same weights in the order of the convolution that this layer is the adjoint of: channels are filters.

        `(*kernel, filters / groups, channels)`.
        """
        kernel, per_group = self.kernel_size, self.filters // self.groups
        split = self.weights.reshape(*kernel, self.channels_per_group, self.groups, per_group)
        return frozen(np.moveaxis(split, -1, -3).swapaxes(-1, -2).reshape(*kernel, per_group, self.channels))

    def settings_in_rank(self, rank: int) -> dict[str, Any]:
        held = self.output_padding
        more = None if held is None else per_axis_in_rank(held, rank, 0)
        return super().settings_in_rank(rank) | {"output_padding": more}

    def made_shape(self, read: Shape) -> Shape:
        if len(read) - 1 != self.rank:
            raise ShapeError(f"the layer grows maps with {self.rank} axes and reads {times(read)}: put it elsewhere")
        if read[-1] != self.channels or self.filters % self.groups:
            raise ShapeError(_unfit(self, read))
        return (*transposed_shape(read[:-1], self.kernel_size, **self._growing), self.filters)

    def multiplications(self, read: Shape) -> int:
        return multiplication_count(read[:-1], self.weights.shape)

    def run(self, values: Floats) -> Floats:
        self.made_shape(values.shape)
        made = conv_transpose(values, self.adjoint_weights, self.bias, **self._growing, groups=self.groups)
        return frozen(activate(made, self.activation))

    @property
    def _growing(self) -> dict[str, Any]:
        return {
            "stride": self.stride,
            "padding": self.padding,
            "output_padding": self.output_padding,
            "dilation": self.dilation,
        }


@dataclass(frozen=True, eq=False)
class Activation(Layer):
    """A function that every value goes through by itself; softmax alone looks along the channels."""

    activation: str = "relu"

    def made_shape(self, read: Shape) -> Shape:
        _check_activation(self.activation)
        return read

    def run(self, values: Floats) -> Floats:
        return frozen(activate(values, self.activation))


@dataclass(frozen=True, eq=False)
class Pool(Layer):
    """The largest or the mean value of every window, channel by channel; a `stride` of None is the window's size.

    With `ceil_mode` a last window may reach past the padding; with `count_include_pad` padding counts in a mean, as 0.
    """

    kind: str = "max"
    size: tuple[int, ...] = (2, 2)
    stride: tuple[int, ...] | None = None
    padding: Padding = "valid"
    dilation: tuple[int, ...] | None = None
    ceil_mode: bool = False
    count_include_pad: bool = False

    @property
    def rank(self) -> int:
        """The number of directions in which the window slides."""
        return len(self.size)

    def geometry(self, spatial: Shape) -> Geometry:
        """Work out how the window slides; raise ShapeError or ValueError with the reason where it cannot.

        What `ceil_mode` reaches past the padding is padding here, too.
        """
        return pool_geometry(tuple(spatial), self.size, **self._sliding, ceil_mode=self.ceil_mode)

    def counted_pairs(self, spatial: Shape) -> Pairs:
        """Return, per axis, how many cells before and after the input count in a mean."""
        if not self.count_include_pad:
            return ((0, 0),) * self.rank
        return self.own_pairs(spatial)

    def own_pairs(self, spatial: Shape) -> Pairs:
        """Return the padding per axis, without what `ceil_mode` reaches past it."""
        settings = self._sliding | {"stride": self.stride or self.size}
        return resolve_padding(tuple(spatial), self.size, **settings)

    def made_shape(self, read: Shape) -> Shape:
        if len(read) - 1 != self.rank:
            raise ShapeError(f"a {times(self.size)} pooling cannot read {times(read)}: put it further left")
        return (*self.geometry(read[:-1]).output, read[-1])

    def run(self, values: Floats) -> Floats:
        self.made_shape(values.shape)
        rules = {"ceil_mode": self.ceil_mode, "count_include_pad": self.count_include_pad}
        return frozen(pool(values, self.kind, self.size, **self._sliding, **rules))

    @property
    def _sliding(self) -> dict[str, Any]:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation or (1,) * self.rank}


@dataclass(frozen=True, eq=False)
class GlobalPool(Layer):
    """The largest or the mean value of every whole map: a vector with one value per channel."""

    kind: str = "average"

    def made_shape(self, read: Shape) -> Shape:
        if len(read) == 1:
            raise ShapeError(f"there are no maps to pool in a vector of {read[0]} values: put this layer further left")
        return read[-1:]

    def run(self, values: Floats) -> Floats:
        self.made_shape(values.shape)
        return frozen(global_pool(values, self.kind, values.ndim - 1))


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    """Every channel normalised with the statistics of training: (x − mean) / √(variance + epsilon) · gamma + beta.

    `mean`, `variance`, `gamma` and `beta` are `(channels,)`.
    """

    mean: Floats
    variance: Floats
    gamma: Floats
    beta: Floats
    epsilon: float = EPSILON

    @classmethod
    def of(cls, channels: int) -> BatchNorm:
        """Make the layer as it is before any training: mean 0, variance 1, gamma 1, beta 0."""
        zeros, ones = frozen(np.zeros(channels)), frozen(np.ones(channels))
        return cls(zeros, ones, ones, zeros)

    @property
    def channels(self) -> int:
        """The number of channels that it has statistics for."""
        return len(self.mean)

    @property
    def parameters(self) -> int:
        return 4 * self.channels  # as Keras counts: two of them are learned, two are measured

    def multiplications(self, read: Shape) -> int:
        return math.prod(read)

    def made_shape(self, read: Shape) -> Shape:
        if read[-1] != self.channels:
            raise ShapeError(
                f"the batch normalisation has statistics of {self.channels} channels and reads {read[-1]}: "
                "fit it to what it reads"
            )
        return read

    def run(self, values: Floats) -> Floats:
        self.made_shape(values.shape)
        return frozen(batch_norm(values, self.mean, self.variance, self.gamma, self.beta, epsilon=self.epsilon))


@dataclass(frozen=True, eq=False)
class Dropout(Layer):
    """Single values silenced at random, as in training; the others are divided by 1 − rate. A seed says which."""

    rate: float = 0.5
    seed: int = 0

    def made_shape(self, read: Shape) -> Shape:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"a dropout rate of {format_number(self.rate)} is not a share: choose 0 to 1")
        return read

    def run(self, values: Floats) -> Floats:
        return frozen(dropout(values, self.rate, self.seed))

    def factors(self, read: Shape) -> Floats:
        """Return what every value is multiplied with: 0 where it is silenced, else 1 / (1 − rate)."""
        return self.run(frozen(np.ones(read)))

    def factor(self, read: Shape, cell: tuple[int, ...]) -> float:
        """Return what the value of one cell, its channel last, is multiplied with, for no more than it costs."""
        return self._drawn(flat_index(read, cell))

    def _drawn(self, index: int) -> float:
        """Draw as the layer does, from the place `index` on."""
        numbers = np.random.PCG64(self.seed)
        numbers.advance(index)
        is_kept = self.rate < 1 and np.random.Generator(numbers).random() >= self.rate
        return float(1 / np.float32(1 - self.rate)) if is_kept else 0.0


@dataclass(frozen=True, eq=False)
class SpatialDropout(Dropout):
    """Whole maps silenced at random: neighbouring cells say the same, so they go together."""

    def run(self, values: Floats) -> Floats:
        return frozen(spatial_dropout(values, self.rate, self.seed, values.ndim - 1))

    def factor(self, read: Shape, cell: tuple[int, ...]) -> float:
        return self._drawn(cell[-1])


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """All values in one line: row by row, in each row cell by cell, in each cell channel by channel."""

    def made_shape(self, read: Shape) -> Shape:
        return (math.prod(read),)

    def run(self, values: Floats) -> Floats:
        return frozen(flatten(values, values.ndim - 1))


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """Every unit adds up all values with weights of its own: `weights` is `(inputs, units)`, `bias` `(units,)`."""

    weights: Floats
    bias: Floats
    activation: str = "linear"

    @classmethod
    def of(cls, weights: ArrayLike, bias: ArrayLike | None = None, activation: str = "linear") -> Dense:
        """Make a layer from `(inputs, units)` weights.

        >>> Dense.of(np.ones((4, 2))).units
        2
        """
        held = frozen(weights)
        return cls(held, frozen(np.zeros(held.shape[1]) if bias is None else bias), activation)

    @property
    def inputs(self) -> int:
        """The number of values that the weights are made for."""
        return int(self.weights.shape[0])

    @property
    def units(self) -> int:
        """The number of values that the layer makes."""
        return int(self.weights.shape[1])

    @property
    def parameters(self) -> int:
        return parameter_count(self.weights.shape)

    def multiplications(self, read: Shape) -> int:
        self.made_shape(read)
        return self.inputs * self.units

    def made_shape(self, read: Shape) -> Shape:
        _check_activation(self.activation)
        if len(read) != 1:
            raise ShapeError(
                f"a dense layer reads a vector and gets {times(read)}: put a flattening or a global pooling before it"
            )
        if read[0] != self.inputs:
            raise ShapeError(
                f"the dense layer has weights for {self.inputs} values and reads {read[0]}: fit it to what it reads"
            )
        return (self.units,)

    def run(self, values: Floats) -> Floats:
        self.made_shape(values.shape)
        return frozen(activate(dense(values, self.weights, self.bias), self.activation))


def activation_of(layer: Layer) -> str:
    """Return the activation that a layer is, or ends in; "linear" where it has none.

    >>> activation_of(Pool())
    'linear'
    """
    return layer.activation if isinstance(layer, Activation | Conv | Dense) else "linear"


def _check_activation(name: str) -> None:
    if name not in ACTIVATIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')


def _unfit(layer: Conv, read: Shape) -> str:
    if layer.filters % layer.groups:
        return f"{layer.filters} filters cannot be shared among {layer.groups} groups: choose fewer groups"
    channels = f"{layer.channels} channel{'' if layer.channels == 1 else 's'}"
    return f"the filters read {channels} and the input {times(read)} has {read[-1]}: fit the filters"


def source_cell(read: Shape, index: int) -> tuple[int, ...]:
    """Return where a value of a flattened vector comes from: its cell, and last its channel.

    >>> source_cell((2, 2, 3), 4)
    (0, 1, 1)
    """
    return tuple(int(at) for at in np.unravel_index(index, read))


def flat_index(read: Shape, cell: tuple[int, ...]) -> int:
    """Return where a cell, with its channel last, lands in the flattened vector."""
    return int(np.ravel_multi_index(cell, read))
