"""The transposed convolution: every input value paints its window into a larger map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.slid_gradients import met_terms
from convstudio.model.values.answers.calculation import Calculation, summed
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule, InputTerms, WeightTerms
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.path_counts import Counts, PathCounts, zeros
from convstudio.model.values.answers.shape_formulas import by_axis, growth_formula
from convstudio.model.values.answers.windows import Cells, Positions, Window, read_cells, window_of_cells
from convstudio.model.values.arrays import Floats, TiledArray, frozen
from convstudio.model.values.layer import FieldStep, Shape, per_axis_in_rank
from convstudio.model.values.view_state import ViewState
from convstudio.ops import (
    OVER_CHANNELS,
    activate,
    activation_gradient,
    conv_transpose,
    multiplication_count,
    transposed_shape,
)
from convstudio.ops.calls.painted_cells import kept_cells
from convstudio.ops.learning.layer_gradients import conv_transpose_gradients
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times


@dataclass(frozen=True, eq=False)
class ConvTranspose(Conv):
    """A transposed convolution: every input value paints its window into a larger map.

    Its weights are held like a convolution's, `(*kernel, channels / groups, filters)`: filter f makes map f. `padding`
    cuts the output, `output_padding` adds cells after it, None as Keras does; `flip` and `padding_mode` do not exist.
    """

    output_padding: tuple[int, ...] | None = None

    def cuts(self, spatial: Shape) -> tuple[int, ...]:
        """Count, per axis, the painted cells that are cut off before the first output."""
        return tuple(cells.start for cells in kept_cells(spatial, self.kernel_size, **self.growing))

    def cut_off(self, spatial: Shape) -> tuple[tuple[int, int], ...]:
        """Count, per axis, the painted cells that are cut off before and after the output; none that are added."""
        made = self.output_shape((*spatial, self.channels))[:-1]
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

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) - 1 != self.rank:
            needed = "steps × channels" if self.rank == 1 else "rows × columns × channels"
            raise ShapeError(
                f"a {self.rank}-D transposed convolution needs {needed}, and its input is {times(input_shape)}: "
                "move it further left"
            )
        if input_shape[-1] != self.channels or self.filters % self.groups:
            raise ShapeError(_unfit(self, input_shape))
        return (*transposed_shape(input_shape[:-1], self.kernel_size, **self.growing), self.filters)

    def multiplications(self, input_shape: Shape) -> int:
        return multiplication_count(input_shape[:-1], self.weights.shape)

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        made = conv_transpose(values, self.adjoint_weights, self.bias, **self.growing, groups=self.groups)
        return activate(made, self.activation, is_own=True)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        settings = self.growing | {"groups": self.groups}
        sums = grad
        if self.activation != "linear":
            made = conv_transpose(values, self.adjoint_weights, self.bias, **settings)
            sums = activation_gradient(made, grad, self.activation)
        inputs, adjoint, bias = conv_transpose_gradients(values, self.adjoint_weights, sums, **settings)
        per_group = self.filters // self.groups
        split = adjoint.reshape(*self.kernel_size, per_group, self.groups, self.channels_per_group)
        weights = np.moveaxis(split.swapaxes(-1, -2), -3, -1).reshape(self.weights.shape)  # as `adjoint_weights`, back
        return LayerGradients(inputs, self._learned(weights, bias))

    def weight_terms(
        self, inputs: TiledArray, grads: Array, view: ViewState, weight: tuple[int, ...]
    ) -> WeightTerms | None:
        met = self.met_by_weight(inputs.shape, weight)
        assert met is not None, "every weight of a kernel meets cells"
        axes = zip(met, self.cuts(inputs.spatial), weight, self.stride, self.dilation, strict=True)
        painted = np.ix_(*(cells * s - cut + d * k for cells, cut, k, s, d in axes))
        channel = self.channels_read_by(view.filter).start + self.kernel_at(view)[0]
        return met_terms(inputs, met, "zeros", channel, grads[..., view.filter][painted])

    def input_terms(
        self, input_shape: Shape, grads: Array, view: ViewState, cell: tuple[int, ...]
    ) -> InputTerms | None:
        channel = self.channel_shown(input_shape, view)
        filters, within = self.filters_reading(channel), channel % self.channels_per_group
        axes = zip(cell, self.cuts(input_shape[:-1]), self.kernel_size, self.stride, self.dilation, strict=True)
        painted = [at * s - cut + d * np.arange(k) for at, cut, k, s, d in axes]
        missing = np.zeros((), np.bool_)
        for along, size in zip(painted, grads.shape, strict=False):
            missing = missing[..., np.newaxis] | (along < 0) | (along >= size)
        inside = np.ix_(*(along.clip(0, size - 1) for along, size in zip(painted, grads.shape, strict=False)))
        found = grads[..., filters.start : filters.stop][inside]
        found = np.where(missing[..., np.newaxis], 0, found)
        return InputTerms(filters, found, self.weights[..., within, filters.start : filters.stop], missing)

    @property
    def flips_backward(self) -> bool:
        return False

    def formula(self, input_shape: Shape) -> str:
        axes = zip(
            input_shape, self.stride, self.dilation, self.kernel_size, self.output_shape(input_shape), strict=False
        )
        return by_axis([growth_formula(n, s, d * (k - 1) + 1, out) for n, s, d, k, out in axes])

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("The kernel slides over the gradients, as in a convolution: it is not flipped.")

    @property
    def sign(self) -> str:
        return "→"

    @property
    def facts(self) -> str:
        return "Every input value paints its window, times the weights of each filter; where they overlap, they add up."

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return window_of_cells(tuple(cells for cells, _ in painting_taps(self, input_shape, position)))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        cuts, made = self.cuts(input_shape[:-1]), self.output_shape(input_shape)[:-1]
        axes = zip(cell, cuts, self.kernel_size, self.stride, self.dilation, made, strict=True)
        painted = [(at * s - cut + d * np.arange(k), size) for at, cut, k, s, d, size in axes]
        return tuple(cells[(cells >= 0) & (cells < size)] for cells, size in painted)

    def met_by_weight(self, input_shape: Shape, weight: tuple[int, ...]) -> Cells | None:
        """Return the input cells that paint an output with a weight: all but those whose paint is cut off."""
        spatial, made = input_shape[:-1], self.output_shape(input_shape)[:-1]
        axes = zip(spatial, self.cuts(spatial), weight, self.stride, self.dilation, strict=True)
        painted = [np.arange(n) * s - cut + d * k for n, cut, k, s, d in axes]
        return tuple(np.flatnonzero((at >= 0) & (at < size)) for at, size in zip(painted, made, strict=True))

    def cells_used(self, input_shape: Shape, position: tuple[int, ...]) -> Cells:
        return tuple(taps for _, taps in painting_taps(self, input_shape, position))

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        """Give every output's paths to the values that paint it."""
        cuts = self.cuts(input_shape[:-1])

        def through(axis: int, outputs: Counts) -> Counts:
            counts = zeros(input_shape[axis])
            values = np.arange(input_shape[axis]) * self.stride[axis] - cuts[axis]
            for tap in range(self.kernel_size[axis]):
                painted = values + tap * self.dilation[axis]
                inside = np.flatnonzero((painted >= 0) & (painted < len(outputs)))
                counts[inside] += outputs[painted[inside]]
            return counts

        return self.paths_through(input_shape, outputs, through)

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.LOST

    def calculation(self, values: TiledArray, filter_index: int, position: tuple[int, ...]) -> Calculation:
        """Return every term of one output: the input cells that paint it, times their weights."""
        self.output_shape(values.shape)
        painters = painting_taps(self, values.shape, position)
        cells = _cells_at(values, tuple(at for at, _ in painters))
        kernels = self.weights[np.ix_(*(taps for _, taps in painters))]
        channels = self.channels_read_by(filter_index)
        return summed(
            position,
            filter_index,
            channels,
            _read_by(self, cells, filter_index),
            kernels[..., filter_index],
            float(self.bias[filter_index]),
            self.activation,
            _sums(self, cells, kernels) if self.activation in OVER_CHANNELS else None,
        )

    @property
    def _kind(self) -> str:
        return "Transposed"

    @property
    def growing(self) -> dict[str, Any]:
        """How the painted windows grow the map, as keyword arguments of `ops.conv_transpose`."""
        return {
            "stride": self.stride,
            "padding": self.padding,
            "output_padding": self.output_padding,
            "dilation": self.dilation,
        }


def painting_taps(
    layer: ConvTranspose, input_shape: Shape, position: tuple[int, ...]
) -> list[tuple[Positions, Positions]]:
    """Return per axis the input cells that paint an output cell, and the kernel cell that each does it with."""
    spatial = input_shape[:-1]
    return [
        _painters(at + cut, length, kernel, stride, dilation)
        for at, cut, length, kernel, stride, dilation in zip(
            position, layer.cuts(spatial), spatial, layer.kernel_size, layer.stride, layer.dilation, strict=True
        )
    ]


def _painters(at: int, length: int, kernel: int, stride: int, dilation: int) -> tuple[Positions, Positions]:
    taps = np.arange(kernel)
    cells, rest = np.divmod(at - dilation * taps, stride)
    kept = (rest == 0) & (cells >= 0) & (cells < length)
    return cells[kept][::-1], taps[kept][::-1]


def _cells_at(values: TiledArray, painters: Cells) -> Floats:
    """Read the cells that paint an output; there may be none."""
    lengths = [len(along) for along in painters]
    return read_cells(values, painters) if all(lengths) else frozen(np.zeros((*lengths, values.channels)))


def _read_by(layer: ConvTranspose, cells: Floats, index: int) -> Floats:
    channels = layer.channels_read_by(index)
    return cells[..., channels.start : channels.stop]


def _sums(layer: ConvTranspose, cells: Floats, kernels: Floats) -> Floats:
    """Return what every filter makes of the same cells."""
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        products = (_read_by(layer, cells, index) * kernels[..., index] for index in range(layer.filters))
        return frozen(np.array([product.sum(dtype=np.float64) for product in products]) + layer.bias)


def _unfit(layer: Conv, input_shape: Shape) -> str:
    if layer.filters % layer.groups:
        return f"{counted(layer.filters, 'filter')} cannot be shared among {layer.groups} groups: choose fewer groups"
    channels = counted(layer.channels, "channel")
    return f"the filters read {channels} and the input {times(input_shape)} has {input_shape[-1]}: fit the filters"
