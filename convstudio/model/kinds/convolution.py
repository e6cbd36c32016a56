"""The convolution: the layer that everything here is about."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.conv_weights import (
    check_weights,
    with_channels,
    with_filters,
    with_moved_weights,
    with_rank,
)
from convstudio.model.kinds.lockable import Lockable
from convstudio.model.kinds.slid_gradients import met_terms, slid_terms
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule, InputTerms, WeightTerms
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import (
    PathCounts,
    Through,
    along_axes,
    through_softmax,
    through_windows,
)
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.shape_formulas import window_formula
from convstudio.model.values.answers.windows import (
    Cells,
    Window,
    all_cells,
    fed_cells,
    outside,
    read_cells,
    slid_window,
)
from convstudio.model.values.arrays import Floats, TiledArray, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import FieldStep, Layer, Padding, Shape, per_axis_in_rank
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import ViewState
from convstudio.ops import (
    OVER_CHANNELS,
    activate,
    activation_gradient,
    conv,
    conv_gradients,
    multiplication_count,
    parameter_count,
)
from convstudio.ops.calls.conv_call import conv_call
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry, ShapeError, geometry


@dataclass(frozen=True, eq=False)
class Conv(Lockable):
    """A convolution with its activation.

    `weights` is `(*kernel, channels / groups, filters)`, `bias` is `(filters,)`; both float32 and read-only.
    `stride` and `dilation` have one number per spatial axis; `padding` is a name or a (before, after) pair per axis.
    `flip` is true convolution. Without `has_bias` the bias is 0 and is not learned. `filter_names` has one name per
    filter, "" where it has none, or is empty where none has one. `locks` are the weights that do not learn; weights of
    another shape have none, unless what changed them says where the locked ones went.
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
    locks: Locks | None = None

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
    def ends_in(self) -> str:
        return self.activation

    def sums_and_activation(self) -> tuple[Layer, ...]:
        return replace(self, activation="linear"), Activation(self.activation)

    @property
    def parameters(self) -> int:
        return parameter_count(self.weights.shape, self.has_bias)

    @property
    def learned(self) -> tuple[str, ...]:
        return ("weights", "bias") if self.has_bias else ("weights",)

    @property
    def unflipped_locks(self) -> Locks | None:
        if self.locks is None or not self.flip:
            return self.locks
        return self.locks.moved(lambda marks: np.flip(marks, axis=tuple(range(self.rank))))

    def geometry(self, spatial: Sequence[int]) -> Geometry:
        """Work out how the window slides over an input of the given spatial shape.

        Raises ShapeError or ValueError with the reason when it cannot.
        """
        return geometry(
            tuple(spatial), self.kernel_size, stride=self.stride, padding=self.padding, dilation=self.dilation
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) == 1:
            raise ShapeError(
                f"a {self.rank}-D convolution needs maps, and its input is a vector of {input_shape[0]} values: "
                "move it further left"
            )
        sliding = self.geometry(input_shape[:-1])
        blank = np.broadcast_to(np.float32(0), input_shape)  # costs no memory
        conv_call(blank, self.weights, self.bias, **self.settings)
        return (*sliding.output, self.filters)

    def multiplications(self, input_shape: Shape) -> int:
        return multiplication_count(self.geometry(input_shape[:-1]).output, self.weights.shape)

    def compute(self, values: Array) -> Array:
        return activate(conv(values, self.weights, self.bias, **self.settings), self.activation, is_own=True)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        sums = grad
        if self.activation != "linear":
            sums = activation_gradient(conv(values, self.weights, self.bias, **self.settings), grad, self.activation)
        inputs, weights, bias = conv_gradients(values, self.weights, sums, **self.settings)
        return LayerGradients(inputs, self._learned(weights, bias))

    def _learned(self, weights: Array, bias: Array) -> dict[str, Array]:
        return dict(zip(self.learned, (weights, bias), strict=False))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("The gradient slides over the input: that fills the gradient of the weights.")

    def weight_terms(
        self, inputs: TiledArray, grads: Array, view: ViewState, weight: tuple[int, ...]
    ) -> WeightTerms | None:
        channel = self.channels_read_by(view.filter).start + self.kernel_at(view)[0]
        met = _met_by_weight(self, self.geometry(inputs.spatial), weight)
        return met_terms(inputs, met, self.padding_mode, channel, grads[..., view.filter])

    def input_terms(
        self, input_shape: Shape, grads: Array, view: ViewState, cell: tuple[int, ...]
    ) -> InputTerms | None:
        channel = self.channel_shown(input_shape, view)
        filters, within = self.filters_reading(channel), channel % self.channels_per_group
        kernel = self.weights[..., within, filters.start : filters.stop]
        if self.flip:
            kernel = np.flip(kernel, axis=tuple(range(self.rank)))
        given = grads[..., filters.start : filters.stop]
        sliding = self.geometry(input_shape[:-1])
        return slid_terms(sliding, self.padding_mode, cell, kernel, given, filters, is_flipped=self.flips_backward)

    @property
    def flips_backward(self) -> bool:
        """Whether the kernel meets the gradients in the reverse of the order in which its weights are held."""
        return not self.flip

    def kernel_at(self, view: ViewState) -> tuple[int, ...]:
        read = self.channels_read_by(view.filter)
        return (read.index(view.channel) if view.channel in read else 0, view.filter)

    def filters_reading(self, channel: int) -> range:
        """Return the filters that read an input channel: all of them, or its group's block.

        >>> replace(Conv.of(np.ones((1, 1, 1, 4))), groups=2).filters_reading(1)
        range(2, 4)
        """
        per_group = self.filters // self.groups
        group = channel // self.channels_per_group
        return range(group * per_group, (group + 1) * per_group)

    def formula(self, input_shape: Shape) -> str:
        sliding = self.geometry(input_shape[:-1])
        return window_formula(sliding, sliding.pairs)

    @property
    def sign(self) -> str:
        return "∗"

    @property
    def name(self) -> str:
        return f"{self._kind} {format_shape(self.kernel_size)} · {counted(self.filters, 'filter')}"

    @property
    def facts(self) -> str:
        return "Every filter slides over the maps: the sum of input times weight, and a bias."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        """Return nothing: the kernel pane shows the settings of convolutions."""
        del limits
        return ()

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return slid_window(self.geometry(input_shape[:-1]), self.padding_mode, position)

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        return fed_cells(self.geometry(input_shape[:-1]), self.padding_mode, cell)

    def met_by_weight(self, input_shape: Shape, weight: tuple[int, ...]) -> Cells | None:
        return _met_by_weight(self, self.geometry(input_shape[:-1]), weight)

    @property
    def kernel_cells(self) -> Shape:
        return self.kernel_size

    def term_count(self, input_shape: Shape | None, position: tuple[int, ...]) -> int:
        cells = all_cells(self.kernel_size) if input_shape is None else self.cells_used(input_shape, position)
        return math.prod(map(len, cells)) * self.channels_per_group

    def input_term_count(self, input_shape: Shape, view: ViewState) -> int:
        return math.prod(self.kernel_size) * len(self.filters_reading(self.channel_shown(input_shape, view)))

    @property
    def border(self) -> str:
        return self.padding_mode

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        through = through_windows(self.geometry(input_shape[:-1]), self.padding_mode)
        return self.paths_through(input_shape, outputs, through)

    def paths_through(self, input_shape: Shape, outputs: PathCounts, through: Through) -> PathCounts:
        """Lead paths along the axes `through` the windows, and from every map to the channels that it reads."""
        maps = through_softmax(outputs.paths[-1]) if self.activation in OVER_CHANNELS else outputs.paths[-1]
        per_group = maps.reshape(self.groups, -1).sum(axis=1)
        channels = np.repeat(per_group, input_shape[-1] // self.groups)
        return PathCounts((*along_axes(outputs.paths[:-1], through), channels))

    def field_step(self, input_shape: Shape) -> Geometry | FieldStep:
        return self.geometry(input_shape[:-1])

    def channel_shown(self, input_shape: Shape, view: ViewState) -> int:
        return min(view.channel, input_shape[-1] - 1)

    def showing_channel(self, view: ViewState, channel: int) -> ViewState:
        return replace(view, channel=channel)

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Calculation:
        del names
        return self.calculation(inputs, view.filter, view.shown_position)

    def calculation(self, values: TiledArray, filter_index: int, position: tuple[int, ...]) -> Calculation:
        """Return every term of the output of one filter at one position; sums are float64, of float32 terms.

        Raises ShapeError or ValueError where the layer cannot work on the values.

        >>> layer = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))
        >>> layer.calculation(TiledArray.of(np.arange(5)[:, np.newaxis]), 0, (2,)).output
        3.0
        """
        return _calculation(values, self, filter_index, position)

    def in_rank(self, rank: int) -> Conv:
        return with_rank(self, rank)

    def fitted_to(self, input_shape: Shape) -> Conv:
        return self if len(input_shape) == 1 else with_channels(with_rank(self, len(input_shape) - 1), input_shape[-1])

    def following(self, maps: MapOrder) -> Layer | None:
        if self.channels != maps.count:
            return None
        if self.groups == 1:
            check_weights((*self.kernel_size, len(maps.order), self.filters), self)
            return with_moved_weights(self, self._of_maps(maps))
        if self.groups == maps.count and self.filters % maps.count == 0:
            order = maps.in_blocks(self.filters // maps.count).order
            return replace(with_filters(self, order), groups=len(maps.order))
        return None

    def _of_maps(self, maps: MapOrder) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """Return what takes the kernels of maps that changed places along; those of added ones are 0."""

        def moved(values: NDArray[Any]) -> NDArray[Any]:
            kernels: NDArray[Any] = values[..., list(maps.order), :]
            kernels[..., list(maps.added), :] = 0
            return kernels

        return moved

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return None if self.groups == 1 else maps.in_blocks(self.filters // maps.count)

    @property
    def _kind(self) -> str:
        return "Depthwise" if self.groups == self.channels > 1 else "Conv"


def _calculation(values: TiledArray, layer: Conv, filter_index: int, position: tuple[int, ...]) -> Calculation:
    if values.channels != layer.channels or layer.filters % layer.groups:
        layer.output_shape(values.shape)  # raises the reason where they do not fit
    channels = layer.channels_read_by(filter_index)
    placed = layer.window(values.shape, position)
    window = read_cells(values, placed.sources)[..., channels.start : channels.stop]
    kernel = kernel_as_used(layer, filter_index)
    with np.errstate(invalid="ignore", over="ignore"):
        products = window.astype(np.float64) * kernel
        channel_sums = products.reshape(-1, len(channels)).sum(axis=0)
        total = float(channel_sums.sum() + layer.bias[filter_index])
    return Calculation(
        position=position,
        filter=filter_index,
        channels=channels,
        window=window,
        kernel=kernel,
        is_padding=outside(placed, values.spatial),
        products=products,
        channel_sums=channel_sums,
        bias=float(layer.bias[filter_index]),
        total=total,
        activation=layer.activation,
        output=_activated(values, layer, filter_index, position, total),
        is_flipped=layer.flip,
    )


def _activated(values: TiledArray, layer: Conv, filter_index: int, position: tuple[int, ...], total: float) -> float:
    """Apply the activation; one over all channels needs the other filters too."""
    if layer.activation not in OVER_CHANNELS:
        return float(activate(np.array([total]), layer.activation)[0])
    window = read_cells(values, layer.window(values.shape, position).sources).astype(np.float64)
    totals = conv(window, layer.weights, layer.bias, groups=layer.groups, flip=layer.flip).ravel()
    return float(activate(totals, layer.activation)[filter_index])


def kernel_as_used(layer: Conv, filter_index: int) -> Floats:
    """Return one filter's kernels `(*kernel, channels)` as they meet the window: flipped in a true convolution."""
    kernels = layer.weights[..., filter_index]
    return np.flip(kernels, axis=tuple(range(layer.rank))) if layer.flip else kernels


def _met_by_weight(layer: Conv, sliding: Geometry, weight: tuple[int, ...]) -> Cells:
    """Return the input cells that a weight is multiplied with, padding cells included."""
    steps = tuple(length - 1 - at if layer.flip else at for at, length in zip(weight, sliding.kernel, strict=True))
    return tuple(
        np.arange(outputs) * stride - before + dilation * step
        for outputs, stride, (before, _), dilation, step in zip(
            sliding.output, sliding.stride, sliding.pairs, sliding.dilation, steps, strict=True
        )
    )


def conv_at(document: Document, layer: int) -> Conv:
    """Return a layer of a document that is a convolution; raise ValueError where it is another kind, or is gone."""
    if layer >= len(document.layers):
        raise ValueError(f"Layer {layer + 1} was removed in the meantime. Select another layer.")
    held = document.layers[layer]
    if not isinstance(held, Conv):
        raise ValueError(f"Layer {layer + 1} has no kernels: choose a convolution in the ribbon.")
    return held


def _fitted_padding(padding: Padding, rank: int) -> Padding:
    if isinstance(padding, str):
        return "valid" if padding == "causal" and rank != 1 else padding
    return ((0, 0),) * (rank - len(padding)) + padding[max(0, len(padding) - rank) :]
